//! Linux: the clock that counts sleep, and how a process is told from a later one.

mod alarm;
mod journal;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use keyring_core::CredentialStore;
use rustix::time::{ClockId, clock_gettime};

pub(crate) use self::alarm::Alarm;
pub(crate) use self::journal::tell_system;
use crate::settings::MachinePolicy;

/// The folder's name below the XDG folders.
pub(crate) const FOLDER: &str = "gangway";

const POLICY: &str = "/etc/gangway/policy.json";

/// What an entry in the keyring bears beside its name: what the keyring's own program shows.
pub(crate) const ENTRY: &[(&str, &str)] = &[("label", "Gangway")];

/// The Secret Service of this session, over D-Bus.
pub(crate) fn keyring() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(dbus_secret_service_keyring_store::Store::new()?)
}

/// Whether there is a session bus to look for a keyring on, where D-Bus clients look
/// (<https://specifications.freedesktop.org/basedir/latest/>).
pub(crate) fn may_have_keyring() -> bool {
    let named = std::env::var_os("DBUS_SESSION_BUS_ADDRESS");
    if let Some(address) = named.filter(|address| !address.is_empty()) {
        return address != "disabled:";
    }
    let user = rustix::process::geteuid().as_raw();
    let folder = std::env::var_os("XDG_RUNTIME_DIR")
        .map_or_else(|| PathBuf::from(format!("/run/user/{user}")), PathBuf::from);
    folder.join("bus").exists()
}

/// Time since the machine booted, sleep included.
pub(crate) fn boot() -> Duration {
    since(ClockId::Boottime)
}

/// Time since the machine booted, sleep left out.
pub(crate) fn awake() -> Duration {
    since(ClockId::Monotonic)
}

/// A text that only this run of this process bears: boot and start time. `None` when no
/// such process runs (proc(5), field 22 of `stat`).
pub(crate) fn process_mark(pid: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The program's name stands in brackets and may hold anything, so count from the last one.
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
    let state = fields.next()?;
    if matches!(state, "Z" | "X") {
        return None;
    }
    let started = fields.nth(18)?;
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(format!("{}:{started}", boot.trim()))
}

/// The machine policy's place and content.
pub(crate) fn machine_policy() -> MachinePolicy {
    MachinePolicy::in_file(POLICY)
}

/// What this machine and the person at it are called (proc(5)).
pub(crate) fn names() -> Vec<String> {
    let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    super::person().into_iter().chain(machine).collect()
}

/// What the system calls itself (os-release(5)).
pub(crate) fn system() -> Option<String> {
    let text = std::fs::read_to_string("/etc/os-release").ok()?;
    let name = text
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(name.trim_matches('"').to_owned())
}

fn since(clock: ClockId) -> Duration {
    let time = clock_gettime(clock);
    Duration::new(
        u64::try_from(time.tv_sec).unwrap_or_default(),
        u32::try_from(time.tv_nsec).unwrap_or_default(),
    )
}
