//! The tray as a value: icon, tooltip and menu, drawn from a snapshot and nothing else.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::snapshot::Snapshot;
use crate::wish::Wish;

mod icon;
mod menu;
mod tooltip;
mod words;

pub(crate) use menu::{extend, reconnect};
pub(crate) use words::of_vm;

/// No label of the menu is longer, in characters.
pub const LONGEST_LABEL: usize = 80;

/// No tooltip is longer, in characters: Windows takes 127 UTF-16 units
/// (<https://learn.microsoft.com/windows/win32/api/shellapi/ns-shellapi-notifyicondataw>).
pub const LONGEST_TOOLTIP: usize = 120;

/// The tray at `now`, in the words of the catalogue and in this zone's time. It names
/// absolute times only, so it changes when something happens and never by itself.
///
/// Labels are plain text: a shell whose menus read a mark for shortcuts in them (`&`, `_`)
/// doubles it.
#[must_use]
pub fn draw(shown: &Snapshot, now: Timestamp, zone: &TimeZone) -> Tray {
    let said = words::Said { now, zone };
    Tray {
        icon: icon::icon(shown, now),
        tooltip: tooltip::tooltip(shown, said),
        menu: menu::menu(shown, said),
    }
}

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
