//! An adapter of this machine with everything that the system says of it.

use gangway_engine::tunnel::InterfaceKind;
use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

/// A network adapter. What it is called and what it is made of proves nothing; people know
/// it by that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adapter {
    /// What the system calls it at this moment; by this its routes find it.
    #[serde(skip)]
    pub index: Option<u32>,
    /// The name that the system shows (`tun0`, `Ethernet 2`). Data.
    pub name: String,
    /// What kind it is.
    pub kind: InterfaceKind,
    /// Windows' number for that (`IfType` of `IP_ADAPTER_ADDRESSES`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub if_type: Option<u32>,
    /// What its driver calls itself (`Wintun Userspace Tunnel`). Data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// By which Windows knows it after its name was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guid: Option<String>,
    /// The largest packet, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mtu: Option<u32>,
    /// The DNS suffix that is looked up on it. Data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns_suffix: Option<String>,
    /// Whether it can carry packets now.
    pub up: bool,
    /// Its IPv4 addresses with their prefix lengths.
    pub addresses: Vec<Ipv4Net>,
}

/// What Windows' number for a type tells
/// (<https://learn.microsoft.com/windows/win32/api/iptypes/ns-iptypes-ip_adapter_addresses_lh>).
/// OpenVPN's adapters may be Ethernet (6), so `Other` says nothing.
#[must_use]
pub fn kind_of(if_type: u32) -> InterfaceKind {
    match if_type {
        23 => InterfaceKind::Ppp,
        24 => InterfaceKind::Loopback,
        // Proprietary virtual (Wintun, data channel offload) and encapsulating.
        53 | 131 => InterfaceKind::Tunnel,
        _ => InterfaceKind::Other,
    }
}
