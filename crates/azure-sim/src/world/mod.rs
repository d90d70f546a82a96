//! The pretended Azure while it runs: resources by id, policies with their requests, tokens, operations, what is due.

mod build;
mod build_policy;
mod reach;
mod resources;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde_json::Value;

pub(crate) use build::{build, security_rule};
pub(crate) use reach::{VmState, manager_rule};
pub(crate) use resources::{
    Gateway, Network, Nic, Nsg, Peering, Policy, PolicyPort, Request, RequestPort, Sub, Subnet,
    Tenant, Vm,
};

use crate::asked::Asked;
use crate::entra::{Certificate, Ledger};
use crate::estate::{Person, PublicApp, Role};
use crate::fault::Fault;
use crate::switches::Switches;

/// Everything that changes, behind one lock.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) switches: Switches,
    pub(crate) faults: Vec<Fault>,
    pub(crate) asked: Vec<Asked>,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) client_certificate: Option<Certificate>,
    pub(crate) app: PublicApp,
    pub(crate) people: Vec<Person>,
    pub(crate) sign_ins: Ledger,
    pub(crate) requestor: String,
    pub(crate) public_address: String,
    pub(crate) tenants: Vec<Tenant>,
    pub(crate) subs: Vec<Sub>,
    pub(crate) vms: Vec<Vm>,
    pub(crate) nics: Vec<Nic>,
    pub(crate) networks: Vec<Network>,
    pub(crate) subnets: Vec<Subnet>,
    pub(crate) nsgs: Vec<Nsg>,
    pub(crate) gateways: Vec<Gateway>,
    pub(crate) policies: Vec<Policy>,
    pub(crate) tokens: HashMap<String, Token>,
    pub(crate) operations: HashMap<String, Operation>,
    /// Indexes by id in lower case.
    pub(crate) vm_by_id: HashMap<String, usize>,
    pub(crate) nic_by_id: HashMap<String, usize>,
    /// VMs ordered by id, as Resource Graph is asked to order them.
    pub(crate) vm_order: Vec<usize>,
    agenda: BTreeMap<(Timestamp, u64), Due>,
    counter: u64,
    /// VMs whose rules or power changed and whose doors have to follow.
    pub(crate) dirty: BTreeSet<usize>,
}

/// An access token that the simulator gave out.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) tenant: String,
    pub(crate) expires: Timestamp,
    /// A challenge was answered: with claims by an application, with MFA by a person.
    pub(crate) with_claims: bool,
    pub(crate) for_arm: bool,
    /// Whose it is; none for the application itself.
    pub(crate) person: Option<usize>,
    pub(crate) issued: Timestamp,
    /// Order of issue, which a clock that stands still does not tell.
    pub(crate) serial: u64,
    /// May be challenged at any time (contract 2.6).
    pub(crate) cae: bool,
    /// The caller's public address at the issue.
    pub(crate) address: String,
}

/// A long-running operation.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) started: Timestamp,
    pub(crate) done: Timestamp,
    pub(crate) result: Option<Value>,
    pub(crate) failed_with: Option<String>,
}

/// Something that happens by itself at its time.
#[derive(Debug, Clone)]
pub(crate) enum Due {
    /// A request turns `Initiated`.
    Initiated { request: String },
    /// An allow rule appears.
    RuleAppears { request: String, port: usize },
    /// A request's port reaches its end.
    Ends { request: String, port: usize },
    /// An allow rule goes.
    RuleGoes { rule: String },
    /// A VM's power state becomes this.
    Power { vm: usize, state: String },
}

impl World {
    /// Plans something.
    pub(crate) fn plan(&mut self, at: Timestamp, due: Due) {
        self.counter += 1;
        self.agenda.insert((at, self.counter), due);
    }

    /// When the next thing is due.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.agenda.keys().next().map(|(at, _)| *at)
    }

    /// Does everything that is due by now, in order.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        while let Some(entry) = self.agenda.first_entry() {
            if entry.key().0 > now {
                return;
            }
            let at = entry.key().0;
            let due = entry.remove();
            crate::jit::progress::happens(self, at, due);
        }
    }

    pub(crate) fn vm(&self, id: &str) -> Option<usize> {
        self.vm_by_id.get(&id.to_lowercase()).copied()
    }

    /// VMs of that resource name.
    pub(crate) fn vms_named(&self, name: &str) -> Vec<usize> {
        (0..self.vms.len())
            .filter(|i| {
                self.vms[*i].name.eq_ignore_ascii_case(name)
                    || self.vms[*i].id.eq_ignore_ascii_case(name)
            })
            .collect()
    }

    pub(crate) fn sub(&self, id: &str) -> Option<&Sub> {
        self.subs.iter().find(|sub| sub.id.eq_ignore_ascii_case(id))
    }

    /// The person of that name.
    pub(crate) fn person(&self, upn: &str) -> Option<usize> {
        let upn = upn.trim();
        self.people
            .iter()
            .position(|person| person.upn.eq_ignore_ascii_case(upn))
    }

    /// The public address that calls seem to come from now.
    pub(crate) fn caller_address(&self) -> String {
        let moved = self.switches.caller_address.as_ref();
        moved.unwrap_or(&self.public_address).clone()
    }

    /// The letters that every secret given out carries.
    pub(crate) fn canary(&self) -> &str {
        self.switches.canary.as_deref().unwrap_or("")
    }

    /// May the caller do this in a subscription, or in a resource group of it where one is named?
    pub(crate) fn may(
        &self,
        person: Option<usize>,
        (sub, group): (&str, &str),
        action: &str,
    ) -> bool {
        let only = self.switches.rights_only_in.as_ref();
        if !group.is_empty() && only.is_some_and(|only| !only.eq_ignore_ascii_case(group)) {
            return false;
        }
        let roles = self.roles(person);
        let mut scope = format!("/subscriptions/{sub}");
        if !group.is_empty() {
            scope.push_str("/resourceGroups/");
            scope.push_str(group);
        }
        let mut given = roles.iter().filter(|role| role.covers(&scope));
        roles.is_empty() || given.any(|role| role.allows(action))
    }

    /// The roles that the caller was given; none means Owner of everything.
    pub(crate) fn roles(&self, person: Option<usize>) -> &[Role] {
        person.map_or(&[], |index| &self.people[index].roles)
    }

    /// A number never given out before, for names that must be unique.
    pub(crate) fn unique(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }
}
