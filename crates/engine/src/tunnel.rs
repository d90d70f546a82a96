//! What is seen of the local network, what is known of the company's VPN, and
//! the verdict: which tunnel carries traffic to a VM, and from which address.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use crate::id::GatewayId;
use crate::problem::Problem;

mod belonging;
mod decide;
mod evidence;
mod leaving;
#[cfg(test)]
mod properties;
mod standing;
#[cfg(test)]
mod tests;

pub use decide::decide;
pub(crate) use standing::standing;

/// The local network as the system describes it, at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LocalNetwork {
    /// Every interface that is up and has an IPv4 address.
    pub interfaces: Vec<Interface>,
    /// The interface the default route leaves through, where there is one.
    pub default_route: Option<String>,
    /// For each address that was asked about: how traffic to it would leave.
    pub routes: Vec<RouteTo>,
}

impl LocalNetwork {
    /// The route to `target`, where it was asked for.
    #[must_use]
    pub fn route_to(&self, target: Ipv4Addr) -> Option<&RouteTo> {
        self.routes.iter().find(|route| route.target == target)
    }

    /// The interface that owns `address`.
    #[must_use]
    pub fn owner_of(&self, address: Ipv4Addr) -> Option<&Interface> {
        self.interfaces
            .iter()
            .find(|interface| interface.addresses.iter().any(|net| net.addr() == address))
    }
}

/// A local network interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Interface {
    /// The name the system shows (`tun0`, `Ethernet 2`). Data.
    pub name: String,
    /// What kind it is. A hint only: names and kinds prove nothing.
    pub kind: InterfaceKind,
    /// Its IPv4 addresses with their prefix lengths.
    #[cfg_attr(test, ts(type = "Array<string>"))]
    pub addresses: Vec<Ipv4Net>,
    /// What its driver calls itself (`Wintun Userspace Tunnel`), where the system says.
    /// Data, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub description: Option<String>,
    /// The VPN entry it was dialled with, where the system's dialler knows. For people, and
    /// for dialling it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub entry: Option<VpnEntry>,
}

/// A VPN as it stands in a phonebook of the system's. Anybody may call one anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VpnEntry {
    /// Its name. Data.
    pub name: String,
    /// Which program keeps it.
    pub client: VpnClient,
}

/// A program that keeps VPN entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum VpnClient {
    /// The Azure VPN Client.
    AzureVpnClient,
    /// The system itself.
    System,
    /// OpenVPN's own program for Windows.
    OpenVpnGui,
    /// NetworkManager.
    NetworkManager,
    /// OpenVPN without a program of its own: as a unit of systemd, or by hand.
    OpenVpn,
}

/// What kind of interface the system says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum InterfaceKind {
    /// Point to point (PPP, IKEv2 and SSTP on Windows).
    Ppp,
    /// A tunnel or virtual adapter.
    Tunnel,
    /// The loopback interface.
    Loopback,
    /// Anything else: Ethernet, Wi-Fi, unknown.
    Other,
}

/// How traffic to one address would leave this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RouteTo {
    /// The address that was asked about.
    pub target: Ipv4Addr,
    /// The source address the system would use; `None` when there is no route.
    pub source: Option<Ipv4Addr>,
    /// The interface it would leave through, where the system says.
    pub interface: Option<String>,
}

/// A block that P2S clients get addresses from, and how it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Pool {
    /// The block.
    #[cfg_attr(test, ts(type = "string"))]
    pub prefix: Ipv4Net,
    /// How it is known.
    pub origin: PoolOrigin,
}

/// How a pool is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum PoolOrigin {
    /// Read from a gateway: VNet gateway (main or group pool) or Virtual WAN.
    Gateway {
        /// The gateway.
        id: GatewayId,
    },
    /// An imported VPN profile says it.
    Profile {
        /// The profile's name.
        name: String,
    },
    /// The person's settings say it.
    Setting,
    /// Machine policy says it.
    MachinePolicy,
}

/// What is known that can show a tunnel to be the company's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TunnelKnowledge {
    /// Every known pool.
    pub pools: Vec<Pool>,
    /// The gateway that serves the VM's network, where that could be read.
    pub serving: Option<GatewayId>,
    /// The gateway whose profile this tunnel was dialled with, where that is known.
    pub dialled: Option<GatewayId>,
    /// The sources that the VM's own JIT policy allows, other than "any".
    pub policy_sources: Vec<Ipv4Net>,
    /// A profile or machine policy says that all traffic goes through the tunnel.
    pub full_tunnel: bool,
    /// Sources that machine policy lists besides tunnels (an office network).
    pub allowed_sources: Vec<Ipv4Net>,
    /// Interfaces a person has confirmed before.
    pub confirmed: Vec<ConfirmedTunnel>,
    /// Whether a person may confirm an unknown tunnel; machine policy can forbid it.
    pub may_confirm: bool,
}

impl TunnelKnowledge {
    /// What is remembered when a person says that `interface` is the company's tunnel:
    /// the answer holds for this interface and for the gateway that serves the VM.
    #[must_use]
    pub fn confirmation(&self, interface: impl Into<String>) -> ConfirmedTunnel {
        ConfirmedTunnel {
            interface: interface.into(),
            gateway: self.serving.clone(),
        }
    }
}

/// A person's answer to "is this your company's tunnel?", remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmedTunnel {
    /// The interface it was given for.
    pub interface: String,
    /// The gateway it was given for, where one was known.
    pub gateway: Option<GatewayId>,
}

/// The way to a VM through the tunnel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TunnelPath {
    /// The interface traffic leaves through.
    pub interface: String,
    /// Our address on it: the only source that is ever asked for.
    pub source: Ipv4Addr,
    /// The VM's address that is reached: asked for, proved and written to the .rdp file.
    pub target: Ipv4Addr,
    /// Why it counts as the company's tunnel.
    pub proof: TunnelProof,
}

impl TunnelPath {
    /// Whether traffic goes the same way: from the same address of ours to the same one of
    /// the VM's. How that is known may have changed.
    #[must_use]
    pub fn is_same_way(&self, other: &Self) -> bool {
        self.source == other.source && self.target == other.target
    }
}

/// Why an address counts as the tunnel's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum TunnelProof {
    /// It lies in this pool.
    InPool(Pool),
    /// It lies in a source prefix of the VM's own policy, on an interface
    /// that does not carry the default route.
    InPolicySource(#[cfg_attr(test, ts(type = "string"))] Ipv4Net),
    /// A person confirmed this interface.
    Confirmed,
    /// Machine policy lists it as a source.
    AllowedSource(#[cfg_attr(test, ts(type = "string"))] Ipv4Net),
}

/// A sentence about one interface that was looked at, as data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Evidence {
    /// The interface.
    pub interface: String,
    /// Our address on it.
    pub address: Ipv4Addr,
    /// What was found.
    pub finding: Finding,
}

/// What was found of an interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// Traffic to the VM leaves through it and it is known to be the tunnel.
    Chosen,
    /// Its address lies in a pool, but the route to the VM leaves elsewhere.
    InPoolButNotRouted {
        /// The interface the route leaves through.
        route: String,
    },
    /// The route leaves through it, but nothing shows that it is the company's tunnel.
    RoutedButUnknown,
    /// It carries the default route, so it is the LAN unless full tunnel is set.
    CarriesDefaultRoute,
    /// Its address lies in a pool, but there is no route to the VM at all.
    InPoolWithoutRoute,
    /// The route leaves through it, and its address lies in the pool of a gateway that
    /// does not serve the VM's network.
    OfAnotherGateway {
        /// That gateway.
        gateway: String,
    },
    /// The route leaves through it, and several gateways hand out addresses of its pool.
    InSharedPool {
        /// Those gateways.
        gateways: Vec<String>,
    },
    /// The route leaves through it, and it is a local network, no tunnel.
    LeavesByLan,
    /// Neither in a pool nor on the way.
    NotInvolved,
}

/// The verdict on the tunnel, with everything that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TunnelView {
    /// The way through, or why there is none.
    pub verdict: Result<TunnelPath, Problem>,
    /// One finding for each interface that was looked at.
    pub evidence: Vec<Evidence>,
}

/// The narrowest source prefix of the VM's policy that contains `address`. "Any" is no evidence.
fn policy_source_for(known: &TunnelKnowledge, address: Ipv4Addr) -> Option<Ipv4Net> {
    known
        .policy_sources
        .iter()
        .filter(|block| block.prefix_len() > 0 && block.contains(&address))
        .max_by_key(|block| block.prefix_len())
        .copied()
}
