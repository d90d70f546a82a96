//! What a list is narrowed to, and the places that it can be narrowed to.

use std::collections::{BTreeMap, HashSet};

use gangway_engine::id::SubscriptionId;
use gangway_engine::query::{GroupEntry, PlaceEntry, SystemFilter, VmFilter};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result};

use super::codec::unpack;
use super::inventory::Body;
use super::search::{self, Hits, Line, Needle};
use super::{Store, request};
use crate::error::Error;

/// A filter, in the words of the search index.
pub(super) struct Narrow {
    system: Option<SystemFilter>,
    subscription: Option<SubscriptionId>,
    /// In lower case.
    group: Option<Vec<u8>>,
    /// Only these rows: those that are marked, or that access runs for.
    rows: Option<HashSet<i64>>,
}

impl Narrow {
    pub(super) fn new(connection: &Connection, filter: &VmFilter, now: Timestamp) -> Result<Self> {
        let group = filter.group.as_deref().map(search::plain);
        let mut rows: Option<HashSet<i64>> = None;
        let mut only = |ids: Vec<String>| -> Result<()> {
            let these = rows_of(connection, &ids)?;
            rows = Some(match rows.take() {
                Some(known) => known.intersection(&these).copied().collect(),
                None => these,
            });
            Ok(())
        };
        if filter.favourites {
            only(
                connection
                    .prepare_cached("SELECT vm FROM favourite")?
                    .query_map([], |row| row.get(0))?
                    .collect::<Result<_>>()?,
            )?;
        }
        if filter.open {
            only(request::vms_open_at(connection, now)?)?;
        }
        Ok(Self {
            system: filter.system,
            subscription: filter.subscription.clone(),
            group: group.map(String::into_bytes),
            rows,
        })
    }

    /// Looks through every block that can hold something.
    pub(super) fn look(
        &self,
        connection: &Connection,
        needle: Option<&Needle>,
        hits: &mut Hits,
    ) -> Result<()> {
        let mut statement = connection
            .prepare_cached("SELECT names FROM subscription WHERE ?1 IS NULL OR id = ?1")?;
        let id = self.subscription.as_ref().map(SubscriptionId::as_str);
        let mut blocks = statement.query([id])?;
        while let Some(block) = blocks.next()? {
            let block = block.get_ref(0)?.as_blob()?;
            search::look(block, needle, |line| self.wants(line), hits);
        }
        Ok(())
    }

    fn wants(&self, line: &Line<'_>) -> bool {
        self.system.is_none_or(|system| line.is_of(system))
            && self
                .group
                .as_ref()
                .is_none_or(|group| line.group() == group.as_slice())
            && self
                .rows
                .as_ref()
                .is_none_or(|rows| rows.contains(&line.row()))
    }
}

impl Store {
    /// The subscriptions that VMs are known of and their resource groups, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn places(&self) -> std::result::Result<Vec<PlaceEntry>, Error> {
        self.read(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT id, name, names FROM subscription")?;
            let mut rows = statement.query([])?;
            let mut places = Vec::new();
            while let Some(row) = rows.next()? {
                let groups = groups(connection, row.get_ref(2)?.as_blob()?)?;
                let id: String = row.get(0)?;
                places.push(PlaceEntry {
                    id: SubscriptionId::new(id),
                    name: row.get(1)?,
                    vms: groups.iter().map(|group| group.vms).sum(),
                    groups,
                });
            }
            places.retain(|place| place.vms > 0);
            places.sort_by_cached_key(|place| {
                let name = place.name.as_deref().unwrap_or(place.id.as_str());
                (search::plain(name), place.id.as_str().to_owned())
            });
            Ok(places)
        })
    }
}

/// The groups of a block, by name. The block knows names in lower case; as Azure writes one
/// stands in the id of any of its VMs.
fn groups(connection: &Connection, block: &[u8]) -> Result<Vec<GroupEntry>> {
    let mut counted: BTreeMap<&[u8], (usize, i64)> = BTreeMap::new();
    for line in search::lines(block) {
        counted.entry(line.group()).or_insert((0, line.row())).0 += 1;
    }
    let mut one = connection.prepare_cached("SELECT body FROM vm WHERE row = ?1")?;
    counted
        .into_iter()
        .map(|(plain, (vms, row))| {
            let body = one
                .query_row([row], |row| Ok(unpack::<Body>(row.get_ref(0)?.as_blob()?)))
                .optional()?
                .flatten();
            let written = body.as_ref().and_then(|body| body.vm.id.resource_group());
            let plain = || String::from_utf8_lossy(plain).into_owned();
            Ok(GroupEntry {
                name: written.map_or_else(plain, str::to_owned),
                vms,
            })
        })
        .collect()
}

fn rows_of(connection: &Connection, ids: &[String]) -> Result<HashSet<i64>> {
    let mut statement = connection.prepare_cached("SELECT row FROM vm WHERE id = ?1")?;
    let mut rows = HashSet::new();
    for id in ids {
        rows.extend(
            statement
                .query_row([id], |row| row.get::<_, i64>(0))
                .optional()?,
        );
    }
    Ok(rows)
}
