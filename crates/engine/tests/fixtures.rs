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

mod drawn;
mod pages;
mod shown;
mod stage;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gangway_engine::intent::Intent;
use gangway_engine::problem::{Cause, Problem, WayOut};
use gangway_engine::text;
use serde::Serialize;

const PAGES: &str = "pages";
const PROBLEMS: &str = "problems";

/// A problem, and the sentence and the ways out that this side finds for it.
#[derive(Serialize)]
struct Said {
    problem: Problem,
    text: String,
    ways_out: Vec<WayOut>,
}

/// Every cause there is: the sample of each stands beside the catalogue's own tests.
fn problems() -> Vec<Said> {
    let causes: Vec<Cause> = serde_json::from_str(include_str!("data/causes.json")).unwrap();
    let said = |cause| {
        let problem = Problem::new(cause);
        Said {
            text: text::problem(&problem),
            ways_out: problem.ways_out(),
            problem,
        }
    };
    causes.into_iter().map(said).collect()
}

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
    keep(PAGES, &pages::all(), &mut changed);
    keep(PROBLEMS, &problems(), &mut changed);
    assert!(changed.is_empty(), "written anew: {changed:?}");
}

#[test]
fn a_shell_that_stays_does_not_keep_everything() {
    let mut stage = stage::Stage::ready();
    for _ in 0..20 {
        stage.click("vm-web-01", None);
        let connection = stage.newest();
        stage.wish(Intent::Cancel { connection });
    }
    assert_eq!(stage.shown().snapshot.connections.len(), 8);
    assert_eq!(stage.newest().0, 20);
}

#[test]
fn every_kind_of_query_has_an_answer() {
    let kinds: BTreeSet<&str> = pages::kinds().into_iter().collect();
    assert_eq!(kinds.len(), 12);
}

#[test]
fn no_fixture_is_left_over_or_written_twice() {
    let names: Vec<&str> = shown::all().into_iter().map(|(name, _)| name).collect();
    let once: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(once.len(), names.len());
    let names = names.into_iter().chain([PAGES, PROBLEMS]);
    let wanted: BTreeSet<String> = names.map(|name| format!("{name}.json")).collect();
    let found = std::fs::read_dir(folder()).unwrap();
    let found: BTreeSet<String> = found
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(found, wanted);
}
