//! The token file: accounts and their refresh tokens, encrypted, shared by all processes.
//!
//! Its key lies in the system's keyring, the file in the state folder. The entry's name bears
//! the key's mark, which the file's header names: a keyring that is locked, or another
//! machine's, may say that there is no such entry, and that moves and overwrites nothing.
//! Only a person who signs in begins anew. Whoever uses a
//! refresh token holds the lock from reading it to having written its successor. Where
//! something is in the way (no keyring, a full disk, a file of a newer version) accounts
//! live in this process's memory, and what is in the way is told.

mod file;
mod lock;
mod memory;
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
use memory::{Memory, Seen};
use open::Purpose;
use seal::{Key, Mark, Records, Unfit};

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
    /// A key that was made and that no file is sealed with yet.
    made: Mutex<Option<Key>>,
    /// What could not be kept on the disk.
    memory: Mutex<Memory>,
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
            made: Mutex::default(),
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
            Ok(None) => return self.held(Some(Seen::default()), None),
            Err(source) => return self.held(None, Some(self.failed(source).problem())),
        };
        match self.unsealed(&bytes).await {
            Ok(Ok((_, records))) => {
                self.met()
                    .take_if(|problem| !is_aside(problem) && is_unreadable(problem));
                self.held(Some(Seen::new(records, &bytes)), None)
            }
            Err(error) => self.held(None, Some(error.problem())),
            // To be looked at under the lock: another process may just have replaced it.
            Ok(Err(_unfit)) => {
                let seen = self.open().await.into_seen();
                self.held(seen, None)
            }
        }
    }

    /// Asks the keyring whether it could keep an account, where no file has led to it yet.
    pub(crate) async fn ask_keyring(&self) {
        if !self.may_hold_any() {
            let asked = self.0.keyring.reach().await;
            *self.met() = asked.err().map(|error| error.problem());
        }
    }

    /// Takes the lock and reads what there is. What is in the way stands in the result.
    pub(crate) async fn open(&self) -> OpenTokens {
        OpenTokens::new(self.clone(), Purpose::Use).await
    }

    /// As [`TokenFile::open`], for somebody who has signed in: a file that no key here opens
    /// is put aside, and a new one is begun.
    pub(crate) async fn open_to_sign_in(&self) -> OpenTokens {
        OpenTokens::new(self.clone(), Purpose::SignIn).await
    }

    /// Forgets an account; with the last one the file and its key. Every step is tried.
    ///
    /// # Errors
    /// What was in the way first: something of the account, or the key, stayed.
    pub(crate) async fn forget(&self, account: &AccountId) -> Result<(), Problem> {
        if !self.may_hold_any() {
            return Ok(());
        }
        let mut open = OpenTokens::new(self.clone(), Purpose::SignOut).await;
        let (mut done, key) = open.remove(account);
        if let Some(key) = key {
            *self.key() = None;
            let removed = self.0.keyring.remove(entry(&key.mark())).await;
            done = done.and(removed.map_err(|error| error.problem()));
        }
        // A key that no file was sealed with opens nothing; it may not even be there.
        let unused = self.unused_key();
        if let Some(key) = unused
            && let Err(error) = self.0.keyring.remove(entry(&key.mark())).await
        {
            tracing::debug!(%error, "a key that was never used may have stayed");
        }
        done
    }

    /// Whether the account seems to be in the file, whoever can open that.
    pub(crate) fn has_on_disk(&self, account: &AccountId) -> bool {
        let bytes = file::read(&self.0.path).ok().flatten();
        bytes.is_some_and(|bytes| seal::names(&bytes, account))
    }

    /// Removes the files that were put aside, with their keys, and gives them. A keyring that
    /// was locked when one was put aside may still hold its key.
    ///
    /// # Errors
    /// `store-not-writable` where one stayed.
    pub(crate) async fn remove_put_aside(&self) -> Result<Vec<PathBuf>, Problem> {
        let failed = |source| self.failed(source).problem();
        let in_use = self.mark_of(&self.0.path);
        let aside = file::aside(&self.0.path).map_err(failed)?;
        for path in &aside {
            let mark = self.mark_of(path).filter(|mark| in_use != Some(*mark));
            file::remove_aside(path).map_err(failed)?;
            if let Some(mark) = mark
                && let Err(error) = self.0.keyring.remove(entry(&mark)).await
            {
                tracing::info!(%error, "the key of a file that was put aside may have stayed");
            }
        }
        self.met().take_if(|problem| is_aside(problem));
        Ok(aside)
    }

    fn mark_of(&self, path: &std::path::Path) -> Option<Mark> {
        seal::mark(&file::read(path).ok()??)
    }

    /// The key and the records in these bytes, with the key at hand or, where that does not
    /// fit (another process has begun anew), with the keyring's.
    async fn unsealed(&self, bytes: &[u8]) -> Result<Result<(Key, Records), Unfit>, Error> {
        if let Some(version) = seal::version(bytes).filter(|version| *version > seal::VERSION) {
            return Ok(Err(Unfit::Newer(version)));
        }
        let Some(mark) = seal::mark(bytes) else {
            return Ok(Err(Unfit::Damaged));
        };
        let fits = |key: &Key| key.mark() == mark;
        let at_hand = self.key().clone().filter(fits);
        let key = match at_hand {
            Some(key) => key,
            None => {
                let found = self.0.keyring.get(entry(&mark)).await?;
                let Some(key) = found.as_deref().and_then(Key::from_bytes).filter(fits) else {
                    return Ok(Err(Unfit::OtherKey));
                };
                *self.key() = Some(key.clone());
                key
            }
        };
        Ok(seal::unseal(&key, bytes).map(|records| (key, records)))
    }

    /// A new key, once the keyring has it. One that was given to the keyring before and is
    /// used by no file is given to it again: its answer may only have come late.
    async fn new_key(&self) -> Result<Key, Error> {
        let made = self.made().clone();
        let key = match made {
            Some(key) => key,
            None => Key::random().ok_or_else(no_randomness)?,
        };
        *self.made() = Some(key.clone());
        let kept = self.0.keyring.set(entry(&key.mark()), key.to_bytes());
        kept.await?;
        Ok(key)
    }

    /// The key that waits for a file, once there is nothing left to keep in one.
    fn unused_key(&self) -> Option<Key> {
        let nothing_left = self.memory().is_empty();
        nothing_left.then(|| self.made().take())?
    }

    /// What was found, with what this process alone knows.
    fn held(&self, disk: Option<Seen>, problem: Option<Problem>) -> Held {
        let problem = problem.or_else(|| self.met().clone());
        let in_memory = self.memory().newer(disk.as_ref());
        let on_disk = disk.map(|disk| disk.records).unwrap_or_default();
        let on_disk = on_disk
            .into_iter()
            .filter(|(account, _)| !in_memory.contains_key(account))
            .map(|(account, record)| (account, record, Kept::Keyring));
        let mut records: Vec<_> = on_disk.collect();
        let in_memory = in_memory.into_iter();
        records.extend(in_memory.map(|(account, record)| (account, record, Kept::Memory)));
        records.sort_by_key(|(_, record, _)| record.since);
        // A file that cannot be read does not keep anybody from signing in; the rest does.
        let in_the_way = problem
            .as_ref()
            .is_some_and(|problem| !is_unreadable(problem));
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

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn met(&self) -> MutexGuard<'_, Option<Problem>> {
        self.0.met.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn made(&self) -> MutexGuard<'_, Option<Key>> {
        self.0.made.lock().unwrap_or_else(PoisonError::into_inner)
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

/// Where the key of that mark lies.
fn entry(mark: &Mark) -> Entry {
    Entry::TokenKey(mark.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn is_unreadable(problem: &Problem) -> bool {
    matches!(problem.cause, Cause::TokensUnreadable { .. })
}

/// That a file was put aside stays to be told.
fn is_aside(problem: &Problem) -> bool {
    matches!(problem.cause, Cause::TokensUnreadable { kept: Some(_), .. })
}

fn no_randomness() -> Error {
    Error::Keyring {
        why: "the system gives no randomness".to_owned(),
    }
}

#[cfg(test)]
mod tests;
