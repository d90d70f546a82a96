//! A session bus of this test's own, with a keyring on it or without.

use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A bus, and below it the keyring that starts when it is first asked for. Both end when this does.
pub(crate) struct Bus {
    session: Child,
    address: String,
}

impl Bus {
    /// A bus with a keyring that is open, or nothing, said aloud, where that cannot be.
    pub(crate) fn with_keyring() -> Option<Self> {
        Self::start(&[])
    }

    /// A bus on which nobody keeps secrets.
    pub(crate) fn without_keyring() -> Option<Self> {
        Self::start(&["--without-keyring"])
    }

    fn start(words: &[&str]) -> Option<Self> {
        if env::consts::OS != "linux" {
            gangway_skips::skip("the Secret Service is Linux's");
            return None;
        }
        let mut session = Command::new(env!("CARGO_BIN_EXE_own-keyring"))
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        let out = session.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut address).unwrap();
        let address = address.trim().to_owned();
        if address.is_empty() {
            let ended = session.wait().unwrap();
            assert_eq!(ended.code(), Some(77), "no bus");
            gangway_skips::skip_without("there is no keyring (cargo xtask setup keyring)");
            return None;
        }
        Some(Self { session, address })
    }

    /// Lets a program use this bus.
    pub(crate) fn lend(&self, command: &mut Command) {
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.address);
    }

    /// The secrets that belong to a service, as the keyring itself lists them.
    pub(crate) fn secrets_of(&self, service: &str) -> Vec<String> {
        let said = self.ask(
            "org.freedesktop.Secret.Service.SearchItems",
            &format!("dict:string:string:service,{service}"),
        );
        let lines = said.lines().map(str::trim);
        let paths = lines.filter_map(|line| line.strip_prefix("object path "));
        paths
            .map(|path| path.trim_matches('"').to_owned())
            .collect()
    }

    fn ask(&self, method: &str, argument: &str) -> String {
        let mut command = Command::new("dbus-send");
        command.args(["--session", "--print-reply"]);
        command.args(["--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"]);
        command.args([method, argument]);
        self.lend(&mut command);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        drop(self.session.stdin.take());
        self.session.wait().unwrap();
    }
}
