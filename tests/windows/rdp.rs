//! From a name to Remote Desktop: with a file, and without one.

use std::fs;
use std::path::Path;

use crate::file::{bytes, golden, lines};
use crate::machine::Machine;
use crate::stage::Stage;

pub(crate) const VM: &str = "vm-win-01";

/// A simulator whose VMs' ports are in the settings, with what a test sets besides.
pub(crate) fn stage(rdp: &str, of_vm: &str) -> Stage {
    let stage = Stage::demo();
    set(&stage, rdp, of_vm);
    stage
}

/// Writes the settings anew. Names are asked of nobody, where a test does not want them.
pub(crate) fn set(stage: &Stage, rdp: &str, of_vm: &str) {
    let port = stage.port(VM);
    let text = format!("[rdp]\n{rdp}\n[vm.{VM:?}]\nrdp_port = {port}\n{of_vm}");
    fs::write(stage.home.path().join("settings.toml"), text).unwrap();
}

/// The VM's address there.
fn address(stage: &Stage) -> String {
    stage.sim.vm(VM).unwrap().address.unwrap()
}

/// What a session is given for which nothing is set.
pub(crate) fn plain(stage: &Stage) -> Vec<String> {
    golden(&address(stage), &stage.port(VM))
}

#[test]
fn mstsc_is_given_the_golden_file_which_goes_with_it() {
    let Some(machine) = Machine::ours() else {
        return;
    };
    let stage = stage("target = \"address\"", "");
    let mut road = machine.begin(&stage, &["connect", VM]);
    let mstsc = machine.starts("mstsc", &mut road);
    let file = mstsc.told.file.clone().expect("a file");
    assert_eq!(mstsc.told.arguments, [file.as_str()]);
    assert!(
        file.starts_with(stage.home.path().to_str().unwrap()),
        "{file}"
    );
    let given = mstsc.bytes();
    assert_eq!(given, bytes(&plain(&stage)));
    assert_eq!(lines(&given), plain(&stage));
    assert!(Path::new(&file).exists());
    mstsc.ends(0);
    machine.loses(&file);
    assert_eq!(road.tells("launch")["way"], "file");
    assert_eq!(stage.requests(), 1);
}

#[test]
fn everything_that_is_set_stands_in_the_file() {
    let Some(machine) = Machine::ours() else {
        return;
    };
    let rdp = "target = \"address\"\nuser = \"CONTOSO\\\\ädmin\"\ndrives = true\nusb = true\n\
               cameras = true\nsound = true\nmicrophone = true\nprinters = true\n\
               smart_cards = true\ncom_ports = true\nwebauthn = true\nlocation = true\n";
    let of_vm = format!(
        "[vm.{VM:?}.rdp]\nadmin = true\nclipboard = true\nmonitors = \"0,2\"\n\
         width = 1600\nheight = 900\n"
    );
    let stage = stage(rdp, &of_vm);
    let mut road = machine.begin(&stage, &["connect", VM]);
    let mstsc = machine.starts("mstsc", &mut road);
    let target = format!("full address:s:{}:{}", address(&stage), stage.port(VM));
    // By hand: what the program writes must be this and no more.
    let expected = [
        target.as_str(),
        "username:s:CONTOSO\\ädmin",
        "prompt for credentials:i:1",
        "administrative session:i:1",
        "authentication level:i:2",
        "enablecredsspsupport:i:1",
        "gatewayusagemethod:i:0",
        "screen mode id:i:1",
        "desktopwidth:i:1600",
        "desktopheight:i:900",
        "use multimon:i:1",
        "selectedmonitors:s:0,2",
        "redirectclipboard:i:1",
        "redirectprinters:i:1",
        "redirectsmartcards:i:1",
        "redirectcomports:i:1",
        "redirectposdevices:i:0",
        "redirectwebauthn:i:1",
        "redirectlocation:i:1",
        "redirectdrives:i:1",
        "drivestoredirect:s:*",
        "devicestoredirect:s:",
        "usbdevicestoredirect:s:*",
        "camerastoredirect:s:*",
        "audiocapturemode:i:1",
        "audiomode:i:0",
    ];
    assert_eq!(lines(&mstsc.bytes()), expected);
    mstsc.ends(0);
}

#[test]
fn without_a_file_mstsc_is_told_everything_by_its_options() {
    let Some(machine) = Machine::ours() else {
        return;
    };
    let rdp = "target = \"address\"\nlaunch = \"direct\"\nadmin = true\nall_monitors = true\n\
               full_screen = true\n";
    let stage = stage(rdp, "");
    let target = format!("/v:{}:{}", address(&stage), stage.port(VM));
    let mut road = machine.begin(&stage, &["connect", VM]);
    let mstsc = machine.starts("mstsc", &mut road);
    let words = [target.as_str(), "/prompt", "/f", "/multimon", "/admin"];
    assert_eq!(mstsc.told.arguments, words);
    assert_eq!(mstsc.told.file, None);
    mstsc.ends(0);
    drop(road);
    // What is protected does not travel, so that nobody is asked for it.
    let rdp = "target = \"address\"\nlaunch = \"direct\"\nprotection = \"remote-guard\"\n";
    set(&stage, rdp, "");
    let mut road = machine.begin(&stage, &["connect", VM]);
    let mstsc = machine.starts("mstsc", &mut road);
    assert_eq!(mstsc.told.arguments, [target.as_str(), "/remoteGuard"]);
    mstsc.ends(0);
    assert_eq!(stage.requests(), 1, "the first access still ran");
}

#[test]
fn a_dry_run_tells_every_property_and_starts_nothing() {
    let Some(machine) = Machine::ours() else {
        return;
    };
    let stage = stage("target = \"address\"", "");
    let said = stage.gangway(&["connect", VM, "--dry-run", "--json"]);
    let said = said.ended(0);
    let launch = &said.result()["launch"];
    assert_eq!(launch["way"], "file", "{said:?}");
    let command = launch["command"].as_str().unwrap().to_lowercase();
    assert!(command.contains("mstsc.exe"), "{said:?}");
    let told = launch["properties"].as_array().unwrap().iter();
    let told: Vec<&str> = told.filter_map(|line| line.as_str()).collect();
    assert_eq!(told, plain(&stage));
    let said = stage.gangway(&["connect", VM, "--dry-run"]).ended(0);
    assert!(said.out.contains("full address:s:"), "{said:?}");
    assert!(!machine.clients.more(), "something was started");
    assert_eq!(stage.requests(), 0);
}
