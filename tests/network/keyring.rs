//! The proxy's password in a real keyring, on a bus of the test's own.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use crate::inspector::Inspector;
use crate::program::{Stage, root, went_through};

const PASSWORD: &str = "s3cret/w%41rd";

/// A bus with a keyring that is open. Both end when its input closes.
struct Bus {
    session: Child,
    address: String,
}

impl Bus {
    fn start() -> Option<Self> {
        if std::env::consts::OS != "linux" {
            gangway_skips::skip("the Secret Service is Linux's");
            return None;
        }
        let mut session = Command::new(env!("CARGO_BIN_EXE_own-keyring"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        let out = session.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut address).unwrap();
        let address = address.trim().to_owned();
        if address.is_empty() {
            assert_eq!(session.wait().unwrap().code(), Some(77), "no bus");
            gangway_skips::skip_without("there is no keyring (cargo xtask setup keyring)");
            return None;
        }
        Some(Self { session, address })
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        drop(self.session.stdin.take());
        let _ = self.session.wait();
    }
}

#[test]
fn the_password_comes_from_the_keyring_and_stays_there() {
    let Some(bus) = Bus::start() else { return };
    let stage = Stage::new();
    let sign_in = format!("worker:{PASSWORD}");
    let Some(inspector) = Inspector::before(&stage.sim, Some(&sign_in)) else {
        return;
    };
    stage.settings(&format!(
        "proxy = \"{}\"\nproxy_user = \"worker\"\nextra_ca = '{}'\n",
        inspector.name(),
        root(&inspector)
    ));
    let on_bus = [("DBUS_SESSION_BUS_ADDRESS", bus.address.clone())];
    let without = stage.list(&on_bus);
    assert!(
        format!("{without:?}").contains("proxy-sign-in"),
        "{without:?}"
    );

    let mut keep = stage.command(&["proxy-password", "--json"], &on_bus);
    let mut child = keep
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    writeln!(input, "{PASSWORD}").unwrap();
    drop(input);
    let said = child.wait_with_output().unwrap();
    assert!(said.status.success(), "{said:?}");
    assert!(String::from_utf8_lossy(&said.stdout).contains("\"kept\":true"));

    let with = stage.list(&on_bus);
    went_through(&stage, &with);
    stage.holds_none_of(&[PASSWORD, "s3cret"]);

    let mut forget = stage.command(&["proxy-password", "--forget"], &on_bus);
    assert!(forget.status().unwrap().success());
    stage.sim.forget_asked();
    let again = stage
        .command(&["vms", "--fresh"], &on_bus)
        .output()
        .unwrap();
    assert!(format!("{again:?}").contains("proxy-sign-in"), "{again:?}");
    assert!(stage.sim.asked().is_empty());
}
