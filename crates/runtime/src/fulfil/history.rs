//! The history as a table for a spreadsheet.

use std::path::PathBuf;

use gangway_engine::policy::{Source, StatusReason};
use gangway_engine::request::{Access, Standing};

use super::{csv, downloads};
use crate::error::Error;
use crate::world::World;

/// What the columns are called.
const HEADER: [&str; 11] = [
    "asked_at",
    "vm",
    "resource_group",
    "subscription",
    "port",
    "source",
    "minutes",
    "reason",
    "standing",
    "started_at",
    "ends_at",
];

/// Tells a spreadsheet that what follows is UTF-8.
const MARK: char = '\u{feff}';

pub(super) fn export(world: &World, text: &str) -> Result<PathBuf, Error> {
    let rows = world.store.history(text, usize::MAX)?;
    let mut table = String::from(MARK);
    table.push_str(&csv::line(HEADER));
    for access in &rows {
        let cells = cells(access);
        table.push_str(&csv::line(cells.iter().map(String::as_str)));
    }
    downloads::save(world, "history", "csv", &table)
}

fn cells(access: &Access) -> [String; 11] {
    let draft = &access.draft;
    let source = match &draft.source {
        Source::Blocks(blocks) => {
            let blocks: Vec<String> = blocks.iter().map(ToString::to_string).collect();
            blocks.join(" ")
        }
        Source::Other(text) => text.clone(),
    };
    let (standing, started_at, ends_at) = match &access.standing {
        Standing::Unanswered => ("unanswered", None, None),
        Standing::Refused => ("refused", None, None),
        Standing::Running {
            started_at,
            expires_at,
            ..
        } => ("running", Some(*started_at), Some(*expires_at)),
        Standing::Over { reason, at, .. } => (over(reason), None, Some(*at)),
    };
    let told = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    [
        access.asked_at.to_string(),
        access.vm_name.clone(),
        draft.vm.resource_group().unwrap_or_default().to_owned(),
        draft.vm.subscription().to_string(),
        draft.port.to_string(),
        source,
        draft.duration.as_mins().to_string(),
        draft.reason.clone().unwrap_or_default(),
        standing.to_owned(),
        told(started_at),
        told(ends_at),
    ]
}

fn over(reason: &StatusReason) -> &str {
    match reason {
        StatusReason::Expired => "expired",
        StatusReason::UserRequested => "ended",
        StatusReason::NewerRequestInitiated => "displaced",
        StatusReason::Other(text) => text,
    }
}
