//! Linux and macOS: permissions of files, and a process group apart from this one's.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use crate::certificates::Certificate;
use crate::installed::{PuttyProxy, TerminalKind};
use crate::invocation::Stage;
use crate::policies::RdpPolicies;

/// Whether a file may be executed by somebody.
pub(crate) fn is_program(path: &Path) -> bool {
    fs::metadata(path)
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

/// Such policies are Windows' own.
pub(crate) fn rdp_policies() -> RdpPolicies {
    RdpPolicies::default()
}

/// Nothing here signs .rdp files, so no certificate can.
pub(crate) fn certificates() -> io::Result<Vec<Certificate>> {
    Ok(Vec::new())
}

/// How a terminal takes its command, by its file's name. Most take it after `-e`.
pub(crate) fn terminal_kind(file: &str) -> Option<TerminalKind> {
    Some(match file {
        // Windows' own, seen from its Linux: it knows no program of this system.
        "wt" | "wt.exe" => return None,
        "x-terminal-emulator" => TerminalKind::XTerminalEmulator,
        "gnome-terminal" | "ptyxis" | "kgx" => TerminalKind::GnomeTerminal,
        "konsole" => TerminalKind::Konsole,
        "xfce4-terminal" => TerminalKind::Xfce4Terminal,
        "kitty" | "foot" => TerminalKind::Plain,
        _ => TerminalKind::DashE,
    })
}

/// The proxy in `PuTTY`'s file of default settings.
pub(crate) fn putty_proxy() -> Option<PuttyProxy> {
    let home = PathBuf::from(std::env::var_os("HOME")?);
    let folders = [home.join(".putty"), home.join(".config/putty")];
    let found =
        folders.map(|folder| fs::read_to_string(folder.join("sessions/Default%20Settings")));
    found.into_iter().flatten().find_map(|text| proxy_in(&text))
}

fn proxy_in(settings: &str) -> Option<PuttyProxy> {
    let value = |key: &str| {
        let mut lines = settings.lines();
        lines.find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
    };
    let method = value("ProxyMethod").or_else(|| value("ProxyType"))?;
    (method.trim() != "0").then(|| PuttyProxy {
        excluded: value("ProxyExcludeList").unwrap_or_default().to_owned(),
    })
}

/// X11 and Wayland leave it to their own windows to come to the front.
pub(crate) fn front(_process: u32) -> bool {
    false
}

/// A program's name is the file's.
pub(crate) fn program_name(name: &Path) -> PathBuf {
    name.to_owned()
}

/// No client here asks for signed files.
pub(crate) fn signer() -> Option<PathBuf> {
    None
}

/// Makes `path` a folder that only this person may enter, with the folders above it.
pub(crate) fn private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    fs::set_permissions(path, Permissions::from_mode(0o700))
}

/// A new file that only this person may read; it must not be there yet.
pub(crate) fn private_file(path: &Path, executable: bool) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(if executable { 0o700 } else { 0o600 })
        .open(path)
}

/// Attaches a program to this terminal or to nothing.
pub(crate) fn attach(command: &mut Command, stage: Stage) {
    match stage {
        Stage::ThisTerminal => {}
        // A group of its own, so that Ctrl-C here ends the watching and not the session.
        Stage::Apart | Stage::NewConsole => {
            command
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .process_group(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn putty_s_own_proxy_is_seen() {
        assert_eq!(proxy_in("HostName=x\nProxyMethod=0\nProxyType=2\n"), None);
        assert_eq!(proxy_in("HostName=x\n"), None);
        let proxy = proxy_in("ProxyExcludeList=10.*\nProxyMethod=3\n").unwrap();
        assert_eq!(proxy.excluded, "10.*");
    }

    #[test]
    fn a_terminal_is_known_by_its_file() {
        assert_eq!(terminal_kind("konsole"), Some(TerminalKind::Konsole));
        assert_eq!(terminal_kind("alacritty"), Some(TerminalKind::DashE));
        assert_eq!(terminal_kind("wt.exe"), None);
    }

    #[test]
    fn nobody_else_may_look() {
        let folder = tempfile::tempdir().unwrap();
        let ours = folder.path().join("state").join("rdp");
        fs::create_dir_all(&ours).unwrap();
        fs::set_permissions(&ours, Permissions::from_mode(0o755)).unwrap();
        private_folder(&ours).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&ours), 0o700);
        for (name, executable, expected) in [("a", false, 0o600), ("b", true, 0o700)] {
            let path = ours.join(name);
            private_file(&path, executable).unwrap();
            assert_eq!(mode(&path), expected);
            // What is there already, or leads elsewhere, is never written to.
            assert!(private_file(&path, executable).is_err());
        }
        std::os::unix::fs::symlink("/nowhere", ours.join("c")).unwrap();
        assert!(private_file(&ours.join("c"), false).is_err());
        assert!(!is_program(&ours.join("a")) && is_program(&ours.join("b")) && !is_program(&ours));
    }
}
