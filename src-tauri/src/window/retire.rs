//! A popover that nobody looked at for ten minutes is destroyed: it holds more memory than
//! everything else together.

use std::time::Duration;

use tauri::{AppHandle, Manager as _};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until};

use super::{Windows, popover_of};

/// How long a popover is kept hidden.
const KEPT: Duration = Duration::from_secs(10 * 60);

/// Destroys the popover in ten minutes, unless it is called off because it was hidden again.
pub(super) fn later(app: &AppHandle) -> AbortHandle {
    let app = app.clone();
    let threads = tauri::async_runtime::handle();
    let _inside = threads.inner().enter();
    in_time(async move { retire(&app).await })
}

/// Does this once it was kept long enough; whoever holds the handle can call it off until then.
/// It is this crate's one timer, for nothing tells that somebody did not come.
fn in_time(retire: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
    let due = Instant::now() + KEPT;
    let waits = tokio::spawn(async move {
        sleep_until(due).await;
        retire.await;
    });
    waits.abort_handle()
}

/// One that is shown again by now stays.
async fn retire(app: &AppHandle) {
    let windows = app.state::<Windows>();
    let _making = windows.making.lock().await;
    let Some(popover) = popover_of(app) else {
        return;
    };
    if popover.is_visible().unwrap_or(false) {
        return;
    }
    tracing::info!("nobody came back to the popover");
    if let Err(error) = popover.destroy() {
        tracing::debug!(%error, "the popover is gone already");
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot::{Receiver, channel};
    use tokio::time::timeout;

    use super::*;

    fn hidden() -> (AbortHandle, Receiver<()>) {
        let (told, gone) = channel();
        let retires = in_time(async move {
            let _heard = told.send(());
        });
        (retires, gone)
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_hidden_goes_after_ten_minutes_and_not_before() {
        let (_retires, mut gone) = hidden();
        let almost = timeout(Duration::from_secs(599), &mut gone).await;
        assert!(almost.is_err(), "kept for less than ten minutes");
        let then = timeout(Duration::from_secs(2), gone).await;
        assert_eq!(then, Ok(Ok(())), "kept for more than ten minutes");
    }

    #[tokio::test(start_paused = true)]
    async fn hidden_again_it_is_kept_from_then_on() {
        let (first, gone) = hidden();
        let (_second, mut later) = {
            tokio::time::advance(Duration::from_secs(400)).await;
            first.abort();
            hidden()
        };
        assert!(gone.await.is_err(), "called off");
        let almost = timeout(Duration::from_secs(599), &mut later).await;
        assert!(almost.is_err(), "counted from the first time");
        assert_eq!(later.await, Ok(()));
    }
}
