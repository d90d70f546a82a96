//! A tunnel that goes and comes back: in a network of the test's own, with a real interface.

use std::process::Command;

use azure_sim::estate::Estate;

use crate::desk::Desk;
use crate::notices::Notices;
use crate::program::run;
use crate::session::Session;
use crate::tray::Tray;
use crate::wait::LIMIT;

const INSIDE: &str = "GANGWAY_APP_INSIDE";
const TEST: &str = "tunnel::its_loss_shows_in_tray_and_popover";
const POOL: &str = "172.16.201.0/24";

#[test]
fn its_loss_shows_in_tray_and_popover() {
    if std::env::var_os(INSIDE).is_none() {
        return outside();
    }
    ip("link set lo up");
    dial();
    let Some(session) = Session::without_keyring() else {
        return;
    };
    let Some(mut desk) = Desk::bare(session, estate()) else {
        return;
    };
    desk.notices = Some(Notices::record(&desk.bus));
    desk.open_panel();
    desk.set(&format!("extra_pools = [\"{POOL}\"]"));
    let driver = desk.drive(&["--open", "popover"]);
    let mut tray = Tray::of(&desk);
    let text = driver.until_text("VPN connected");
    assert!(text.contains("172.16.201.7"), "{text}");
    tray.until("ready", |look| look.icon == "ready");

    ip("link delete tun0");
    let look = tray.until("loss", |look| look.icon == "no-tunnel");
    assert!(look.tooltip.contains("Gangway: no tunnel"), "{look:#?}");
    driver.until_text("VPN not connected");
    driver.until_text("Connect your VPN to reach a virtual machine.");

    dial();
    tray.until("ready again", |look| look.icon == "ready");
    driver.until_text("VPN connected");
    tray.quit();
}

/// Runs this test again in a network of its own.
fn outside() {
    let unshare = || {
        let mut unshare = Command::new("unshare");
        unshare.args(["--user", "--map-root-user", "--net"]);
        unshare
    };
    match unshare().arg("true").output() {
        Ok(done) if done.status.success() => {}
        Ok(done) => {
            return gangway_skips::skip_without_namespaces(&String::from_utf8_lossy(&done.stderr));
        }
        Err(error) => return gangway_skips::skip_without_namespaces(&error.to_string()),
    }
    let inner = unshare()
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", TEST, "--nocapture"])
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (said(&inner.stdout), said(&inner.stderr));
    assert!(
        inner.status.success() && out.contains("1 passed"),
        "{out}\n{err}"
    );
}

/// As when a VPN client comes up: an interface with an address of the pool, on one end of a virtual cable.
fn dial() {
    ip("link add tun0 type veth peer name gateway");
    ip("link set gateway up");
    ip("addr add 172.16.201.7/24 dev tun0");
    ip("link set tun0 up");
}

fn ip(words: &str) {
    let done = run(Command::new("ip").args(words.split(' ')));
    done.unwrap_or_else(|error| panic!("ip {words} (within {LIMIT:?}): {error:#}"));
}

/// The demo, whose gateways give addresses of a real pool instead of loopback's.
fn estate() -> Estate {
    let mut estate = azure_sim::estate::demo();
    let subscriptions = estate
        .tenants
        .iter_mut()
        .flat_map(|it| &mut it.subscriptions);
    for gateway in subscriptions.flat_map(|it| &mut it.gateways) {
        gateway.pools = Some(vec![POOL.to_owned()]);
    }
    estate
}
