//! The tray as a value: icon, tooltip and menu, drawn from a snapshot and nothing else.

use serde::{Deserialize, Serialize};

use crate::wish::Wish;

/// What a tray shows. Shells compare it with what they showed before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tray {
    /// The icon.
    pub icon: TrayIcon,
    /// One line; the soonest end where an access runs (`vm-web-01 until 17:40`).
    pub tooltip: String,
    /// The menu, from top to bottom.
    pub menu: Vec<MenuEntry>,
}

/// The six states of the icon, told apart by shape and not only by colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrayIcon {
    /// Nobody is signed in.
    SignedOut,
    /// No company tunnel is up.
    NoTunnel,
    /// A click connects.
    Ready,
    /// A connection is being made.
    Working,
    /// An access runs.
    AccessRunning,
    /// Something wants a person's eye.
    Attention,
}

/// An entry of the menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MenuEntry {
    /// A line.
    Separator,
    /// Something to read, or to choose where it has a wish.
    Item {
        /// Its text: words of the catalogue with data in it, without control characters.
        label: String,
        /// What choosing it asks for; it is only to be read where `None`.
        wish: Option<Wish>,
    },
    /// Entries under an entry.
    Submenu {
        /// Its text.
        label: String,
        /// What is under it.
        entries: Vec<MenuEntry>,
    },
}
