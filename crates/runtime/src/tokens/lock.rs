//! The lock over threads and processes under which a refresh token is read, used and replaced.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::error::Error;
use crate::platform::make_private_file;

/// How long the lock is waited for: longer than it is held for one refresh, whose call may
/// take a minute and waits for the keyring before it and the disk after it.
pub(super) const LIMIT: Duration = Duration::from_secs(90);

/// No system tells when a file's lock is given back, so it is tried anew this often.
const TRY: Duration = Duration::from_millis(15);

/// The lock, while it is held. The system gives it back when the process dies.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Waits for the lock.
    ///
    /// # Errors
    /// [`Error::StoreNotWritable`] where the file cannot be made or locked;
    /// [`Error::TokensBusy`] where another holds it for too long.
    pub(super) async fn take(path: &Path) -> Result<Self, Error> {
        let failed = |source: Box<dyn std::error::Error + Send + Sync>| Error::StoreNotWritable {
            path: path.to_owned(),
            source,
        };
        let file = make_private_file(path).map_err(|error| failed(Box::new(error)))?;
        let mut tries = interval(TRY);
        tries.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let locked = async {
            loop {
                tries.tick().await;
                match file.try_lock() {
                    Ok(()) => return Ok(()),
                    Err(TryLockError::WouldBlock) => {}
                    Err(TryLockError::Error(error)) => return Err(error),
                }
            }
        };
        match timeout(LIMIT, locked).await {
            Ok(Ok(())) => Ok(Self { file }),
            Ok(Err(error)) => Err(failed(Box::new(error))),
            Err(_late) => Err(Error::TokensBusy {
                seconds: LIMIT.as_secs(),
            }),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file does the same, but on Windows not at once.
        let _given_back = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_second_waits_until_the_first_gives_it_back() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("tokens.lock");
        let first = Lock::take(&path).await.unwrap();
        let second = tokio::spawn({
            let path = path.clone();
            async move { Lock::take(&path).await }
        });
        tokio::task::yield_now().await;
        assert!(!second.is_finished());
        drop(first);
        second.await.unwrap().unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_lock_that_is_held_for_too_long_is_told() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("tokens.lock");
        let _first = Lock::take(&path).await.unwrap();
        let error = Lock::take(&path).await.unwrap_err();
        let problem = error.problem();
        assert_eq!(problem.code(), "not-signed-in");
        let told = problem.details.observed.unwrap();
        assert!(told.contains("another process is renewing"), "{told}");
    }
}
