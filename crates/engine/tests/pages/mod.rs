//! Example answers to every query, as typed values: what a view is replayed with.

mod machine;
mod vms;

use gangway_engine::query::{Page, Query};
use serde::Serialize;

/// A question, and an answer to it.
#[derive(Serialize)]
pub struct Answered {
    /// Which example it is.
    name: &'static str,
    query: Query,
    page: Page,
}

fn answered(name: &'static str, query: Query, page: Page) -> Answered {
    Answered { name, query, page }
}

/// All of them, each kind of query at least once.
pub fn all() -> Vec<Answered> {
    let mut all = vms::all();
    all.extend(machine::all());
    all
}

/// A query that is left without an answer here does not compile.
pub const fn kind(query: &Query) -> &'static str {
    match query {
        Query::Vms { .. } => "vms",
        Query::Places => "places",
        Query::Find { .. } => "find",
        Query::History { .. } => "history",
        Query::Vm { .. } => "vm",
        Query::Tunnel { .. } => "tunnel",
        Query::Subscriptions => "subscriptions",
        Query::Rights { .. } => "rights",
        Query::Settings => "settings",
        Query::Profiles => "profiles",
        Query::Vpns => "vpns",
        Query::About => "about",
    }
}

/// The kinds that the examples cover.
pub fn kinds() -> Vec<&'static str> {
    all().iter().map(|one| kind(&one.query)).collect()
}
