//! What a view asks of its shell: a wish for the engine, for the store, or about windows.

use serde::{Deserialize, Serialize};

use crate::id::{ConnectionId, VmId};
use crate::intent::Intent;

/// Everything that a view can ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(untagged)]
pub enum Wish {
    /// The engine decides what comes of it.
    Engine(Intent),
    /// The runtime does it: it concerns this machine's files only.
    Store(StoreWish),
    /// The shell does it.
    Window(WindowWish),
}

/// A wish about this machine's files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "store", rename_all = "kebab-case")]
pub enum StoreWish {
    /// Mark a VM as a favourite, or take the mark away.
    MarkFavourite {
        /// Which.
        vm: VmId,
        /// Whether it is one.
        marked: bool,
    },
    /// Change a setting in the person's file.
    Set {
        /// Its key as `docs/settings.md` names it (`rdp.full_screen`).
        key: String,
        /// Its value as it is typed on the command line; `None` takes it out, so that its
        /// default is in force.
        value: Option<String>,
    },
    /// Change what is different for one VM.
    SetForVm {
        /// Which.
        vm: VmId,
        /// The key within the VM's table (`protocol`, `ssh_port`, …).
        key: String,
        /// Its value; `None` takes it out.
        value: Option<String>,
    },
    /// Take in a VPN profile (an XML file, or the archive that Azure's portal gives).
    ImportProfile {
        /// The file's name, for messages. Data.
        name: String,
        /// Its bytes in base64, 8 MiB of them at most.
        content: String,
    },
    /// Forget a profile that was imported.
    ForgetProfile {
        /// Its name.
        name: String,
    },
    /// Write the history as CSV into the person's downloads.
    ExportHistory {
        /// Only rows that match; all where it is empty.
        text: String,
    },
    /// Write a report for the help desk, without secrets and names of people, into the
    /// person's downloads.
    ExportReport,
}

/// A wish about windows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "window", rename_all = "kebab-case")]
pub enum WindowWish {
    /// Show the popover.
    Popover,
    /// Show the window at a page.
    Show {
        /// Which.
        page: WindowPage,
    },
    /// Close the window that asks.
    Close,
    /// Put this text on the clipboard.
    Copy {
        /// The text.
        text: String,
    },
    /// Show the folder of the log files.
    ShowLogs,
    /// Show the folder that a file was saved to.
    ShowDownloads,
    /// Open a page of a sign-in or of a problem in the browser: one that the engine named,
    /// no other.
    OpenPage {
        /// Its address.
        page: String,
    },
    /// End the program; accesses that still run were told.
    Quit,
}

/// A page of the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "page", rename_all = "kebab-case")]
pub enum WindowPage {
    /// The way in: sign-in, VPN, first VM.
    FirstRun,
    /// All virtual machines.
    Vms,
    /// One virtual machine.
    Vm {
        /// Which.
        vm: VmId,
    },
    /// What was asked for from this machine.
    History,
    /// Accounts, their tenants and subscriptions.
    Accounts,
    /// The tunnel, and the profiles.
    Vpn,
    /// Settings.
    Settings,
    /// Versions, logs and the report.
    About,
}

/// What came of a wish.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Done {
    /// The connection that was begun.
    pub connection: Option<ConnectionId>,
    /// The file that was written.
    pub saved: Option<String>,
    /// The names of the profiles that were taken in.
    pub imported: Vec<String>,
}
