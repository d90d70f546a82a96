//! Scenarios: scripts of what happens, with what the engine does and shows beside them.
//!
//! `INSTA_UPDATE=always` writes the golden files anew; the difference is then read.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a script that cannot be read fails its test"
)]
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a test looks at what it is about"
)]
#![allow(
    unreachable_pub,
    reason = "the files of one test binary see each other"
)]

mod script;

use std::path::PathBuf;

use gangway_engine::text::catalogue;
use rstest::rstest;

#[rstest]
fn scenario(
    #[files("tests/scenarios/*.txt")]
    #[mode = path]
    path: PathBuf,
) {
    let text = script::read(&path);
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let trace = script::run(&text);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("scenarios");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.remove_input_file();
    settings.bind(|| insta::assert_snapshot!(name, trace));
}

/// Codes that come up before a connection begins, or beside it: looking a name up,
/// opening the store, reading a file, showing a folder. Their rooms test them.
const BESIDE_THE_ROAD: [&str; 8] = [
    "vm-not-found",
    "vm-ambiguous",
    "store-damaged",
    "store-newer",
    "settings-invalid",
    "profile-unreadable",
    "setting-refused",
    "not-done",
];

#[test]
fn every_failure_on_the_road_has_a_scenario() {
    let golden = script::golden(&PathBuf::from("tests/scenarios"));
    let missing: Vec<&str> = catalogue()
        .keys()
        .filter_map(|key| key.strip_prefix("problem."))
        .filter(|code| !BESIDE_THE_ROAD.contains(code))
        .filter(|code| !golden.contains(&format!(", {code}")))
        .filter(|code| !golden.contains(&format!("noting {code}")))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}
