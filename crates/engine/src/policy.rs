//! JIT policies, the requests that stand in them, and what they allow.
//!
//! Shapes after the REST reference of `Microsoft.Security/locations/jitNetworkAccessPolicies`,
//! api-version 2020-01-01
//! (<https://learn.microsoft.com/rest/api/defenderforcloud/jit-network-access-policies>).

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::id::{PolicyId, VmId};

/// A JIT policy: which VMs it covers and which requests were made through it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JitPolicy {
    /// Its ARM id; location and resource group stand in it.
    pub id: PolicyId,
    /// The VMs it covers.
    pub vms: Vec<PolicyVm>,
    /// Requests of everybody, past and present, newest first.
    pub requests: Vec<PolicyRequest>,
}

/// What a policy says of one VM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyVm {
    /// The VM.
    pub vm: VmId,
    /// One rule per port.
    pub rules: Vec<PortRule>,
}

/// One port of a VM that may be asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortRule {
    /// The port.
    pub port: u16,
    /// Whether TCP may be asked for (`TCP` or `*`).
    pub tcp: bool,
    /// The widest sources that may be asked for.
    pub sources: AllowedSources,
    /// The longest time that may be asked for.
    pub longest: SignedDuration,
}

/// The sources a policy lets people ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AllowedSources {
    /// Any address (`*` or `0.0.0.0/0`).
    Any,
    /// Only these blocks.
    Prefixes(Vec<Ipv4Net>),
}

impl AllowedSources {
    /// The narrowest block that contains `address`; `None` when none does.
    /// For [`AllowedSources::Any`] that is the address itself.
    #[must_use]
    pub fn block_for(&self, address: Ipv4Addr) -> Option<Ipv4Net> {
        match self {
            Self::Any => Some(Ipv4Net::from(address)),
            Self::Prefixes(blocks) => blocks
                .iter()
                .filter(|block| block.contains(&address))
                .max_by_key(|block| block.prefix_len())
                .copied(),
        }
    }
}

/// A request in a policy: one VM, one port, one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRequest {
    /// The VM it opens.
    pub vm: VmId,
    /// The port it opens.
    pub port: u16,
    /// For whom, as Azure writes it.
    pub source: Source,
    /// When it was made, by Azure's clock.
    pub started_at: Timestamp,
    /// When it ends, by Azure's clock.
    pub expires_at: Timestamp,
    /// How far it is.
    pub status: Status,
    /// Why it is so.
    pub reason: StatusReason,
    /// Who made it; `None` where Azure does not say (it may be empty).
    pub requestor: Option<String>,
    /// The reason that was typed. Data: it may hold anything.
    pub justification: Option<String>,
}

/// The source of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// One or more blocks; a single address is a /32.
    Blocks(#[cfg_attr(test, ts(type = "Array<string>"))] Vec<Ipv4Net>),
    /// Something else, kept as text (`*`, IPv6, a tag).
    Other(String),
}

impl Source {
    /// A single address.
    #[must_use]
    pub fn address(address: Ipv4Addr) -> Self {
        Self::Blocks(vec![Ipv4Net::from(address)])
    }

    /// Whether traffic from `address` is covered.
    #[must_use]
    pub fn covers(&self, address: Ipv4Addr) -> bool {
        match self {
            Self::Blocks(blocks) => blocks.iter().any(|block| block.contains(&address)),
            Self::Other(text) => text == "*",
        }
    }
}

/// How far a request is. Azure's enum is open: what is not known stays text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Accepted, not yet in force.
    Initiating,
    /// In force.
    Initiated,
    /// Over.
    Revoked,
    /// A value this program does not know.
    Other(String),
}

/// Why a request has its status. Open like [`Status`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum StatusReason {
    /// Its time was up.
    Expired,
    /// Somebody asked for it (or for its end).
    UserRequested,
    /// A later request took its place.
    NewerRequestInitiated,
    /// A value this program does not know, or none.
    Other(String),
}

/// The rule for one port of one VM, and the policy it stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundRule {
    /// The policy that is asked.
    pub policy: PolicyId,
    /// What it allows.
    pub rule: PortRule,
}

/// The rule that covers `port` over TCP on `vm`. A VM may stand in several
/// policies; one named `default` is preferred, as the portal does.
#[must_use]
pub fn find_rule(policies: &[JitPolicy], vm: &VmId, port: u16) -> Option<FoundRule> {
    policies
        .iter()
        .flat_map(|policy| {
            policy
                .vms
                .iter()
                .filter(|entry| entry.vm == *vm)
                .flat_map(|entry| &entry.rules)
                .filter(|rule| rule.port == port && rule.tcp)
                .map(|rule| FoundRule {
                    policy: policy.id.clone(),
                    rule: rule.clone(),
                })
        })
        .min_by_key(|found| !found.policy.name().eq_ignore_ascii_case("default"))
}

/// The ports that could be asked for on `vm` over TCP, ascending, each once.
#[must_use]
pub fn ports_of(policies: &[JitPolicy], vm: &VmId) -> Vec<u16> {
    let mut ports: Vec<u16> = policies
        .iter()
        .flat_map(|policy| &policy.vms)
        .filter(|entry| entry.vm == *vm)
        .flat_map(|entry| &entry.rules)
        .filter(|rule| rule.tcp)
        .map(|rule| rule.port)
        .collect();
    ports.sort_unstable();
    ports.dedup();
    ports
}

/// The first request for this VM and port that was made after `started_at`: the one that
/// took the place of an older one.
#[must_use]
pub fn first_after<'a>(
    policies: &'a [JitPolicy],
    vm: &VmId,
    port: u16,
    started_at: Timestamp,
) -> Option<&'a PolicyRequest> {
    policies
        .iter()
        .flat_map(|policy| &policy.requests)
        .filter(|request| request.vm == *vm && request.port == port)
        .filter(|request| request.started_at > started_at)
        .min_by_key(|request| request.started_at)
}
