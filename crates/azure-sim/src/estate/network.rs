//! Estate entries for virtual networks, network security groups and P2S gateways.

use serde::{Deserialize, Serialize};

/// A virtual network.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// Resource name.
    pub name: String,
    /// Resource group.
    pub resource_group: String,
    /// Region.
    pub location: String,
    /// Address space.
    pub prefixes: Vec<String>,
    /// Subnets.
    #[serde(default)]
    pub subnets: Vec<Subnet>,
    /// Peerings, each as seen from this side.
    #[serde(default)]
    pub peerings: Vec<Peering>,
}

/// One side of a peering of two networks (contract 4.3).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peering {
    /// Name of the other network in this subscription, or its id.
    pub network: String,
    /// The other side may use this side's gateway.
    #[serde(default)]
    pub allow_gateway_transit: bool,
    /// This side uses the other side's gateway.
    #[serde(default)]
    pub use_remote_gateways: bool,
}

/// A subnet of a [`Network`].
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subnet {
    /// Name inside the network.
    pub name: String,
    /// Address block.
    pub prefix: String,
    /// Name of the NSG of the same subscription, if any.
    #[serde(default)]
    pub nsg: Option<String>,
}

/// A network security group.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nsg {
    /// Resource name.
    pub name: String,
    /// Resource group.
    pub resource_group: String,
    /// Region.
    pub location: String,
    /// Rules besides the three default ones and those that JIT writes.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// Existing flows are evaluated again on a rule change (contract 7.1).
    #[serde(default)]
    pub flush_connection: bool,
}

/// An inbound security rule.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Name inside the NSG.
    pub name: String,
    /// 100 to 4096; lower is looked at first.
    pub priority: u16,
    /// Lets through, or stops.
    pub allow: bool,
    /// `Tcp`, `Udp`, `Icmp`, `*`.
    #[serde(default = "star")]
    pub protocol: String,
    /// Addresses, blocks, `*` or a tag (`VirtualNetwork`, `Internet`, `AzureLoadBalancer`).
    #[serde(default = "stars")]
    pub source: Vec<String>,
    /// As `source`.
    #[serde(default = "stars")]
    pub destination: Vec<String>,
    /// `22`, `3389-3390`, `*`.
    #[serde(default = "stars")]
    pub ports: Vec<String>,
    /// Up to 140 characters.
    #[serde(default)]
    pub description: String,
}

/// A VNet gateway.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    /// Resource name.
    pub name: String,
    /// Resource group.
    pub resource_group: String,
    /// Region.
    pub location: String,
    /// Name of the network it sits in.
    pub network: String,
    /// P2S pools; absent means that P2S is off (no `vpnClientConfiguration`, contract 9.1).
    #[serde(default)]
    pub pools: Option<Vec<String>>,
    /// Pools of policy groups (`vngClientConnectionConfigurations`).
    #[serde(default)]
    pub group_pools: Vec<Vec<String>>,
    /// `IkeV2`, `SSTP`, `OpenVPN`.
    #[serde(default)]
    pub protocols: Vec<String>,
    /// `Certificate`, `Radius`, `AAD`.
    #[serde(default)]
    pub auth_types: Vec<String>,
    /// `ExpressRoute` makes it a gateway that cannot serve P2S; absent means `Vpn`.
    #[serde(default)]
    pub gateway_type: Option<String>,
}

/// A Virtual WAN P2S gateway.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WanGateway {
    /// Resource name.
    pub name: String,
    /// Resource group.
    pub resource_group: String,
    /// Region.
    pub location: String,
    /// One list of blocks per connection configuration.
    pub pools: Vec<Vec<String>>,
}

fn star() -> String {
    "*".into()
}

fn stars() -> Vec<String> {
    vec![star()]
}
