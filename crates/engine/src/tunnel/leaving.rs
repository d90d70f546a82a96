//! How traffic to one address leaves this machine, and whether that way may be a tunnel.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::belonging::first_pool;
use super::{Interface, InterfaceKind, LocalNetwork, TunnelKnowledge, policy_source_for};

/// The way to one address, with what decides whether it may count as a tunnel.
#[derive(Debug)]
pub(super) struct Leaving<'a> {
    /// The address that was asked about.
    pub(super) target: Ipv4Addr,
    /// The interface it leaves through.
    pub(super) interface: &'a str,
    /// The source the system would use.
    pub(super) source: Ipv4Addr,
    /// Neither the default route's interface nor, being a tunnel's extra address on that
    /// interface, to be taken for it.
    pub(super) apart_from_default: bool,
    /// Whether it may be a tunnel at all: apart from the default route, or full tunnel.
    pub(super) may_count: bool,
    /// The system calls it point to point or a tunnel. A hint for the words, never a proof.
    pub(super) like_a_tunnel: bool,
    /// The target lies in the interface's own network.
    pub(super) on_link: bool,
    /// A person has said that it is the company's tunnel.
    pub(super) confirmed: bool,
}

/// The way to `target`; `None` when there is none, or its source is nobody's.
pub(super) fn towards<'a>(
    target: Ipv4Addr,
    local: &'a LocalNetwork,
    known: &TunnelKnowledge,
) -> Option<Leaving<'a>> {
    let route = local.route_to(target)?;
    let source = route.source?;
    // The same address may stand on two interfaces: the one the route names counts. An
    // address on one interface that is used on another (an IPsec policy) is the owner's:
    // the address is what Azure's rule sees.
    let named = route.interface.as_deref();
    let holds = |interface: &&Interface| interface.addresses.iter().any(|net| net.addr() == source);
    let owner = local
        .interfaces
        .iter()
        .filter(holds)
        .find(|interface| Some(interface.name.as_str()) == named)
        .or_else(|| local.owner_of(source));
    let interface = owner.map(|owner| owner.name.as_str()).or(named)?;
    let carries_default = local.default_route.as_deref() == Some(interface);
    let apart_from_default =
        !carries_default || owner.is_some_and(|owner| is_extra_address(owner, source));
    let like_a_tunnel = owner.is_some_and(like_a_tunnel);
    // A VM at one of our own addresses: a local network with the same numbers.
    let ourselves = source == target && !target.is_loopback();
    Some(Leaving {
        target,
        interface,
        source,
        apart_from_default,
        may_count: !ourselves
            && (apart_from_default
                || (known.full_tunnel && (like_a_tunnel || rides_on_another(interface, local)))),
        like_a_tunnel,
        on_link: owner.is_some_and(|owner| is_on_link(owner, target)),
        confirmed: is_confirmed(interface, known),
    })
}

/// One of our addresses with the interface that holds it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held<'a> {
    pub(super) interface: &'a Interface,
    pub(super) address: Ipv4Addr,
}

impl Held<'_> {
    /// Whether this is a tunnel we know, whatever leaves through it.
    pub(super) fn is_tunnel_of(&self, local: &LocalNetwork, known: &TunnelKnowledge) -> bool {
        let extra = is_extra_address(self.interface, self.address);
        let carries_default = local.default_route.as_deref() == Some(self.interface.name.as_str());
        if carries_default && !extra && !known.full_tunnel {
            return false;
        }
        if is_confirmed(&self.interface.name, known) {
            return true;
        }
        (like_a_tunnel(self.interface) || extra)
            && (first_pool(self.address, known).is_some()
                || policy_source_for(known, self.address).is_some())
    }
}

/// Every address of every interface.
pub(super) fn addresses(local: &LocalNetwork) -> impl Iterator<Item = Held<'_>> {
    local.interfaces.iter().flat_map(|interface| {
        interface.addresses.iter().map(move |net| Held {
            interface,
            address: net.addr(),
        })
    })
}

/// The narrowest of `blocks` that contains `address`.
pub(super) fn narrowest(blocks: &[Ipv4Net], address: Ipv4Addr) -> Option<Ipv4Net> {
    blocks
        .iter()
        .filter(|block| block.contains(&address))
        .max_by_key(|block| block.prefix_len())
        .copied()
}

/// IPsec without an interface of its own (strongSwan's default) puts the tunnel address
/// as one more /32 on an existing interface, mostly the one that carries the default route.
fn is_extra_address(interface: &Interface, address: Ipv4Addr) -> bool {
    let mut nets = interface.addresses.iter();
    nets.any(|net| net.addr() == address && net.prefix_len() == 32)
        && interface.addresses.iter().any(|net| net.prefix_len() < 32)
}

fn like_a_tunnel(interface: &Interface) -> bool {
    match interface.kind {
        InterfaceKind::Ppp | InterfaceKind::Tunnel => true,
        InterfaceKind::Loopback | InterfaceKind::Other => false,
    }
}

/// A tunnel needs something to travel on: where the carrier of the default route is the
/// only network there is, it is the LAN even though settings say full tunnel.
fn rides_on_another(interface: &str, local: &LocalNetwork) -> bool {
    local
        .interfaces
        .iter()
        .any(|other| other.name != interface && other.kind != InterfaceKind::Loopback)
}

fn is_on_link(interface: &Interface, target: Ipv4Addr) -> bool {
    let mut nets = interface.addresses.iter();
    nets.any(|net| net.prefix_len() > 0 && net.contains(&target))
}

fn is_confirmed(interface: &str, known: &TunnelKnowledge) -> bool {
    known.confirmed.contains(&known.confirmation(interface))
}
