//! Address prefixes as NSG rules write them: address, block, `*`, or a service tag.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};

/// What the service tags mean for one virtual network.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tags {
    /// Blocks of `VirtualNetwork` (contract 6).
    pub(crate) virtual_network: Vec<IpNet>,
}

/// Azure's platform address, the only member of `AzureLoadBalancer` that matters here.
const PLATFORM: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);

pub(crate) fn parse(text: &str) -> Option<IpNet> {
    text.parse::<IpNet>()
        .ok()
        .or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

pub(crate) fn matches(prefix: &str, address: IpAddr, tags: &Tags) -> bool {
    let inside = |blocks: &[IpNet]| blocks.iter().any(|block| block.contains(&address));
    match prefix.to_ascii_lowercase().as_str() {
        "*" | "any" => true,
        "internet" => !inside(&tags.virtual_network),
        "virtualnetwork" | "azureloadbalancer" => inside(&expand(prefix, tags)),
        _ => parse(prefix).is_some_and(|block| block.contains(&address)),
    }
}

/// The blocks that a prefix stands for. `Internet` is written as everything: it is only ever expanded for display.
pub(crate) fn expand(prefix: &str, tags: &Tags) -> Vec<IpNet> {
    match prefix.to_ascii_lowercase().as_str() {
        "*" | "any" | "internet" => vec![IpNet::V4(Ipv4Net::default())],
        "virtualnetwork" => tags.virtual_network.clone(),
        "azureloadbalancer" => vec![IpNet::from(IpAddr::V4(PLATFORM))],
        _ => parse(prefix).into_iter().collect(),
    }
}

/// The block both have in common.
pub(crate) fn intersect(a: IpNet, b: IpNet) -> Option<IpNet> {
    if a.contains(&b) {
        Some(b)
    } else if b.contains(&a) {
        Some(a)
    } else {
        None
    }
}

/// `22`, `3389-3390` or `*` as a range.
pub(crate) fn ports(text: &str) -> Option<(u16, u16)> {
    if text == "*" {
        return Some((0, u16::MAX));
    }
    match text.split_once('-') {
        Some((from, to)) => Some((from.parse().ok()?, to.parse().ok()?)),
        None => {
            let port = text.parse().ok()?;
            Some((port, port))
        }
    }
}
