//! Reads that fill a list. They go past the state machine, to the store or to Azure.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::dial::VpnProfile;
use crate::id::{SubscriptionId, TenantId, VmId};
use crate::problem::Problem;
use crate::request::Access;
use crate::tunnel::{LocalNetwork, Pool, TunnelView};

mod rights;
mod vms;

pub use rights::{
    Grant, Permissions, READING_POLICIES, REQUESTING, Right, SEEING_VMS, SubscriptionRights,
};
pub use vms::{
    GroupEntry, JitCoverage, Offer, PlaceEntry, SystemFilter, VmEntry, VmFilter, VmPage,
};

/// A read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "query", rename_all = "kebab-case")]
pub enum Query {
    /// VMs whose name, group, subscription or address match the text; all where it is empty.
    Vms {
        /// What is looked for.
        text: String,
        /// So many rows are left out at the start.
        #[serde(default)]
        offset: usize,
        /// At most so many rows.
        limit: usize,
        /// How fresh the answer must be.
        freshness: Freshness,
        /// Which of those that match.
        #[serde(default)]
        filter: VmFilter,
    },
    /// Where VMs lie: what a list of them can be narrowed to.
    Places,
    /// The VM that is meant by a name or an id.
    Find {
        /// The name or ARM id.
        name: String,
    },
    /// Requests made from this machine, newest first.
    History {
        /// Only rows whose VM, reason or address matches; all where it is empty.
        #[serde(default)]
        text: String,
        /// At most so many rows.
        limit: usize,
    },
    /// Everything about one VM.
    Vm {
        /// Which.
        vm: VmId,
        /// How fresh the answer must be.
        freshness: Freshness,
    },
    /// The local network and, for a VM, the verdict on the tunnel.
    Tunnel {
        /// The VM; without one only interfaces and pools are told.
        vm: Option<VmId>,
    },
    /// The subscriptions of the tenants that are switched on, hidden ones too.
    Subscriptions,
    /// What the account in use may do in a subscription. Azure is asked each time.
    Rights {
        /// Which.
        subscription: SubscriptionId,
    },
    /// The settings in force, and where each comes from.
    Settings,
    /// The VPN profiles that were imported.
    Profiles,
    /// The VPNs that this machine's programs know.
    Vpns,
    /// This program and its files.
    About,
}

/// How fresh an answer must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Freshness {
    /// What the store holds, however old, unless it holds nothing.
    Cached,
    /// From the store when younger than 15 minutes, else from Azure.
    Warm,
    /// From Azure.
    Fresh,
}

/// The answer to a read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "page", rename_all = "kebab-case")]
pub enum Page {
    /// To [`Query::Vms`].
    Vms(VmPage),
    /// To [`Query::Places`].
    Places {
        /// The subscriptions that VMs are known of, by name.
        rows: Vec<PlaceEntry>,
    },
    /// To [`Query::Find`].
    Found {
        /// The VMs that bear exactly this name (or id). One: that is it.
        exact: Vec<VmEntry>,
        /// The nearest others, best first.
        near: Vec<VmEntry>,
    },
    /// To [`Query::History`].
    History {
        /// The rows.
        accesses: Vec<Access>,
    },
    /// To [`Query::Tunnel`].
    Tunnel {
        /// What the system says.
        local: LocalNetwork,
        /// The pools that are known.
        pools: Vec<Pool>,
        /// The verdict, where a VM was named.
        view: Option<TunnelView>,
    },
    /// To [`Query::Subscriptions`].
    Subscriptions {
        /// The rows.
        rows: Vec<SubscriptionEntry>,
    },
    /// To [`Query::Rights`].
    Rights(SubscriptionRights),
    /// To [`Query::Vm`].
    Vm(Box<VmDetails>),
    /// To [`Query::Settings`].
    Settings {
        /// The rows, in the order of `docs/settings.md`.
        rows: Vec<SettingEntry>,
        /// The person's file.
        file: String,
        /// The mistake in it, where there is one: defaults are in force then.
        problem: Option<Problem>,
    },
    /// To [`Query::Profiles`].
    Profiles {
        /// The rows.
        rows: Vec<ProfileEntry>,
    },
    /// To [`Query::Vpns`].
    Vpns {
        /// The rows, those that fit best first.
        rows: Vec<VpnProfile>,
    },
    /// To [`Query::About`].
    About(About),
}

/// Everything about one VM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VmDetails {
    /// As a list shows it.
    pub entry: VmEntry,
    /// What JIT allows on it, port by port; empty where nothing is known.
    pub ports: Vec<PortEntry>,
    /// How old all that is.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub age: Option<SignedDuration>,
    /// The accesses that run on it now, anybody's, as the policy tells them.
    pub running: Vec<RunningAccess>,
    /// What was asked for from this machine, newest first.
    pub history: Vec<Access>,
    /// What is different for it in the person's settings: key within its table, value.
    pub options: Vec<SettingEntry>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// A port that JIT allows to be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PortEntry {
    /// The port.
    pub port: u16,
    /// The longest time that may be asked for.
    #[cfg_attr(test, ts(type = "string"))]
    pub longest: SignedDuration,
    /// The source prefixes that are allowed, as the policy writes them (`*` is any).
    pub sources: Vec<String>,
}

/// An access that runs on a VM, anybody's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RunningAccess {
    /// The port.
    pub port: u16,
    /// Who asked, where Azure says. Data.
    pub by: Option<String>,
    /// For which source.
    pub source: String,
    /// When it ends.
    #[cfg_attr(test, ts(type = "string"))]
    pub expires_at: Timestamp,
    /// Whether it was asked for from this machine.
    pub ours: bool,
}

/// One setting in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SettingEntry {
    /// Its key.
    pub key: String,
    /// Its value as it would be typed on the command line; empty where there is none.
    pub value: String,
    /// Where the value comes from.
    pub origin: SettingOrigin,
    /// What fits it.
    pub kind: SettingKind,
    /// Entries that fit a list, where they are known beforehand; empty where any may be typed.
    #[serde(default)]
    pub offered: Vec<String>,
    /// Whether a view may change it. What decides which program runs and whom this program
    /// trusts is changed in the person's file or by the command line only.
    pub here: bool,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum SettingOrigin {
    /// Nobody set it.
    Default,
    /// The person's file.
    File,
    /// Machine policy: locked.
    Policy,
}

/// What fits a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum SettingKind {
    /// `true` or `false`.
    Toggle,
    /// One of these.
    Choice {
        /// The values.
        of: Vec<String>,
    },
    /// A time such as `1h 30m`.
    Time,
    /// A number.
    Number,
    /// A text.
    Text,
    /// A list, as TOML writes it.
    List,
}

/// A VPN profile that was imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ProfileEntry {
    /// Its name. Data.
    pub name: String,
    /// The gateway it leads to. Data.
    pub gateway: Option<String>,
    /// The tunnel types it allows.
    pub kinds: Vec<String>,
    /// The pools it names.
    pub pools: Vec<String>,
    /// Whether it carries all traffic.
    pub full_tunnel: bool,
}

/// This program and its files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct About {
    /// The program's version.
    pub version: String,
    /// The system it runs on.
    pub system: String,
    /// The web view that shows this, where there is one; the shell fills it in.
    pub web_view: Option<String>,
    /// The person's settings file.
    pub settings_file: String,
    /// The store.
    pub store_file: String,
    /// The folder of the log files.
    pub log_folder: String,
    /// The hosts that this program contacts.
    pub hosts: Vec<String>,
}

/// One subscription in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SubscriptionEntry {
    /// Which.
    pub id: SubscriptionId,
    /// Its name, where known. Data.
    pub name: Option<String>,
    /// The tenant it is reached by, where known.
    pub tenant: Option<TenantId>,
    /// A person left it out of every list.
    pub hidden: bool,
}
