//! What is on this machine that could be started.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use gangway_engine::vm::Protocol;
use jiff::Timestamp;

use crate::certificates::{Standing, standing};
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
    /// What can be said of the certificate that is set; `None` where nobody looked.
    pub certificate: Option<Standing>,
    /// How a terminal that is set takes its command is not known on this system.
    pub terminal_unknown: bool,
    /// The proxy of `PuTTY`'s own default settings, where they name one.
    pub putty_proxy: Option<PuttyProxy>,
}

/// The proxy of `PuTTY`'s Default Settings, which no option of its command line takes away
/// (<https://the.earth.li/~sgtatham/putty/0.83/htmldoc/Chapter4.html#config-proxy>).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PuttyProxy {
    /// The hosts that are reached without it, as they are written there.
    pub excluded: String,
}

impl PuttyProxy {
    /// Whether `target` is reached without it: an entry is an address, or the beginning of
    /// one before an asterisk.
    #[must_use]
    pub fn leaves_out(&self, target: Ipv4Addr) -> bool {
        let target = target.to_string();
        let entries = self.excluded.split([',', ' ']);
        entries
            .filter(|entry| !entry.is_empty())
            .any(|entry| match entry.strip_suffix('*') {
                Some(begins) => target.starts_with(begins),
                None => target == entry,
            })
    }
}

impl Installed {
    /// Looks at the certificate that is set, where one is: whether it can sign now.
    #[must_use]
    pub fn with_certificate(mut self, thumbprint: Option<&str>, now: Timestamp) -> Self {
        self.certificate = thumbprint.map(|thumbprint| standing(thumbprint, now));
        self
    }

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
        putty_proxy: platform::putty_proxy(),
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
    let wanted = wanted.and_then(|name| {
        let kind = platform::terminal_kind(&file_name(name));
        installed.terminal_unknown = kind.is_none();
        Some((kind?, PathBuf::from(name)))
    });
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

/// The file that a terminal is named by, in lower case.
fn file_name(name: &str) -> String {
    let file = Path::new(name).file_name().unwrap_or_default();
    file.to_string_lossy().to_lowercase()
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
        assert_eq!(file_name("/opt/x/Konsole"), "konsole");
        assert_eq!(file_name("WT.exe"), "wt.exe");
    }

    #[test]
    fn putty_s_exceptions_are_read_as_putty_reads_them() {
        let proxy = |excluded: &str| PuttyProxy {
            excluded: excluded.to_owned(),
        };
        let target = Ipv4Addr::new(10, 20, 0, 4);
        for (excluded, is_left_out) in [
            ("", false),
            ("*.contoso.example,10.20.*", true),
            ("10.20.0.4 localhost", true),
            ("10.20.0.40", false),
            ("*", true),
            ("*.4", false),
        ] {
            assert_eq!(
                proxy(excluded).leaves_out(target),
                is_left_out,
                "{excluded}"
            );
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
        let is_told = found
            .terminals_looked_for
            .iter()
            .any(|name| name == "no-such-terminal");
        assert!(is_told != found.terminal_unknown);
    }
}
