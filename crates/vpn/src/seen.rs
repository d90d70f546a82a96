//! Everything that was seen of this machine's network at one moment, and what the decision gets of it.

use std::net::{IpAddr, Ipv4Addr, SocketAddrV4, UdpSocket};

use gangway_engine::tunnel::{Interface, LocalNetwork, RouteTo};
use serde::{Deserialize, Serialize};

use crate::adapter::Adapter;
use crate::error::Error;
use crate::platform::{self, Routes};
use crate::ras::RasEntry;

/// Addresses that stand for "anywhere else". They are set aside for documentation
/// (RFC 5737), so only the default route, or halves of it, leads there.
const ANYWHERE: [Ipv4Addr; 3] = [
    Ipv4Addr::new(192, 0, 2, 1),
    Ipv4Addr::new(198, 51, 100, 1),
    Ipv4Addr::new(203, 0, 113, 1),
];

/// The network as it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Every adapter, whether up or not.
    pub adapters: Vec<Adapter>,
    /// What Windows' dialler has connected.
    #[serde(default)]
    pub ras: Vec<RasEntry>,
    /// The adapter that the default route leaves through.
    pub default_route: Option<String>,
    /// How traffic to each address that was asked about would leave.
    pub ways: Vec<RouteTo>,
}

impl Seen {
    /// Looks. Sends nothing and takes about a millisecond.
    ///
    /// # Errors
    /// [`Error::Interfaces`] when the system does not list its adapters. A target without a
    /// route is no error: its [`RouteTo`] has no source.
    pub fn now(targets: &[Ipv4Addr]) -> Result<Self, Error> {
        let adapters = platform::adapters().map_err(Error::Interfaces)?;
        let routes = Routes::open();
        let up: Vec<&Adapter> = adapters.iter().filter(|adapter| adapter.up).collect();
        let ways = targets
            .iter()
            .map(|&target| way_to(target, &up, &routes))
            .collect();
        let default_route = ANYWHERE
            .iter()
            .find_map(|&anywhere| {
                let way = way_to(anywhere, &up, &routes);
                way.source.and(way.interface)
            })
            .or_else(|| {
                let index = routes.default_index()?;
                name_of(&up, |adapter| adapter.index == Some(index))
            });
        Ok(Self {
            default_route,
            ways,
            ras: platform::ras_entries(),
            adapters,
        })
    }

    /// What the decision gets: adapters that are up and have an IPv4 address.
    #[must_use]
    pub fn local(&self) -> LocalNetwork {
        let interfaces = self
            .adapters
            .iter()
            .filter(|adapter| adapter.up && !adapter.addresses.is_empty())
            .map(|adapter| Interface {
                name: adapter.name.clone(),
                kind: adapter.kind,
                addresses: adapter.addresses.clone(),
                description: adapter.description.clone(),
                entry: self.entry_of(adapter).map(RasEntry::shown),
            })
            .collect();
        LocalNetwork {
            interfaces,
            default_route: self.default_route.clone(),
            routes: self.ways.clone(),
        }
    }

    /// The entry that an adapter was dialled with: the one whose address it holds, or, where
    /// the dialler does not tell the address, the one it is named after.
    fn entry_of(&self, adapter: &Adapter) -> Option<&RasEntry> {
        let holds = |entry: &&RasEntry| {
            let mut nets = adapter.addresses.iter();
            nets.any(|net| Some(net.addr()) == entry.address)
        };
        let named = |entry: &&RasEntry| entry.address.is_none() && entry.name == adapter.name;
        self.ras
            .iter()
            .find(holds)
            .or_else(|| self.ras.iter().find(named))
    }
}

fn way_to(target: Ipv4Addr, up: &[&Adapter], routes: &Routes) -> RouteTo {
    let source = source_towards(target);
    let index = routes.index_towards(target);
    let holds = |adapter: &Adapter| {
        let mut nets = adapter.addresses.iter();
        nets.any(|net| Some(net.addr()) == source)
    };
    let named = |adapter: &Adapter| index.is_some() && adapter.index == index;
    // The source is what counts, so its owner goes before the interface that the system
    // names (Wine names another one for loopback); where several own it, the name decides.
    let interface = name_of(up, |adapter| holds(adapter) && named(adapter))
        .or_else(|| name_of(up, holds))
        .or_else(|| name_of(up, named));
    RouteTo {
        target,
        source,
        interface,
    }
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

fn name_of(up: &[&Adapter], is_it: impl Fn(&Adapter) -> bool) -> Option<String> {
    up.iter()
        .find(|adapter| is_it(adapter))
        .map(|adapter| adapter.name.clone())
}
