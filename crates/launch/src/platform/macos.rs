//! macOS: `open` for .rdp files (Windows App), Apple's Terminal for `ssh`.

use std::path::PathBuf;

use crate::installed::{ClientKind, TerminalKind};

/// Both belong to the system.
pub(crate) fn clients() -> Vec<(ClientKind, PathBuf)> {
    vec![
        (ClientKind::Ssh, PathBuf::from("/usr/bin/ssh")),
        (ClientKind::Open, PathBuf::from("/usr/bin/open")),
    ]
}

/// Terminal runs a script that is opened with it.
pub(crate) fn terminals() -> Vec<(TerminalKind, PathBuf)> {
    vec![(TerminalKind::AppleTerminal, PathBuf::from("/usr/bin/open"))]
}
