//! Estate entries for JIT policies and the requests they remember.

use serde::{Deserialize, Serialize};

/// A JIT policy (contract 5.2).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Usually `default`.
    pub name: String,
    /// Resource group.
    pub resource_group: String,
    /// Region: part of its path.
    pub location: String,
    /// VMs and their port rules.
    pub vms: Vec<PolicyVm>,
    /// Left out of the subscription's list, present in the resource group's (contract 5.2, first quirk).
    #[serde(default)]
    pub hidden_in_subscription_list: bool,
    /// How the ids in its answers are written.
    #[serde(default)]
    pub id_case: IdCase,
    /// Requests of the past, shown in this order.
    #[serde(default)]
    pub requests: Vec<PastRequest>,
}

/// One VM of a policy.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyVm {
    /// Name of a VM of the same resource group.
    pub vm: String,
    /// Port rules.
    pub ports: Vec<PolicyPort>,
    /// Public address of an Azure Firewall in front.
    #[serde(default)]
    pub public_address: Option<String>,
}

/// What may be asked for on one port.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyPort {
    /// Port number.
    pub number: u16,
    /// `TCP`, `UDP`, `*`.
    pub protocol: String,
    /// Allowed sources; none means `*`. One is written singular, several plural.
    #[serde(default)]
    pub sources: Vec<String>,
    /// Longest duration, ISO 8601.
    pub max: String,
}

/// How ids are written in answers; ARM compares without case (contract 1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdCase {
    /// As created.
    #[default]
    AsIs,
    /// All lower.
    Lower,
    /// Resource group in capitals, `resourcegroups` in small letters.
    ShoutingGroup,
}

/// A request that the policy still remembers.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastRequest {
    /// VM name.
    pub vm: String,
    /// Port.
    pub port: u16,
    /// Source it was for.
    pub source: String,
    /// Started so many seconds before the simulator.
    pub seconds_ago: u32,
    /// Ran so many seconds.
    pub lasted: u32,
    /// Who asked; may be empty.
    #[serde(default)]
    pub requestor: String,
    /// What was typed.
    #[serde(default)]
    pub justification: Option<String>,
    /// As written by Azure; unknown values are a case.
    pub status: String,
    /// As written by Azure.
    pub status_reason: String,
}
