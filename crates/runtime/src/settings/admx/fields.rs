//! The keys that a type reads, as its own derive names them: no list of them by hand could be forgotten.

use super::super::clients::{RdpKeys, Ssh};
use super::super::file::File;
use super::super::keys::of;
use super::super::policy::Demands;

/// The keys that policy reads.
pub(super) fn of_policy() -> Vec<String> {
    of::<Demands>().into_iter().map(str::to_owned).collect()
}

/// The keys that the person's file has, but for the tables of single VMs.
pub(super) fn of_person() -> Vec<String> {
    let tables = [("ssh", of::<Ssh>()), ("rdp", of::<RdpKeys>())];
    let is_table = |key: &&str| *key == "vm" || tables.iter().any(|(table, _)| table == key);
    let plain = of::<File>().into_iter().filter(|key| !is_table(key));
    let below = tables
        .iter()
        .flat_map(|(table, keys)| keys.iter().map(move |key| format!("{table}.{key}")));
    plain.map(str::to_owned).chain(below).collect()
}
