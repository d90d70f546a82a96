//! What is on this machine that could be started.

use std::path::{Path, PathBuf};

use gangway_engine::vm::Protocol;

use crate::platform;
use crate::policies::RdpPolicies;

/// A client program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Which.
    pub kind: ClientKind,
    /// Where it lies.
    pub program: PathBuf,
}

/// The client programs that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClientKind {
    /// OpenSSH.
    Ssh,
    /// Remote Desktop Connection of Windows.
    Mstsc,
    /// FreeRDP with dialogs of its own (`sdl-freerdp`).
    SdlFreeRdp,
    /// FreeRDP that asks on its terminal (`xfreerdp3`, `xfreerdp`).
    XFreeRdp,
    /// Remmina.
    Remmina,
    /// macOS: whatever opens .rdp files (Windows App).
    Open,
    /// `PuTTY`: SSH in a window of its own.
    Putty,
}

impl ClientKind {
    /// Whether it is for `protocol`.
    #[must_use]
    pub fn speaks(self, protocol: Protocol) -> bool {
        match self {
            Self::Ssh | Self::Putty => protocol == Protocol::Ssh,
            Self::Mstsc | Self::SdlFreeRdp | Self::XFreeRdp | Self::Remmina | Self::Open => {
                protocol == Protocol::Rdp
            }
        }
    }
}

/// A terminal program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terminal {
    /// How it takes a command.
    pub kind: TerminalKind,
    /// Where it lies; unused where the system opens a console by itself.
    pub program: PathBuf,
}

/// How a terminal program takes the command to run in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TerminalKind {
    /// The person's choice on Debian and its kin (`x-terminal-emulator -e`); may end at once.
    XTerminalEmulator,
    /// `gnome-terminal --wait --`.
    GnomeTerminal,
    /// `konsole --nofork -e`.
    Konsole,
    /// `xfce4-terminal --disable-server -x`.
    Xfce4Terminal,
    /// `PROGRAM COMMAND...` (kitty, foot).
    Plain,
    /// `PROGRAM -e COMMAND...` (xterm, alacritty and most others).
    DashE,
    /// A console window that the system opens for a console program (Windows).
    Console,
    /// `wt new-tab COMMAND...` (Windows Terminal), which ends at once.
    WindowsTerminal,
    /// `open -a Terminal` with a script (macOS).
    AppleTerminal,
}

/// Everything that was found, best first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Installed {
    /// Client programs.
    pub clients: Vec<Client>,
    /// Terminal programs.
    pub terminals: Vec<Terminal>,
    /// Every client that was looked for.
    pub looked_for: Vec<(ClientKind, String)>,
    /// Every terminal that was looked for.
    pub terminals_looked_for: Vec<String>,
    /// What group policies say of mstsc.
    pub policies: RdpPolicies,
    /// What signs .rdp files (`rdpsign`), where there is such a program.
    pub signer: Option<PathBuf>,
}

impl Installed {
    /// The names that were looked for, for a protocol.
    #[must_use]
    pub fn looked_for(&self, protocol: Protocol) -> Vec<String> {
        self.looked_for
            .iter()
            .filter(|(of, _)| of.speaks(protocol))
            .map(|(_, name)| name.clone())
            .collect()
    }
}

/// Looks where clients and terminals lie on this system: known places, then `PATH`. Only
/// looks at files; nothing is run. `wanted` is the terminal that a person has set.
#[must_use]
pub fn find_clients(wanted: Option<&str>) -> Installed {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    find_in(&folders, wanted)
}

fn find_in(folders: &[PathBuf], wanted: Option<&str>) -> Installed {
    let mut installed = Installed {
        policies: platform::rdp_policies(),
        signer: platform::signer().filter(|program| platform::is_program(program)),
        ..Installed::default()
    };
    for (kind, name) in platform::clients() {
        if let Some(program) = find(&name, folders) {
            installed.clients.push(Client { kind, program });
        }
        installed
            .looked_for
            .push((kind, name.display().to_string()));
    }
    let wanted = wanted.map(|name| (terminal_kind(name), PathBuf::from(name)));
    for (kind, name) in wanted.into_iter().chain(platform::terminals()) {
        if let Some(program) = find(&name, folders) {
            installed.terminals.push(Terminal { kind, program });
        }
        installed
            .terminals_looked_for
            .push(name.display().to_string());
    }
    installed
}

/// How a terminal that a person names takes its command.
fn terminal_kind(name: &str) -> TerminalKind {
    let file = Path::new(name).file_name().unwrap_or_default();
    match file.to_string_lossy().to_lowercase().as_str() {
        "wt" | "wt.exe" => TerminalKind::WindowsTerminal,
        "x-terminal-emulator" => TerminalKind::XTerminalEmulator,
        "gnome-terminal" | "ptyxis" | "kgx" => TerminalKind::GnomeTerminal,
        "konsole" => TerminalKind::Konsole,
        "xfce4-terminal" => TerminalKind::Xfce4Terminal,
        "kitty" | "foot" => TerminalKind::Plain,
        _ => TerminalKind::DashE,
    }
}

/// `name` itself where it is a path, else the first program of that name.
fn find(name: &Path, folders: &[PathBuf]) -> Option<PathBuf> {
    if name.components().count() > 1 {
        return platform::is_program(name).then(|| name.to_owned());
    }
    let name = platform::program_name(name);
    folders
        .iter()
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&name))
        .find(|program| platform::is_program(program))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_known_by_its_file() {
        for (name, kind) in [
            ("wt", TerminalKind::WindowsTerminal),
            ("WT.exe", TerminalKind::WindowsTerminal),
            ("konsole", TerminalKind::Konsole),
            ("alacritty", TerminalKind::DashE),
        ] {
            assert_eq!(terminal_kind(name), kind, "{name}");
        }
    }

    #[test]
    fn nothing_is_found_in_no_folder_and_everything_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let found = find_in(
            &[folder.path().to_owned(), PathBuf::from(".")],
            Some("no-such-terminal"),
        );
        let by_name = |client: &&Client| !client.program.is_absolute();
        assert_eq!(found.clients.iter().filter(by_name).count(), 0);
        assert!(!found.looked_for(Protocol::Ssh).is_empty());
        assert!(!found.looked_for(Protocol::Rdp).is_empty());
        assert_eq!(found.terminals_looked_for[0], "no-such-terminal");
    }
}
