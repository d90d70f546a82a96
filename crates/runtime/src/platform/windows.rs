//! Windows: private folders by ACL, clocks, processes, the bell as named pipes, policy in the registry.
#![allow(
    unsafe_code,
    reason = "the Win32 calls for clocks, processes, security and the registry have no safe form"
)]

mod alarm;
mod dns;
mod event_log;
mod registry;

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use keyring_core::CredentialStore;
use tokio::net::windows::named_pipe::{NamedPipeServer, ServerOptions};
use tokio::sync::Mutex;
use windows::Win32::Foundation::{
    CloseHandle, ERROR_ALREADY_EXISTS, FILETIME, HLOCAL, LocalFree, STILL_ACTIVE,
};
use windows::Win32::Security::Authorization::{
    ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1,
};
use windows::Win32::Security::{PSECURITY_DESCRIPTOR, SECURITY_ATTRIBUTES};
use windows::Win32::Storage::FileSystem::{CreateDirectoryW, SECURITY_IDENTIFICATION};
use windows::Win32::System::Registry::{HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE};
use windows::Win32::System::SystemInformation::GetTickCount64;
use windows::Win32::System::Threading::{
    GetExitCodeProcess, GetProcessTimes, OpenProcess, PROCESS_QUERY_LIMITED_INFORMATION,
};
use windows::Win32::System::WindowsProgramming::QueryUnbiasedInterruptTime;
use windows::core::{HSTRING, PCWSTR, w};

pub(crate) use self::alarm::Alarm;
pub(crate) use self::dns::look_up;
pub(crate) use self::event_log::tell_system;
use crate::settings::MachinePolicy;
use crate::settings::layers::Layer;

/// The folder's name below `%APPDATA%` and `%LOCALAPPDATA%`.
pub(crate) const FOLDER: &str = "Gangway";

const POLICY: &str = r"Software\Policies\Gangway";

/// What is told of a value whose type no setting has.
const OF_ANOTHER_TYPE: &str = "it is neither REG_SZ, REG_DWORD nor REG_MULTI_SZ";

/// What is told of a key below the policy's, where group policy would write a value.
const A_KEY: &str = "it is a key, and no value";

/// Where the system says what it is.
const SYSTEM: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion";

/// The first build of Windows 11, which goes by the name of 10 in the registry
/// (<https://learn.microsoft.com/windows/release-health/windows11-release-information>).
const ELEVEN: u32 = 22_000;

/// Full access for the system, administrators and the owner; nothing inherited from above.
const PRIVATE: PCWSTR = w!("D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;OW)");

/// How long the machine has slept, in milliseconds, as last seen.
static SLEPT: AtomicU64 = AtomicU64::new(0);

/// What an entry in the keyring bears beside its name. The default persistence is one that
/// roams with the person's profile
/// (<https://learn.microsoft.com/windows/win32/api/wincred/ns-wincred-credentialw>).
pub(crate) const ENTRY: &[(&str, &str)] = &[("persistence", "local")];

/// Credential Manager.
pub(crate) fn keyring() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

/// Credential Manager is part of the system.
pub(crate) fn may_have_keyring() -> bool {
    true
}

/// Time since the machine booted, sleep included: the fine clock that leaves sleep out, and
/// what the coarse one that counts it (`GetTickCount64`, 16 ms) is ahead of it.
/// `QueryInterruptTime` would tell both in one, but Wine has none.
pub(crate) fn boot() -> Duration {
    let awake = awake();
    // SAFETY: no pointers and no preconditions.
    let coarse = Duration::from_millis(unsafe { GetTickCount64() });
    let ahead = u64::try_from(coarse.saturating_sub(awake).as_millis()).unwrap_or_default();
    let slept = SLEPT.load(Ordering::Relaxed);
    // Less than a second is the coarse clock's step, not sleep: time must not tremble with it.
    let slept = if ahead.abs_diff(slept) > 1_000 {
        SLEPT.store(ahead, Ordering::Relaxed);
        ahead
    } else {
        slept
    };
    awake + Duration::from_millis(slept)
}

/// Time since the machine booted, sleep left out.
pub(crate) fn awake() -> Duration {
    let mut ticks = 0;
    // SAFETY: the pointer is to a local that outlives the call.
    let _told = unsafe { QueryUnbiasedInterruptTime(&raw mut ticks) };
    in_ticks(ticks)
}

/// A text that only this run of this process bears: when it was created. `None` when no
/// such process runs, or none that this person may look at.
pub(crate) fn process_mark(pid: u32) -> Option<String> {
    // SAFETY: no pointers; the handle is closed below.
    let process = unsafe { OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, false, pid) }.ok()?;
    let mut code = 0;
    let mut times = [FILETIME::default(); 4];
    let [created, exited, kernel, user] = &mut times;
    // SAFETY: the handle is open and every pointer is to a local that outlives the call.
    let told = unsafe {
        GetExitCodeProcess(process, &raw mut code)
            .and_then(|()| GetProcessTimes(process, created, exited, kernel, user))
    };
    // SAFETY: the handle came from `OpenProcess` and is not used again.
    let _closed = unsafe { CloseHandle(process) };
    told.ok()?;
    let runs = code == STILL_ACTIVE.0.cast_unsigned();
    let [created, ..] = times;
    runs.then(|| {
        format!(
            "{:08x}{:08x}",
            created.dwHighDateTime, created.dwLowDateTime
        )
    })
}

/// Makes a folder whose ACL names the owner, administrators and the system only.
pub(crate) fn make_private_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent() {
        fs::create_dir_all(above)?;
    }
    let mut descriptor = PSECURITY_DESCRIPTOR::default();
    // SAFETY: the text is a constant; the descriptor is freed below.
    unsafe {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(
            PRIVATE,
            SDDL_REVISION_1,
            &raw mut descriptor,
            None,
        )
    }?;
    let attributes = SECURITY_ATTRIBUTES {
        nLength: u32::try_from(size_of::<SECURITY_ATTRIBUTES>()).unwrap_or_default(),
        lpSecurityDescriptor: descriptor.0,
        bInheritHandle: false.into(),
    };
    // SAFETY: path and attributes outlive the call.
    let made = unsafe {
        CreateDirectoryW(
            &HSTRING::from(folder.as_os_str()),
            Some(&raw const attributes),
        )
    };
    // SAFETY: the descriptor was allocated by the call above and is not used again.
    unsafe { LocalFree(Some(HLOCAL(descriptor.0))) };
    match made {
        Err(error) if error.code() != ERROR_ALREADY_EXISTS.to_hresult() => Err(error.into()),
        _ => Ok(()),
    }
}

/// Folders of a person are closed to others by the ACL of their profile; one that was opened
/// to them on purpose is not looked into here.
pub(crate) fn refuse_shared(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Opens a file for appending; the folder's ACL is what protects it.
pub(crate) fn make_private_file(file: &Path) -> io::Result<File> {
    // What is opened for appending alone cannot be locked.
    OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .open(file)
}

/// Makes a file where none is yet; the ACL of the person's folder is what protects it.
pub(crate) fn make_new_private_file(file: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(file)
}

#[cfg(test)]
pub(crate) fn is_private(path: &Path) -> io::Result<bool> {
    // Wine keeps no ACL of a file, so here it counts that it was made at all.
    fs::exists(path)
}

/// The machine policy's place and content; the machine's key beats the person's.
pub(crate) fn machine_policy() -> MachinePolicy {
    policy_below(POLICY)
}

/// The policy at a path that both hives have.
fn policy_below(path: &str) -> MachinePolicy {
    let hives = [("HKCU", HKEY_CURRENT_USER), ("HKLM", HKEY_LOCAL_MACHINE)];
    let why = |names: Vec<String>, why: &'static str| {
        let names = names.into_iter();
        names.map(move |name| (name, why.to_owned()))
    };
    let layer = |(hive, root)| {
        let place = format!("{hive}\\{path}");
        match registry::read(root, path) {
            Ok(values) => Layer {
                place,
                values: values.known,
                unusable: why(values.unknown, OF_ANOTHER_TYPE)
                    .chain(why(values.below, A_KEY))
                    .collect(),
                ..Layer::default()
            },
            Err(error) => Layer {
                place,
                unreadable: Some(error.to_string()),
                ..Layer::default()
            },
        }
    };
    MachinePolicy::from_layers(hives.map(layer).into())
}

/// What this machine, its domain and the person at it are called.
pub(crate) fn names() -> Vec<String> {
    let of_machine = ["COMPUTERNAME", "USERDOMAIN", "USERDNSDOMAIN"];
    let machine = of_machine
        .into_iter()
        .filter_map(|name| std::env::var(name).ok());
    super::person().into_iter().chain(machine).collect()
}

/// What the system calls itself.
pub(crate) fn system() -> Option<String> {
    let values = registry::read(HKEY_LOCAL_MACHINE, SYSTEM).ok()?.known;
    let text = |name: &str| values.get(name).and_then(serde_json::Value::as_str);
    let build = text("CurrentBuild")?;
    let major = if build.parse().unwrap_or(0_u32) >= ELEVEN {
        11
    } else {
        10
    };
    let release = text("DisplayVersion").unwrap_or_default();
    Some(format!("Windows {major} {release} (build {build})"))
}

/// Where the names of the pipes stand.
pub(crate) fn bell_folder(state: &Path) -> PathBuf {
    state.join("run")
}

/// A bell of this process: a named pipe, and a file in the folder that names it.
#[derive(Debug)]
pub(crate) struct Bell {
    name: String,
    path: PathBuf,
    waiting: Mutex<NamedPipeServer>,
}

impl Bell {
    /// Hangs a bell into the folder.
    pub(crate) fn hang(folder: &Path) -> io::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        make_private_folder(folder)?;
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!(r"\\.\pipe\gangway-{}-{next}", std::process::id());
        let waiting = ServerOptions::new()
            .first_pipe_instance(true)
            .reject_remote_clients(true)
            .create(&name)?;
        let path = folder.join(format!("{}-{next}.bell", std::process::id()));
        fs::write(&path, &name)?;
        Ok(Self {
            name,
            path,
            waiting: Mutex::new(waiting),
        })
    }

    /// Waits until somebody rings.
    pub(crate) async fn rung(&self) -> io::Result<()> {
        let mut waiting = self.waiting.lock().await;
        waiting.connect().await?;
        let next = ServerOptions::new()
            .reject_remote_clients(true)
            .create(&self.name)?;
        *waiting = next;
        Ok(())
    }

    /// Where it hangs, so that its owner need not ring it.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        // A bell that stays is taken down by the next who rings it in vain.
        let _gone = fs::remove_file(&self.path);
    }
}

/// How a pipe of whoever is opened: its owner may learn who rings, and not act as that person
/// (<https://learn.microsoft.com/windows/win32/secauthz/impersonation-levels>).
fn knocking() -> OpenOptions {
    let mut options = OpenOptions::new();
    options
        .read(true)
        .write(true)
        .security_qos_flags(SECURITY_IDENTIFICATION.0);
    options
}

/// Rings every bell in the folder but one's own, and takes down those of dead processes.
pub(crate) fn ring(folder: &Path, own: Option<&Path>) {
    let Ok(bells) = fs::read_dir(folder) else {
        return;
    };
    for bell in bells.flatten().map(|entry| entry.path()) {
        if Some(bell.as_path()) == own || bell.extension().is_none_or(|end| end != "bell") {
            continue;
        }
        let Ok(name) = fs::read_to_string(&bell) else {
            continue;
        };
        // Opening the pipe is the ring. A busy pipe is about to be answered; a missing one
        // is that of a process which is gone.
        if let Err(error) = knocking().open(name.trim())
            && error.kind() == io::ErrorKind::NotFound
        {
            let _gone = fs::remove_file(&bell);
        }
    }
}

fn in_ticks(hundred_nanoseconds: u64) -> Duration {
    Duration::from_nanos(hundred_nanoseconds.saturating_mul(100))
}
