//! Linux and macOS: adapters as `getifaddrs` lists them.

use std::io;

use gangway_engine::tunnel::InterfaceKind;
use if_addrs::IfAddr;
use ipnet::Ipv4Net;
use tokio::process::Command;

use crate::adapter::Adapter;
use crate::ras::RasEntry;

/// Every adapter with an address, one for each name.
pub(crate) fn adapters() -> io::Result<Vec<Adapter>> {
    let mut adapters: Vec<Adapter> = Vec::new();
    for listed in if_addrs::get_if_addrs()? {
        let IfAddr::V4(v4) = &listed.addr else {
            continue;
        };
        let Ok(net) = Ipv4Net::new(v4.ip, v4.prefixlen) else {
            continue;
        };
        match adapters.iter_mut().find(|known| known.name == listed.name) {
            Some(known) => known.addresses.push(net),
            None => adapters.push(Adapter {
                index: listed.index,
                kind: kind(&listed),
                if_type: None,
                description: None,
                guid: None,
                mtu: None,
                dns_suffix: None,
                up: listed.is_oper_up(),
                addresses: vec![net],
                name: listed.name,
            }),
        }
    }
    Ok(adapters)
}

/// What the flags of the interface tell: loopback, point to point (as Apple's own IKEv2 and
/// the Azure VPN Client's `ipsecN` and `utunN` are), or neither.
fn kind(interface: &if_addrs::Interface) -> InterfaceKind {
    if interface.is_loopback() {
        InterfaceKind::Loopback
    } else if interface.name.starts_with("ppp") {
        InterfaceKind::Ppp
    } else if interface.is_p2p() {
        InterfaceKind::Tunnel
    } else {
        InterfaceKind::Other
    }
}

/// There is no dialler of the system's that would tell.
pub(crate) fn ras_entries() -> Vec<RasEntry> {
    Vec::new()
}

/// No console could show up here.
pub(crate) fn keep_quiet(_command: &mut Command) {}
