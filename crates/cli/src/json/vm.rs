//! Virtual machines as `--json` shows them.

use gangway_engine::query::{JitCoverage, VmEntry, VmPage};
use serde::Serialize;

use super::{Candidate, ProblemJson, named};
use crate::say::name;

/// The answer to `vms`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VmsJson {
    vms: Vec<VmJson>,
    /// How many match in all.
    matching: usize,
    /// How old the list is.
    age_seconds: Option<i64>,
    /// What could not be read.
    problems: Vec<ProblemJson>,
}

impl From<&VmPage> for VmsJson {
    fn from(page: &VmPage) -> Self {
        Self {
            vms: page.rows.iter().map(VmJson::from).collect(),
            matching: page.matching,
            age_seconds: page.age.map(|age| age.as_secs()),
            problems: page.problems.iter().map(ProblemJson::from).collect(),
        }
    }
}

/// One virtual machine.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VmJson {
    #[serde(flatten)]
    who: Candidate,
    location: String,
    /// `windows`, `linux` or nothing.
    os: Option<String>,
    power: String,
    /// Private IPv4 addresses, the primary one first.
    addresses: Vec<String>,
    jit: JitJson,
    favourite: bool,
    last_used: Option<String>,
}

/// Whether JIT covers a virtual machine.
#[derive(Debug, Serialize)]
struct JitJson {
    /// `ports`, `not-configured` or `unknown`.
    coverage: &'static str,
    ports: Vec<u16>,
}

impl From<&VmEntry> for VmJson {
    fn from(entry: &VmEntry) -> Self {
        let (coverage, ports) = match &entry.jit {
            JitCoverage::Ports(ports) => ("ports", ports.clone()),
            JitCoverage::NotConfigured => ("not-configured", Vec::new()),
            JitCoverage::Unknown => ("unknown", Vec::new()),
        };
        let addresses = entry.vm.addresses.iter();
        Self {
            who: Candidate::from(entry),
            location: entry.vm.location.clone(),
            os: named(entry.vm.os),
            power: name(entry.vm.power),
            addresses: addresses.map(|a| a.address.to_string()).collect(),
            jit: JitJson { coverage, ports },
            favourite: entry.favourite,
            last_used: entry.last_used.map(|at| at.to_string()),
        }
    }
}
