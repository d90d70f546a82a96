//! Windows: word of changed addresses and routes, and of what the dialler connects and hangs up.

use std::ffi::c_void;
use std::io;
use std::sync::Arc;

use tokio::sync::Notify;
use windows::Win32::Foundation::{CloseHandle, HANDLE, INVALID_HANDLE_VALUE, NO_ERROR};
use windows::Win32::NetworkManagement::IpHelper::{
    CancelMibChangeNotify2, MIB_IPFORWARD_ROW2, MIB_NOTIFICATION_TYPE, MIB_UNICASTIPADDRESS_ROW,
    NotifyRouteChange2, NotifyUnicastIpAddressChange,
};
use windows::Win32::NetworkManagement::Rras::{
    HRASCONN, RASCN_Connection, RASCN_Disconnection, RasConnectionNotificationW,
};
use windows::Win32::Networking::WinSock::AF_INET;
use windows::Win32::System::Threading::{
    CreateEventW, INFINITE, RegisterWaitForSingleObject, UnregisterWaitEx, WT_EXECUTEDEFAULT,
};

/// Hears of changes from the system, on threads of its own.
#[derive(Debug)]
pub(crate) struct Listener {
    // Dropped before what the callbacks point to: fields go in this order.
    _registrations: [Registration; 2],
    // Where there is no dialler, its connections are not heard; their addresses are.
    _dialler: Option<Dialler>,
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

/// An event that the dialler sets, and a wait for it that ends when this is dropped.
#[derive(Debug)]
struct Dialler {
    event: HANDLE,
    wait: HANDLE,
}

// SAFETY: both are tokens for calls that may be made from any thread.
unsafe impl Send for Dialler {}
// SAFETY: as above; a shared reference can only set the event.
unsafe impl Sync for Dialler {}

impl Dialler {
    /// # Errors
    /// What the system says when there is no dialler (Wine has none) or no such wait.
    fn listen(context: *const c_void) -> io::Result<Self> {
        let dialler = Self::waiting(context)?;
        let any = HRASCONN(INVALID_HANDLE_VALUE.0);
        let what = RASCN_Connection | RASCN_Disconnection;
        // SAFETY: the event lives until it is closed below, after which nobody sets it.
        let answer = unsafe { RasConnectionNotificationW(any, dialler.event, what) };
        if answer != NO_ERROR.0 {
            return Err(io::Error::from_raw_os_error(answer.cast_signed()));
        }
        Ok(dialler)
    }

    /// A wait for an event that nobody sets yet.
    fn waiting(context: *const c_void) -> io::Result<Self> {
        // SAFETY: an event of our own that sets itself back, without a name.
        let event = unsafe { CreateEventW(None, false, false, None) }?;
        let mut dialler = Self {
            event,
            wait: HANDLE::default(),
        };
        // SAFETY: as for the other registrations; the wait ends before the event is closed.
        unsafe {
            RegisterWaitForSingleObject(
                &raw mut dialler.wait,
                event,
                Some(dialler_changed),
                Some(context),
                INFINITE,
                WT_EXECUTEDEFAULT,
            )
        }?;
        Ok(dialler)
    }
}

impl Drop for Dialler {
    fn drop(&mut self) {
        if !self.wait.is_invalid() {
            // SAFETY: the wait was registered and is given back once. The call returns only
            // when no callback runs any more, and those drop nothing.
            let _ended = unsafe { UnregisterWaitEx(self.wait, Some(INVALID_HANDLE_VALUE)) };
        }
        // SAFETY: the event is ours and nobody waits for it any more.
        let _closed = unsafe { CloseHandle(self.event) };
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
            _dialler: Dialler::listen(context).ok(),
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

unsafe extern "system" fn dialler_changed(context: *mut c_void, _in_time: bool) {
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

    use windows::Win32::System::Threading::SetEvent;

    use super::*;

    const LONG: Duration = Duration::from_secs(5);
    #[tokio::test]
    async fn the_system_calls_back() {
        let mut listener = Listener::register(true).unwrap();
        let heard = tokio::time::timeout(LONG, listener.changed()).await;
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

    #[tokio::test]
    async fn what_the_dialler_connects_is_heard() {
        let mut listener = Listener::new().unwrap();
        // Where there is no dialler, the event that it would set stands in for it.
        let context = Arc::as_ptr(&listener.changed).cast();
        let dialler = Dialler::waiting(context).unwrap();
        for _ in 0..2 {
            // SAFETY: the event lives in the listener.
            unsafe { SetEvent(dialler.event) }.unwrap();
        }
        let heard = tokio::time::timeout(LONG, listener.changed()).await;
        heard.unwrap().unwrap();
        // The wait ends before what it tells.
        drop(dialler);
        drop(listener);
    }
}
