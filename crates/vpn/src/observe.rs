//! The local network at one moment: addresses, the default route, and the way to each target.

use std::net::{IpAddr, Ipv4Addr, SocketAddrV4, UdpSocket};

use gangway_engine::tunnel::{Interface, LocalNetwork, RouteTo};
use if_addrs::IfAddr;
use ipnet::Ipv4Net;

use crate::error::Error;
use crate::platform::{self, Routes};

/// Addresses that stand for "anywhere else". They are set aside for documentation
/// (RFC 5737), so only the default route, or halves of it, leads there.
const ANYWHERE: [Ipv4Addr; 3] = [
    Ipv4Addr::new(192, 0, 2, 1),
    Ipv4Addr::new(198, 51, 100, 1),
    Ipv4Addr::new(203, 0, 113, 1),
];

/// Looks at the interfaces that are up and at how traffic to each of `targets` would leave.
/// Sends nothing and takes about a millisecond.
///
/// # Errors
/// [`Error::Interfaces`] when the system does not list its interfaces. A target without a
/// route is no error: its [`RouteTo`] has no source.
pub fn observe(targets: &[Ipv4Addr]) -> Result<LocalNetwork, Error> {
    let listed = if_addrs::get_if_addrs().map_err(Error::Interfaces)?;
    let listed: Vec<_> = listed
        .into_iter()
        .filter(if_addrs::Interface::is_oper_up)
        .collect();
    let routes = Routes::open();
    let route_to = |target| {
        let source = source_towards(target);
        let index = routes.index_towards(target);
        let holds = |i: &if_addrs::Interface| source.is_some_and(|s| i.ip() == IpAddr::V4(s));
        let named = |i: &if_addrs::Interface| index.is_some() && i.index == index;
        // The source is what counts, so its owner goes before the interface that the system
        // names (Wine names another one for loopback); where several own it, the name decides.
        let interface = name_of(&listed, |i| holds(i) && named(i))
            .or_else(|| name_of(&listed, holds))
            .or_else(|| name_of(&listed, named));
        RouteTo {
            target,
            source,
            interface,
        }
    };
    let default_route = ANYWHERE
        .iter()
        .find_map(|&anywhere| {
            let route = route_to(anywhere);
            route.source.and(route.interface)
        })
        .or_else(|| {
            let index = routes.default_index()?;
            name_of(&listed, |interface| interface.index == Some(index))
        });
    Ok(LocalNetwork {
        default_route,
        routes: targets.iter().map(|&target| route_to(target)).collect(),
        interfaces: grouped(&listed),
    })
}

/// The source address the system would use. Connecting a UDP socket looks the route up
/// and sends nothing.
fn source_towards(target: Ipv4Addr) -> Option<Ipv4Addr> {
    let socket = UdpSocket::bind(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(SocketAddrV4::new(target, 9)).ok()?;
    match socket.local_addr().ok()?.ip() {
        IpAddr::V4(source) if !source.is_unspecified() => Some(source),
        IpAddr::V4(_) | IpAddr::V6(_) => None,
    }
}

fn name_of(
    listed: &[if_addrs::Interface],
    is_it: impl Fn(&if_addrs::Interface) -> bool,
) -> Option<String> {
    listed
        .iter()
        .find(|interface| is_it(interface))
        .map(|interface| interface.name.clone())
}

/// One [`Interface`] per name, in the system's order.
fn grouped(listed: &[if_addrs::Interface]) -> Vec<Interface> {
    let mut interfaces: Vec<Interface> = Vec::new();
    for entry in listed {
        let IfAddr::V4(v4) = &entry.addr else {
            continue;
        };
        let Ok(net) = Ipv4Net::new(v4.ip, v4.prefixlen) else {
            continue;
        };
        match interfaces.iter_mut().find(|known| known.name == entry.name) {
            Some(known) => known.addresses.push(net),
            None => interfaces.push(Interface {
                name: entry.name.clone(),
                kind: platform::kind(entry),
                addresses: vec![net],
            }),
        }
    }
    interfaces
}

#[cfg(test)]
mod tests {
    use super::*;
    use gangway_engine::tunnel::InterfaceKind;

    #[test]
    fn loopback_reaches_loopback_from_loopback() {
        let target = Ipv4Addr::new(127, 10, 20, 4);
        let network = observe(&[target]).unwrap();
        let route = network.route_to(target).unwrap();
        assert_eq!(route.source, Some(Ipv4Addr::LOCALHOST));
        let owner = network.owner_of(Ipv4Addr::LOCALHOST).unwrap();
        assert_eq!(owner.kind, InterfaceKind::Loopback);
        assert_eq!(route.interface.as_deref(), Some(owner.name.as_str()));
        assert_ne!(network.default_route.as_deref(), Some(owner.name.as_str()));
    }

    #[test]
    fn every_address_belongs_to_the_machine() {
        let network = observe(&[]).unwrap();
        assert!(network.routes.is_empty());
        for net in network.interfaces.iter().flat_map(|i| &i.addresses) {
            UdpSocket::bind(SocketAddrV4::new(net.addr(), 0)).unwrap();
        }
    }

    #[test]
    fn what_has_no_route_has_no_source() {
        // 240.0.0.0/4 is reserved (RFC 1112); where a system routes it nevertheless, the
        // source is an address of its own.
        let target = Ipv4Addr::new(240, 0, 0, 1);
        let network = observe(&[target]).unwrap();
        if let Some(source) = network.route_to(target).unwrap().source {
            assert!(network.owner_of(source).is_some());
        }
    }
}
