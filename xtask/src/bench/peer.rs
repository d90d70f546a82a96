//! The neighbour for comparison: Azure CLI's bare calls, where it is on the machine.

use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::azure::Azure;
use super::measure::{Row, duration, ms, peak_memory};
use crate::place;
use crate::process::say;

/// What two bare `az rest` calls cost, the request and one read-back, with a token in hand
/// and neither tunnel check nor proof. No row where there is no `az`.
pub(super) fn rows(azure: &Azure, vm: &str) -> Result<Vec<Row>> {
    let Some(az) = place::program("az") else {
        say("no Azure CLI on this machine: nothing to compare with");
        return Ok(Vec::new());
    };
    let calls = Calls::new(azure, vm)?;
    let [initiate, read_back] = calls.commands(&az, azure);
    let [mut once, mut again] = calls.commands(&az, azure);
    // Memory first: what Python compiles at a first start is not counted as time.
    let memory = peak_memory(&initiate)?.0.max(peak_memory(&read_back)?.0);
    let time = duration(&mut once)? + duration(&mut again)?;
    Ok(vec![
        Row::new(
            "for comparison: two bare `az rest` calls",
            ms(time),
            None,
            "ms",
        ),
        Row::new("for comparison: their peak memory", memory, None, "MiB"),
    ])
}

struct Calls {
    policy: String,
    body: String,
    token: String,
}

impl Calls {
    fn new(azure: &Azure, vm: &str) -> Result<Self> {
        let entry = azure.told()["vms"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|entry| entry["name"] == vm)
            .context("the estate lacks the VM")?;
        let id = entry["id"].as_str().context("the VM has no id")?;
        let group = id
            .split("/providers/")
            .next()
            .context("the id names no group")?;
        let root = azure.told()["resource_manager"]
            .as_str()
            .context("the simulator told no address")?;
        let token: Value = serde_json::from_str(&azure.control("token", "{}")?)?;
        Ok(Self {
            policy: format!(
                "{root}{group}/providers/Microsoft.Security/locations/westeurope/\
                 jitNetworkAccessPolicies/default"
            ),
            body: serde_json::json!({"virtualMachines": [{"id": id, "ports": [{
                "number": entry["port"], "allowedSourceAddressPrefix": "127.0.0.1",
                "duration": "PT1H",
            }]}]})
            .to_string(),
            token: token["access_token"]
                .as_str()
                .context("the simulator gave no token")?
                .to_owned(),
        })
    }

    fn commands(&self, az: &std::path::Path, azure: &Azure) -> [Command; 2] {
        let call = |method: &str, path: &str, body: Option<&str>| {
            let mut command = Command::new(az);
            command
                .args(["rest", "--skip-authorization-header", "--method", method])
                .args([
                    "--url",
                    &format!("{}{path}?api-version=2020-01-01", self.policy),
                ])
                .args(["--headers", &format!("Authorization=Bearer {}", self.token)])
                .env("AZURE_CONFIG_DIR", azure.folder())
                .env("REQUESTS_CA_BUNDLE", azure.folder().join("authority.pem"));
            if let Some(body) = body {
                command.args(["--body", body]);
            }
            command
        };
        [
            call("post", "/initiate", Some(&self.body)),
            call("get", "", None),
        ]
    }
}
