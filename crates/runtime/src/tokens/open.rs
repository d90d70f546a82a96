//! The token file while its lock is held: read once, changed, replaced at each change.

use gangway_engine::account::{AccountId, Kept};
use gangway_engine::problem::Problem;
use tokio::sync::OwnedMutexGuard;

use super::memory::Seen;
use super::record::Record;
use super::seal::{self, Key, Records, Unfit};
use super::{Lock, TokenFile, file, is_aside};
use crate::error::{Error, chain};

/// What the file is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To use what is there.
    Use,
    /// To keep what a person has just done: only then a file that no key opens is put aside.
    SignIn,
    /// To take something away: neither room nor a new key is wanted.
    SignOut,
}

/// The token file, held. Dropping it gives the lock back.
#[derive(Debug)]
pub(crate) struct OpenTokens {
    file: TokenFile,
    /// What is there; `None` where it could not be read.
    disk: Option<Seen>,
    /// What it is sealed with, or will be. Where nobody is signed in there is none.
    key: Option<Key>,
    /// Why nothing can be written.
    in_the_way: Option<Problem>,
    lock: Option<Lock>,
    _turn: OwnedMutexGuard<()>,
}

impl OpenTokens {
    pub(super) async fn new(file: TokenFile, purpose: Purpose) -> Self {
        let turn = file.0.turn.clone().lock_owned().await;
        let mut open = Self {
            file,
            disk: None,
            key: None,
            in_the_way: None,
            lock: None,
            _turn: turn,
        };
        let read = match Lock::take(&open.file.0.lock).await {
            Ok(lock) => {
                open.lock = Some(lock);
                open.read(purpose).await
            }
            Err(error) => Err(error),
        };
        open.in_the_way = read.err().map(|error| error.problem());
        if let Some(problem) = &open.in_the_way {
            tracing::info!(code = problem.code(), "accounts are not kept on the disk");
        }
        if purpose != Purpose::SignOut {
            open.keep_what_was_in_memory();
        }
        match &open.in_the_way {
            Some(problem) => *open.file.met() = Some(problem.clone()),
            // That a file was put aside stays to be told; what was in the way does not.
            None => drop(open.file.met().take_if(|problem| !is_aside(problem))),
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
        match (&self.in_the_way, &self.disk) {
            (Some(problem), _) => Err(problem.clone()),
            (None, disk) => Ok(disk
                .as_ref()
                .and_then(|disk| disk.records.get(account).cloned())),
        }
    }

    /// Keeps a record: on the disk, or in memory where something is in the way or nobody's
    /// sign-in has led to a key yet.
    pub(crate) fn put(&mut self, account: &AccountId, record: Record) -> Kept {
        if self.in_the_way.is_none()
            && let (Some(key), Some(disk)) = (&self.key, &mut self.disk)
        {
            let mut records = disk.records.clone();
            records.insert(account.clone(), record.clone());
            match self.file.write(key, &records) {
                Ok(()) => {
                    disk.records = records;
                    self.file.memory().forget(account);
                    *self.file.met() = None;
                    return Kept::Keyring;
                }
                Err(error) => self.in_the_way = Some(error.problem()),
            }
        }
        let path = &self.file.0.path;
        let disk = self.disk.as_ref();
        let mut memory = self.file.memory();
        memory.remember(account, record, disk, || file::digest(path));
        drop(memory);
        if let Some(problem) = &self.in_the_way {
            tracing::warn!(code = problem.code(), "an account is kept in memory only");
            *self.file.met() = Some(problem.clone());
        }
        Kept::Memory
    }

    /// What is in the way of keeping accounts.
    #[cfg(test)]
    pub(crate) fn in_the_way(&self) -> Option<&Problem> {
        self.in_the_way.as_ref()
    }

    /// Removes a record from memory and disk; and the key that opens nothing any more.
    pub(super) fn remove(&mut self, account: &AccountId) -> (Result<(), Problem>, Option<Key>) {
        self.file.memory().forget(account);
        let path = &self.file.0.path;
        let Some(disk) = &mut self.disk else {
            // The file cannot be opened; whether the account is in it can be said all the same.
            let bytes = file::read(path).ok().flatten();
            let stays = bytes.is_some_and(|bytes| seal::names(&bytes, account));
            let why = self.in_the_way.clone().filter(|_| stays);
            return (why.map_or(Ok(()), Err), None);
        };
        let was_there = disk.records.remove(account).is_some();
        let failed = |source| self.file.failed(source).problem();
        if disk.records.is_empty() {
            return (file::remove(path).map_err(failed), self.key.take());
        }
        let done = match &self.key {
            Some(key) if was_there => match seal::seal(key, &disk.records) {
                Some(bytes) => file::shorten(path, &bytes).map_err(failed),
                None => Err(super::no_randomness().problem()),
            },
            _ => Ok(()),
        };
        (done, None)
    }

    /// What is on the disk; `None` where it could not be read.
    pub(super) fn into_seen(mut self) -> Option<Seen> {
        self.disk.take()
    }

    /// Reads the file, puts aside what cannot be used, and makes sure of room and, where
    /// there is something to keep, of a key.
    async fn read(&mut self, purpose: Purpose) -> Result<(), Error> {
        let path = self.file.0.path.clone();
        let bytes = file::read(&path).map_err(|source| self.file.failed(source))?;
        let length = bytes.as_ref().map_or(0, Vec::len);
        let mut to_begin_anew = false;
        let mut disk = Seen::default();
        if let Some(bytes) = bytes {
            match self.file.unsealed(&bytes).await? {
                Ok((key, records)) => {
                    self.key = Some(key);
                    disk = Seen::new(records, &bytes);
                }
                Err(Unfit::Newer(found)) => {
                    let known = seal::VERSION;
                    return Err(Error::StoreNewer { found, known });
                }
                // A locked keyring may say the same: nothing of it is touched.
                Err(Unfit::OtherKey) if purpose != Purpose::SignIn => {
                    let why = "its key is not in this keyring, or the keyring is locked";
                    let kept = None;
                    return Err(Error::TokensUnreadable { path, why, kept });
                }
                Err(Unfit::OtherKey) => to_begin_anew = true,
                Err(Unfit::Damaged) => {
                    let aside = self.put_aside("it is not what was written")?;
                    *self.file.met() = Some(aside.problem());
                    // A key that opens nothing else goes on.
                    let fits = |key: &Key| seal::mark(&bytes) == Some(key.mark());
                    self.key = self.file.key().clone().filter(fits);
                }
            }
        }
        self.file.memory().yield_to(&disk);
        self.disk = Some(disk);
        let something_to_keep = purpose == Purpose::SignIn || !self.file.memory().is_empty();
        if purpose == Purpose::SignOut || (self.key.is_none() && !something_to_keep) {
            return Ok(());
        }
        file::make_room(&path, length).map_err(|source| self.file.failed(source))?;
        if self.key.is_none() {
            self.key = Some(self.file.new_key().await?);
        }
        if to_begin_anew {
            self.put_aside("a person signs in, and its key is not in this keyring")?;
        }
        Ok(())
    }

    fn put_aside(&self, why: &'static str) -> Result<Error, Error> {
        let path = self.file.0.path.clone();
        let kept = file::put_aside(&path).map_err(|source| self.file.failed(source))?;
        let kept = Some(kept);
        let error = Error::TokensUnreadable { path, why, kept };
        tracing::warn!(error = %chain(&error), "accounts have to sign in again");
        Ok(error)
    }

    /// Once nothing is in the way any more, what was kept in memory goes to the disk, unless
    /// the disk knows better.
    fn keep_what_was_in_memory(&mut self) {
        let (None, Some(key), Some(disk)) = (&self.in_the_way, &self.key, &mut self.disk) else {
            return;
        };
        let memory = self.file.memory().newer(None);
        if memory.is_empty() {
            return;
        }
        let mut records = disk.records.clone();
        records.extend(memory);
        match self.file.write(key, &records) {
            Ok(()) => {
                disk.records = records;
                self.file.memory().clear();
            }
            Err(error) => self.in_the_way = Some(error.problem()),
        }
    }
}

impl TokenFile {
    fn write(&self, key: &Key, records: &Records) -> Result<(), Error> {
        let bytes = seal::seal(key, records).ok_or_else(super::no_randomness)?;
        file::replace(&self.0.path, &bytes).map_err(|source| self.failed(source))?;
        // From here on a file is sealed with it.
        self.made().take_if(|made| made == key);
        *self.key() = Some(key.clone());
        Ok(())
    }
}

impl Drop for OpenTokens {
    fn drop(&mut self) {
        if self.lock.is_some() {
            file::leave_no_room(&self.file.0.path);
        }
    }
}
