//! Accounts that could not be kept on the disk, and what each would replace there.

use std::collections::BTreeMap;

use gangway_engine::account::AccountId;

use super::file;
use super::record::Record;
use super::seal::Records;

/// What is on the disk.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) records: Records,
    /// Of the file's bytes; `None` where there was no file.
    digest: Option<Vec<u8>>,
}

/// The records of this process alone.
#[derive(Debug, Default)]
pub(super) struct Memory(BTreeMap<AccountId, Remembered>);

#[derive(Debug)]
struct Remembered {
    record: Record,
    replaces: Replaces,
}

/// What lay on the disk when a record could not be kept there. Once something else lies
/// there, another process has written it, and it is newer.
#[derive(Debug)]
enum Replaces {
    /// This, or nothing.
    Known(Option<Record>),
    /// What was in a file that could not be opened then; its digest.
    Unread(Option<Vec<u8>>),
}

impl Seen {
    pub(super) fn new(records: Records, bytes: &[u8]) -> Self {
        Self {
            records,
            digest: Some(file::digest_of(bytes)),
        }
    }
}

impl Memory {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn get(&self, account: &AccountId) -> Option<&Record> {
        self.0.get(account).map(|remembered| &remembered.record)
    }

    /// Remembers a record. What the first one would have replaced counts for every later one.
    pub(super) fn remember(
        &mut self,
        account: &AccountId,
        record: Record,
        disk: Option<&Seen>,
        digest: impl FnOnce() -> Option<Vec<u8>>,
    ) {
        if let Some(remembered) = self.0.get_mut(account) {
            remembered.record = record;
            return;
        }
        let replaces = match disk {
            Some(seen) => Replaces::Known(seen.records.get(account).cloned()),
            None => Replaces::Unread(digest()),
        };
        let remembered = Remembered { record, replaces };
        self.0.insert(account.clone(), remembered);
    }

    pub(super) fn forget(&mut self, account: &AccountId) {
        self.0.remove(account);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Drops what the disk knows better.
    pub(super) fn yield_to(&mut self, disk: &Seen) {
        self.0.retain(|account, it| it.is_newer(account, disk));
    }

    /// What is newer than the disk; everything where the disk could not be read.
    pub(super) fn newer(&self, disk: Option<&Seen>) -> Records {
        let newer = self
            .0
            .iter()
            .filter(|(account, it)| disk.is_none_or(|disk| it.is_newer(account, disk)));
        newer
            .map(|(account, it)| (account.clone(), it.record.clone()))
            .collect()
    }
}

impl Remembered {
    fn is_newer(&self, account: &AccountId, disk: &Seen) -> bool {
        let there = disk.records.get(account);
        match &self.replaces {
            Replaces::Known(before) => before.as_ref() == there,
            Replaces::Unread(digest) => there.is_none() || *digest == disk.digest,
        }
    }
}
