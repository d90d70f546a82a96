//! What is kept where: with a keyring, without one, and after it was taken elsewhere.

use std::fs;

use crate::bus::Bus;
use crate::stage::{ADMIN, Cloud, Home, Said};

const SERVICE: &str = "dev.gangway.Gangway";

/// Signs in with the simulator's own visitor: here the browser is not what is looked at.
fn settings(cloud: &Cloud) -> String {
    cloud.with_visitor(ADMIN)
}

fn usernames(said: &Said) -> Vec<String> {
    let said = said.json();
    let accounts = said["accounts"].as_array().unwrap().iter();
    accounts
        .map(|account| account["username"].as_str().unwrap().to_owned())
        .collect()
}

fn signed_in(cloud: &Cloud, bus: &Bus) -> Home {
    let home = cloud.home(&settings(cloud));
    home.on(bus, &["login"]).ended(0);
    home
}

#[test]
fn a_new_process_is_signed_in_silently_and_signing_out_leaves_nothing() {
    let Some(bus) = Bus::with_keyring() else {
        return;
    };
    let cloud = Cloud::demo();
    assert!(bus.secrets_of(SERVICE).is_empty());
    let home = signed_in(&cloud, &bus);
    assert_eq!(bus.secrets_of(SERVICE).len(), 1);
    assert!(home.file("tokens.bin").exists());
    let accounts = home.on(&bus, &["accounts", "--json"]).ended(0);
    assert_eq!(usernames(&accounts), [ADMIN]);
    assert_eq!(accounts.json()["accounts"][0]["kept"], "keyring");
    let pages = cloud.sign_ins().authorize_pages;

    let said = home.on(&bus, &["vms", "--fresh"]).ended(0);
    assert!(said.out.contains("vm-web-01"), "{said:?}");
    assert_eq!(cloud.sign_ins().authorize_pages, pages);
    assert!(cloud.sign_ins().refreshes > 0);

    home.on(&bus, &["logout"]).ended(0);
    assert!(bus.secrets_of(SERVICE).is_empty());
    let accounts = home.on(&bus, &["accounts", "--json"]).ended(0);
    assert!(usernames(&accounts).is_empty());
    let said = home.on(&bus, &["vms", "--cached"]);
    assert!(!said.out.contains("vm-web-01"), "{said:?}");
    assert_eq!(cloud.sign_ins().rotated_reused, 0);
}

#[test]
fn tokens_that_were_taken_to_another_machine_are_of_no_use_there() {
    let (Some(bus), Some(other)) = (Bus::with_keyring(), Bus::with_keyring()) else {
        return;
    };
    let cloud = Cloud::demo();
    let home = signed_in(&cloud, &bus);
    let elsewhere = cloud.home(&settings(&cloud));
    fs::copy(home.file("tokens.bin"), elsewhere.file("tokens.bin")).unwrap();
    let said = elsewhere.on(&other, &["vms", "--json"]).ended(3).json();
    assert_eq!(said["problem"]["code"], "tokens-unreadable");
    // Untouched: the keyring might only be locked. At a sign-in it is moved aside, not thrown away.
    let bytes = fs::read(home.file("tokens.bin")).unwrap();
    assert_eq!(fs::read(elsewhere.file("tokens.bin")).unwrap(), bytes);
    elsewhere.on(&other, &["login"]).ended(0);
    assert_eq!(
        fs::read(elsewhere.file("tokens.bin.unreadable-1")).unwrap(),
        bytes
    );
    elsewhere.on(&other, &["vms"]).ended(0);
    // Where it came from nothing has changed.
    home.on(&bus, &["vms", "--fresh"]).ended(0);
}

#[test]
fn tokens_of_a_newer_version_are_left_alone() {
    let Some(bus) = Bus::with_keyring() else {
        return;
    };
    let cloud = Cloud::demo();
    let home = signed_in(&cloud, &bus);
    let file = home.file("tokens.bin");
    let mut bytes = fs::read(&file).unwrap();
    // The version stands behind the eight letters of the file's name.
    bytes[8] += 100;
    fs::write(&file, &bytes).unwrap();
    let said = home.on(&bus, &["vms", "--json"]).ended(3).json();
    assert_eq!(said["problem"]["code"], "store-newer");
    assert_eq!(fs::read(&file).unwrap(), bytes);
}

#[test]
fn a_cut_off_file_is_told_and_set_aside() {
    let Some(bus) = Bus::with_keyring() else {
        return;
    };
    let cloud = Cloud::demo();
    let home = signed_in(&cloud, &bus);
    let file = home.file("tokens.bin");
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    let said = home.on(&bus, &["vms", "--json"]).ended(3).json();
    assert_eq!(said["problem"]["code"], "tokens-unreadable");
}

#[test]
fn without_a_keyring_nothing_is_kept_and_that_is_said() {
    let Some(bus) = Bus::without_keyring() else {
        return;
    };
    let cloud = Cloud::demo();
    let home = cloud.home(&settings(&cloud));
    let said = home.on(&bus, &["login", "--json"]).ended(3);
    let last = said.events().pop().unwrap();
    assert_eq!(last["problem"]["code"], "keyring-missing", "{said:?}");
    assert!(!home.file("tokens.bin").exists());
    assert_eq!(cloud.sign_ins().authorize_pages, 0);
}
