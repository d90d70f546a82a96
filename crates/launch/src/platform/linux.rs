//! Linux: the remote desktop programs and terminals of its desktops, by name.

use std::io;
use std::path::PathBuf;

use tokio::process::Child;

use crate::browser;
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
