//! The token file while its lock is held: read once, changed, replaced at each change.

use gangway_engine::account::{AccountId, Kept};
use gangway_engine::problem::{Cause, Problem};
use tokio::sync::OwnedMutexGuard;

use super::record::Record;
use super::seal::{self, Key, Records, Unfit};
use super::{Lock, TokenFile, file};
use crate::error::{Error, chain};

/// The token file, held. Dropping it gives the lock back.
#[derive(Debug)]
pub(crate) struct OpenTokens {
    file: TokenFile,
    records: Records,
    /// What can be written with; what is in the way where nothing can.
    writable: Result<Key, Problem>,
    lock: Option<Lock>,
    _turn: OwnedMutexGuard<()>,
}

impl OpenTokens {
    pub(super) async fn new(file: TokenFile) -> Self {
        let turn = file.0.turn.clone().lock_owned().await;
        let mut open = Self {
            file,
            records: Records::new(),
            writable: Err(Problem::new(Cause::KeyringMissing)),
            lock: None,
            _turn: turn,
        };
        open.writable = match Lock::take(&open.file.0.lock).await {
            Ok(lock) => {
                open.lock = Some(lock);
                open.read().await.map_err(|error| error.problem())
            }
            Err(error) => Err(error.problem()),
        };
        if let Err(problem) = &open.writable {
            tracing::info!(code = problem.code(), "accounts are not kept on the disk");
        }
        open.keep_what_was_in_memory();
        match &open.writable {
            Err(problem) => *open.file.met() = Some(problem.clone()),
            Ok(_) => open.in_the_way_no_more(),
        }
        open
    }

    /// An account's record.
    ///
    /// # Errors
    /// What is in the way of knowing it, or of keeping what its token would be replaced by.
    pub(crate) fn get(&self, account: &AccountId) -> Result<Option<Record>, Problem> {
        if let Some(record) = self.file.memory().get(account) {
            return Ok(Some(record.clone()));
        }
        match &self.writable {
            Ok(_) => Ok(self.records.get(account).cloned()),
            Err(problem) => Err(problem.clone()),
        }
    }

    /// Keeps a record: on the disk, or in memory where something is in the way.
    pub(crate) fn put(&mut self, account: &AccountId, record: Record) -> Kept {
        let kept = match &self.writable {
            Err(problem) => Err(problem.clone()),
            Ok(key) => {
                let before = self.records.insert(account.clone(), record.clone());
                let written = self.write(key).map_err(|error| error.problem());
                if written.is_err() {
                    match before {
                        Some(before) => self.records.insert(account.clone(), before),
                        None => self.records.remove(account),
                    };
                }
                written
            }
        };
        match kept {
            Ok(()) => {
                self.file.memory().remove(account);
                *self.file.met() = None;
                Kept::Keyring
            }
            Err(problem) => {
                tracing::warn!(code = problem.code(), "an account is kept in memory only");
                self.file.memory().insert(account.clone(), record);
                *self.file.met() = Some(problem.clone());
                self.writable = Err(problem);
                Kept::Memory
            }
        }
    }

    /// What is in the way of keeping accounts.
    #[cfg(test)]
    pub(crate) fn in_the_way(&self) -> Option<&Problem> {
        self.writable.as_ref().err()
    }

    /// Removes a record; whether none is left on the disk.
    ///
    /// # Errors
    /// What is in the way.
    pub(super) fn remove(&mut self, account: &AccountId) -> Result<bool, Problem> {
        let was_in_memory = self.file.memory().remove(account).is_some();
        let key = match &self.writable {
            Ok(key) => key.clone(),
            Err(_) if was_in_memory => return Ok(false),
            Err(problem) => return Err(problem.clone()),
        };
        self.records.remove(account);
        let done = if self.records.is_empty() {
            file::remove(&self.file.0.path).map_err(|source| self.file.failed(source))
        } else {
            self.write(&key)
        };
        done.map_err(|error| error.problem())?;
        Ok(self.records.is_empty())
    }

    /// What is on the disk.
    pub(super) fn records(&self) -> &Records {
        &self.records
    }

    /// Reads the file, puts aside what cannot be used, and makes sure of a key and of room.
    async fn read(&mut self) -> Result<Key, Error> {
        let path = self.file.0.path.clone();
        let bytes = file::read(&path).map_err(|source| self.file.failed(source))?;
        let length = bytes.as_ref().map_or(0, Vec::len);
        if let Some(bytes) = bytes {
            let why = match self.file.unsealed(&bytes).await? {
                Ok(records) => {
                    self.records = records;
                    None
                }
                Err(Unfit::Newer(found)) => {
                    let known = seal::VERSION;
                    return Err(Error::StoreNewer { found, known });
                }
                Err(Unfit::OtherKey) => Some("it was sealed with a key that is not here"),
                Err(Unfit::Damaged) => Some("it is not what was written"),
            };
            if let Some(why) = why {
                let kept = file::put_aside(&path).map_err(|source| self.file.failed(source))?;
                let kept = Some(kept);
                let error = Error::TokensUnreadable { path, why, kept };
                tracing::warn!(error = %chain(&error), "accounts have to sign in again");
                *self.file.met() = Some(error.problem());
            }
        }
        let at_hand = self.file.key().clone();
        let key = match at_hand {
            Some(key) if !self.records.is_empty() => key,
            _ => self.file.key_or_new().await?,
        };
        file::make_room(&self.file.0.path, length).map_err(|source| self.file.failed(source))?;
        Ok(key)
    }

    /// That a file was put aside stays to be told; what was in the way and is not any more
    /// does not.
    fn in_the_way_no_more(&self) {
        let aside = |problem: &Problem| matches!(problem.cause, Cause::TokensUnreadable { .. });
        let mut met = self.file.met();
        *met = met.take().filter(aside);
    }

    /// Once nothing is in the way any more, what was kept in memory goes to the disk.
    fn keep_what_was_in_memory(&mut self) {
        let Ok(key) = self.writable.clone() else {
            return;
        };
        let memory = self.file.memory().clone();
        if memory.is_empty() {
            return;
        }
        self.records.extend(memory);
        match self.write(&key) {
            Ok(()) => self.file.memory().clear(),
            Err(error) => self.writable = Err(error.problem()),
        }
    }

    fn write(&self, key: &Key) -> Result<(), Error> {
        let bytes = seal::seal(key, &self.records).ok_or_else(super::no_randomness)?;
        file::replace(&self.file.0.path, &bytes).map_err(|source| self.file.failed(source))
    }
}

impl Drop for OpenTokens {
    fn drop(&mut self) {
        if self.lock.is_some() {
            file::leave_no_room(&self.file.0.path);
        }
    }
}
