//! Windows: adapters, routes, what the dialler has connected, and word of changes.
#![allow(
    unsafe_code,
    reason = "the IP Helper and RAS functions are foreign; each call says what it relies on"
)]

mod adapters;
mod changes;
mod dial;
mod ras;

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use windows::Win32::Foundation::NO_ERROR;
use windows::Win32::NetworkManagement::IpHelper::{
    FreeMibTable, GetBestInterface, GetBestRoute2, GetIpForwardTable2, MIB_IPFORWARD_ROW2,
};
use windows::Win32::Networking::WinSock::{
    AF_INET, IN_ADDR, IN_ADDR_0, SOCKADDR_IN, SOCKADDR_INET,
};

pub(crate) use self::adapters::adapters;
pub(crate) use self::changes::Listener;
pub(crate) use self::dial::{keep_quiet, places};
pub(crate) use self::ras::ras_entries;
use crate::record::Route;

/// What a record calls this system.
pub(crate) const SYSTEM: &str = "windows";

/// Every IPv4 route with the name of its adapter.
pub(crate) fn table() -> Vec<Route> {
    let adapters = adapters().unwrap_or_default();
    let mut table = std::ptr::null_mut();
    // SAFETY: the pointer is ours; what it is set to is freed below.
    if unsafe { GetIpForwardTable2(AF_INET, &raw mut table) } != NO_ERROR || table.is_null() {
        return Vec::new();
    }
    // SAFETY: the call succeeded, so the table has as many rows as it says.
    let rows = unsafe {
        let rows = (&raw const (*table).Table).cast::<MIB_IPFORWARD_ROW2>();
        std::slice::from_raw_parts(rows, (*table).NumEntries as usize)
    };
    let route = |row: &MIB_IPFORWARD_ROW2| {
        let mut named = adapters.iter();
        let adapter = named.find(|it| it.index == Some(row.InterfaceIndex))?;
        let prefix = address_in(&row.DestinationPrefix.Prefix)?;
        let gateway = address_in(&row.NextHop).filter(|gateway| !gateway.is_unspecified());
        Some(Route {
            prefix: Ipv4Net::new(prefix, row.DestinationPrefix.PrefixLength).ok()?,
            interface: adapter.name.clone(),
            gateway,
            metric: row.Metric,
        })
    };
    let routes = rows.iter().filter_map(route).collect();
    // SAFETY: the table came from the call above and is not used again.
    unsafe { FreeMibTable(table.cast()) };
    routes
}

fn address_in(address: &SOCKADDR_INET) -> Option<Ipv4Addr> {
    // SAFETY: the family stands at the same place in every variant and tells which it is;
    // every bit pattern is an IPv4 address.
    unsafe {
        (address.si_family == AF_INET)
            .then(|| Ipv4Addr::from(address.Ipv4.sin_addr.S_un.S_addr.to_ne_bytes()))
    }
}

/// Asks the system which interface a packet would leave through.
pub(crate) struct Routes;

impl Routes {
    pub(crate) fn open() -> Self {
        Self
    }

    /// The index of the interface towards `target`. `GetBestRoute2` is not everywhere
    /// (Wine answers 50, not supported); then its predecessor is asked.
    pub(crate) fn index_towards(&self, target: Ipv4Addr) -> Option<u32> {
        best_route(target).or_else(|| best_interface(target))
    }

    /// The interface towards the address zero, which only the default route covers.
    pub(crate) fn default_index(&self) -> Option<u32> {
        self.index_towards(Ipv4Addr::UNSPECIFIED)
    }
}

fn best_route(target: Ipv4Addr) -> Option<u32> {
    let destination = SOCKADDR_INET {
        Ipv4: SOCKADDR_IN {
            sin_family: AF_INET,
            sin_addr: IN_ADDR {
                S_un: IN_ADDR_0 {
                    S_addr: in_network_order(target),
                },
            },
            ..SOCKADDR_IN::default()
        },
    };
    let mut route = MIB_IPFORWARD_ROW2::default();
    let mut source = SOCKADDR_INET::default();
    // SAFETY: every pointer is to a value of ours that lives over the call; no interface and
    // no source are asked for.
    let answer = unsafe {
        GetBestRoute2(
            None,
            0,
            None,
            &raw const destination,
            0,
            &raw mut route,
            &raw mut source,
        )
    };
    (answer == NO_ERROR).then_some(route.InterfaceIndex)
}

fn best_interface(target: Ipv4Addr) -> Option<u32> {
    let mut index = 0_u32;
    // SAFETY: the index is ours and lives over the call.
    let answer = unsafe { GetBestInterface(in_network_order(target), &raw mut index) };
    (answer == NO_ERROR.0).then_some(index)
}

fn in_network_order(address: Ipv4Addr) -> u32 {
    u32::from_ne_bytes(address.octets())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_older_question_is_answered_where_the_newer_is_not() {
        let target = Ipv4Addr::new(127, 0, 0, 1);
        let told = Routes::open().index_towards(target);
        assert_eq!(told, best_route(target).or_else(|| best_interface(target)));
    }

    #[test]
    fn every_route_leaves_through_an_adapter_that_is_listed() {
        let adapters = adapters().unwrap();
        for route in table() {
            let named = adapters.iter().any(|it| it.name == route.interface);
            assert!(named, "{route:?}");
        }
    }
}
