//! Windows: mstsc and OpenSSH by full path, folders with a list of who may enter, consoles.
#![allow(
    unsafe_code,
    reason = "security descriptors are foreign; each call says what it relies on"
)]

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::{Child, Command};
use tokio::sync::oneshot;
use windows::Win32::Foundation::{HLOCAL, LocalFree};
use windows::Win32::Security::Authorization::{
    ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1,
};
use windows::Win32::Security::{
    DACL_SECURITY_INFORMATION, PROTECTED_DACL_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR,
    SetFileSecurityW,
};
use windows::Win32::System::Com::{
    COINIT_APARTMENTTHREADED, COINIT_DISABLE_OLE1DDE, CoInitializeEx, CoUninitialize,
};
use windows::Win32::System::Threading::{
    CREATE_NEW_CONSOLE, CREATE_NEW_PROCESS_GROUP, CREATE_NO_WINDOW,
};
use windows::Win32::UI::Shell::ShellExecuteW;
use windows::Win32::UI::WindowsAndMessaging::SW_SHOWNORMAL;
use windows::core::{HSTRING, PCWSTR, w};

use crate::install::Missing;
use crate::installed::{ClientKind, TerminalKind};
use crate::invocation::Stage;

mod certificates;
mod front;
mod policies;

pub(crate) use certificates::certificates;
pub(crate) use front::front;
pub(crate) use policies::{putty_proxy, rdp_policies};

/// By full path: nothing of that name in the working folder or in `PATH` is taken.
pub(crate) fn clients() -> Vec<(ClientKind, PathBuf)> {
    let system = system_folder();
    let mut clients = vec![
        (ClientKind::Ssh, system.join("OpenSSH").join("ssh.exe")),
        (ClientKind::Mstsc, system.join("mstsc.exe")),
    ];
    clients.extend(putty_folders().map(|folder| (ClientKind::Putty, folder.join("putty.exe"))));
    clients
}

/// Where its installers put it: for everybody, or for one person by winget.
fn putty_folders() -> impl Iterator<Item = PathBuf> {
    let below = |(variable, path): (&str, &str)| {
        let folder = PathBuf::from(std::env::var_os(variable)?);
        folder.is_absolute().then(|| folder.join(path))
    };
    [
        ("ProgramFiles", "PuTTY"),
        ("ProgramFiles(x86)", "PuTTY"),
        ("LOCALAPPDATA", "Programs\\PuTTY"),
    ]
    .into_iter()
    .filter_map(below)
}

/// A program's name is said without its ending.
pub(crate) fn program_name(name: &Path) -> PathBuf {
    match name.extension() {
        Some(_) => name.to_owned(),
        None => name.with_extension("exe"),
    }
}

/// What installs a program here. Remote Desktop Connection is part of the system; OpenSSH is one that can be
/// taken out: <https://learn.microsoft.com/windows-server/administration/openssh/openssh_install_firstuse>.
pub(crate) fn install(missing: Missing) -> Option<&'static str> {
    match missing {
        Missing::OpenSsh => Some("Add-WindowsCapability -Online -Name OpenSSH.Client~~~~0.0.1.0"),
        Missing::Putty => Some("winget install --id PuTTY.PuTTY"),
        Missing::Terminal => Some("winget install --id Microsoft.WindowsTerminal"),
        Missing::RemoteDesktop => None,
    }
}

/// A console program gets a console window from the system, in the person's default terminal.
/// The console host is what shows that there is one.
pub(crate) fn terminals() -> Vec<(TerminalKind, PathBuf)> {
    vec![(TerminalKind::Console, system_folder().join("conhost.exe"))]
}

/// How a terminal takes its command, by its file's name. No option is common to those of
/// Windows, so that one that is not known here is not guessed at.
pub(crate) fn terminal_kind(file: &str) -> Option<TerminalKind> {
    match file {
        "wt" | "wt.exe" => Some(TerminalKind::WindowsTerminal),
        "conhost" | "conhost.exe" => Some(TerminalKind::Console),
        _ => None,
    }
}

fn system_folder() -> PathBuf {
    let root = std::env::var_os("SystemRoot").unwrap_or_else(|| "C:\\Windows".into());
    PathBuf::from(root).join("System32")
}

/// Part of the system.
pub(crate) fn signer() -> Option<PathBuf> {
    Some(system_folder().join("rdpsign.exe"))
}

/// Whether there is such a file. An alias of an app from the store, such as that of Windows
/// Terminal, is a link that cannot be followed, but that can be started.
pub(crate) fn is_program(path: &Path) -> bool {
    fs::metadata(path)
        .or_else(|_| fs::symlink_metadata(path))
        .is_ok_and(|metadata| !metadata.is_dir())
}

/// Makes `path` a folder whose owner, and the system, may enter; nothing is inherited from
/// above, and what is made in it inherits this.
pub(crate) fn private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    let wide: Vec<u16> = path.as_os_str().encode_wide().chain([0]).collect();
    let mut descriptor = PSECURITY_DESCRIPTOR::default();
    // SAFETY: the text is a constant that ends in zero, the descriptor is ours; on success
    // the system has allocated it and it is freed below.
    unsafe {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(
            w!("D:P(A;OICI;FA;;;OW)(A;OICI;FA;;;SY)"),
            SDDL_REVISION_1,
            &raw mut descriptor,
            None,
        )
    }
    .map_err(io::Error::other)?;
    // SAFETY: the path ends in zero, both live over the call.
    let done = unsafe {
        SetFileSecurityW(
            PCWSTR(wide.as_ptr()),
            DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
            descriptor,
        )
    };
    let outcome = done.ok().map_err(io::Error::other);
    // SAFETY: allocated by the conversion above, not used afterwards.
    unsafe { LocalFree(Some(HLOCAL(descriptor.0))) };
    outcome
}

/// A new file; who may read it is inherited from the private folder.
pub(crate) fn private_file(path: &Path, _executable: bool) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Attaches a program to this console, to nothing, or to a console of its own.
pub(crate) fn attach(command: &mut Command, stage: Stage) {
    match stage {
        Stage::ThisTerminal => {}
        Stage::Apart => {
            command
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .creation_flags((CREATE_NEW_PROCESS_GROUP | CREATE_NO_WINDOW).0);
        }
        Stage::NewConsole => {
            command.creation_flags(CREATE_NEW_CONSOLE.0);
        }
    }
}

/// Opens a page with the person's default browser, through the system's own call: no
/// command line is made of the address. On a thread of its own, because what the call asks
/// (shell extensions) may take long and wants an apartment of its own
/// (<https://learn.microsoft.com/windows/win32/api/shellapi/nf-shellapi-shellexecutew>).
pub(crate) async fn open_page(page: &str) -> io::Result<Option<Child>> {
    let page = HSTRING::from(page);
    let (tell, told) = oneshot::channel();
    std::thread::Builder::new()
        .name("browser".to_owned())
        .spawn(move || {
            // Whoever asked may be gone.
            let _unheard = tell.send(shell_open(&page));
        })?;
    let gone = || io::Error::other("the shell gave no answer");
    told.await.map_err(|_| gone())?.map(|()| None)
}

fn shell_open(page: &HSTRING) -> io::Result<()> {
    // SAFETY: no pointers; undone below on the same thread where it worked.
    let apart = unsafe { CoInitializeEx(None, COINIT_APARTMENTTHREADED | COINIT_DISABLE_OLE1DDE) };
    // SAFETY: the operation is a constant and the page outlives the call.
    let instance = unsafe {
        ShellExecuteW(
            None,
            w!("open"),
            page,
            PCWSTR::null(),
            PCWSTR::null(),
            SW_SHOWNORMAL,
        )
    };
    if apart.is_ok() {
        // SAFETY: balances the successful call above.
        unsafe { CoUninitialize() };
    }
    // More than 32 means that it worked; anything else is an error's number.
    match instance.0 as usize {
        33.. => Ok(()),
        number => Err(io::Error::other(format!(
            "the shell did not open the page ({number})"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_folder_can_be_written_by_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let ours = folder.path().join("state").join("rdp");
        private_folder(&ours).unwrap();
        private_folder(&ours).unwrap();
        let path = ours.join("a.rdp");
        private_file(&path, false).unwrap();
        assert!(private_file(&path, false).is_err());
        fs::remove_file(path).unwrap();
    }

    #[test]
    fn what_is_not_part_of_the_system_can_be_installed() {
        let ssh = "Add-WindowsCapability -Online -Name OpenSSH.Client~~~~0.0.1.0";
        assert_eq!(install(Missing::OpenSsh), Some(ssh));
        assert_eq!(install(Missing::RemoteDesktop), None);
    }

    #[test]
    fn a_terminal_that_is_not_known_is_not_guessed_at() {
        assert_eq!(terminal_kind("wt.exe"), Some(TerminalKind::WindowsTerminal));
        assert_eq!(terminal_kind("mintty.exe"), None);
    }

    #[test]
    fn programs_are_named_by_full_path() {
        for (_, program) in clients() {
            assert!(program.is_absolute(), "{}", program.display());
        }
    }
}
