//! Linux: the remote desktop programs and terminals of its desktops, by name.

use std::io;
use std::path::{Path, PathBuf};

use tokio::process::Child;

use crate::browser;
use crate::install::Missing;
use crate::installed::{ClientKind, TerminalKind};

/// Best first. Without a terminal sdl-freerdp asks in windows of its own, Remmina too;
/// xfreerdp asks on its terminal.
pub(crate) fn clients() -> Vec<(ClientKind, PathBuf)> {
    [
        (ClientKind::Ssh, "ssh"),
        (ClientKind::SdlFreeRdp, "sdl-freerdp3"),
        (ClientKind::SdlFreeRdp, "sdl-freerdp"),
        (ClientKind::Remmina, "remmina"),
        (ClientKind::XFreeRdp, "xfreerdp3"),
        (ClientKind::XFreeRdp, "xfreerdp"),
        (ClientKind::Putty, "putty"),
    ]
    .map(|(kind, name)| (kind, PathBuf::from(name)))
    .into()
}

/// The person's own choice first, where the system keeps one.
pub(crate) fn terminals() -> Vec<(TerminalKind, PathBuf)> {
    [
        (TerminalKind::XTerminalEmulator, "x-terminal-emulator"),
        (TerminalKind::GnomeTerminal, "gnome-terminal"),
        (TerminalKind::Konsole, "konsole"),
        (TerminalKind::Xfce4Terminal, "xfce4-terminal"),
        (TerminalKind::Plain, "kitty"),
        (TerminalKind::DashE, "alacritty"),
        (TerminalKind::Plain, "foot"),
        (TerminalKind::DashE, "xterm"),
    ]
    .map(|(kind, name)| (kind, PathBuf::from(name)))
    .into()
}

/// Each distribution's installer, with what it calls OpenSSH's client, PuTTY, a terminal and
/// a remote desktop program.
const INSTALLERS: [(&str, [&str; 4]); 4] = [
    (
        "/usr/bin/apt",
        [
            "sudo apt install openssh-client",
            "sudo apt install putty",
            "sudo apt install xterm",
            "sudo apt install remmina remmina-plugin-rdp",
        ],
    ),
    (
        "/usr/bin/dnf",
        [
            "sudo dnf install openssh-clients",
            "sudo dnf install putty",
            "sudo dnf install xterm",
            "sudo dnf install remmina",
        ],
    ),
    (
        "/usr/bin/zypper",
        [
            "sudo zypper install openssh-clients",
            "sudo zypper install putty",
            "sudo zypper install xterm",
            "sudo zypper install remmina remmina-plugin-rdp",
        ],
    ),
    (
        "/usr/bin/pacman",
        [
            "sudo pacman -S openssh",
            "sudo pacman -S putty",
            "sudo pacman -S xterm",
            "sudo pacman -S remmina freerdp",
        ],
    ),
];

/// What installs a program here.
pub(crate) fn install(missing: Missing) -> Option<&'static str> {
    let is_here = |(program, _): &&(&str, _)| Path::new(program).exists();
    let (_, [ssh, putty, terminal, desktop]) = INSTALLERS.iter().find(is_here)?;
    Some(match missing {
        Missing::OpenSsh => ssh,
        Missing::Putty => putty,
        Missing::Terminal => terminal,
        Missing::RemoteDesktop => desktop,
    })
}

/// What shows a page here, best first: the desktop's own choice, a browser of Windows around
/// WSL, then Debian's alternatives.
const OPENERS: [&[&str]; 4] = [
    &["xdg-open"],
    &["wslview"],
    &["gio", "open"],
    &["x-www-browser"],
];

/// What says that there is a screen, or another way to show a page.
const SCREENS: [&str; 4] = ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "BROWSER"];

/// Opens a page with the first program that is there.
pub(crate) async fn open_page(page: &str) -> io::Result<Option<Child>> {
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if !SCREENS.iter().any(is_set) {
        return Err(io::Error::new(
            io::ErrorKind::NotFound,
            "there is no screen here",
        ));
    }
    for opener in OPENERS {
        let (program, arguments) = opener.split_first().unwrap_or((&"xdg-open", &[]));
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        match browser::start(program, &arguments, page) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            started => return started.map(Some),
        }
    }
    Err(io::Error::new(
        io::ErrorKind::NotFound,
        "no program that opens pages was found",
    ))
}
