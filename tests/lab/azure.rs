//! Azure at the edge: azure-sim with an estate that describes the lab's VMs, and its control endpoint.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::ground::RUN;
use crate::net::{EDGE, POOL, VNET};
use crate::program::{Program, inside, run};

const PATIENCE: Duration = Duration::from_secs(20);
const TENANT: &str = "11111111-0000-4000-8000-000000000001";
const SUBSCRIPTION: &str = "22222222-0000-4000-8000-000000000001";
const CLIENT: &str = "33333333-0000-4000-8000-000000000001";
const SECRET: &str = "lab~secret";
const GROUP: &str = "rg-lab";

/// A running simulator.
pub(crate) struct Azure {
    _program: Program,
    sim: PathBuf,
    control: String,
    /// The cloud definition for clients.
    pub(crate) cloud: PathBuf,
}

impl Azure {
    /// Starts it. From now on the VMs' rules follow Azure's.
    pub(crate) fn start(programs: &Path, logs: &Path) -> Result<Self> {
        let estate = format!("{RUN}/estate.json");
        fs::write(&estate, estate_text()?)?;
        let cloud = PathBuf::from(format!("{RUN}/cloud.json"));
        let sim = programs.join("azure-sim");
        let mut command = inside(
            "azure",
            &[
                &sim.to_string_lossy(),
                "--estate",
                &estate,
                "--short-durations",
            ],
        );
        command
            .args(["--listen", &format!("{EDGE}:8443"), "--write-cloud"])
            .arg(&cloud)
            .arg("--hook")
            .arg(programs.join("lab-hook"))
            .env("AZURE_SIM_LOG", "info");
        let mut program = Program::start("azure-sim", logs, &mut command)?;
        let line = program.wait_for("\"control\"", PATIENCE)?;
        let told: Value = serde_json::from_str(&line).context("azure-sim told no JSON")?;
        let control = told["control"]
            .as_str()
            .context("azure-sim has no control endpoint")?
            .to_owned();
        Ok(Self {
            _program: program,
            sim,
            control,
            cloud,
        })
    }

    /// What a person's environment holds to sign in with.
    pub(crate) fn credentials() -> [(&'static str, &'static str); 3] {
        [
            ("AZURE_TENANT_ID", TENANT),
            ("AZURE_CLIENT_ID", CLIENT),
            ("AZURE_CLIENT_SECRET", SECRET),
        ]
    }

    /// A VM's id.
    pub(crate) fn vm_id(name: &str) -> String {
        format!(
            "/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.Compute/virtualMachines/{name}"
        )
    }

    /// Does something to the estate, or sets a switch: a verb of `azure-sim control`.
    pub(crate) fn control(&self, verb: &str, body: Option<Value>) -> Result<Value> {
        let mut command = inside(
            "azure",
            &[&self.sim.to_string_lossy(), "control", &self.control, verb],
        );
        command.args(body.map(|body| body.to_string()));
        serde_json::from_str(&run(&mut command)?).context("the control endpoint told no JSON")
    }

    /// Begins anew: no faults, the usual switches, nothing asked yet, no access left.
    pub(crate) fn calm(&self, vms: &[&str]) -> Result<()> {
        self.control("clear-faults", None)?;
        self.control(
            "set",
            Some(json!({"rule_delay_ms": 0, "rule_never_comes": false})),
        )?;
        for vm in vms {
            self.control("do", Some(json!({"expire": {"vm": vm}})))?;
        }
        self.control("forget", None)?;
        Ok(())
    }

    /// The bodies of all `initiate` calls so far.
    pub(crate) fn initiates(&self) -> Result<Vec<Value>> {
        let asked = self.control("asked", None)?;
        let calls = asked.as_array().context("no list")?.iter();
        let initiates = calls.filter(|call| call["route"] == "jit.initiate");
        initiates
            .map(|call| {
                serde_json::from_str(call["body"].as_str().unwrap_or_default()).context("no body")
            })
            .collect()
    }

    /// The sources of all `initiate` calls so far.
    pub(crate) fn sources(&self) -> Result<Vec<String>> {
        let source = |body: &Value| {
            body["virtualMachines"][0]["ports"][0]["allowedSourceAddressPrefix"]
                .as_str()
                .map(str::to_owned)
        };
        self.initiates()?
            .iter()
            .map(|body| source(body).with_context(|| format!("no source in {body}")))
            .collect()
    }

    /// Fails unless exactly one `initiate` was asked for, for this source.
    pub(crate) fn asked_once_for(&self, source: &str) -> Result<()> {
        let sources = self.sources()?;
        if sources != [source] {
            bail!("initiated for {sources:?}, expected once for {source}");
        }
        Ok(())
    }
}

fn estate_text() -> Result<String> {
    let place =
        |name: &str| json!({"name": name, "resource_group": GROUP, "location": "westeurope"});
    let with = |name: &str, more: Value| {
        let mut all = place(name);
        if let (Some(all), Value::Object(more)) = (all.as_object_mut(), more) {
            all.extend(more);
        }
        all
    };
    let vm = |name: &str, os: &str, address: &str| {
        with(
            name,
            json!({
                "os": os, "network": "vnet-lab", "subnet": "default",
                "nics": [{"nsg": format!("{name}-nsg"), "addresses": [{"address": address}]}],
                "services": [{"port": 22, "kind": "ssh"}, {"port": 3389, "kind": "rdp"}],
            }),
        )
    };
    let ports = json!([
        {"number": 22, "protocol": "TCP", "max": "PT3H"},
        {"number": 3389, "protocol": "TCP", "max": "PT3H"},
    ]);
    let estate = json!({
        "client": {"id": CLIENT, "secret": SECRET},
        "requestor": "worker@contoso.example",
        "tenants": [{"id": TENANT, "display_name": "Contoso", "subscriptions": [{
            "id": SUBSCRIPTION, "name": "lab",
            "networks": [with("vnet-lab", json!({
                "prefixes": [VNET], "subnets": [{"name": "default", "prefix": VNET}],
            }))],
            "nsgs": [place("vm-web-01-nsg"), place("vm-desk-01-nsg")],
            "vms": [vm("vm-web-01", "Linux", "10.20.0.4"), vm("vm-desk-01", "Windows", "10.20.0.5")],
            "gateways": [with("gw-lab", json!({
                "network": "vnet-lab", "pools": [POOL], "protocols": ["OpenVPN"], "auth_types": ["Certificate"],
            }))],
            "policies": [with("default", json!({
                "vms": [{"vm": "vm-web-01", "ports": ports}, {"vm": "vm-desk-01", "ports": ports}],
            }))],
        }]}],
    });
    serde_json::to_string_pretty(&estate).context("the estate is no JSON")
}
