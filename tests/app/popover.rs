//! The popover, as hands and eyes use it: find, connect, see it through, star, and say yes or no to a link.

use std::time::Duration;

use azure_sim::{Fault, Wrong};
use serde_json::Value;

use crate::desk::Desk;
use crate::desk::clients::Started;
use crate::driver::{CONTROL, Driver, ENTER};
use crate::tray::Tray;
use crate::wait::{self, LIMIT};

/// The search field has the focus.
const READY: &str = "document.activeElement?.getAttribute('role') === 'combobox'";

/// The list is there, and what is typed goes into the search.
fn listed(driver: &Driver) {
    driver.until(READY);
    driver.until_text("files-01");
}

/// So many rows match what was typed, and the first of them is called so.
fn found(driver: &Driver, name: &str) {
    driver.until(&format!(
        "[...document.querySelectorAll('[role=row]')].some((row) => row.innerText.includes({}))
         && document.body.innerText.includes('1 found')",
        Value::from(name)
    ));
}

#[test]
fn typing_finds_a_vm_and_enter_connects() {
    let Some(desk) = Desk::with_panel() else {
        return;
    };
    let driver = desk.drive(&["--open", "popover"]);
    let mut tray = Tray::of(&desk);
    listed(&driver);
    driver.keys("web-01");
    found(&driver, "vm-web-01");
    driver.keys(ENTER);
    let client = desk.clients.next();
    started_ssh(&desk, &client, "vm-web-01");
    let text = driver.until_text("Open until ");
    assert!(text.contains("vm-web-01"), "{text}");
    let look = tray.until("access", |look| look.icon == "access-running");
    assert!(look.tooltip.contains("vm-web-01 until "), "{look:#?}");
    assert_eq!(desk.stage.requests(), 1);
    tray.quit();
}

#[test]
fn a_windows_vm_opens_by_a_file_that_goes_with_the_client() {
    let Some(desk) = Desk::with_panel() else {
        return;
    };
    let driver = desk.drive(&["--open", "popover"]);
    let tray = Tray::of(&desk);
    listed(&driver);
    driver.keys("vm-win-01");
    found(&driver, "vm-win-01");
    driver.keys(ENTER);
    let client = desk.clients.next();
    assert_eq!(client.name, "sdl-freerdp", "{client:?}");
    let (address, port) = address_of(&desk, "vm-win-01");
    let rdp = client.rdp.as_deref().expect("a file");
    assert!(
        rdp.contains(&format!("full address:s:{address}:{port}")),
        "{rdp}"
    );
    assert!(!rdp.contains("password"), "{rdp}");
    let file = client.arguments.iter().find(|word| word.ends_with(".rdp"));
    let file = std::path::PathBuf::from(file.unwrap());
    assert!(
        file.exists() && file.starts_with(desk.gangway_home()),
        "{file:?}"
    );
    desk.clients.leave(&client);
    wait::until("the file's removal", || (!file.exists()).then_some(()));
    tray.quit();
}

#[test]
fn a_favourite_is_one_click_away_in_the_tray() {
    let Some(desk) = Desk::with_panel() else {
        return;
    };
    let driver = desk.drive(&["--open", "popover"]);
    let mut tray = Tray::of(&desk);
    listed(&driver);
    driver.keys("web-01");
    found(&driver, "vm-web-01");
    driver.chord(CONTROL, "d");
    tray.until("favourite", |look| look.has("vm-web-01"));
    tray.choose(&["vm-web-01"]);
    let client = desk.clients.next();
    started_ssh(&desk, &client, "vm-web-01");
    let look = tray.until("access", |look| look.entry("vm-web-01 until ").is_some());
    // What runs is reached from its own entry, and stands there once.
    assert!(!look.has("vm-web-01"), "{look:#?}");
    let entry = look.entry("vm-web-01 until ").unwrap();
    let under: Vec<&str> = entry.under.iter().map(|it| &*it.label).collect();
    assert_eq!(under, ["Extend 1 h", "Reconnect", "Details"]);
    tray.choose(&[&entry.label, "Reconnect"]);
    let again = desk.clients.next();
    started_ssh(&desk, &again, "vm-web-01");
    assert_eq!(desk.stage.requests(), 1, "what runs is used again");
    tray.quit();
}

#[test]
fn what_takes_long_is_shown_step_by_step_and_can_be_called_off() {
    let Some(desk) = Desk::with_panel() else {
        return;
    };
    desk.stage
        .sim
        .set(|switches| switches.rule_never_comes = true);
    let driver = desk.drive(&["--open", "popover"]);
    let mut tray = Tray::of(&desk);
    listed(&driver);
    driver.keys("web-01");
    found(&driver, "vm-web-01");
    driver.keys(ENTER);
    driver.until_text("Connecting to vm-web-01");
    let look = tray.until("work", |look| look.icon == "working");
    assert!(look.has("vm-web-01: connecting"), "{look:#?}");
    desk.stage.hears("jit.initiate");
    driver.press("Cancel");
    tray.until("rest", |look| look.icon != "working");
    assert_eq!(desk.clients.within(Duration::from_millis(300)), None);
    assert_eq!(desk.stage.requests(), 1);
    tray.quit();
}

#[test]
fn a_refusal_is_a_sentence_with_a_way_out() {
    let Some(desk) = Desk::with_panel() else {
        return;
    };
    desk.stage
        .sim
        .fault(Fault::on("jit.initiate", Wrong::Forbidden));
    let driver = desk.drive(&["--open", "popover"]);
    let mut tray = Tray::of(&desk);
    listed(&driver);
    driver.keys("web-01");
    found(&driver, "vm-web-01");
    driver.keys(ENTER);
    let text = driver.until_text("What was checked");
    assert!(text.contains("Copy for help desk"), "{text}");
    let action = "Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action";
    // What the help desk wants to know is one click away.
    driver.eval("document.querySelector('details').open = true, null");
    driver.until_text(action);
    // It waits for a person, and the tray says so.
    tray.until("alert", |look| {
        let told = look.entry("vm-web-01: Your account has no role to request access");
        look.icon == "attention" && told.is_some()
    });
    tray.quit();
}

#[test]
fn a_link_connects_after_a_yes_only() {
    let Some(desk) = Desk::with_panel() else {
        return;
    };
    let driver = desk.drive(&["--open", "popover"]);
    let mut tray = Tray::of(&desk);
    driver.until(READY);
    let link = "gangway://connect?vm=vm-web-01";
    let mut second = desk.start(&[link]);
    assert_eq!(second.wait_for_end(LIMIT).unwrap().code(), Some(0));
    driver.until_text("A link asks for a connection");
    tray.until("alert", |look| {
        look.icon == "attention" && look.has("vm-web-01: a link asks to connect")
    });
    driver.press("Do not connect");
    tray.until("rest", |look| look.icon == "ready");
    assert_eq!(desk.stage.requests(), 0);

    let mut third = desk.start(&[link]);
    assert_eq!(third.wait_for_end(LIMIT).unwrap().code(), Some(0));
    driver.until_text("A link asks for a connection");
    assert_eq!(desk.clients.within(Duration::from_millis(300)), None);
    assert_eq!(desk.stage.requests(), 0, "nothing without a yes");
    // It says which VM that is: then there is something to say yes to.
    driver.until("document.querySelector('[aria-label=\"A link asks for a connection\"]').innerText.includes('rg-prod')");
    driver.press("Connect");
    let client = desk.clients.next();
    started_ssh(&desk, &client, "vm-web-01");
    assert_eq!(desk.stage.requests(), 1);
    tray.quit();
}

fn address_of(desk: &Desk, vm: &str) -> (String, String) {
    let found = desk.stage.sim.vm(vm).unwrap();
    (found.address.unwrap(), desk.stage.port(vm))
}

/// A terminal around ssh, which was told where to go and by which name to know the host.
fn started_ssh(desk: &Desk, client: &Started, vm: &str) {
    let (address, port) = address_of(desk, vm);
    assert_eq!(client.name, "xterm", "{client:?}");
    let words: Vec<&str> = client.arguments.iter().map(String::as_str).collect();
    assert_eq!(words[0], "-e");
    assert!(words[1].ends_with("/ssh"), "{words:?}");
    assert!(words.contains(&&*address), "{words:?}");
    assert!(words.windows(2).any(|it| it == ["-p", &*port]), "{words:?}");
    let alias = format!("HostKeyAlias={}", desk.stage.id(vm).to_lowercase());
    assert!(
        words
            .iter()
            .any(|word| word.to_lowercase() == alias.to_lowercase()),
        "{words:?}"
    );
}
