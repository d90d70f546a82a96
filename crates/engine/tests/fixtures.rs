//! Writes the moments that views are replayed with, and keeps the files honest.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the helpers of these tests stand outside the test functions"
)]
#![allow(
    unreachable_pub,
    reason = "the files of one test binary see each other"
)]

mod shown;
mod stage;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// Where they lie, beside the engine.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// A difference is written, and tells which.
#[allow(
    clippy::disallowed_methods,
    reason = "the checked-in files are what this test is about"
)]
fn keep(name: &str, value: &impl Serialize, changed: &mut Vec<String>) {
    let file = folder().join(format!("{name}.json"));
    let wanted = serde_json::to_string_pretty(value).unwrap() + "\n";
    let found = std::fs::read_to_string(&file)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    if found != wanted {
        std::fs::write(&file, wanted).unwrap();
        changed.push(name.to_owned());
    }
}

/// A difference is written to the files, and the test fails once: look at it, check it in.
#[test]
fn the_fixtures_are_what_the_engine_shows() {
    let mut changed = Vec::new();
    for (name, shown) in shown::all() {
        keep(name, &shown, &mut changed);
    }
    assert!(changed.is_empty(), "written anew: {changed:?}");
}

#[test]
fn no_fixture_is_left_over_or_written_twice() {
    let names: Vec<&str> = shown::all().into_iter().map(|(name, _)| name).collect();
    let wanted: BTreeSet<String> = names.iter().map(|name| format!("{name}.json")).collect();
    assert_eq!(wanted.len(), names.len());
    let found = std::fs::read_dir(folder()).unwrap();
    let found: BTreeSet<String> = found
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(found, wanted);
}
