//! Lists of VMs from the cache: all, those that match a text, the one that bears a name.

use std::collections::HashMap;

use gangway_engine::id::VmId;
use gangway_engine::problem::Problem;
use gangway_engine::query::{Offer, VmEntry, VmFilter, VmPage};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result, Row};

use super::codec::{self, unpack};
use super::inventory::{Body, SubscriptionStanding};
use super::memory::Marks;
use super::narrow::Narrow;
use super::search::{self, Hits, Needle};
use super::{Store, nearest};
use crate::error::Error;

/// How many near names are told.
const NEAREST: usize = 8;

impl Store {
    /// VMs whose name, group, subscription or address match every word of the text; all,
    /// by name, where it is empty. So many rows are left out at the start.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn list(
        &self,
        text: &str,
        offset: usize,
        limit: usize,
        now: Timestamp,
    ) -> std::result::Result<VmPage, Error> {
        self.narrowed(text, &VmFilter::default(), offset, limit, now)
    }

    /// The same, but only those that the filter wants.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn narrowed(
        &self,
        text: &str,
        filter: &VmFilter,
        offset: usize,
        limit: usize,
        now: Timestamp,
    ) -> std::result::Result<VmPage, Error> {
        let age = self.inventory_age(now)?;
        self.read(|connection| {
            let entries = Entries::new(connection)?;
            let needle = Needle::new(text);
            let (rows, matching) = if needle.is_none() && *filter == VmFilter::default() {
                all(connection, &entries, offset, limit)?
            } else {
                let narrow = Narrow::new(connection, filter, now)?;
                let mut hits = Hits::new(offset, limit);
                narrow.look(connection, needle.as_ref(), &mut hits)?;
                let matching = hits.matching;
                (entries.of_rows(connection, &hits.rows())?, matching)
            };
            Ok(VmPage {
                rows,
                matching,
                age,
                problems: problems(connection)?,
            })
        })
    }

    /// Favourites by name, then the others that were used last, newest first; at most so
    /// many of each.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn pinned(&self, most: usize) -> std::result::Result<Vec<VmEntry>, Error> {
        self.read(|connection| {
            let entries = Entries::new(connection)?;
            let mut favourites = entries.of_ids(connection, entries.marks.favourites.iter())?;
            favourites.sort_by_cached_key(|entry| search::plain(&entry.vm.name));
            favourites.truncate(most);
            let mut used: Vec<_> = entries.marks.used.iter().collect();
            used.sort_unstable_by(|one, other| other.1.cmp(one.1).then(one.0.cmp(other.0)));
            let used = used
                .into_iter()
                .map(|(id, _)| id)
                .filter(|id| !entries.marks.favourites.contains(*id));
            let mut recent = entries.of_ids(connection, used.take(4 * most))?;
            recent.truncate(most);
            favourites.append(&mut recent);
            Ok(favourites)
        })
    }

    /// The VM with this id, as a list shows it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn entry(&self, vm: &VmId) -> std::result::Result<Option<VmEntry>, Error> {
        self.read(|connection| {
            let entries = Entries::new(connection)?;
            Ok(entries.of_ids(connection, [&vm.key()].into_iter())?.pop())
        })
    }

    /// The VMs that bear exactly this name or id, and, when there is none, the nearest.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find(&self, name: &str) -> std::result::Result<(Vec<VmEntry>, Vec<VmEntry>), Error> {
        let name = name.trim();
        self.read(|connection| {
            let entries = Entries::new(connection)?;
            let sql = if name.starts_with('/') {
                "SELECT body FROM vm WHERE id = ?1"
            } else {
                "SELECT body FROM vm WHERE name = ?1 ORDER BY id"
            };
            let key = name.to_ascii_lowercase();
            let exact: Vec<VmEntry> = connection
                .prepare_cached(sql)?
                .query_map([key], |row| entries.entry(row))?
                .filter_map(Result::transpose)
                .collect::<Result<_>>()?;
            let near = if exact.is_empty() {
                near(connection, &entries, name)?
            } else {
                Vec::new()
            };
            Ok((exact, near))
        })
    }
}

fn all(
    connection: &Connection,
    entries: &Entries,
    offset: usize,
    limit: usize,
) -> Result<(Vec<VmEntry>, usize)> {
    let matching: i64 = connection.query_row("SELECT count(*) FROM vm", [], |row| row.get(0))?;
    let matching = usize::try_from(matching).unwrap_or_default();
    let wanted = limit.min(matching.saturating_sub(offset));
    if wanted == 0 {
        return Ok((Vec::new(), matching));
    }
    if limit < matching / 4 {
        let rows = rows_by_name(connection, offset, wanted, matching)?;
        return Ok((entries.of_rows(connection, &rows)?, matching));
    }
    // Read in the table's order and sorted here: going through the index by name would
    // read the table's pages in no order.
    let mut rows: Vec<VmEntry> = connection
        .prepare_cached("SELECT body FROM vm")?
        .query_map([], |row| entries.entry(row))?
        .filter_map(Result::transpose)
        .collect::<Result<_>>()?;
    rows.sort_by_cached_key(|entry| search::plain(&entry.vm.name));
    let rows = rows.into_iter().skip(offset).take(limit).collect();
    Ok((rows, matching))
}

/// A stretch of the rows by name. The index alone is walked, from the end that is nearer.
fn rows_by_name(
    connection: &Connection,
    offset: usize,
    wanted: usize,
    of: usize,
) -> Result<Vec<i64>> {
    let from_end = of - offset - wanted;
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let backwards = from_end < offset;
    let (sql, skipped) = if backwards {
        let sql = "SELECT row FROM vm ORDER BY name DESC, row DESC LIMIT ?1 OFFSET ?2";
        (sql, from_end)
    } else {
        (
            "SELECT row FROM vm ORDER BY name, row LIMIT ?1 OFFSET ?2",
            offset,
        )
    };
    let mut rows: Vec<i64> = connection
        .prepare_cached(sql)?
        .query_map([number(wanted), number(skipped)], |row| row.get(0))?
        .collect::<Result<_>>()?;
    if backwards {
        rows.reverse();
    }
    Ok(rows)
}

fn near(connection: &Connection, entries: &Entries, name: &str) -> Result<Vec<VmEntry>> {
    let typed = search::plain(name);
    let mut best: Vec<(usize, Vec<u8>, i64)> = Vec::new();
    let mut statement = connection.prepare_cached("SELECT names FROM subscription")?;
    let mut blocks = statement.query([])?;
    while let Some(block) = blocks.next()? {
        for line in search::lines(block.get_ref(0)?.as_blob()?) {
            let (name, row) = (line.name(), line.row());
            let Some(distance) = nearest::distance(typed.as_bytes(), name) else {
                continue;
            };
            best.push((distance, name.to_vec(), row));
            if best.len() >= 64 * NEAREST {
                best.sort_unstable();
                best.truncate(NEAREST);
            }
        }
    }
    best.sort_unstable();
    best.truncate(NEAREST);
    let rows: Vec<i64> = best.into_iter().map(|(_, _, row)| row).collect();
    entries.of_rows(connection, &rows)
}

fn problems(connection: &Connection) -> Result<Vec<Problem>> {
    let standings: Vec<SubscriptionStanding> = connection
        .prepare_cached("SELECT standing FROM subscription ORDER BY name, id")?
        .query_map([], |row| codec::read(row.get_ref(0)?.as_str()?))?
        .collect::<Result<_>>()?;
    // What a whole tenant met stands with each of its subscriptions.
    let mut problems = Vec::new();
    for problem in standings.into_iter().flat_map(|one| one.problems) {
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    Ok(problems)
}

/// What turns a stored VM into a line of a list.
struct Entries {
    subscriptions: HashMap<String, Option<String>>,
    marks: Marks,
}

impl Entries {
    fn new(connection: &Connection) -> Result<Self> {
        Ok(Self {
            subscriptions: connection
                .prepare_cached("SELECT id, name FROM subscription")?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<Result<_>>()?,
            marks: Marks::read(connection)?,
        })
    }

    /// `None` for bytes of another form: that VM is not cached, as far as this version knows.
    fn entry(&self, row: &Row<'_>) -> Result<Option<VmEntry>> {
        let Some(Body { vm, jit }) = unpack(row.get_ref("body")?.as_blob()?) else {
            return Ok(None);
        };
        let subscription = vm.id.subscription();
        let key = if self.marks.used.is_empty() && self.marks.favourites.is_empty() {
            String::new()
        } else {
            vm.id.key()
        };
        Ok(Some(VmEntry {
            subscription_name: self
                .subscriptions
                .get(subscription.as_str())
                .cloned()
                .flatten(),
            subscription,
            offer: Offer::of(vm.power, &jit),
            jit,
            favourite: self.marks.favourites.contains(&key),
            last_used: self.marks.used.get(&key).copied(),
            vm,
        }))
    }

    /// Those of these ids that are known.
    fn of_ids<'a>(
        &self,
        connection: &Connection,
        ids: impl Iterator<Item = &'a String>,
    ) -> Result<Vec<VmEntry>> {
        let mut statement = connection.prepare_cached("SELECT body FROM vm WHERE id = ?1")?;
        let mut found = Vec::new();
        for id in ids {
            let entry = statement
                .query_row([id], |row| self.entry(row))
                .optional()?;
            found.extend(entry.flatten());
        }
        Ok(found)
    }

    fn of_rows(&self, connection: &Connection, rows: &[i64]) -> Result<Vec<VmEntry>> {
        let mut statement = connection.prepare_cached("SELECT body FROM vm WHERE row = ?1")?;
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            if let Some(entry) = statement.query_row([row], |row| self.entry(row))? {
                entries.push(entry);
            }
        }
        Ok(entries)
    }
}
