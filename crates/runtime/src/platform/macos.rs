//! macOS: the clock that counts sleep, and how a process is told from a later one.

use std::ffi::OsStr;
use std::io;
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use keyring_core::CredentialStore;
use rustix::time::{ClockId, clock_gettime};

use crate::records::Record;
use crate::settings::MachinePolicy;

/// The folder's name below `~/Library/Application Support`.
pub(crate) const FOLDER: &str = "Gangway";

const POLICY: &str = "/Library/Application Support/Gangway/policy.json";

/// What an entry in the keyring bears beside its name: nothing.
pub(crate) const ENTRY: &[(&str, &str)] = &[];

/// The person's login keychain, which iCloud does not carry to other machines.
pub(crate) fn keyring() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

/// Every person here has a keychain.
pub(crate) fn may_have_keyring() -> bool {
    true
}

/// Tells this program's own log: the system's has no fields of ours.
pub(crate) fn tell_system(_instead: Option<&OsStr>, record: &Record) -> io::Result<()> {
    tracing::info!(sentence = record.sentence(), fields = ?record.fields(), "record");
    Ok(())
}

/// Time from a fixed moment, sleep included: `CLOCK_MONOTONIC` goes on while asleep
/// (clock_gettime(3) of macOS).
pub(crate) fn boot() -> Duration {
    let time = clock_gettime(ClockId::Monotonic);
    Duration::new(
        u64::try_from(time.tv_sec).unwrap_or_default(),
        u32::try_from(time.tv_nsec).unwrap_or_default(),
    )
}

/// Time from a fixed moment, sleep left out: `Instant` is `CLOCK_UPTIME_RAW` there.
pub(crate) fn awake() -> Duration {
    static FIRST: OnceLock<Instant> = OnceLock::new();
    FIRST.get_or_init(Instant::now).elapsed()
}

/// The one timer of the event loop. A timer that counts sleep would be kqueue's on the
/// continuous clock, and word of sleep IOKit's: neither has a safe form. So the clocks are
/// looked at now and then while something is waited for; the network, which comes back with
/// the machine, tells of most sleeps before that.
#[derive(Debug)]
pub(crate) struct Alarm;

impl Alarm {
    /// An alarm that is not set.
    ///
    /// # Errors
    /// None.
    #[allow(
        clippy::unnecessary_wraps,
        reason = "other systems may have no alarm to give"
    )]
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// Waits until so much time has passed or the clocks want a look. With `None` for nothing.
    ///
    /// # Errors
    /// None.
    pub(crate) async fn wait(&mut self, left: Option<Duration>) -> io::Result<()> {
        super::doze(left).await;
        Ok(())
    }
}

/// A text that only this run of this process bears: when it started. `None` when no such
/// process runs.
pub(crate) fn process_mark(pid: u32) -> Option<String> {
    let told = Command::new("/bin/ps")
        .args(["-o", "lstart=", "-p", &pid.to_string()])
        .env("LC_ALL", "C")
        .env("TZ", "UTC")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let started = String::from_utf8(told.stdout).ok()?;
    Some(started.trim().to_owned()).filter(|text| !text.is_empty())
}

/// What this machine and the person at it are called.
pub(crate) fn names() -> Vec<String> {
    let told = Command::new("/bin/hostname")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    let machine = told
        .ok()
        .and_then(|told| String::from_utf8(told.stdout).ok());
    super::person().into_iter().chain(machine).collect()
}

/// What the system calls itself.
pub(crate) fn system() -> Option<String> {
    let told = Command::new("/usr/bin/sw_vers")
        .arg("-productVersion")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let version = String::from_utf8(told.stdout).ok()?;
    Some(format!("macOS {}", version.trim()))
}

/// The machine policy's place and content.
pub(crate) fn machine_policy() -> MachinePolicy {
    MachinePolicy::in_file(POLICY)
}
