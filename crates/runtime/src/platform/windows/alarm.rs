//! Windows: a timer, and word of a machine that woke up, after which what is left is counted anew.

use std::ffi::c_void;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};
use windows::Win32::Foundation::{HANDLE, NO_ERROR};
use windows::Win32::System::Power::{
    DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS, HPOWERNOTIFY, PowerRegisterSuspendResumeNotification,
    PowerUnregisterSuspendResumeNotification,
};
use windows::Win32::UI::WindowsAndMessaging::{
    DEVICE_NOTIFY_CALLBACK, PBT_APMRESUMEAUTOMATIC, PBT_APMRESUMECRITICAL, PBT_APMRESUMESUSPEND,
};

/// The one timer of the event loop.
#[derive(Debug)]
pub(crate) struct Alarm {
    _registration: Registration,
    resumed: Arc<Notify>,
}

/// A registration that ends when it is dropped.
#[derive(Debug)]
struct Registration(*mut c_void);

// SAFETY: the handle is a token for unregistering, which may be done from any thread.
unsafe impl Send for Registration {}
// SAFETY: as above; a shared reference to it can do nothing.
unsafe impl Sync for Registration {}

impl Drop for Registration {
    fn drop(&mut self) {
        // SAFETY: the handle came from a registration that succeeded and is given back once.
        let _ended =
            unsafe { PowerUnregisterSuspendResumeNotification(HPOWERNOTIFY(self.0 as isize)) };
    }
}

impl Alarm {
    /// An alarm that is not set.
    ///
    /// # Errors
    /// What the system says when it will not tell of sleep.
    pub(crate) fn new() -> io::Result<Self> {
        let resumed = Arc::new(Notify::new());
        // Never taken back: that no call is still under way when a registration has ended is
        // promised nowhere, and there is one alarm in a process.
        let context = Arc::into_raw(Arc::clone(&resumed));
        let recipient = DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS {
            Callback: Some(power_changed),
            Context: context.cast_mut().cast(),
        };
        let mut registration = std::ptr::null_mut();
        // SAFETY: the recipient is read during the call; the context lives for ever.
        let answer = unsafe {
            PowerRegisterSuspendResumeNotification(
                DEVICE_NOTIFY_CALLBACK,
                HANDLE((&raw const recipient).cast_mut().cast()),
                &raw mut registration,
            )
        };
        if answer != NO_ERROR {
            return Err(io::Error::from_raw_os_error(answer.0.cast_signed()));
        }
        Ok(Self {
            _registration: Registration(registration),
            resumed,
        })
    }

    /// Waits until so much time has passed, or the machine woke up: the timer stands still
    /// while it sleeps, so what is left has to be counted anew then. With `None` for the
    /// latter alone.
    ///
    /// # Errors
    /// None.
    pub(crate) async fn wait(&mut self, left: Option<Duration>) -> io::Result<()> {
        let due = async {
            match left {
                Some(left) => sleep_until(Instant::now() + left).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = due => {}
            () = self.resumed.notified() => {}
        }
        Ok(())
    }
}

unsafe extern "system" fn power_changed(
    context: *const c_void,
    kind: u32,
    _setting: *const c_void,
) -> u32 {
    let woke = matches!(
        kind,
        PBT_APMRESUMEAUTOMATIC | PBT_APMRESUMESUSPEND | PBT_APMRESUMECRITICAL
    );
    // SAFETY: the context is the `Notify` that was registered and is never taken back.
    if let Some(resumed) = unsafe { context.cast::<Notify>().as_ref() }
        && woke
    {
        // A permit is kept where nobody waits, so no resume is lost; several are one.
        resumed.notify_one();
    }
    NO_ERROR.0
}

#[cfg(test)]
mod tests {
    use std::ptr::null;

    use tokio::time::timeout;
    use windows::Win32::UI::WindowsAndMessaging::PBT_APMSUSPEND;

    use super::*;

    const SHORT: Duration = Duration::from_millis(30);
    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn it_rings_when_its_time_has_passed_and_not_before() {
        let mut alarm = Alarm::new().unwrap();
        let began = Instant::now();
        let rung = timeout(LONG, alarm.wait(Some(SHORT))).await;
        rung.unwrap().unwrap();
        assert!(began.elapsed() >= SHORT);
        assert!(timeout(SHORT, alarm.wait(Some(LONG))).await.is_err());
        assert!(timeout(SHORT, alarm.wait(None)).await.is_err());
    }

    #[tokio::test]
    async fn it_rings_when_the_machine_wakes_up_and_not_when_it_falls_asleep() {
        let mut alarm = Alarm::new().unwrap();
        let context: *const c_void = Arc::as_ptr(&alarm.resumed).cast();
        let happens = |kind| {
            // SAFETY: the `Notify` lives in the alarm.
            let answer = unsafe { power_changed(context, kind, null()) };
            assert_eq!(answer, NO_ERROR.0);
        };
        happens(PBT_APMSUSPEND);
        assert!(timeout(SHORT, alarm.wait(Some(LONG))).await.is_err());
        happens(PBT_APMRESUMEAUTOMATIC);
        happens(PBT_APMRESUMESUSPEND);
        let rung = timeout(LONG, alarm.wait(None)).await;
        rung.unwrap().unwrap();
        assert!(timeout(SHORT, alarm.wait(None)).await.is_err());
    }
}
