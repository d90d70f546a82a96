//! Estate entries for virtual machines, their interfaces and what they answer with.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A virtual machine.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vm {
    /// Resource name. May hold anything: a hostile name is one of the cases.
    pub name: String,
    /// Resource group.
    pub resource_group: String,
    /// Region.
    pub location: String,
    /// `Windows`, `Linux`; absent means that Azure does not tell.
    #[serde(default)]
    pub os: Option<String>,
    /// OS host name; absent means the resource name.
    #[serde(default)]
    pub computer_name: Option<String>,
    /// `running`, `stopped`, `deallocated`, ... (contract 4.3); absent means that Azure does not tell.
    #[serde(default = "running")]
    pub power: Option<String>,
    /// Network its interfaces are in, unless they say otherwise.
    #[serde(default)]
    pub network: String,
    /// Subnet its interfaces are in, unless they say otherwise.
    #[serde(default)]
    pub subnet: String,
    /// Interfaces; the first is the primary one.
    #[serde(default)]
    pub nics: Vec<Nic>,
    /// What listens on it.
    #[serde(default)]
    pub services: Vec<Service>,
    /// Tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// A network interface.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nic {
    /// Resource name; absent means the VM's name and a number.
    #[serde(default)]
    pub name: Option<String>,
    /// NSG of the interface.
    #[serde(default)]
    pub nsg: Option<String>,
    /// Network, if not the VM's.
    #[serde(default)]
    pub network: Option<String>,
    /// Subnet, if not the VM's.
    #[serde(default)]
    pub subnet: Option<String>,
    /// IP configurations; the first is the primary one.
    #[serde(default)]
    pub addresses: Vec<Address>,
}

/// One IP configuration.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Private address, IPv4 or IPv6; absent means a configuration without one.
    #[serde(default)]
    pub address: Option<String>,
    /// Name of a public address resource, if one is attached.
    #[serde(default)]
    pub public: Option<String>,
}

/// A port that a VM listens on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Port, as the VM sees it. On loopback another one may be taken, everywhere at once.
    pub port: u16,
    /// What answers.
    pub kind: ServiceKind,
    /// What a connect meets while no rule allows it.
    #[serde(default)]
    pub closed: Closed,
}

/// What answers on a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceKind {
    /// A small real SSH server that says which VM it is.
    Ssh,
    /// X.224 Connection Confirm, then TLS with the VM's name, then the end.
    Rdp,
    /// Accepts and never says a word.
    Mute,
    /// Nothing listens: refused even when a rule allows.
    Off,
}

/// What a connect meets while no rule allows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Closed {
    /// No answer at all, as behind an NSG. Only Linux can play it on loopback; elsewhere it is refused.
    #[default]
    Silent,
    /// RST.
    Refusing,
}

#[allow(
    clippy::unnecessary_wraps,
    reason = "serde wants the field's own type for a default"
)]
fn running() -> Option<String> {
    Some("running".into())
}
