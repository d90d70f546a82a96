//! The program: its one line, its control endpoint, its end.

use std::process::Stdio;
use std::time::Duration;

use azure_sim::control;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

struct Program {
    child: Child,
    info: Value,
}

impl Program {
    async fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_azure-sim"))
            .args(arguments)
            .arg("--until-stdin-closes")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = tokio::time::timeout(Duration::from_secs(60), lines.next_line())
            .await
            .unwrap()
            .unwrap()
            .unwrap();
        Self {
            child,
            info: serde_json::from_str(&line).unwrap(),
        }
    }

    async fn ask(&self, verb: &str, body: Value) -> Value {
        let text = (!body.is_null()).then(|| body.to_string());
        control::call(
            self.info["control"].as_str().unwrap(),
            verb,
            text.as_deref(),
        )
        .await
        .unwrap()
    }
}

#[tokio::test]
async fn one_line_says_everything_and_closing_stdin_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = folder.path().join("cloud.json");
    let mut program = Program::start(&[
        "--write-cloud",
        cloud.to_str().unwrap(),
        "--short-durations",
        "--access-seconds",
        "60",
    ])
    .await;
    assert_eq!(program.info["vms"].as_array().unwrap().len(), 40);
    let written: Value = serde_json::from_str(&std::fs::read_to_string(&cloud).unwrap()).unwrap();
    assert_eq!(written["resource_manager"], program.info["arm"]);
    assert_eq!(written["name"], "azure-sim");
    assert_eq!(written["audience"], "https://management.azure.com/");
    assert!(
        written["extra_ca"]
            .as_str()
            .unwrap()
            .starts_with("-----BEGIN CERTIFICATE-----")
    );
    let switches = program.ask("switches", Value::Null).await;
    assert_eq!(
        (
            switches["shortest_seconds"].as_u64(),
            switches["access_seconds"].as_u64()
        ),
        (Some(1), Some(60))
    );
    drop(program.child.stdin.take());
    let ended = tokio::time::timeout(Duration::from_secs(20), program.child.wait())
        .await
        .unwrap()
        .unwrap();
    assert!(ended.success());
}

#[tokio::test]
async fn every_verb_works() {
    let program =
        Program::start(&["--set", "subset_rule=exact", "--set", "rule_delay_ms=1000"]).await;
    let switches = program.ask("switches", Value::Null).await;
    assert_eq!(
        (
            switches["subset_rule"].as_str(),
            switches["rule_delay_ms"].as_u64()
        ),
        (Some("exact"), Some(1000))
    );
    program.ask("set", json!({"mfa_on_writes": true})).await;
    assert_eq!(
        program.ask("switches", Value::Null).await["mfa_on_writes"],
        true
    );
    program
        .ask(
            "fault",
            json!({"route": "jit.initiate", "wrong": {"throttled": 3}, "times": 1}),
        )
        .await;
    assert_eq!(
        program.ask("faults", Value::Null).await[0]["wrong"]["throttled"],
        3
    );
    program.ask("clear-faults", Value::Null).await;
    assert_eq!(program.ask("faults", Value::Null).await, json!([]));
    let before: jiff::Timestamp =
        serde_json::from_value(program.ask("clock", Value::Null).await["now"].clone()).unwrap();
    let after: jiff::Timestamp =
        serde_json::from_value(program.ask("advance", json!({"seconds": 90})).await["now"].clone())
            .unwrap();
    assert!(after.duration_since(before).as_secs() >= 90);
    assert_eq!(program.ask("asked", Value::Null).await, json!([]));
    program.ask("forget", Value::Null).await;
    let request = json!({"request": {"vm": "vm-web-01", "source": "127.0.0.1", "seconds": 600, "requestor": "worker@contoso.example"}});
    assert_eq!(
        program.ask("do", request).await["requestor"],
        "worker@contoso.example"
    );
    program.ask("advance", json!({"seconds": 1})).await;
    let state = program.ask("state", Value::Null).await;
    let vm = state["vms"]
        .as_array()
        .unwrap()
        .iter()
        .find(|vm| vm["name"] == "vm-web-01")
        .unwrap();
    assert_eq!(vm["doors"][0]["open"], true);
    let url = program.info["control"].as_str().unwrap();
    assert!(
        control::call(
            url,
            "do",
            Some("{\"power\": {\"vm\": \"nobody\", \"state\": null}}")
        )
        .await
        .is_err()
    );
    assert!(control::call(url, "dance", None).await.is_err());
}

#[tokio::test]
async fn ten_thousand_vms_are_counted_and_not_listed() {
    let program = Program::start(&["--estate", "large:10000"]).await;
    assert_eq!(program.info["vm_count"], 10_000);
    assert_eq!(program.info["vms"], json!([]));
}
