//! Settings as a view shows them: value, where it comes from, and what fits.

use gangway_engine::account::Way;
use gangway_engine::id::VmId;
use gangway_engine::problem::Problem;
use gangway_engine::query::{Page, SettingEntry, SettingKind, SettingOrigin};
use gangway_engine::text::LANGUAGES;
use toml_edit::Value;

use crate::settings::{self, Entry, Origin, kind};
use crate::world::World;

/// Every documented setting. What only machine policy can say is left out where it says
/// nothing: nobody could change it.
pub(super) fn page(world: &World) -> Result<Page, Problem> {
    let in_force = world.settings();
    let file = world.home.settings_file().display().to_string();
    let (entries, problem) = match settings::list(&world.home, &in_force) {
        Ok(entries) => (entries, None),
        Err(mistake) => (settings::list_without_file(&in_force), Some(mistake)),
    };
    Ok(Page::Settings {
        rows: entries.into_iter().filter_map(row).collect(),
        file,
        problem,
    })
}

/// What is different for one VM, every key that there is.
pub(super) fn of_vm(world: &World, vm: &VmId) -> Vec<SettingEntry> {
    let in_force = world.settings();
    let set = in_force.of_vm(vm);
    kind::OF_VM
        .iter()
        .filter_map(|key| {
            let kind = kind::of_vm(key)?;
            let value = set.and_then(|set| set.value(key));
            let locked = in_force.locks_of_vm(key);
            Some(SettingEntry {
                key: (*key).to_owned(),
                origin: match (locked, &value) {
                    (true, _) => SettingOrigin::Policy,
                    (false, Some(_)) => SettingOrigin::File,
                    (false, None) => SettingOrigin::Default,
                },
                value: value.unwrap_or_default(),
                kind,
                offered: Vec::new(),
                here: true,
            })
        })
        .collect()
}

fn row(entry: Entry) -> Option<SettingEntry> {
    let kind = match entry.key.as_str() {
        // Another tag can stand in the file: it waits for its catalogue there.
        "language" => SettingKind::Choice {
            of: LANGUAGES.map(|(tag, _)| tag.to_owned()).to_vec(),
        },
        key => kind::of(key)?,
    };
    let origin = match entry.origin {
        Origin::Default => SettingOrigin::Default,
        Origin::File => SettingOrigin::File,
        Origin::Policy => SettingOrigin::Policy,
    };
    if kind::is_by_policy_only(&entry.key) && origin != SettingOrigin::Policy {
        return None;
    }
    Some(SettingEntry {
        value: as_typed(&entry.value, &kind),
        here: kind::is_for_views(&entry.key),
        offered: match entry.key.as_str() {
            "sign_in_ways" => Way::ALL.map(|way| way.as_str().to_owned()).to_vec(),
            _ => Vec::new(),
        },
        key: entry.key,
        origin,
        kind,
    })
}

/// As it is typed: a text without its quotes.
fn as_typed(value: &str, kind: &SettingKind) -> String {
    if !kind::is_text(kind) {
        return value.trim().to_owned();
    }
    let parsed: Option<Value> = value.trim().parse().ok();
    let text = parsed.as_ref().and_then(Value::as_str);
    text.unwrap_or(value).to_owned()
}
