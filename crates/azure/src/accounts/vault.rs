//! Where refresh tokens lie between one use and the next, and the lock that goes with them.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use gangway_engine::account::AccountId;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::error::Error;
use crate::secret::Secret;

/// What is kept of an account: the refresh token, and the app that it was issued to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The app's client id: a refresh token is good for no other.
    pub client_id: String,
    /// The refresh token.
    pub refresh_token: Secret,
}

/// Where refresh tokens lie. All of this machine's programs share one.
#[async_trait]
pub trait Vault: fmt::Debug + Send + Sync {
    /// Waits for the one lock there is, over tasks, threads and processes, and holds it
    /// until what is returned is dropped. The wait has a limit.
    ///
    /// # Errors
    /// [`Error::Named`] says why it cannot be opened.
    async fn open(&self) -> Result<Box<dyn OpenVault>, Error>;
}

/// A vault under its lock.
pub trait OpenVault: Send {
    /// What is kept of `account`, as the last writer of any process left it.
    ///
    /// # Errors
    /// [`Error::Named`] says why it cannot be read.
    fn read(&mut self, account: &AccountId) -> Result<Option<Stored>, Error>;

    /// Keeps `stored`; when this returns, it is safe against a crash.
    ///
    /// # Errors
    /// [`Error::Named`] says why it cannot be written.
    fn write(&mut self, account: &AccountId, stored: &Stored) -> Result<(), Error>;

    /// Forgets `account`.
    ///
    /// # Errors
    /// [`Error::Named`] says why it cannot be written.
    fn remove(&mut self, account: &AccountId) -> Result<(), Error>;
}

/// A vault in this program's memory: where there is no keyring, sign-ins end with the program.
#[derive(Debug, Clone, Default)]
pub struct MemoryVault {
    kept: Arc<Mutex<HashMap<AccountId, Stored>>>,
}

#[async_trait]
impl Vault for MemoryVault {
    async fn open(&self) -> Result<Box<dyn OpenVault>, Error> {
        Ok(Box::new(self.kept.clone().lock_owned().await))
    }
}

impl OpenVault for OwnedMutexGuard<HashMap<AccountId, Stored>> {
    fn read(&mut self, account: &AccountId) -> Result<Option<Stored>, Error> {
        Ok(self.get(account).cloned())
    }

    fn write(&mut self, account: &AccountId, stored: &Stored) -> Result<(), Error> {
        self.insert(account.clone(), stored.clone());
        Ok(())
    }

    fn remove(&mut self, account: &AccountId) -> Result<(), Error> {
        HashMap::remove(self, account);
        Ok(())
    }
}
