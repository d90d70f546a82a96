//! Machine policy in the registry: Gangway's own, and Windows' on .rdp files, on the whole road.

use crate::certificate::Certificate;
use crate::file::lines;
use crate::machine::{GANGWAY, Machine, REMOTE_DESKTOP};
use crate::rdp::{VM, plain, set, stage};

#[test]
fn what_machine_policy_demands_stands_in_the_file_whatever_is_set() {
    let Some(machine) = Machine::ours() else {
        return;
    };
    let everything = "target = \"address\"\nlaunch = \"direct\"\ndrives = true\nclipboard = true\n";
    let stage = stage(everything, "");
    machine.demands("HKLM", GANGWAY, "rdp.launch", "sz", "file");
    machine.demands("HKLM", GANGWAY, "rdp.drives", "dword", "0");
    machine.demands("HKLM", GANGWAY, "rdp.clipboard", "dword", "0");
    // The computer's policy goes before the person's.
    machine.demands("HKCU", GANGWAY, "rdp.clipboard", "dword", "1");
    machine.demands("HKCU", GANGWAY, "rdp.printers", "dword", "1");
    let mut road = machine.begin(&stage, &["connect", VM]);
    let mstsc = machine.starts("mstsc", &mut road);
    let mut expected = plain(&stage);
    for line in &mut expected {
        if line == "redirectprinters:i:0" {
            *line = "redirectprinters:i:1".to_owned();
        }
    }
    assert_eq!(lines(&mstsc.bytes()), expected);
    mstsc.ends(0);
    let told = stage.gangway(&["settings", "get", "rdp.drives", "--json"]);
    let told = told.ended(0).json();
    assert_eq!(told["settings"][0]["value"], "false", "{told}");
    assert_eq!(told["settings"][0]["origin"], "policy", "{told}");
    let words = ["settings", "set", "rdp.drives", "true"];
    let said = stage.gangway(&words);
    assert_ne!(said.code, Some(0), "{said:?}");
}

#[test]
fn a_policy_with_a_mistake_opens_nothing() {
    let Some(machine) = Machine::ours() else {
        return;
    };
    let stage = stage("target = \"address\"", "");
    machine.demands("HKLM", GANGWAY, "rdp.launch", "sz", "sideways");
    let result = machine.begin(&stage, &["connect", VM]).ends(3);
    // What cannot be read is read in the strictest way: nothing but a signed file may be opened.
    let problem = &result["problem"];
    assert_eq!(problem["code"], "setting-refused", "{result}");
    assert_eq!(problem["parameters"]["setting"], "rdp.thumbprint");
    assert!(!machine.clients.more());
}

#[test]
fn where_unsigned_files_are_blocked_the_way_that_is_left_is_taken() {
    let Some(machine) = Machine::ours() else {
        return;
    };
    let stage = stage("target = \"address\"", "");
    machine.demands("HKLM", REMOTE_DESKTOP, "AllowUnsignedFiles", "dword", "0");
    let mut road = machine.begin(&stage, &["connect", VM]);
    let mstsc = machine.starts("mstsc", &mut road);
    assert_eq!(mstsc.told.file, None);
    assert!(mstsc.told.arguments[0].starts_with("/v:"));
    mstsc.ends(0);
    let launch = road.tells("launch");
    assert_eq!(launch["way"], "direct", "{launch}");
    assert_eq!(launch["notes"][0]["note"], "unsigned-blocked", "{launch}");
    drop(road);
    // With a certificate whose publisher the policy names, a signed file goes before that.
    let certificate = Certificate::in_store("Contoso RDP");
    let thumbprint = certificate.thumbprint();
    let named = format!("target = \"address\"\nthumbprint = {thumbprint:?}");
    set(&stage, &named, "");
    let key = REMOTE_DESKTOP;
    machine.demands("HKLM", key, "TrustedCertThumbprints", "sz", thumbprint);
    let mut road = machine.begin(&stage, &["connect", VM]);
    let signer = machine.starts("rdpsign", &mut road);
    assert_eq!(signer.told.arguments[1], thumbprint);
    signer.signs();
    let mstsc = machine.starts("mstsc", &mut road);
    assert!(mstsc.told.file.is_some());
    mstsc.ends(0);
}

#[test]
fn where_every_way_is_blocked_that_is_a_named_problem_and_nothing_is_started() {
    let Some(machine) = Machine::ours() else {
        return;
    };
    let stage = stage("target = \"address\"", "");
    for value in ["AllowUnsignedFiles", "AllowSignedFiles"] {
        machine.demands("HKLM", REMOTE_DESKTOP, value, "dword", "0");
    }
    let result = machine.begin(&stage, &["connect", VM]).ends(3);
    let problem = &result["problem"];
    assert_eq!(problem["code"], "rdp-blocked-by-policy", "{result}");
    assert!(!machine.clients.more());
}
