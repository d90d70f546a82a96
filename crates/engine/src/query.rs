//! Reads that fill a list. They go past the state machine, to the store or to Azure.

use std::net::Ipv4Addr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::id::{SubscriptionId, TenantId, VmId};
use crate::request::Access;
use crate::tunnel::{LocalNetwork, Pool, TunnelView};
use crate::vm::Vm;

/// A read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "query", rename_all = "kebab-case")]
pub enum Query {
    /// VMs whose name, group, subscription or address match the text; all where it is empty.
    Vms {
        /// What is looked for.
        text: String,
        /// At most so many rows.
        limit: usize,
        /// How fresh the answer must be.
        freshness: Freshness,
    },
    /// The VM that is meant by a name or an id.
    Find {
        /// The name or ARM id.
        name: String,
    },
    /// Requests made from this machine, newest first.
    History {
        /// At most so many rows.
        limit: usize,
    },
    /// The local network and, for a VM, the verdict on the tunnel.
    Tunnel {
        /// The VM; without one only interfaces and pools are told.
        vm: Option<VmId>,
    },
    /// The subscriptions of the tenants that are switched on, hidden ones too.
    Subscriptions,
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
    pub problems: Vec<crate::problem::Problem>,
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
