//! Deeds: what somebody else, or fate, does to the estate while a client works.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::Error;
use crate::estate::Rule;
use crate::jit::{initiate, progress, rules};
use crate::stage::Stage;
use crate::world::{World, security_rule};

/// Something done from outside. VMs are named by resource name or id.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Deed {
    /// Removes the allow rules that JIT wrote for a VM, as a template redeploy does (contract 6).
    RemoveRules {
        /// Which VM.
        vm: String,
    },
    /// Adds an ordinary rule to the NSGs of a VM.
    AddRule {
        /// Which VM.
        vm: String,
        /// The rule.
        rule: Rule,
    },
    /// Sets the power state (`running`, `stopped`, `deallocated`, ...), or takes it away.
    Power {
        /// Which VM.
        vm: String,
        /// The state; absent means that Azure does not tell.
        state: Option<String>,
    },
    /// Another person asks for access and gets it.
    Request {
        /// Which VM.
        vm: String,
        /// Port; absent means the first that its policy lists.
        #[serde(default)]
        port: Option<u16>,
        /// Source.
        source: String,
        /// How long, in seconds.
        seconds: u32,
        /// Who.
        requestor: String,
    },
    /// Every access to a VM ends now, as if its time were up.
    Expire {
        /// Which VM.
        vm: String,
    },
    /// A VM gets another private address in Azure's answers; its old one may go to somebody else.
    Readdress {
        /// Which VM.
        vm: String,
        /// The new address; absent takes it away.
        address: Option<String>,
    },
    /// Two VMs exchange their private addresses: the old address now belongs to another machine.
    SwapAddresses {
        /// One.
        vm: String,
        /// The other.
        with: String,
    },
    /// A VM is deleted.
    Delete {
        /// Which VM.
        vm: String,
    },
    /// Every JIT policy entry of a VM goes.
    DropPolicy {
        /// Which VM.
        vm: String,
    },
    /// A gateway hands out addresses of other pools from now on; who was told the old ones takes them for no tunnel's.
    Pools {
        /// Which gateway, by resource name.
        gateway: String,
        /// Its only pools.
        pools: Vec<String>,
    },
    /// Every session of a person ends: browsers, refresh tokens, and access tokens that may be challenged (contract 2.6).
    RevokeSessions {
        /// Who, by name.
        upn: String,
    },
    /// An account is disabled, or enabled again (AADSTS50057).
    Disable {
        /// Who, by name.
        upn: String,
        /// Whether it is disabled from now on.
        disabled: bool,
    },
    /// A person becomes a guest of a tenant, or ceases to be one (AADSTS50020).
    Guest {
        /// Who, by name.
        upn: String,
        /// The tenant's id.
        tenant: String,
        /// Whether the tenant knows the person from now on.
        there: bool,
    },
}

/// Does it; when this returns the doors have followed.
pub(crate) async fn perform(stage: &Stage, deed: Deed) -> Result<Value, Error> {
    let now = stage.clock.now();
    let done = {
        let mut world = stage.world();
        world.settle(now);
        let done = change(&mut world, deed, now);
        world.settle(now);
        done
    };
    stage.settle().await;
    stage.wake.notify_one();
    done
}

fn change(world: &mut World, deed: Deed, now: jiff::Timestamp) -> Result<Value, Error> {
    match deed {
        Deed::RemoveRules { vm } => {
            let id = world.vms[named(world, &vm)?].id.clone();
            let mut removed = 0;
            for rule in allow_rules(world, &id) {
                removed += usize::from(rules::remove(world, &rule));
            }
            Ok(json!({ "removed": removed }))
        }
        Deed::AddRule { vm, rule } => {
            let index = named(world, &vm)?;
            let groups: Vec<usize> = world.vms[index]
                .nics
                .iter()
                .flat_map(|n| world.groups(&world.nics[*n]))
                .collect();
            for group in groups {
                world.nsgs[group].rules.push(security_rule(&rule));
                world.touched(group);
            }
            Ok(json!({}))
        }
        Deed::Power { vm, state } => {
            let index = named(world, &vm)?;
            world.vms[index].power = state;
            world.dirty.insert(index);
            Ok(json!({}))
        }
        Deed::Request {
            vm,
            port,
            source,
            seconds,
            requestor,
        } => {
            let index = named(world, &vm)?;
            let (policy, first) = policy_of(world, index)?;
            let answer = initiate::take_for(
                world,
                policy,
                index,
                (port.unwrap_or(first), source, seconds),
                requestor,
                now,
            );
            Ok(serde_json::from_slice(&answer.body).unwrap_or(Value::Null))
        }
        Deed::Expire { vm } => {
            let id = world.vms[named(world, &vm)?].id.clone();
            let ports = live_ports(world, &id);
            for (request, port) in &ports {
                progress::end(world, now, request, *port, "Expired");
            }
            Ok(json!({ "expired": ports.len() }))
        }
        Deed::Readdress { vm, address } => {
            let index = named(world, &vm)?;
            set_address(world, index, address);
            Ok(json!({}))
        }
        Deed::SwapAddresses { vm, with } => {
            let (one, other) = (named(world, &vm)?, named(world, &with)?);
            let (first, second) = (address_of(world, one), address_of(world, other));
            set_address(world, one, second);
            set_address(world, other, first);
            Ok(json!({}))
        }
        Deed::Delete { vm } => {
            let index = named(world, &vm)?;
            world.vms[index].gone = true;
            world.dirty.insert(index);
            Ok(json!({}))
        }
        Deed::DropPolicy { vm } => {
            let id = world.vms[named(world, &vm)?].id.clone();
            for policy in &mut world.policies {
                policy
                    .vms
                    .retain(|entry| !entry.vm_id.eq_ignore_ascii_case(&id));
            }
            Ok(json!({}))
        }
        Deed::Pools { gateway, pools } => {
            let found = world.gateways.iter_mut().find(|g| g.name == gateway);
            let found = found.ok_or_else(|| Error::Missing {
                what: "gateway",
                name: gateway.clone(),
            })?;
            found.pools = Some(vec![pools]);
            Ok(json!({}))
        }
        Deed::RevokeSessions { upn } => {
            let person = person(world, &upn)?;
            let serial = world.unique();
            let ended = world.sign_ins.revoke(person, serial, now);
            Ok(json!({ "ended_refresh_tokens": ended }))
        }
        Deed::Disable { upn, disabled } => {
            let person = person(world, &upn)?;
            world.people[person].disabled = disabled;
            Ok(json!({}))
        }
        Deed::Guest { upn, tenant, there } => {
            let person = person(world, &upn)?;
            let guest_of = &mut world.people[person].guest_of;
            guest_of.retain(|id| !id.eq_ignore_ascii_case(&tenant));
            if there {
                guest_of.push(tenant);
            }
            Ok(json!({}))
        }
    }
}

fn person(world: &World, upn: &str) -> Result<usize, Error> {
    world.person(upn).ok_or_else(|| Error::Missing {
        what: "person",
        name: upn.into(),
    })
}

fn named(world: &World, vm: &str) -> Result<usize, Error> {
    let found = world.vms_named(vm);
    found.first().copied().ok_or_else(|| Error::Missing {
        what: "VM",
        name: vm.into(),
    })
}

fn policy_of(world: &World, vm: usize) -> Result<(usize, u16), Error> {
    let id = &world.vms[vm].id;
    let entry = world
        .policies
        .iter()
        .enumerate()
        .find_map(|(index, policy)| {
            let entry = policy
                .vms
                .iter()
                .find(|e| e.vm_id.eq_ignore_ascii_case(id))?;
            Some((index, entry.ports.first()?.number))
        });
    entry.ok_or_else(|| Error::Missing {
        what: "JIT policy of",
        name: world.vms[vm].name.clone(),
    })
}

fn allow_rules(world: &World, vm: &str) -> Vec<String> {
    let ports = world
        .policies
        .iter()
        .flat_map(|p| &p.requests)
        .flat_map(|r| &r.ports);
    ports
        .filter(|port| port.vm_id.eq_ignore_ascii_case(vm))
        .filter_map(|port| port.rule.clone())
        .collect()
}

fn live_ports(world: &World, vm: &str) -> Vec<(String, usize)> {
    let mut out = Vec::new();
    for request in world
        .policies
        .iter()
        .flat_map(|p| &p.requests)
        .filter(|r| !r.key.is_empty())
    {
        for (index, port) in request.ports.iter().enumerate() {
            if port.live() && port.vm_id.eq_ignore_ascii_case(vm) {
                out.push((request.key.clone(), index));
            }
        }
    }
    out
}

fn address_of(world: &World, vm: usize) -> Option<String> {
    let nic = world.vms[vm].nics.first()?;
    world.nics[*nic].addresses.first()?.address.clone()
}

fn set_address(world: &mut World, vm: usize, address: Option<String>) {
    if let Some(nic) = world.vms[vm].nics.first().copied()
        && let Some(first) = world.nics[nic].addresses.first_mut()
    {
        first.address = address;
        world.dirty.insert(vm);
    }
}
