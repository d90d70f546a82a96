//! A tunnel that goes and comes back: in a network of the test's own, with a real interface.

use std::process::Command;

use azure_sim::estate::Estate;
use serde_json::Value;

use crate::desk::Desk;
use crate::driver::ENTER;
use crate::notices::Notices;
use crate::program::run;
use crate::session::Session;
use crate::tray::Tray;
use crate::wait::{self, LIMIT};

const INSIDE: &str = "GANGWAY_APP_INSIDE";
const POOL: &str = "172.16.201.0/24";

/// Part of loopback, where the simulator's VMs are: by a route of its own this machine goes to them from here.
const NEAR_POOL: &str = "127.9.0.0/24";
const BEFORE: &str = "127.9.0.7";
const AFTER: &str = "127.9.0.9";
const TO_THE_VMS: &str = "route replace local 127.64.0.0/10 dev lo table local src";

#[test]
fn its_loss_shows_in_tray_and_popover() {
    if std::env::var_os(INSIDE).is_none() {
        return outside("tunnel::its_loss_shows_in_tray_and_popover");
    }
    ip("link set lo up");
    dial();
    let Some(session) = Session::without_keyring() else {
        return;
    };
    let Some(mut desk) = Desk::bare(session, estate(|_| true, POOL)) else {
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

#[test]
fn another_address_while_access_runs_is_told_and_asked_for() {
    if std::env::var_os(INSIDE).is_none() {
        return outside("tunnel::another_address_while_access_runs_is_told_and_asked_for");
    }
    ip("link set lo up");
    ip(&format!("addr add {BEFORE}/32 dev lo"));
    ip(&format!("{TO_THE_VMS} {BEFORE}"));
    let Some(session) = Session::without_keyring() else {
        return;
    };
    let Some(mut desk) = Desk::bare(session, estate(|name| name == "gw-prod", NEAR_POOL)) else {
        return;
    };
    desk.notices = Some(Notices::record(&desk.bus));
    desk.open_panel();
    // The simulator's ports open for all of loopback or for nobody, so the port is open for the new address, too.
    desk.set("always_request = true");
    desk.occupy();
    let driver = desk.drive(&["--open", "popover"]);
    let mut tray = Tray::of(&desk);
    let text = driver.until_text("VPN connected");
    assert!(text.contains(BEFORE), "{text}");
    driver.until_text("files-01");
    driver.keys("web-01");
    driver.until_text("1 found");
    driver.keys(ENTER);
    let client = desk.clients.next();
    let bound = format!("BindAddress={BEFORE}");
    assert!(client.arguments.contains(&bound), "{client:?}");
    tray.until("access", |look| look.icon == "access-running");
    assert_eq!(source_of(&desk, 0), BEFORE);
    // Nobody looks at the popover: then a notice tells it.
    desk.screen.click_beside();
    desk.screen.until_hidden(tray.process());

    ip(&format!("addr add {AFTER}/32 dev lo"));
    ip(&format!("{TO_THE_VMS} {AFTER}"));
    ip(&format!("addr delete {BEFORE}/32 dev lo"));
    let told = format!("Your VPN address changed from {BEFORE} to {AFTER}.");
    let notices = desk.notices.as_ref().unwrap();
    let notice = notices.next();
    assert!(notice.body.contains(&told), "{notice:?}");
    let renew = ("renew".to_owned(), "Request for the new address".to_owned());
    assert!(notice.actions.contains(&renew), "{notice:?}");
    let look = tray.until("alert", |look| look.icon == "attention");
    let entry = look.entry("vm-web-01: ");
    assert!(
        entry.is_some_and(|it| it.label.contains(&told)),
        "{look:#?}"
    );
    // The old one is a hole, and nothing is asked for without a word.
    assert_eq!(desk.stage.requests(), 1);

    tray.choose(&["Open Gangway"]);
    let text = driver.until_text("Your VPN address changed");
    assert!(text.contains(AFTER), "{text}");
    driver.press("Request for the new address");
    wait::until("the second request", || {
        (desk.stage.requests() == 2).then_some(())
    });
    assert_eq!(source_of(&desk, 1), AFTER);
    tray.quit();
}

/// The source that the store has for the request of this number.
fn source_of(desk: &Desk, number: usize) -> String {
    let said = desk.stage.gangway(&["--json", "history"]);
    let history: Value = serde_json::from_str(&said.out).unwrap();
    let mut all = history["accesses"].as_array().unwrap().clone();
    all.reverse();
    all[number]["source"].as_str().unwrap().to_owned()
}

/// Runs this test again in a network of its own.
fn outside(test: &str) {
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
        .args(["--exact", test, "--nocapture"])
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

/// The demo, of which these gateways give addresses of this pool.
fn estate(which: impl Fn(&str) -> bool, pool: &str) -> Estate {
    let mut estate = azure_sim::estate::demo();
    let subscriptions = estate
        .tenants
        .iter_mut()
        .flat_map(|it| &mut it.subscriptions);
    let gateways = subscriptions.flat_map(|it| &mut it.gateways);
    for gateway in gateways.filter(|gateway| which(&gateway.name)) {
        gateway.pools = Some(vec![pool.to_owned()]);
    }
    estate
}
