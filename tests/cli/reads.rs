//! Commands that only read: the list, the tunnel, the history, completions.

use std::process::Stdio;

use crate::stage::Stage;

#[test]
fn the_list_comes_from_azure_once_and_from_the_store_then() {
    let stage = Stage::demo();
    let first = stage.gangway(&["vms", "vm-web", "--json"]).ended(0).json();
    let names: Vec<&str> = first["vms"]
        .as_array()
        .unwrap()
        .iter()
        .map(|vm| vm["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"vm-web-01"), "{names:?}");
    stage.sim.forget_asked();
    stage.gangway(&["vms", "--json"]).ended(0);
    assert!(stage.sim.asked().is_empty(), "{:?}", stage.sim.asked());
}

#[test]
fn what_could_not_be_shown_is_said_beside_the_list() {
    let stage = Stage::demo();
    let said = stage.gangway(&["vms", "--json"]).ended(0).json();
    assert_eq!(said["problems"][0]["code"], "answer-unusable", "{said}");
    let said = stage.gangway(&["vms"]).ended(0);
    assert!(said.out.contains("vm-web-01"), "{said:?}");
    assert!(said.err.contains("[answer-unusable]"), "{said:?}");
    // That nothing matches is not the fault of a row that could not be read.
    let said = stage.gangway(&["vms", "no-such-name"]).ended(0);
    assert!(said.out.contains("No virtual machine matches"), "{said:?}");
}

#[test]
fn nothing_that_acts_on_a_terminal_is_printed() {
    let stage = Stage::demo();
    for words in [&["vms"][..], &["vms", "--json"]] {
        let said = stage.gangway(words).ended(0);
        assert!(said.out.contains("-oProxyCommand=x"), "{said:?}");
        let acts = |c: char| c.is_control() && c != '\n';
        assert!(!said.out.contains(acts), "{:?}", said.out);
    }
}

#[test]
fn a_reader_that_went_away_is_no_error() {
    let stage = Stage::demo();
    let cloud = stage.home.path().join("cloud.json");
    let words = ["--cloud", cloud.to_str().unwrap(), "vms"];
    let mut child = stage
        .command(&words)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn the_tunnel_is_explained() {
    let stage = Stage::demo();
    let said = stage
        .gangway(&["vpn", "status", "vm-web-01", "--json"])
        .ended(0)
        .json();
    let path = &said["verdict"]["path"];
    assert_eq!(path["proof"], "in-pool", "{said}");
    assert_eq!(path["prefix"], "127.0.0.0/8");
}

#[test]
fn a_fresh_home_has_no_history_and_no_access() {
    let stage = Stage::demo();
    let history = stage.gangway(&["history", "--json"]).ended(0).json();
    assert_eq!(history["accesses"], serde_json::json!([]));
    let status = stage.gangway(&["status"]).ended(0);
    assert!(status.out.contains("No access"), "{status:?}");
}

#[test]
fn nonsense_is_a_usage_error() {
    let stage = Stage::demo();
    for words in [
        &["conect", "vm-web-01"][..],
        &["connect"],
        &["connect", "vm-web-01", "--for", "soon"],
        &["completions", "cmd"],
    ] {
        stage.gangway(words).ended(2);
    }
}
