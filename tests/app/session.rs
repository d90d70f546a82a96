//! The session bus of one desktop, with a keyring on it or without: `own-keyring`, as the tests of signing in use it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// Ends with its standard input.
pub(crate) struct Session {
    program: Child,
    address: String,
}

impl Session {
    pub(crate) fn without_keyring() -> Option<Self> {
        Self::start(&["--without-keyring"])
    }

    pub(crate) fn with_keyring() -> Option<Self> {
        Self::start(&[])
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    fn start(words: &[&str]) -> Option<Self> {
        if std::env::consts::OS != "linux" {
            gangway_skips::skip("the desktop without a screen is Linux's");
            return None;
        }
        let mut program = Command::new(env!("CARGO_BIN_EXE_own-keyring"))
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        let out = program.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut address).unwrap();
        let address = address.trim().to_owned();
        if address.is_empty() {
            assert_eq!(program.wait().unwrap().code(), Some(77), "no bus");
            gangway_skips::skip_without(
                "there is no bus or no keyring (cargo xtask setup keyring)",
            );
            return None;
        }
        Some(Self { program, address })
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        drop(self.program.stdin.take());
        let _ended = self.program.wait();
    }
}
