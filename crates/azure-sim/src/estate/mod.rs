//! What the pretended Azure contains, as a file: tenants, subscriptions, networks, VMs, gateways, JIT policies.
//!
//! An estate is JSON. Names refer to things of the same subscription; ids are made from names the way ARM makes them.
//!
//! ```
//! let estate = azure_sim::Estate::parse(r#"{
//!   "client": {"id": "11111111-2222-4333-8444-555555555555", "secret": "lab-secret"},
//!   "tenants": [{"id": "aaaaaaaa-0000-4000-8000-000000000001", "subscriptions": [{
//!     "id": "bbbbbbbb-0000-4000-8000-000000000001", "name": "lab",
//!     "networks": [{"name": "vnet", "resource_group": "rg", "location": "westeurope", "prefixes": ["10.1.0.0/16"],
//!                   "subnets": [{"name": "default", "prefix": "10.1.0.0/24"}]}],
//!     "nsgs": [{"name": "vm1-nsg", "resource_group": "rg", "location": "westeurope"}],
//!     "vms": [{"name": "vm1", "resource_group": "rg", "location": "westeurope", "os": "Linux",
//!              "network": "vnet", "subnet": "default",
//!              "nics": [{"nsg": "vm1-nsg", "addresses": [{"address": "10.1.0.4"}]}],
//!              "services": [{"port": 22, "kind": "ssh"}]}],
//!     "gateways": [{"name": "gw", "resource_group": "rg", "location": "westeurope", "network": "vnet",
//!                   "pools": ["172.16.200.0/24"]}],
//!     "policies": [{"name": "default", "resource_group": "rg", "location": "westeurope",
//!                   "vms": [{"vm": "vm1", "ports": [{"number": 22, "protocol": "TCP", "max": "PT3H"}]}]}]
//!   }]}]
//! }"#).unwrap();
//! assert_eq!(estate.tenants[0].subscriptions[0].vms[0].name, "vm1");
//! ```

mod demo;
mod demo_odd;
mod large;
mod network;
mod person;
mod policy;
mod role;
mod vm;

use serde::{Deserialize, Serialize};

pub use demo::{demo, plain};
pub use large::large;
pub use network::{Gateway, Network, Nsg, Peering, Rule, Subnet, WanGateway};
pub use person::{Person, PublicApp, roles};
pub use policy::{IdCase, PastRequest, Policy, PolicyPort, PolicyVm};
pub use role::Role;
pub use vm::{Address, Closed, Nic, Service, ServiceKind, Vm};

use crate::Error;
use crate::switches::Switches;

/// Everything that exists at the start.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estate {
    /// The one application that may sign in, with its secret.
    #[serde(default)]
    pub client: ClientSecret,
    /// The public client registration that people sign in to.
    #[serde(default)]
    pub app: PublicApp,
    /// People who may sign in. Empty means the three [`roles`] of every estate.
    #[serde(default)]
    pub people: Vec<Person>,
    /// Who JIT requests are made by where no person signed in (`requestor`, contract 5.2). Empty is a valid case.
    #[serde(default = "default_requestor")]
    pub requestor: String,
    /// The caller's public address: the source that Defender takes when a request names none (contract 5.5).
    #[serde(default = "default_public_address")]
    pub public_address: String,
    /// Directories, each with its subscriptions.
    pub tenants: Vec<Tenant>,
    /// Variants in force from the start.
    #[serde(default)]
    pub switches: Switches,
}

impl Estate {
    /// Reads an estate from JSON text.
    ///
    /// # Errors
    ///
    /// [`Error::Estate`] when the text is not such JSON.
    pub fn parse(text: &str) -> Result<Self, Error> {
        serde_json::from_str(text).map_err(Error::Estate)
    }

    /// All VMs with the subscription they are in.
    pub fn vms(&self) -> impl Iterator<Item = (&Subscription, &Vm)> {
        self.tenants
            .iter()
            .flat_map(|t| &t.subscriptions)
            .flat_map(|s| s.vms.iter().map(move |vm| (s, vm)))
    }
}

/// A service principal's id and secret. The secret is printed on purpose: it opens nothing but this simulator.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientSecret {
    /// Application id.
    pub id: String,
    /// The secret that the token endpoint accepts.
    pub secret: String,
}

impl Default for ClientSecret {
    fn default() -> Self {
        Self {
            id: "5f0c1a52-7d7e-4c59-9a0b-3f1d6f2b8c11".into(),
            secret: "simulated~secret".into(),
        }
    }
}

/// A directory.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenant {
    /// Directory id, a GUID.
    pub id: String,
    /// Shown name; may be absent in Azure's answers (contract 3).
    #[serde(default)]
    pub display_name: Option<String>,
    /// First verified domain.
    #[serde(default)]
    pub default_domain: Option<String>,
    /// Subscriptions that trust this directory.
    #[serde(default)]
    pub subscriptions: Vec<Subscription>,
}

/// A subscription and what is in it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    /// GUID.
    pub id: String,
    /// Shown name.
    pub name: String,
    /// `Enabled`, `Warned`, `PastDue`, `Disabled`, `Deleted`; empty means `Enabled`.
    #[serde(default)]
    pub state: String,
    /// Ids of other tenants to which it is delegated (Azure Lighthouse): their tokens open it too (contract 3).
    #[serde(default)]
    pub managed_by: Vec<String>,
    /// Virtual networks.
    #[serde(default)]
    pub networks: Vec<Network>,
    /// Network security groups.
    #[serde(default)]
    pub nsgs: Vec<Nsg>,
    /// Virtual machines.
    #[serde(default)]
    pub vms: Vec<Vm>,
    /// VNet gateways.
    #[serde(default)]
    pub gateways: Vec<Gateway>,
    /// Virtual WAN P2S gateways.
    #[serde(default)]
    pub wan_gateways: Vec<WanGateway>,
    /// JIT policies.
    #[serde(default)]
    pub policies: Vec<Policy>,
}

fn default_requestor() -> String {
    "admin@contoso.example".into()
}

fn default_public_address() -> String {
    "203.0.113.7".into()
}
