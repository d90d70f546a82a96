//! Linux: the remote desktop programs and terminals of its desktops, by name.

use std::path::PathBuf;

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
