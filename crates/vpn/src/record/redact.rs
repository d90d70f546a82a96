//! Takes out of a record what tells whose machine it is, and keeps what the decision rests on.

mod hardware;

use std::net::Ipv4Addr;

use gangway_engine::id::GatewayId;
use gangway_engine::tunnel::{PoolOrigin, TunnelKnowledge};
use ipnet::Ipv4Net;

use super::Record;

/// Set aside for documentation (RFC 5737): nobody's.
const NOBODYS: [[u8; 3]; 2] = [[203, 0, 113], [198, 51, 100]];

/// Carriers' networks (RFC 6598) are as private as RFC 1918's.
const SHARED: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(100, 64, 0, 0), 10);

/// A route to so much is one to everything, and tells nothing of anybody.
const EVERYTHING: u8 = 1;

/// The record without names, public addresses and ids.
pub(super) fn record(mut record: Record, scrub: &dyn Fn(&str) -> String) -> Record {
    let mut masks = Masks::new(scrub);
    let seen = &mut record.seen;
    for adapter in &mut seen.adapters {
        masks.name(&mut adapter.name);
        if let Some(description) = &mut adapter.description {
            masks.name(description);
        }
        if let Some(guid) = &mut adapter.guid {
            let number = masks.guids.number(guid);
            *guid = format!("{{00000000-0000-0000-0000-{number:012}}}");
        }
        if let Some(suffix) = &mut adapter.dns_suffix {
            let number = masks.suffixes.number(&suffix.to_lowercase());
            *suffix = format!("suffix-{number}.example");
        }
        for net in &mut adapter.addresses {
            *net = masks.net(*net);
        }
    }
    for entry in &mut seen.ras {
        masks.name(&mut entry.name);
        masks.name(&mut entry.device);
        entry.address = entry.address.map(|address| masks.address(address));
    }
    if let Some(name) = &mut seen.default_route {
        masks.name(name);
    }
    for way in &mut seen.ways {
        way.target = masks.address(way.target);
        way.source = way.source.map(|source| masks.address(source));
        if let Some(name) = &mut way.interface {
            masks.name(name);
        }
    }
    for route in &mut record.table {
        route.prefix = masks.net(route.prefix);
        route.gateway = route.gateway.map(|gateway| masks.address(gateway));
        masks.name(&mut route.interface);
    }
    known(&mut record.known, &mut masks);
    record
}

fn known(known: &mut TunnelKnowledge, masks: &mut Masks<'_>) {
    for pool in &mut known.pools {
        pool.prefix = masks.net(pool.prefix);
        match &mut pool.origin {
            PoolOrigin::Gateway { id } => masks.gateway(id),
            PoolOrigin::Profile { name } => masks.name(name),
            PoolOrigin::Setting | PoolOrigin::MachinePolicy => {}
        }
    }
    for id in known.serving.iter_mut().chain(&mut known.dialled) {
        masks.gateway(id);
    }
    let sources = known.policy_sources.iter_mut();
    for net in sources.chain(&mut known.allowed_sources) {
        *net = masks.net(*net);
    }
    for confirmed in &mut known.confirmed {
        masks.name(&mut confirmed.interface);
        if let Some(id) = &mut confirmed.gateway {
            masks.gateway(id);
        }
    }
}

/// Whether an address tells nothing of whose it is, but much of how it is used.
pub(super) fn is_kept(address: Ipv4Addr) -> bool {
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || SHARED.contains(&address)
}

/// What stands for what: the same for the same everywhere in a record.
struct Masks<'a> {
    scrub: &'a dyn Fn(&str) -> String,
    addresses: Numbers<Ipv4Addr>,
    guids: Numbers<String>,
    suffixes: Numbers<String>,
    gateways: Numbers<GatewayId>,
    hardware: Numbers<String>,
}

impl<'a> Masks<'a> {
    fn new(scrub: &'a dyn Fn(&str) -> String) -> Self {
        Self {
            scrub,
            addresses: Numbers::default(),
            guids: Numbers::default(),
            suffixes: Numbers::default(),
            gateways: Numbers::default(),
            hardware: Numbers::default(),
        }
    }

    fn name(&mut self, name: &mut String) {
        *name = (self.scrub)(name);
        for (place, digits) in hardware::found_in(name).into_iter().rev() {
            let number = self.hardware.number(&digits);
            let told = format!("{number:012}");
            name.replace_range(place, &told);
        }
    }

    fn address(&mut self, address: Ipv4Addr) -> Ipv4Addr {
        if is_kept(address) {
            return address;
        }
        let number = self.addresses.number(&address) - 1;
        let [a, b, c] = NOBODYS[(number / 254) % NOBODYS.len()];
        let last = u8::try_from(number % 254 + 1).unwrap_or(u8::MAX);
        Ipv4Addr::new(a, b, c, last)
    }

    fn net(&mut self, net: Ipv4Net) -> Ipv4Net {
        if net.prefix_len() <= EVERYTHING || is_kept(net.addr()) {
            return net;
        }
        let length = net.prefix_len().max(24);
        Ipv4Net::new(self.address(net.addr()), length).unwrap_or(net)
    }

    fn gateway(&mut self, id: &mut GatewayId) {
        let number = self.gateways.number(id);
        let told = format!(
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/gateway-{number}"
        );
        // The text above is one, so nothing of the old one stays.
        if let Ok(masked) = GatewayId::new(told) {
            *id = masked;
        }
    }
}

/// Counts different things from 1.
struct Numbers<T>(Vec<T>);

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: PartialEq + Clone> Numbers<T> {
    fn number(&mut self, one: &T) -> usize {
        let known = self.0.iter().position(|known| known == one);
        let at = known.unwrap_or_else(|| {
            self.0.push(one.clone());
            self.0.len() - 1
        });
        at + 1
    }
}
