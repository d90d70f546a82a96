//! Access requests: written before they are sent, kept until Azure says they are over.

use gangway_engine::id::{RequestId, VmId};
use gangway_engine::input::Recorded;
use gangway_engine::policy::Source;
use gangway_engine::request::{Access, Draft, Standing};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Row, params};

use super::codec::{self, millis, moment};
use super::search::plain;
use super::{Owner, Store, button, claim};
use crate::error::Error;

const COLUMNS: &str = "id, draft, vm_name, asked_at, standing, not_now";

impl Store {
    /// Writes a request down and claims its VM and port, both or neither. It survives a
    /// power cut once this returns [`Recorded::Ours`].
    #[must_use]
    pub fn record(
        &self,
        draft: &Draft,
        vm_name: &str,
        asked_at: Timestamp,
        owner: &Owner,
    ) -> Recorded {
        let vm = draft.vm.key();
        let written = self.write_for_good(|transaction| {
            if let Some(until) = claim::held(transaction, &vm, draft.port, asked_at)? {
                return Ok(Recorded::Theirs { until });
            }
            transaction.execute(
                "INSERT INTO request (vm, port, vm_name, asked_at, open, draft, standing)
                 VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6)",
                params![
                    vm,
                    draft.port,
                    vm_name,
                    millis(asked_at),
                    codec::write(draft)?,
                    codec::write(&Standing::Unanswered)?
                ],
            )?;
            let request = RequestId(transaction.last_insert_rowid().cast_unsigned());
            claim::take(transaction, &vm, draft.port, request, owner, asked_at)?;
            Ok(Recorded::Ours(request))
        });
        written.unwrap_or_else(|error| Recorded::Failed(error.problem()))
    }

    /// Writes down where a request stands now and gives its claim back. The access as it
    /// stood before, where it is known and can be read.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn settle(&self, request: RequestId, standing: &Standing) -> Result<Option<Access>, Error> {
        self.write_for_good(|transaction| {
            let before = transaction
                .prepare_cached(&format!("SELECT {COLUMNS} FROM request WHERE id = ?1"))?
                .query_row([request.0.cast_signed()], access)
                .ok();
            transaction.execute(
                "UPDATE request SET standing = ?2, open = ?3 WHERE id = ?1",
                params![
                    request.0.cast_signed(),
                    codec::write(standing)?,
                    is_open(standing)
                ],
            )?;
            if !is_open(standing) {
                button::forget_of(transaction, request.0.cast_signed())?;
            }
            claim::give_back(transaction, request)?;
            Ok(before)
        })
    }

    /// Remembers that nobody wants to be warned of this access's end any more.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn remember_not_now(&self, request: RequestId) -> Result<(), Error> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE request SET not_now = 1 WHERE id = ?1",
                [request.0.cast_signed()],
            )?;
            Ok(())
        })
    }

    /// Every access that is not known to be over, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn open_accesses(&self) -> Result<Vec<Access>, Error> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM request WHERE open = 1 ORDER BY id"
                ))?
                .query_map([], access)?
                .collect()
        })
    }

    /// The same, and besides each of these, whatever became of it in the meantime.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn open_accesses_and(&self, these: &[RequestId]) -> Result<Vec<Access>, Error> {
        self.read(|connection| {
            let mut rows = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM request WHERE open = 1 OR id = ?1 ORDER BY id"
            ))?;
            // No request has this number: those that are open, whatever else is asked for.
            let ids = std::iter::once(-1).chain(these.iter().map(|it| it.0.cast_signed()));
            let mut found: Vec<Access> = Vec::new();
            for id in ids {
                for row in rows.query_map([id], access)? {
                    let row = row?;
                    if found.iter().all(|known| known.request != row.request) {
                        found.push(row);
                    }
                }
            }
            found.sort_by_key(|access| access.request.0);
            Ok(found)
        })
    }

    /// Requests made from this machine, newest first, whose VM, reason or address bear
    /// every word of the text; all where it is empty.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn history(&self, text: &str, limit: usize) -> Result<Vec<Access>, Error> {
        let text = plain(text);
        let words: Vec<&str> = text.split_whitespace().collect();
        self.read(|connection| {
            connection
                .prepare_cached(&format!("SELECT {COLUMNS} FROM request ORDER BY id DESC"))?
                .query_map([], access)?
                .filter(|row| row.as_ref().map_or(true, |access| bears(access, &words)))
                .take(limit)
                .collect()
        })
    }

    /// Requests for one VM made from this machine, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn history_of(&self, vm: &VmId, limit: usize) -> Result<Vec<Access>, Error> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM request WHERE vm = ?1 ORDER BY id DESC"
                ))?
                .query_map([vm.key()], access)?
                .take(limit)
                .collect()
        })
    }

    /// Forgets requests that are over and were made longer ago than this.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn forget_history(&self, now: Timestamp, older: SignedDuration) -> Result<usize, Error> {
        let before = gangway_engine::time::after(now, -older);
        self.write(|transaction| {
            transaction.execute(
                "DELETE FROM request WHERE open = 0 AND asked_at < ?1",
                [millis(before)],
            )
        })
    }
}

/// The VMs that an access of this machine runs for, as their keys.
pub(super) fn vms_open_at(
    connection: &Connection,
    now: Timestamp,
) -> rusqlite::Result<Vec<String>> {
    let mut statement =
        connection.prepare_cached("SELECT vm, standing FROM request WHERE open = 1")?;
    let mut rows = statement.query([])?;
    let mut open = Vec::new();
    while let Some(row) = rows.next()? {
        let standing: Standing = codec::read(row.get_ref(1)?.as_str()?)?;
        let runs = match standing {
            Standing::Running { expires_at, .. } => expires_at > now,
            Standing::Unanswered | Standing::Refused | Standing::Over { .. } => false,
        };
        if runs {
            open.push(row.get(0)?);
        }
    }
    Ok(open)
}

fn is_open(standing: &Standing) -> bool {
    match standing {
        Standing::Unanswered | Standing::Running { .. } => true,
        Standing::Refused | Standing::Over { .. } => false,
    }
}

/// Whether every word stands in what a person knows a request by.
fn bears(access: &Access, words: &[&str]) -> bool {
    if words.is_empty() {
        return true;
    }
    let draft = &access.draft;
    let source = match &draft.source {
        Source::Blocks(blocks) => blocks.iter().map(|block| format!(" {block}")).collect(),
        Source::Other(text) => text.clone(),
    };
    let line = plain(&format!(
        "{} {} {} {source} {} {}",
        access.vm_name,
        draft.vm.resource_group().unwrap_or_default(),
        draft.tunnel_address,
        draft.port,
        draft.reason.as_deref().unwrap_or_default(),
    ));
    words.iter().all(|word| line.contains(word))
}

fn access(row: &Row<'_>) -> rusqlite::Result<Access> {
    Ok(Access {
        request: RequestId(row.get::<_, i64>(0)?.cast_unsigned()),
        draft: codec::read(row.get_ref(1)?.as_str()?)?,
        vm_name: row.get(2)?,
        asked_at: moment(row.get(3)?),
        standing: codec::read(row.get_ref(4)?.as_str()?)?,
        not_now: row.get(5)?,
    })
}
