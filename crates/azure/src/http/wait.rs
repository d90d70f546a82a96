//! The one place that lets time pass: between attempts, while throttled, while an operation runs.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};

use crate::calls::Repeat;
use crate::error::Error;

/// Lets a duration pass. Tests put in one that only writes it down.
pub type Sleeper = Arc<dyn Fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// How long Azure may ask to wait before a person is told instead.
pub(crate) const PATIENCE: Duration = Duration::from_secs(15);

/// The sleeper of the program: a real timer. Nothing can be waited for but the time
/// that Azure named, so this is the one timer of the crate.
pub(crate) fn real() -> Sleeper {
    Arc::new(|duration| {
        let end = tokio::time::Instant::now().checked_add(duration);
        Box::pin(async move {
            if let Some(end) = end {
                tokio::time::sleep_until(end).await;
            }
        })
    })
}

/// Attempts until it works, at most four times, with growing and jittered pauses that
/// are never shorter than what Azure asked for.
pub(crate) async fn repeatedly<T, F, Fut>(
    sleeper: &Sleeper,
    repeat: Repeat,
    attempt: F,
) -> Result<T, Error>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<T, Error>>,
{
    let mut pauses = ExponentialBuilder::new()
        .with_min_delay(Duration::from_millis(200))
        .with_max_delay(Duration::from_secs(5))
        .with_max_times(3)
        .with_jitter()
        .build();
    loop {
        let error = match attempt().await {
            Err(error) if error.may_repeat(repeat, PATIENCE) => error,
            done => return done,
        };
        let Some(pause) = pauses.next() else {
            return Err(error);
        };
        let pause = error
            .wait()
            .map_or(pause, |asked| asked.saturating_add(pause));
        tracing::info!(%error, ?pause, "once more");
        sleeper(pause).await;
    }
}
