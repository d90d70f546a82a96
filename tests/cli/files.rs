//! Files that are wrong: settings, the store, profiles, the cloud's definition.

use std::fs;

use gangway_vpn::record::{FORMAT, Record};

use crate::stage::Stage;

#[test]
fn a_typo_in_the_settings_is_told_by_line_and_column_and_the_file_is_left_alone() {
    let stage = Stage::demo();
    let file = stage.home.path().join("settings.toml");
    let text = "duration = \"1h\"\nalways_reqest = true\n";
    fs::write(&file, text).unwrap();
    let said = stage.gangway(&["settings", "--json"]).ended(3).json();
    let problem = &said["problem"];
    assert_eq!(problem["code"], "settings-invalid");
    assert_eq!(problem["parameters"]["line"], 2);
    assert_eq!(problem["parameters"]["column"], 1);
    stage
        .gangway(&["settings", "set", "duration", "2h"])
        .ended(3);
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn a_setting_is_kept_and_told_again() {
    let stage = Stage::demo();
    stage
        .gangway(&["settings", "set", "duration", "30m"])
        .ended(0);
    let said = stage
        .gangway(&["settings", "get", "duration", "--json"])
        .ended(0)
        .json();
    assert_eq!(said["settings"][0]["value"], "\"30m\"", "{said}");
    assert_eq!(said["settings"][0]["origin"], "file");
    stage.gangway(&["settings", "get", "no_such"]).ended(2);
    let said = stage
        .gangway(&["settings", "set", "duration", "soon"])
        .ended(3);
    assert!(said.err.contains("was refused"), "{said:?}");
    assert!(
        said.err.contains("gangway settings set duration 2h"),
        "{said:?}"
    );
    let words = ["settings", "set", "sign_in_ways", "browser"];
    let said = stage.gangway(&words).ended(3);
    let form = "gangway settings set sign_in_ways '[\"browser\", \"device-code\"]'";
    assert!(said.err.contains(form), "{said:?}");
    assert!(!said.err.contains("in force"), "{said:?}");
    stage
        .gangway(&["settings", "set", "duraton", "1h"])
        .ended(2);
    let text = fs::read_to_string(stage.home.path().join("settings.toml")).unwrap();
    assert_eq!(text, "duration = \"30m\"\n");
}

#[test]
fn a_store_of_a_newer_version_is_refused_and_left_untouched() {
    let stage = Stage::demo();
    stage.gangway(&["vms"]).ended(0);
    let store = stage.home.path().join("gangway.db");
    let mut bytes = fs::read(&store).unwrap();
    // SQLite's user_version: big-endian at byte 60 of the header.
    bytes[60..64].copy_from_slice(&9_999_u32.to_be_bytes());
    for rest in ["gangway.db-wal", "gangway.db-shm"] {
        let _ = fs::remove_file(stage.home.path().join(rest));
    }
    fs::write(&store, &bytes).unwrap();
    let said = stage.gangway(&["vms", "--json"]).ended(3).json();
    assert_eq!(said["problem"]["code"], "store-newer");
    assert_eq!(fs::read(&store).unwrap(), bytes);
}

#[test]
fn what_is_no_profile_is_refused() {
    let stage = Stage::demo();
    let file = stage.home.path().join("vpn.zip");
    fs::write(&file, "no zip").unwrap();
    let said = stage
        .gangway(&["vpn", "import", file.to_str().unwrap(), "--json"])
        .ended(3)
        .json();
    assert_eq!(said["problem"]["code"], "profile-unreadable");
}

#[test]
fn a_cloud_that_is_none_is_a_clear_error() {
    let stage = Stage::demo();
    let file = stage.home.path().join("no-such-cloud.json");
    let words = ["--cloud", file.to_str().unwrap(), "vms"];
    let said = crate::stage::Said::of(stage.command(&words));
    assert!(matches!(said.code, Some(1..=3)), "{said:?}");
    assert!(said.err.contains("no-such-cloud"), "{said:?}");
}

#[test]
fn a_profile_as_azure_hands_it_out_is_taken_in() {
    let stage = Stage::demo();
    let folder = stage.home.path().join("vpn");
    fs::create_dir_all(folder.join("Generic")).unwrap();
    let text = "<?xml version=\"1.0\" encoding=\"utf-8\"?><VpnProfile>\
        <VpnServer>azuregateway-1.vpn.azure.com</VpnServer><VpnType>IkeV2</VpnType>\
        <Routes>10.20.0.0/16,172.16.201.0/24</Routes></VpnProfile>";
    fs::write(folder.join("Generic/VpnSettings.xml"), text).unwrap();
    let said = stage
        .gangway(&["vpn", "import", folder.to_str().unwrap(), "--json"])
        .ended(0)
        .json();
    assert_eq!(said["kind"], "profiles");
    assert_eq!(
        said["profiles"][0]["gateway"],
        "azuregateway-1.vpn.azure.com"
    );
}

#[test]
fn a_record_of_the_network_is_written_once_and_tells_of_nobody() {
    let stage = Stage::demo();
    let file = stage.home.path().join("record.json");
    let words = ["vpn", "status", "--capture", file.to_str().unwrap()];
    let said = stage.gangway(&words).ended(0);
    assert!(said.out.contains("record.json"), "{said:?}");
    let text = fs::read_to_string(&file).unwrap();
    // As the decision's own tests read what people send.
    let record = Record::from_json(&text).unwrap();
    assert_eq!(record.format, FORMAT);
    assert_eq!(record.decide(), record.decided);
    assert!(!record.modelled && !record.seen.adapters.is_empty());
    assert_eq!(record.clone().redacted(str::to_owned), record);
    assert!(
        !text.contains(stage.home.path().to_str().unwrap()),
        "{text}"
    );
    // What is there may be somebody's work: it is left as it is.
    fs::write(&file, "mine").unwrap();
    let said = stage.gangway(&words).ended(1);
    assert!(said.err.contains("record.json"), "{said:?}");
    let mut json = words.to_vec();
    json.push("--json");
    let said = stage.gangway(&json).ended(1).json();
    assert!(said["error"].is_string(), "{said}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}
