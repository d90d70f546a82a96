//! What views may do is written down once more here, so that no change widens it unseen.

use std::collections::BTreeMap;

use serde_json::{Value, json};

const CONFIGURATION: &str = include_str!("../tauri.conf.json");
const BUILD: &str = include_str!("../build.rs");
const MANIFEST: &str = include_str!("../Cargo.toml");
const VIEWS: [(&str, &str); 2] = [
    ("popover", include_str!("../capabilities/popover.json")),
    ("window", include_str!("../capabilities/window.json")),
];

fn configuration() -> Value {
    serde_json::from_str(CONFIGURATION).unwrap()
}

#[test]
fn a_view_may_call_three_commands_and_hear_one_event() {
    for (view, capability) in VIEWS {
        let mut capability: BTreeMap<String, Value> = serde_json::from_str(capability).unwrap();
        assert!(capability.remove("description").is_some());
        let expected = json!({
            "identifier": view,
            "windows": [view],
            "permissions": [
                "allow-dispatch",
                "allow-query",
                "allow-snapshot",
                "core:event:allow-listen",
                "core:event:allow-unlisten",
            ],
        });
        assert_eq!(json!(capability), expected, "{view}");
    }
}

#[test]
fn there_are_no_other_capabilities() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/capabilities");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(files, ["popover.json", "window.json"]);
    assert!(BUILD.contains(r#".commands(&["dispatch", "query", "snapshot"])"#));
}

#[test]
fn the_configuration_opens_nothing() {
    let app = configuration()["app"].take();
    let expected = json!({
        "withGlobalTauri": false,
        "windows": [],
        "security": {
            "capabilities": ["popover", "window"],
            "csp": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                    font-src 'self'; connect-src ipc: http://ipc.localhost; base-uri 'none'; \
                    form-action 'none'; frame-ancestors 'none'; object-src 'none'",
            "freezePrototype": true,
            "assetProtocol": { "enable": false },
        },
    });
    assert_eq!(app, expected);
}

#[test]
fn pages_come_from_this_program_alone() {
    let configuration = configuration();
    assert_eq!(configuration["identifier"], "dev.gangway.Gangway");
    assert_eq!(
        configuration["build"],
        json!({ "frontendDist": "../ui/dist" })
    );
    assert_eq!(configuration.get("plugins"), None, "no updater, no scopes");
}

#[test]
fn no_plugin_brings_commands_that_nobody_asked_for() {
    let plugins: Vec<_> = MANIFEST
        .lines()
        .filter(|line| line.starts_with("tauri-plugin-"))
        .collect();
    assert_eq!(
        plugins,
        [
            "tauri-plugin-opener.workspace = true",
            "tauri-plugin-single-instance.workspace = true",
        ]
    );
}
