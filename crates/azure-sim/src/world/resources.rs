//! The resources, flat, each with its ARM id, referring to one another by index.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::estate::{IdCase, Service};
use crate::net::SecurityRule;

#[derive(Debug, Clone, Default)]
pub(crate) struct Tenant {
    pub(crate) id: String,
    pub(crate) display_name: Option<String>,
    pub(crate) default_domain: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Sub {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) tenant: String,
    pub(crate) managed_by: Vec<String>,
}

impl Sub {
    /// Whether a token of this tenant opens it: its own, or one that it is delegated to (contract 3).
    pub(crate) fn opens_to(&self, tenant: &str) -> bool {
        std::iter::once(&self.tenant)
            .chain(&self.managed_by)
            .any(|t| t.eq_ignore_ascii_case(tenant))
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Vm {
    pub(crate) id: String,
    pub(crate) vm_id: String,
    pub(crate) name: String,
    pub(crate) group: String,
    pub(crate) sub: String,
    pub(crate) tenant: String,
    pub(crate) location: String,
    pub(crate) os: Option<String>,
    pub(crate) computer_name: String,
    pub(crate) power: Option<String>,
    pub(crate) nics: Vec<usize>,
    pub(crate) services: Vec<Service>,
    pub(crate) tags: BTreeMap<String, String>,
    /// Deleted by a trigger: unknown everywhere.
    pub(crate) gone: bool,
}

impl Vm {
    pub(crate) fn runs(&self) -> bool {
        !self.gone
            && !matches!(
                self.power.as_deref(),
                Some("stopped" | "deallocated" | "deallocating" | "stopping" | "starting")
            )
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Nic {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) location: String,
    pub(crate) vm: usize,
    pub(crate) primary: bool,
    pub(crate) nsg: Option<usize>,
    pub(crate) subnet: Option<usize>,
    pub(crate) addresses: Vec<Address>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Address {
    pub(crate) name: String,
    pub(crate) address: Option<String>,
    pub(crate) primary: bool,
    pub(crate) public_id: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Network {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) group: String,
    pub(crate) sub: String,
    pub(crate) location: String,
    pub(crate) prefixes: Vec<String>,
    pub(crate) peerings: Vec<Peering>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Peering {
    pub(crate) remote_id: String,
    pub(crate) allow_gateway_transit: bool,
    pub(crate) use_remote_gateways: bool,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Subnet {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) prefix: String,
    /// Space of its network and of those that are peered with it.
    pub(crate) network_prefixes: Vec<String>,
    pub(crate) nsg: Option<usize>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Nsg {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) location: String,
    pub(crate) rules: Vec<SecurityRule>,
    pub(crate) flush_connection: bool,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Gateway {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) group: String,
    pub(crate) sub: String,
    pub(crate) location: String,
    pub(crate) subnet_id: String,
    pub(crate) gateway_type: String,
    /// Per configuration; one for a VNet gateway.
    pub(crate) pools: Option<Vec<Vec<String>>>,
    pub(crate) group_pools: Vec<Vec<String>>,
    pub(crate) protocols: Vec<String>,
    pub(crate) auth_types: Vec<String>,
    pub(crate) wan: bool,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Policy {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) group: String,
    pub(crate) sub: String,
    pub(crate) location: String,
    pub(crate) vms: Vec<PolicyVm>,
    pub(crate) hidden: bool,
    pub(crate) id_case: IdCase,
    pub(crate) requests: Vec<Request>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct PolicyVm {
    pub(crate) vm_id: String,
    pub(crate) ports: Vec<PolicyPort>,
    pub(crate) public_address: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct PolicyPort {
    pub(crate) number: u16,
    pub(crate) protocol: String,
    pub(crate) sources: Vec<String>,
    pub(crate) max: String,
}

/// An access request as a policy remembers it.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Ours only; Azure gives requests no id (contract 5.5).
    pub(crate) key: String,
    pub(crate) ports: Vec<RequestPort>,
    pub(crate) start: Timestamp,
    pub(crate) requestor: String,
    pub(crate) justification: Option<String>,
    /// Gets that were answered since it was made.
    pub(crate) gets: u32,
}

/// One VM and port of a request.
#[derive(Debug, Clone)]
pub(crate) struct RequestPort {
    pub(crate) vm_id: String,
    pub(crate) number: u16,
    pub(crate) sources: Vec<String>,
    /// The sources came as an array and go back as one.
    pub(crate) plural: bool,
    pub(crate) end: Timestamp,
    pub(crate) status: String,
    pub(crate) status_reason: String,
    /// Name of the allow rule once it was written.
    pub(crate) rule: Option<String>,
}

impl RequestPort {
    pub(crate) fn live(&self) -> bool {
        matches!(self.status.as_str(), "Initiating" | "Initiated")
    }
}
