//! Tells when an address, a route or a link of this machine has changed.

use crate::error::Error;
use crate::platform::Listener;

/// A listener to the network's changes. What changed is not told: look again with
/// [`observe`](crate::observe()).
#[derive(Debug)]
pub struct Changes {
    listener: Listener,
}

impl Changes {
    /// Begins to listen; whatever changes from now on is told. Needs a tokio runtime with IO.
    ///
    /// # Errors
    /// [`Error::Changes`] when the system refuses.
    pub fn listen() -> Result<Self, Error> {
        let listener = Listener::new().map_err(Error::Changes)?;
        Ok(Self { listener })
    }

    /// Waits until something has changed. A burst of changes that is already there counts
    /// as one. May be dropped and called again without losing a change.
    ///
    /// # Errors
    /// [`Error::Changes`] when the system stops telling.
    pub async fn next(&mut self) -> Result<(), Error> {
        self.listener.changed().await.map_err(Error::Changes)
    }
}
