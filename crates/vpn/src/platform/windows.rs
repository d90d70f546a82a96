//! Windows: routes and their changes through the IP Helper functions.
#![allow(
    unsafe_code,
    reason = "the IP Helper functions are foreign; each call says what it relies on"
)]

use std::ffi::c_void;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use gangway_engine::tunnel::InterfaceKind;
use tokio::sync::Notify;
use windows::Win32::Foundation::{HANDLE, NO_ERROR};
use windows::Win32::NetworkManagement::IpHelper::{
    CancelMibChangeNotify2, GetBestInterface, GetBestRoute2, GetIfEntry2, IF_TYPE_PPP,
    IF_TYPE_PROP_VIRTUAL, IF_TYPE_TUNNEL, MIB_IF_ROW2, MIB_IPFORWARD_ROW2, MIB_NOTIFICATION_TYPE,
    MIB_UNICASTIPADDRESS_ROW, NotifyRouteChange2, NotifyUnicastIpAddressChange,
};
use windows::Win32::Networking::WinSock::{
    AF_INET, IN_ADDR, IN_ADDR_0, SOCKADDR_IN, SOCKADDR_INET,
};

/// What `IfType` tells. OpenVPN's adapters may be Ethernet (6), so `Other` says nothing.
pub(crate) fn kind(interface: &if_addrs::Interface) -> InterfaceKind {
    if interface.is_loopback() {
        return InterfaceKind::Loopback;
    }
    match interface.index.and_then(interface_type) {
        Some(IF_TYPE_PPP) => InterfaceKind::Ppp,
        Some(IF_TYPE_PROP_VIRTUAL | IF_TYPE_TUNNEL) => InterfaceKind::Tunnel,
        _ => InterfaceKind::Other,
    }
}

fn interface_type(index: u32) -> Option<u32> {
    let mut row = MIB_IF_ROW2 {
        InterfaceIndex: index,
        ..MIB_IF_ROW2::default()
    };
    // SAFETY: the row is ours, lives over the call and names its interface by index.
    let answer = unsafe { GetIfEntry2(&raw mut row) };
    (answer == NO_ERROR).then_some(row.Type)
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

/// Hears of changes from the system, on threads of its own.
#[derive(Debug)]
pub(crate) struct Listener {
    // Dropped before what the callbacks point to: fields go in this order.
    _registrations: [Registration; 2],
    changed: Arc<Notify>,
}

/// A registration that ends when it is dropped.
#[derive(Debug)]
struct Registration(HANDLE);

// SAFETY: the handle is a token for `CancelMibChangeNotify2`, which may be called from any thread.
unsafe impl Send for Registration {}
// SAFETY: as above; a shared reference to it can do nothing.
unsafe impl Sync for Registration {}

impl Drop for Registration {
    fn drop(&mut self) {
        // SAFETY: the handle came from a registration that succeeded and is given back once.
        // The call returns only when no callback runs any more. It must not be made from
        // within a callback, and the callbacks below drop nothing.
        let _ = unsafe { CancelMibChangeNotify2(self.0) };
    }
}

impl Listener {
    pub(crate) fn new() -> io::Result<Self> {
        Self::register(false)
    }

    /// With `at_once` the system calls each callback once without any change.
    fn register(at_once: bool) -> io::Result<Self> {
        let changed = Arc::new(Notify::new());
        let context = Arc::as_ptr(&changed).cast::<c_void>();
        let mut addresses = HANDLE::default();
        // SAFETY: the context points to the `Notify` that `Listener` keeps for longer than the
        // registration: its fields are dropped in order, registrations first.
        let answer = unsafe {
            NotifyUnicastIpAddressChange(
                AF_INET,
                Some(address_changed),
                Some(context),
                at_once,
                &raw mut addresses,
            )
        };
        if answer != NO_ERROR {
            return Err(io::Error::from_raw_os_error(answer.0.cast_signed()));
        }
        let addresses = Registration(addresses);
        let mut routes = HANDLE::default();
        // SAFETY: as above.
        let answer = unsafe {
            NotifyRouteChange2(
                AF_INET,
                Some(route_changed),
                context,
                at_once,
                &raw mut routes,
            )
        };
        if answer != NO_ERROR {
            return Err(io::Error::from_raw_os_error(answer.0.cast_signed()));
        }
        Ok(Self {
            changed,
            _registrations: [addresses, Registration(routes)],
        })
    }

    pub(crate) async fn changed(&mut self) -> io::Result<()> {
        self.changed.notified().await;
        Ok(())
    }
}

unsafe extern "system" fn address_changed(
    context: *const c_void,
    _row: *const MIB_UNICASTIPADDRESS_ROW,
    _kind: MIB_NOTIFICATION_TYPE,
) {
    // SAFETY: the context is the one that was registered, see `Listener::new`.
    unsafe { tell(context) };
}

unsafe extern "system" fn route_changed(
    context: *const c_void,
    _row: *const MIB_IPFORWARD_ROW2,
    _kind: MIB_NOTIFICATION_TYPE,
) {
    // SAFETY: the context is the one that was registered, see `Listener::new`.
    unsafe { tell(context) };
}

/// # Safety
/// `context` points to a `Notify` that outlives the registration.
unsafe fn tell(context: *const c_void) {
    // SAFETY: promised by the caller.
    if let Some(changed) = unsafe { context.cast::<Notify>().as_ref() } {
        // A permit is kept where nobody waits, so no change is lost; several are one.
        changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::ptr::null;
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_older_question_is_answered_where_the_newer_is_not() {
        let target = Ipv4Addr::new(127, 0, 0, 1);
        let told = Routes::open().index_towards(target);
        assert_eq!(told, best_route(target).or_else(|| best_interface(target)));
    }

    #[tokio::test]
    async fn the_system_calls_back() {
        let mut listener = Listener::register(true).unwrap();
        let heard = tokio::time::timeout(Duration::from_secs(5), listener.changed()).await;
        heard.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_change_before_the_wait_is_not_lost() {
        let mut listener = Listener::new().unwrap();
        // SAFETY: the `Notify` lives in the listener.
        unsafe {
            address_changed(
                Arc::as_ptr(&listener.changed).cast(),
                null(),
                MIB_NOTIFICATION_TYPE(0),
            )
        };
        // SAFETY: as above.
        unsafe {
            route_changed(
                Arc::as_ptr(&listener.changed).cast(),
                null(),
                MIB_NOTIFICATION_TYPE(0),
            )
        };
        listener.changed().await.unwrap();
    }
}
