//! Lists of VMs: what they are narrowed to, what a row says, where VMs lie.

use std::net::Ipv4Addr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::id::SubscriptionId;
use crate::problem::Problem;
use crate::vm::{Os, Power, Vm};

/// Which VMs of a list are wanted; whatever is not said narrows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(default)]
pub struct VmFilter {
    /// Only those of this system.
    pub system: Option<SystemFilter>,
    /// Only those that a person marked.
    pub favourites: bool,
    /// Only those that an access of this machine runs for now.
    pub open: bool,
    /// Only those of this subscription.
    pub subscription: Option<SubscriptionId>,
    /// Only those of the resource group of this name, in whatever case.
    pub group: Option<String>,
}

/// Which operating system a list is narrowed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum SystemFilter {
    /// Windows.
    Windows,
    /// Linux.
    Linux,
    /// Azure does not say which.
    Unknown,
}

impl SystemFilter {
    /// The one that a VM of this system is found under.
    #[must_use]
    pub const fn of(os: Option<Os>) -> Self {
        match os {
            Some(Os::Windows) => Self::Windows,
            Some(Os::Linux) => Self::Linux,
            None => Self::Unknown,
        }
    }
}

/// A subscription, as a place that VMs lie in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PlaceEntry {
    /// Which.
    pub id: SubscriptionId,
    /// Its name, where known. Data.
    pub name: Option<String>,
    /// How many VMs are known of it.
    pub vms: usize,
    /// Its resource groups that hold VMs, by name.
    pub groups: Vec<GroupEntry>,
}

/// A resource group, as a place that VMs lie in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct GroupEntry {
    /// Its name, as Azure writes it. Data.
    pub name: String,
    /// How many VMs are known of it.
    pub vms: usize,
}

/// VMs, as a list shows them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VmPage {
    /// The rows.
    pub rows: Vec<VmEntry>,
    /// How many match in all.
    pub matching: usize,
    /// How old the inventory is; `None` when there has never been one.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub age: Option<SignedDuration>,
    /// What could not be read, in words of the catalogue.
    pub problems: Vec<Problem>,
}

/// One VM in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VmEntry {
    /// The VM.
    pub vm: Vm,
    /// Its subscription.
    pub subscription: SubscriptionId,
    /// Its subscription's name, where known.
    pub subscription_name: Option<String>,
    /// Whether JIT covers it, as last seen.
    pub jit: JitCoverage,
    /// What a click on it does, an access that runs aside.
    pub offer: Offer,
    /// Whether a person marked it.
    pub favourite: bool,
    /// When a connection to it was last made from here.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub last_used: Option<Timestamp>,
}

impl VmEntry {
    /// The address that a list shows.
    #[must_use]
    pub fn address(&self) -> Option<Ipv4Addr> {
        self.vm.addresses.first().map(|a| a.address)
    }
}

/// What a click on a VM does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Offer {
    /// Connects.
    Connect,
    /// Offers to start it, waits and connects.
    StartAndConnect,
    /// Tries: no JIT policy covers it, so its port may be open or closed for good.
    NotProtected,
    /// Tries: whether JIT covers it could not be read.
    Unknown,
}

impl Offer {
    /// The offer by what was last seen. That a VM is off comes first, as it does on the
    /// way to it: a person is asked to start it before any policy is looked at.
    #[must_use]
    pub const fn of(power: Power, jit: &JitCoverage) -> Self {
        match (power.is_off(), jit) {
            (true, _) => Self::StartAndConnect,
            (false, JitCoverage::Ports(_)) => Self::Connect,
            (false, JitCoverage::NotConfigured) => Self::NotProtected,
            (false, JitCoverage::Unknown) => Self::Unknown,
        }
    }
}

/// Whether JIT covers a VM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum JitCoverage {
    /// These ports may be asked for.
    Ports(Vec<u16>),
    /// No policy was seen where policies could be read.
    NotConfigured,
    /// Policies could not be read, or have not been.
    Unknown,
}
