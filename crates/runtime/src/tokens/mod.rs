//! The token file: accounts and their refresh tokens, encrypted, shared by all processes.
//!
//! Its key lies in the system's keyring, the file in the state folder. Whoever uses a
//! refresh token holds the lock from reading it to having written its successor. Where
//! something is in the way (no keyring, a full disk, a file of a newer version) accounts
//! live in this process's memory, and what is in the way is told.

mod file;
mod lock;
mod open;
mod record;
mod seal;
mod vault;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gangway_engine::account::{AccountId, Kept};
use gangway_engine::problem::{Cause, Problem};

use crate::error::Error;
use crate::home::Home;
use crate::keyring::{Entry, Keyring};
use lock::Lock;
use seal::{Key, Records, Unfit};

pub(crate) use open::OpenTokens;
pub(crate) use record::Record;
pub(crate) use vault::TokenVault;

/// The token file of a home. Copies are the same.
#[derive(Clone)]
pub(crate) struct TokenFile(Arc<Inner>);

struct Inner {
    path: PathBuf,
    lock: PathBuf,
    keyring: Keyring,
    /// The key that fitted last.
    key: Mutex<Option<Key>>,
    /// What could not be kept on the disk.
    memory: Mutex<Records>,
    /// What was in the way, or was met, when it was opened last.
    met: Mutex<Option<Problem>>,
    /// Among the threads of this process, before the lock among processes.
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// What a look at all accounts brought.
#[derive(Debug)]
pub(crate) struct Held {
    /// The accounts.
    pub(crate) records: Vec<(AccountId, Record, Kept)>,
    /// Where a new one would lie.
    pub(crate) kept: Kept,
    /// What is in the way of keeping them, or was met.
    pub(crate) problem: Option<Problem>,
}

impl TokenFile {
    pub(crate) fn new(home: &Home, keyring: Keyring) -> Self {
        Self(Arc::new(Inner {
            path: home.tokens_file(),
            lock: home.tokens_lock(),
            keyring,
            key: Mutex::default(),
            memory: Mutex::default(),
            met: Mutex::default(),
            turn: Arc::default(),
        }))
    }

    /// Whether there may be accounts: nothing is opened to answer.
    pub(crate) fn may_hold_any(&self) -> bool {
        !self.memory().is_empty() || self.0.path.exists()
    }

    /// All accounts, without waiting for anybody's lock. The keyring is asked only where
    /// there is a file.
    pub(crate) async fn look(&self) -> Held {
        let bytes = match file::read(&self.0.path) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return self.held(Records::new(), None),
            Err(source) => return self.held(Records::new(), Some(self.failed(source).problem())),
        };
        match self.unsealed(&bytes).await {
            Ok(Ok(records)) => self.held(records, None),
            Err(error) => self.held(Records::new(), Some(error.problem())),
            // To be looked at under the lock: another process may just have replaced it.
            Ok(Err(_unfit)) => {
                let records = self.open().await.records().clone();
                self.held(records, None)
            }
        }
    }

    /// Asks the keyring whether it could keep an account, where no file has led to it yet.
    pub(crate) async fn ask_keyring(&self) {
        if !self.may_hold_any() {
            let asked = self.key_of_keyring().await;
            *self.met() = asked.err().map(|error| error.problem());
        }
    }

    /// Takes the lock and reads what there is. What is in the way stands in the result.
    pub(crate) async fn open(&self) -> OpenTokens {
        OpenTokens::new(self.clone()).await
    }

    /// Forgets an account; with the last one the file and its key.
    ///
    /// # Errors
    /// What is in the way.
    pub(crate) async fn forget(&self, account: &AccountId) -> Result<(), Problem> {
        if !self.may_hold_any() {
            return Ok(());
        }
        let mut open = self.open().await;
        let none_left = open.remove(account)?;
        if none_left {
            *self.key() = None;
            let removed = self.0.keyring.remove(Entry::TokenKey).await;
            removed.map_err(|error| error.problem())?;
        }
        Ok(())
    }

    /// The records in these bytes, with the key at hand or, where that does not fit (another
    /// process has begun anew), with the keyring's.
    async fn unsealed(&self, bytes: &[u8]) -> Result<Result<Records, Unfit>, Error> {
        if let Some(version) = seal::version(bytes).filter(|version| *version > seal::VERSION) {
            return Ok(Err(Unfit::Newer(version)));
        }
        let at_hand = self.key().clone();
        if let Some(key) = at_hand
            && let Ok(records) = seal::unseal(&key, bytes)
        {
            return Ok(Ok(records));
        }
        let Some(key) = self.key_of_keyring().await? else {
            return Ok(Err(Unfit::OtherKey));
        };
        let unsealed = seal::unseal(&key, bytes);
        if unsealed.is_ok() {
            *self.key() = Some(key);
        }
        Ok(unsealed)
    }

    async fn key_of_keyring(&self) -> Result<Option<Key>, Error> {
        let found = self.0.keyring.get(Entry::TokenKey).await?;
        Ok(found.as_deref().and_then(Key::from_bytes))
    }

    /// The keyring's key, or a new one that was given to it.
    async fn key_or_new(&self) -> Result<Key, Error> {
        if let Some(key) = self.key_of_keyring().await? {
            *self.key() = Some(key.clone());
            return Ok(key);
        }
        let key = Key::random().ok_or_else(no_randomness)?;
        let kept = self.0.keyring.set(Entry::TokenKey, key.to_bytes());
        kept.await?;
        *self.key() = Some(key.clone());
        Ok(key)
    }

    /// What was found, with what this process alone knows.
    fn held(&self, records: Records, problem: Option<Problem>) -> Held {
        let problem = problem.or_else(|| self.met().clone());
        let memory = self.memory();
        let on_disk = records
            .into_iter()
            .filter(|(account, _)| !memory.contains_key(account))
            .map(|(account, record)| (account, record, Kept::Keyring));
        let in_memory = memory
            .iter()
            .map(|(account, record)| (account.clone(), record.clone(), Kept::Memory));
        let mut records: Vec<_> = on_disk.chain(in_memory).collect();
        records.sort_by_key(|(_, record, _)| record.since);
        // A file that was put aside is out of the way; anything else is in it.
        let in_the_way = problem
            .as_ref()
            .is_some_and(|problem| !matches!(problem.cause, Cause::TokensUnreadable { .. }));
        let kept = if in_the_way || !self.0.keyring.may_be_here() {
            Kept::Memory
        } else {
            Kept::Keyring
        };
        Held {
            records,
            kept,
            problem,
        }
    }

    fn failed(&self, source: std::io::Error) -> Error {
        Error::StoreNotWritable {
            path: self.0.path.clone(),
            source: Box::new(source),
        }
    }

    fn memory(&self) -> MutexGuard<'_, Records> {
        self.0.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn met(&self) -> MutexGuard<'_, Option<Problem>> {
        self.0.met.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn key(&self) -> MutexGuard<'_, Option<Key>> {
        self.0.key.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for TokenFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenFile")
            .field("path", &self.0.path)
            .finish_non_exhaustive()
    }
}

fn no_randomness() -> Error {
    Error::Keyring {
        why: "the system gives no randomness".to_owned(),
    }
}

#[cfg(test)]
mod tests;
