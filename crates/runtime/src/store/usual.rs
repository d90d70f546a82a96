//! How long it usually takes from a request to its proof, learnt from this machine's own past.

use gangway_engine::id::RequestId;
use gangway_engine::snapshot::Usual;
use gangway_engine::time::{SignedDuration, millis, mins, secs};
use rusqlite::{Result, params};

use super::Store;
use crate::error::Error;

/// So many of the last times count.
const LAST: i64 = 50;

/// Fewer times tell nothing.
const FEWEST: usize = 3;

/// Fewer times say nothing of the slowest twentieth.
const FEWEST_FOR_LATE: usize = 20;

/// A proof that took longer than this waited for something else: a person, a VM that
/// was starting, a laptop that slept.
const LONGEST: SignedDuration = mins(15);

/// Between these a request may begin to count as late, whatever was learnt.
const LATE: (SignedDuration, SignedDuration) = (secs(15), mins(5));

impl Store {
    /// Notes how long a request took to its proof. The first proof counts.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn note_proof(
        &self,
        request: RequestId,
        took: SignedDuration,
    ) -> std::result::Result<(), Error> {
        if took.is_negative() || took > LONGEST {
            return Ok(());
        }
        let took = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
        self.write(|transaction| {
            transaction
                .execute(
                    "UPDATE request SET took = ?2 WHERE id = ?1 AND took IS NULL",
                    params![request.0.cast_signed(), took],
                )
                .map(drop)
        })
    }

    /// Between which times the middle half of the last requests were proved.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn usual(&self) -> std::result::Result<Option<Usual>, Error> {
        let times = self.times()?;
        Ok((times.len() >= FEWEST).then(|| Usual {
            low: at(&times, 25),
            high: at(&times, 75),
            of: u32::try_from(times.len()).unwrap_or(u32::MAX),
        }))
    }

    /// After how long a request counts as late here: nineteen of twenty were proved by then.
    /// `None` while too few were.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn late_after(&self) -> std::result::Result<Option<SignedDuration>, Error> {
        let times = self.times()?;
        Ok((times.len() >= FEWEST_FOR_LATE).then(|| at(&times, 95).clamp(LATE.0, LATE.1)))
    }

    /// The last times, shortest first.
    fn times(&self) -> std::result::Result<Vec<SignedDuration>, Error> {
        let mut times: Vec<SignedDuration> = self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT took FROM request WHERE took IS NOT NULL ORDER BY id DESC LIMIT ?1",
                )?
                .query_map([LAST], |row| Ok(millis(row.get(0)?)))?
                .collect::<Result<_>>()
        })?;
        times.sort_unstable();
        Ok(times)
    }
}

/// The time that so many of a hundred do not exceed (nearest rank). `times` are sorted.
fn at(times: &[SignedDuration], percent: usize) -> SignedDuration {
    let rank = (times.len() * percent).div_ceil(100);
    times
        .get(rank.saturating_sub(1))
        .copied()
        .unwrap_or_default()
}
