//! The local network at one moment: addresses, the default route, and the way to each target.

use std::net::Ipv4Addr;

use gangway_engine::tunnel::LocalNetwork;

use crate::error::Error;
use crate::seen::Seen;

/// Looks at the interfaces that are up and at how traffic to each of `targets` would leave.
/// Sends nothing and takes about a millisecond.
///
/// # Errors
/// [`Error::Interfaces`] when the system does not list its interfaces. A target without a
/// route is no error: its [`RouteTo`](gangway_engine::tunnel::RouteTo) has no source.
pub fn observe(targets: &[Ipv4Addr]) -> Result<LocalNetwork, Error> {
    Ok(Seen::now(targets)?.local())
}

#[cfg(test)]
mod tests {
    use std::net::{SocketAddrV4, UdpSocket};

    use gangway_engine::tunnel::InterfaceKind;

    use super::*;

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
