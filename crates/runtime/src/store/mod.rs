//! The store: what must outlive this process, in one SQLite file shared by all of them.
//!
//! Opened in WAL mode, so that a reader never waits for a writer. Requests and claims are
//! written with full synchronisation before anything is sent; the inventory is a cache
//! and may be lost.

mod account;
mod aside;
mod button;
mod claim;
mod codec;
pub(crate) mod gateway;
mod host;
mod inventory;
mod list;
mod memory;
mod narrow;
mod nearest;
mod policy;
mod request;
mod schema;
mod search;
mod subscription;
mod usual;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gangway_engine::problem::{Cause, Problem};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

pub use account::{LentAccount, StoredTenant};
pub use button::KeptButton;
pub use claim::{CLAIM_HOLDS, Owner};
pub use gateway::StoredGateway;
pub use inventory::{SubscriptionRead, SubscriptionStanding};
pub use memory::StoredProfile;
pub use schema::VERSION;

use crate::error::{Error, chain};

/// How long a statement waits for another process.
const BUSY: Duration = Duration::from_secs(5);

/// The store of one person.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    connection: Mutex<Connection>,
    /// Why nothing can be written, where that is so.
    read_only: Option<Problem>,
}

/// A store that was opened, and what had to be said about it.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Store,
    /// `store-damaged` or `store-not-writable`, where that is so.
    pub problems: Vec<Problem>,
}

impl Store {
    /// Opens the store, making it where there is none.
    ///
    /// A damaged one is kept aside under another name and a new one begun. Where nothing
    /// can be written, what is there is opened for reading, and every write fails with
    /// `store-not-writable`.
    ///
    /// # Errors
    /// [`Error::StoreNewer`], the file being left as it was; [`Error::Store`] when another
    /// process holds it for too long.
    pub fn open(path: &Path) -> Result<Opened, Error> {
        aside::refuse_newer(path)?;
        match Self::open_to_write(path) {
            Ok(store) => Ok(Opened {
                store,
                problems: Vec::new(),
            }),
            Err(Error::StoreDamaged { .. }) => match Self::begin_again(path) {
                Err(error @ Error::StoreNotWritable { .. }) => Self::only_read(path, &error),
                begun => begun,
            },
            Err(error @ Error::StoreNotWritable { .. }) => Self::only_read(path, &error),
            Err(error) => Err(error),
        }
    }

    /// Another connection to the same store, for work on another thread.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn second(&self) -> Result<Self, Error> {
        match &self.read_only {
            Some(problem) => Err(problem.clone().into()),
            None => Self::open_to_write(&self.path),
        }
    }

    /// Why nothing can be written, where that is so.
    #[must_use]
    pub fn read_only(&self) -> Option<&Problem> {
        self.read_only.as_ref()
    }

    /// A number that changes when another connection has written.
    ///
    /// # Errors
    /// [`Error::Store`] when the store fails.
    pub fn data_version(&self) -> Result<i64, Error> {
        self.read(|connection| {
            connection.pragma_query_value(None, "data_version", |row| row.get(0))
        })
    }

    fn open_to_write(path: &Path) -> Result<Self, Error> {
        let wrap = |error| classify(path, error);
        make_file(path)?;
        let connection = Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_WRITE
                | OpenFlags::SQLITE_OPEN_CREATE
                | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )
        .map_err(wrap)?;
        schema::set_up(&connection).map_err(wrap)?;
        let _alone = match schema::is_present(&connection).map_err(wrap)? {
            true => None,
            false => Some(aside::alone(path)?),
        };
        match schema::migrate(&connection).map_err(wrap)? {
            schema::Found::Known => {}
            schema::Found::Newer(found) => {
                // Closing the last connection would write the log back into the file.
                let _ = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
                return Err(Error::StoreNewer {
                    found,
                    known: VERSION,
                });
            }
        }
        schema::check(&connection).map_err(wrap)?;
        if aside::is_suspect(path) {
            schema::check_all(&connection).map_err(wrap)?;
            aside::clear(path);
        }
        Ok(Self {
            path: path.to_owned(),
            connection: Mutex::new(connection),
            read_only: None,
        })
    }

    fn only_read(path: &Path, error: &Error) -> Result<Opened, Error> {
        let problem = error.problem();
        Ok(Opened {
            store: Self::open_to_read(path, problem.clone())?,
            problems: vec![problem],
        })
    }

    /// What is there, for reading; nothing where there is nothing. `immutable` because a
    /// read-only folder takes no lock files
    /// (<https://sqlite.org/wal.html#readonly>).
    fn open_to_read(path: &Path, problem: Problem) -> Result<Self, Error> {
        let wrap = |error| classify(path, error);
        let of_file = || {
            let uri = format!("file:{}?immutable=1", percent(path));
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
                | OpenFlags::SQLITE_OPEN_URI
                | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(uri, flags)?;
            schema::check(&connection)?;
            Ok::<_, rusqlite::Error>(connection)
        };
        let connection = match of_file() {
            Ok(connection) => connection,
            Err(error) => {
                tracing::debug!(error = %chain(&error), "there is no store to read");
                let empty = Connection::open_in_memory().map_err(wrap)?;
                schema::migrate(&empty).map_err(wrap)?;
                empty
            }
        };
        connection
            .pragma_update(None, "query_only", true)
            .map_err(wrap)?;
        Ok(Self {
            path: path.to_owned(),
            connection: Mutex::new(connection),
            read_only: Some(problem),
        })
    }

    fn begin_again(path: &Path) -> Result<Opened, Error> {
        let kept = aside::keep(path, |path| !Self::is_sound(path))?;
        let problems = kept
            .map(|kept| {
                Problem::new(Cause::StoreDamaged {
                    kept: kept.display().to_string(),
                })
            })
            .into_iter()
            .collect();
        Ok(Opened {
            store: Self::open_to_write(path)?,
            problems,
        })
    }

    /// Whether the store can be used as it is. Begins nothing, so that it may be asked
    /// while others are held off.
    fn is_sound(path: &Path) -> bool {
        let look = || {
            let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            connection.busy_timeout(BUSY)?;
            let present = schema::is_present(&connection)?;
            if aside::is_suspect(path) {
                schema::check_all(&connection)?;
            }
            schema::check(&connection)?;
            Ok::<_, rusqlite::Error>(present)
        };
        look().unwrap_or(false)
    }

    /// Reads.
    fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        work(&self.lock()).map_err(|error| self.failed(error))
    }

    /// Writes in one transaction that is given up when anything fails.
    fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        if let Some(problem) = &self.read_only {
            return Err(problem.clone().into());
        }
        let mut connection = self.lock();
        let run = || {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = work(&transaction)?;
            transaction.commit()?;
            Ok(done)
        };
        run().map_err(|error| self.failed(error))
    }

    /// Damage that shows only now is looked for at the next start, in the whole file: a
    /// store that others have open cannot be put aside under them.
    fn failed(&self, error: rusqlite::Error) -> Error {
        let error = classify(&self.path, error);
        if matches!(error, Error::StoreDamaged { .. }) {
            aside::suspect(&self.path);
        }
        error
    }

    /// Writes so that it survives a power cut once this returns.
    fn write_for_good<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        self.synchronous("FULL")?;
        let done = self.write(work);
        self.synchronous("NORMAL")?;
        done
    }

    fn synchronous(&self, level: &str) -> Result<(), Error> {
        self.read(|connection| connection.pragma_update(None, "synchronous", level))
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic while it was held leaves a transaction that SQLite rolls back.
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// What kind of failure this is.
fn classify(path: &Path, error: rusqlite::Error) -> Error {
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Error::StoreDamaged {
            path,
            source: Box::new(error),
        },
        Some(
            ErrorCode::ReadOnly
            | ErrorCode::CannotOpen
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::PermissionDenied,
        ) => Error::StoreNotWritable {
            path,
            source: Box::new(error),
        },
        _ => match error {
            rusqlite::Error::FromSqlConversionFailure(_, _, source) => Error::Record(source),
            error => Error::Store(error),
        },
    }
}

/// Makes the file with the right mode before SQLite would make it with another.
fn make_file(path: &Path) -> Result<(), Error> {
    crate::platform::make_private_file(path)
        .map(drop)
        .map_err(|source| Error::StoreNotWritable {
            path: path.to_owned(),
            source: Box::new(source),
        })
}

/// A path for a `file:` URI: what SQLite would read as syntax is escaped.
fn percent(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    text.replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23")
}

#[cfg(test)]
mod tests;
