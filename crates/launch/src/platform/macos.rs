//! macOS: `open` for .rdp files (Windows App), Apple's Terminal for `ssh`, `open` for pages.

use std::io;
use std::path::PathBuf;

use tokio::process::Child;

use crate::browser;
use crate::install::Missing;
use crate::installed::{ClientKind, TerminalKind};

/// Both belong to the system.
pub(crate) fn clients() -> Vec<(ClientKind, PathBuf)> {
    vec![
        (ClientKind::Ssh, PathBuf::from("/usr/bin/ssh")),
        (ClientKind::Open, PathBuf::from("/usr/bin/open")),
    ]
}

/// What installs a program here; `ssh` and Terminal are parts of the system.
pub(crate) fn install(missing: Missing) -> Option<&'static str> {
    match missing {
        Missing::Putty => Some("brew install putty"),
        Missing::RemoteDesktop => Some("brew install --cask windows-app"),
        Missing::OpenSsh | Missing::Terminal => None,
    }
}

/// Terminal runs a script that is opened with it.
pub(crate) fn terminals() -> Vec<(TerminalKind, PathBuf)> {
    vec![(TerminalKind::AppleTerminal, PathBuf::from("/usr/bin/open"))]
}

/// Opens a page with the person's default browser.
pub(crate) async fn open_page(page: &str) -> io::Result<Option<Child>> {
    browser::start("/usr/bin/open", &[], page).map(Some)
}
