//! Security rules as far as they explain why nothing answers.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::id::NsgId;

mod judge;

pub use judge::{Verdict, judge};

/// The rules that stand between us and a VM: one list per security group (or
/// network manager) that traffic has to pass, each sorted by nobody yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The lists. Traffic must be allowed by each.
    pub lists: Vec<RuleList>,
    /// Whether they are the effective rules of the interface (all sources merged by
    /// Azure) or only the groups that could be read.
    pub effective: bool,
    /// The virtual appliance that a route table puts in the way, where one was seen.
    #[serde(default)]
    pub appliance: Option<Ipv4Addr>,
}

/// The inbound rules of one security group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleList {
    /// The group; `None` for a network manager.
    pub nsg: Option<NsgId>,
    /// A name to show.
    pub name: String,
    /// Its inbound rules.
    pub rules: Vec<SecurityRule>,
}

/// One inbound security rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityRule {
    /// Its name.
    pub name: String,
    /// Lower numbers come first.
    pub priority: u16,
    /// Whether it lets traffic in.
    pub allow: bool,
    /// Whether it speaks of TCP (`Tcp`, `*` or `All`).
    pub tcp: bool,
    /// The sources.
    pub sources: Vec<Prefix>,
    /// The destinations.
    pub destinations: Vec<Prefix>,
    /// The destination ports, both ends included.
    pub ports: Vec<(u16, u16)>,
}

/// A prefix of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prefix {
    /// `*` or `0.0.0.0/0`.
    Any,
    /// A block.
    Block(Ipv4Net),
    /// A service tag that Azure did not expand.
    Tag(String),
}

/// A packet that is judged: TCP from here to there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// From.
    pub source: Ipv4Addr,
    /// To.
    pub target: Ipv4Addr,
    /// The destination port.
    pub port: u16,
}
