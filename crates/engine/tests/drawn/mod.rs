//! Tray and notices as values: golden for every fixture, and bounded whatever the names are.

mod hostile;
mod keys;
mod notices;

use gangway_engine::snapshot::Shown;
use gangway_engine::tray::{MenuEntry, Tray, draw};
use gangway_engine::wish::Wish;
use jiff::tz::TimeZone;

use crate::shown;

/// Central Europe, whose clocks change.
pub fn zone() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
}

pub fn tray(shown: &Shown) -> Tray {
    draw(&shown.snapshot, shown.now, &zone())
}

#[test]
fn the_tray_of_every_moment() {
    let mut page = String::new();
    for (name, shown) in shown::all() {
        let drawn = tray(&shown);
        page += &format!("{name}: {:?}, \"{}\"\n", drawn.icon, drawn.tooltip);
        for entry in &drawn.menu {
            page += &line(entry, 1);
        }
        page.push('\n');
    }
    insta::with_settings!({ snapshot_path => "../golden", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("tray", page);
    });
}

#[test]
fn every_icon_is_drawn_of_some_moment() {
    let icons: std::collections::BTreeSet<String> = shown::all()
        .iter()
        .map(|(_, shown)| format!("{:?}", tray(shown).icon))
        .collect();
    assert_eq!(icons.len(), 6, "{icons:?}");
}

/// A wish goes through the menu's ids, notices and the page as JSON, and is read by its own tag.
#[test]
fn every_wish_is_read_as_it_was_written() {
    for (name, shown) in shown::all() {
        for wish in wishes(&tray(&shown).menu) {
            let written = serde_json::to_value(&wish).unwrap();
            let read: Wish = serde_json::from_value(written).unwrap();
            assert_eq!(read, wish, "{name}");
        }
    }
}

fn wishes(menu: &[MenuEntry]) -> Vec<Wish> {
    let of = |entry: &MenuEntry| match entry {
        MenuEntry::Separator => Vec::new(),
        MenuEntry::Item { wish, .. } => wish.iter().cloned().collect(),
        MenuEntry::Submenu { entries, .. } => wishes(entries),
    };
    menu.iter().flat_map(of).collect()
}

/// Nothing in the tray ticks: an hour on the same day changes no word of it, but for what
/// has come to its end.
#[test]
fn the_same_truth_is_drawn_the_same_a_little_later() {
    for (name, shown) in shown::all() {
        let later = Shown {
            now: shown.now + jiff::SignedDuration::from_secs(50),
            snapshot: shown.snapshot.clone(),
        };
        assert_eq!(tray(&shown), tray(&later), "{name}");
    }
}

fn line(entry: &MenuEntry, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    match entry {
        MenuEntry::Separator => format!("{indent}---\n"),
        MenuEntry::Item { label, wish } => match wish {
            Some(wish) => format!("{indent}{label}  => {}\n", leads_to(wish)),
            None => format!("{indent}{label}\n"),
        },
        MenuEntry::Submenu { label, entries } => {
            let under: String = entries.iter().map(|it| line(it, depth + 1)).collect();
            format!("{indent}{label} >\n{under}")
        }
    }
}

/// A wish in one line, ARM ids by their last part.
pub fn leads_to(wish: &Wish) -> String {
    let json = serde_json::to_value(wish).unwrap();
    let fields = json.as_object().unwrap().iter();
    let told = fields.filter_map(|(key, value)| match value {
        serde_json::Value::Null | serde_json::Value::Bool(false) => None,
        serde_json::Value::Array(all) if all.is_empty() => None,
        serde_json::Value::String(text) => {
            Some(format!("{key} {}", text.rsplit('/').next().unwrap()))
        }
        other => Some(format!("{key} {other}")),
    });
    told.collect::<Vec<_>>().join(", ")
}
