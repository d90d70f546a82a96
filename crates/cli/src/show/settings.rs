//! Settings as a list: key, value, and who set it.

use gangway_runtime::settings::Entry;

use super::table::table;
use crate::say::{name, say};

/// One line per setting.
pub(crate) fn settings(entries: &[Entry]) -> Vec<String> {
    let rows: Vec<Vec<String>> = entries
        .iter()
        .map(|entry| vec![entry.key.clone(), entry.value.clone(), from(entry)])
        .collect();
    table(&["SETTING", "VALUE", "FROM"], &rows)
}

/// Who set it; of machine policy also where, since that is where an administrator looks.
fn from(entry: &Entry) -> String {
    match &entry.place {
        Some(place) => say("cli.settings.locked", &[("place", place.as_str())]),
        None => name(entry.origin),
    }
}
