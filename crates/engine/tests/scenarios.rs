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
