//! Claims: at most one process at a time asks for a VM and port.

use gangway_engine::id::RequestId;
use gangway_engine::time::{SignedDuration, mins};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Result, Transaction, params};

use super::codec::{millis, moment};
use crate::platform;

/// How long a claim holds at most. An `initiate` is answered or given up well before.
pub const CLAIM_HOLDS: SignedDuration = mins(2);

/// A process, told apart from a later one that bears the same number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Its number.
    pub pid: u32,
    /// What only this run of it bears: the boot and its start time.
    pub mark: String,
}

impl Owner {
    /// This process.
    #[must_use]
    pub fn this_process() -> Self {
        let pid = std::process::id();
        Self {
            pid,
            mark: platform::process_mark(pid).unwrap_or_default(),
        }
    }

    /// Whether it still runs.
    #[must_use]
    pub fn lives(&self) -> bool {
        platform::process_mark(self.pid).is_some_and(|mark| mark == self.mark)
    }
}

/// Until when somebody else's claim on this VM and port holds; a claim of a dead process,
/// or one that is over, is taken away.
pub(super) fn held(
    transaction: &Transaction<'_>,
    vm: &str,
    port: u16,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let found = transaction
        .query_row(
            "SELECT pid, mark, until FROM claim WHERE vm = ?1 AND port = ?2",
            params![vm, port],
            |row| {
                let owner = Owner {
                    pid: row.get(0)?,
                    mark: row.get(1)?,
                };
                Ok((owner, moment(row.get(2)?)))
            },
        )
        .optional()?;
    let Some((owner, until)) = found else {
        return Ok(None);
    };
    // A claim that seems to hold for much longer than any claim does was taken by a wrong
    // clock. A little longer is nothing: two that ask at once may read their clocks in one
    // order and come here in the other.
    let holds = until > now && until.duration_since(now) <= CLAIM_HOLDS + CLAIM_HOLDS;
    if holds && owner.lives() {
        return Ok(Some(until));
    }
    transaction.execute(
        "DELETE FROM claim WHERE vm = ?1 AND port = ?2",
        params![vm, port],
    )?;
    Ok(None)
}

/// Takes the claim. The table's key makes a second one impossible.
pub(super) fn take(
    transaction: &Transaction<'_>,
    vm: &str,
    port: u16,
    request: RequestId,
    owner: &Owner,
    now: Timestamp,
) -> Result<()> {
    let until = gangway_engine::time::after(now, CLAIM_HOLDS);
    transaction.execute(
        "INSERT INTO claim (vm, port, request, pid, mark, taken_at, until)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            vm,
            port,
            request.0.cast_signed(),
            owner.pid,
            owner.mark,
            millis(now),
            millis(until)
        ],
    )?;
    Ok(())
}

/// Gives back the claim that was taken with this request.
pub(super) fn give_back(transaction: &Transaction<'_>, request: RequestId) -> Result<()> {
    transaction.execute(
        "DELETE FROM claim WHERE request = ?1",
        [request.0.cast_signed()],
    )?;
    Ok(())
}
