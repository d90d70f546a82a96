//! Tells when an address, a route or a link of this machine has changed: once for each burst.

use std::future::Future;
use std::io;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::error::Error;
use crate::platform::Listener;

/// A burst is over when nothing more came for this long: a tunnel that comes up brings a
/// link, an address and routes one after the other.
const QUIET: Duration = Duration::from_millis(40);

/// A burst that does not end is told after this long all the same.
const LONGEST: Duration = Duration::from_millis(150);

/// A listener to the network's changes. What changed is not told: look again with
/// [`observe`](crate::observe()).
#[derive(Debug)]
pub struct Changes {
    listener: Listener,
    burst: Option<Burst>,
}

impl Changes {
    /// Begins to listen; whatever changes from now on is told. Needs a tokio runtime with IO
    /// and time.
    ///
    /// # Errors
    /// [`Error::Changes`] when the system refuses.
    pub fn listen() -> Result<Self, Error> {
        let listener = Listener::new().map_err(Error::Changes)?;
        let burst = None;
        Ok(Self { listener, burst })
    }

    /// Waits until something has changed and 40 ms have passed without another change, or
    /// 150 ms since the first. May be dropped and called again without losing a change.
    ///
    /// # Errors
    /// [`Error::Changes`] when the system stops telling.
    pub async fn next(&mut self) -> Result<(), Error> {
        settled(&mut self.burst, &mut self.listener)
            .await
            .map_err(Error::Changes)
    }

    /// Counts as a change that was seen elsewhere, such as a machine that woke up: whatever
    /// the network does at that moment is told together with it.
    pub fn stir(&mut self) {
        let now = Instant::now();
        self.burst.get_or_insert(Burst::at(now)).last = now;
    }
}

/// Changes that count as one.
#[derive(Debug)]
struct Burst {
    first: Instant,
    last: Instant,
}

impl Burst {
    fn at(now: Instant) -> Self {
        Self {
            first: now,
            last: now,
        }
    }

    fn over_at(&self) -> Instant {
        (self.last + QUIET).min(self.first + LONGEST)
    }
}

/// Something that tells of single changes.
trait Hear {
    /// Waits for one. May be dropped and called again without losing it.
    fn changed(&mut self) -> impl Future<Output = io::Result<()>> + Send;
}

impl Hear for Listener {
    fn changed(&mut self) -> impl Future<Output = io::Result<()>> + Send {
        Self::changed(self)
    }
}

/// Waits for a burst and for its end. What was heard of it stays in `burst` when this is dropped.
async fn settled(burst: &mut Option<Burst>, hear: &mut impl Hear) -> io::Result<()> {
    loop {
        let Some(heard) = burst else {
            hear.changed().await?;
            *burst = Some(Burst::at(Instant::now()));
            continue;
        };
        let over = heard.over_at();
        match timeout_at(over, hear.changed()).await {
            Ok(more) => {
                more?;
                heard.last = Instant::now();
                // One who never stops is not heard out either.
                if heard.last < over {
                    continue;
                }
            }
            Err(_quiet) => {}
        }
        *burst = None;
        return Ok(());
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;
    use tokio::time::{advance, timeout};

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    impl Hear for mpsc::UnboundedReceiver<()> {
        async fn changed(&mut self) -> io::Result<()> {
            self.recv().await.ok_or(io::Error::other("gone"))
        }
    }

    /// Changes at these milliseconds; when they are told.
    async fn told(changes: &[u64], until: u64) -> Vec<u64> {
        let (tell, mut hear) = mpsc::unbounded_channel();
        let began = Instant::now();
        let at = |millis| began + Duration::from_millis(millis);
        let changes = changes.to_vec();
        let source = async move {
            for millis in changes {
                tokio::time::sleep_until(at(millis)).await;
                tell.send(()).unwrap();
            }
            std::future::pending().await
        };
        let mut told = Vec::new();
        let listen = async {
            let mut burst = None;
            loop {
                settled(&mut burst, &mut hear).await.unwrap();
                told.push((Instant::now() - began).as_millis() as u64);
            }
        };
        let both = async { tokio::join!(source, listen) };
        let ended: Result<((), ()), _> = tokio::time::timeout_at(at(until), both).await;
        assert!(ended.is_err());
        told
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_told_once_and_soon() {
        assert_eq!(told(&[100, 110, 130], 1_000).await, [170]);
        assert_eq!(told(&[100, 300], 1_000).await, [140, 340]);
        assert_eq!(told(&[], 1_000).await, [] as [u64; 0]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_does_not_end_is_told_all_the_same() {
        let often: Vec<u64> = (0..40).map(|step| 100 + 10 * step).collect();
        let told = told(&often, 1_000).await;
        assert!(told[0] <= 100 + 150, "{told:?}");
        assert!((3..=5).contains(&told.len()), "{told:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_is_dropped_loses_nothing() {
        let mut burst = None;
        let (tell, mut hear) = mpsc::unbounded_channel();
        tell.send(()).unwrap();
        let cut = timeout(QUIET / 2, settled(&mut burst, &mut hear)).await;
        assert!(cut.is_err() && burst.is_some());
        let began = Instant::now();
        let told = timeout(LONG, settled(&mut burst, &mut hear)).await;
        told.unwrap().unwrap();
        assert_eq!(Instant::now() - began, QUIET / 2);
    }

    #[tokio::test(start_paused = true)]
    async fn an_overdue_burst_is_told_at_once() {
        let mut burst = Some(Burst::at(Instant::now()));
        advance(LONG).await;
        let (_tell, mut never) = mpsc::unbounded_channel();
        let began = Instant::now();
        settled(&mut burst, &mut never).await.unwrap();
        assert_eq!(Instant::now(), began);
    }
}
