//! What differs between systems: private files, clocks, processes, the bell, the keyring, machine policy.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::{
    Alarm, ENTRY, FOLDER, awake, boot, keyring, machine_policy, may_have_keyring, names,
    process_mark, system, tell_system,
};
#[cfg(target_os = "macos")]
pub(crate) use macos::{
    Alarm, ENTRY, FOLDER, awake, boot, keyring, machine_policy, may_have_keyring, names,
    process_mark, system, tell_system,
};
#[cfg(all(test, unix))]
pub(crate) use unix::is_private;
#[cfg(unix)]
pub(crate) use unix::{
    Bell, bell_folder, look_up, make_new_private_file, make_private_file, make_private_folder,
    refuse_shared, ring,
};
#[cfg(all(test, windows))]
pub(crate) use windows::is_private;
#[cfg(windows)]
pub(crate) use windows::{
    Alarm, Bell, ENTRY, FOLDER, awake, bell_folder, boot, keyring, look_up, machine_policy,
    make_new_private_file, make_private_file, make_private_folder, may_have_keyring, names,
    process_mark, refuse_shared, ring, system, tell_system,
};

/// What the person is called who is signed in to this machine.
fn person() -> Vec<String> {
    let named = ["USER", "LOGNAME", "USERNAME"];
    named
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .collect()
}

/// Where nothing tells that the machine slept, the clocks are looked at this often while
/// something is waited for: timers stand still while it sleeps.
const LOOK: Duration = Duration::from_secs(30);

/// Waits until so much time has passed, or until the clocks want a look: what to do where
/// the system has no better alarm. With `None` nothing is waited for.
pub(crate) async fn doze(left: Option<Duration>) {
    match left {
        // A timer of the event loop's own, as any alarm is.
        Some(left) => sleep_until(Instant::now() + left.min(LOOK)).await,
        None => std::future::pending().await,
    }
}
