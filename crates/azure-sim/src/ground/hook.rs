//! Tells a program of each rule change: one JSON object on its standard input, its exit awaited.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::world::VmState;

/// Longest time a hook may take.
const LIMIT: Duration = Duration::from_secs(30);

pub(crate) struct Hook {
    program: PathBuf,
}

impl Hook {
    pub(crate) fn new(program: PathBuf) -> Self {
        Self { program }
    }

    pub(crate) async fn follow(&mut self, changed: &[VmState]) {
        for vm in changed {
            for said in what_to_say(vm) {
                if let Err(error) = self.run(&said).await {
                    tracing::error!(vm = %vm.name, %error, "the hook failed");
                }
            }
        }
    }

    async fn run(&self, said: &Value) -> Result<(), String> {
        let mut child = Command::new(&self.program)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()
            .map_err(|e| e.to_string())?;
        if let Some(mut stdin) = child.stdin.take() {
            // A hook that does not read its input is still judged by its exit.
            let _ = stdin.write_all(format!("{said}\n").as_bytes()).await;
        }
        match tokio::time::timeout(LIMIT, child.wait()).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(format!("it ended with {status}")),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err(format!("it did not end within {} s", LIMIT.as_secs())),
        }
    }
}

/// One object per private IPv4 address.
fn what_to_say(vm: &VmState) -> Vec<Value> {
    vm.rules
        .iter()
        .map(|(address, rules)| {
            json!({"vm": vm.name, "vm_id": vm.id, "address": address, "running": vm.runs, "rules": rules})
        })
        .collect()
}
