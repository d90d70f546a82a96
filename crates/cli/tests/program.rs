//! The program by itself: what needs neither a cloud nor a home. That it stands here also
//! has it built for the tests in `tests/cli`, which look for it beside themselves.

#![allow(
    clippy::panic,
    reason = "a helper of these tests stands outside the test functions"
)]

use std::process::{Command, Output};

fn gangway(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gangway"));
    // A folder that cannot be made: whoever wants a home fails.
    command.args(words).env("GANGWAY_HOME", "/dev/null/none");
    command.output().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn help_and_version_are_told() {
    let version = gangway(&["--version"]);
    assert_eq!(version.status.code(), Some(0));
    let text = String::from_utf8_lossy(&version.stdout).into_owned();
    assert!(text.contains(env!("CARGO_PKG_VERSION")), "{text}");
    let help = gangway(&["--help"]);
    assert_eq!(help.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&help.stdout).contains("Exit codes"));
}

#[test]
fn nothing_typed_is_a_usage_error() {
    assert_eq!(gangway(&[]).status.code(), Some(2));
}

#[test]
fn completions_name_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let said = gangway(&["completions", shell]);
        assert_eq!(said.status.code(), Some(0), "{shell}");
        let script = String::from_utf8_lossy(&said.stdout).into_owned();
        for command in ["vms", "connect", "extend", "watch", "history"] {
            assert!(script.contains(command), "{shell} {command}");
        }
    }
}
