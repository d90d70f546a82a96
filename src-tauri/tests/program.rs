//! The program by itself: what needs neither a screen nor a home. That it stands here also
//! has it built for the tests in `tests/app`, which look for it beside themselves.

#![allow(
    clippy::panic,
    reason = "a helper of these tests stands outside the test functions"
)]

use std::process::{Command, Output};

fn tray(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gangway-tray"));
    // Whoever wants a screen or a home fails.
    command
        .args(words)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env("GANGWAY_HOME", "/dev/null/none");
    command.output().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_version_is_told_without_a_screen() {
    let version = tray(&["--version"]);
    assert_eq!(version.status.code(), Some(0));
    let text = String::from_utf8_lossy(&version.stdout).into_owned();
    assert!(text.contains(env!("CARGO_PKG_VERSION")), "{text}");
}

#[test]
fn a_word_that_is_not_known_is_a_usage_error() {
    assert_eq!(tray(&["--no-such-word"]).status.code(), Some(2));
}
