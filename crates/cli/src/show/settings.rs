//! Settings as a list: key, value, and who set it.

use gangway_runtime::settings::Entry;

use super::table::table;
use crate::say::name;

/// One line per setting.
pub(crate) fn settings(entries: &[Entry]) -> Vec<String> {
    let rows: Vec<Vec<String>> = entries
        .iter()
        .map(|entry| vec![entry.key.clone(), entry.value.clone(), name(entry.origin)])
        .collect();
    table(&["SETTING", "VALUE", "FROM"], &rows)
}
