//! From an estate to a running world: ids, indexes, references, JIT's deny rules.

use std::collections::HashMap;

use jiff::Timestamp;

use super::World;
use super::resources::{Address, Gateway, Network, Nic, Nsg, Peering, Sub, Subnet, Tenant, Vm};
use crate::error::Error;
use crate::estate::{self, Estate};
use crate::net::SecurityRule;

/// Builds the world; the estate's names must refer to something.
pub(crate) fn build(estate: &Estate, now: Timestamp) -> Result<World, Error> {
    let mut world = World {
        switches: estate.switches.clone(),
        client_id: estate.client.id.clone(),
        client_secret: estate.client.secret.clone(),
        app: estate.app.clone(),
        people: people(estate)?,
        requestor: estate.requestor.clone(),
        public_address: estate.public_address.clone(),
        ..World::default()
    };
    for tenant in &estate.tenants {
        world.tenants.push(Tenant {
            id: tenant.id.clone(),
            display_name: tenant.display_name.clone(),
            default_domain: tenant.default_domain.clone(),
        });
        for sub in &tenant.subscriptions {
            let state = if sub.state.is_empty() {
                "Enabled"
            } else {
                &sub.state
            };
            world.subs.push(Sub {
                id: sub.id.clone(),
                name: sub.name.clone(),
                state: state.into(),
                tenant: tenant.id.clone(),
                managed_by: sub.managed_by.clone(),
            });
            Builder {
                world: &mut world,
                tenant,
                sub,
                now,
            }
            .all()?;
        }
    }
    let mut order: Vec<usize> = (0..world.vms.len()).collect();
    order.sort_by_cached_key(|i| world.vms[*i].id.to_lowercase());
    world.vm_order = order;
    join_peered(&mut world);
    crate::jit::rules::write_denies(&mut world);
    world.dirty = (0..world.vms.len()).collect();
    Ok(world)
}

/// The estate's people with every default filled in; tenants that they name must be there.
fn people(estate: &Estate) -> Result<Vec<estate::Person>, Error> {
    let first = estate.tenants.first().map_or("", |t| t.id.as_str());
    let mut people = if estate.people.is_empty() {
        estate::roles(&estate.tenants)
    } else {
        estate.people.clone()
    };
    for person in &mut people {
        if person.home.is_empty() {
            person.home = first.into();
        }
        if person.oid.is_empty() {
            person.oid = crate::seed::guid(&person.upn);
        }
        if person.name.is_empty() {
            person.name.clone_from(&person.upn);
        }
        let there = |id: &str| estate.tenants.iter().any(|t| t.id.eq_ignore_ascii_case(id));
        if let Some(unknown) = person.tenants().find(|id| !id.is_empty() && !there(id)) {
            return Err(missing("tenant", unknown));
        }
    }
    Ok(people)
}

/// A peered network's space belongs to the tag `VirtualNetwork` too (contract 6).
fn join_peered(world: &mut World) {
    for subnet in &mut world.subnets {
        let network = subnet.id.split("/subnets/").next().unwrap_or_default();
        let own = world.networks.iter().filter(|n| n.id == network);
        for peering in own.flat_map(|n| &n.peerings) {
            let remote = world.networks.iter();
            let remote = remote.filter(|n| n.id.eq_ignore_ascii_case(&peering.remote_id));
            subnet
                .network_prefixes
                .extend(remote.flat_map(|n| n.prefixes.clone()));
        }
    }
}

pub(super) struct Builder<'a> {
    pub(super) world: &'a mut World,
    pub(super) tenant: &'a estate::Tenant,
    pub(super) sub: &'a estate::Subscription,
    pub(super) now: Timestamp,
}

impl Builder<'_> {
    fn all(mut self) -> Result<(), Error> {
        let nsgs = self.nsgs();
        let subnets = self.subnets(&nsgs)?;
        for vm in &self.sub.vms {
            self.vm(vm, &nsgs, &subnets)?;
        }
        self.gateways();
        for policy in &self.sub.policies {
            self.policy(policy);
        }
        Ok(())
    }

    pub(super) fn id(&self, group: &str, provider: &str, name: &str) -> String {
        let sub = &self.sub.id;
        format!("/subscriptions/{sub}/resourceGroups/{group}/providers/{provider}/{name}")
    }

    fn nsgs(&mut self) -> HashMap<String, usize> {
        let mut by_name = HashMap::new();
        for nsg in &self.sub.nsgs {
            by_name.insert(nsg.name.clone(), self.world.nsgs.len());
            let id = self.id(
                &nsg.resource_group,
                "Microsoft.Network/networkSecurityGroups",
                &nsg.name,
            );
            self.world.nsgs.push(Nsg {
                id,
                name: nsg.name.clone(),
                location: nsg.location.clone(),
                rules: nsg.rules.iter().map(security_rule).collect(),
                flush_connection: nsg.flush_connection,
            });
        }
        by_name
    }

    fn subnets(
        &mut self,
        nsgs: &HashMap<String, usize>,
    ) -> Result<HashMap<(String, String), usize>, Error> {
        let mut by_name = HashMap::new();
        for network in &self.sub.networks {
            let base = self.id(
                &network.resource_group,
                "Microsoft.Network/virtualNetworks",
                &network.name,
            );
            let peerings = network.peerings.iter().map(|p| self.peering(network, p));
            let peerings = peerings.collect();
            self.world.networks.push(Network {
                id: base.clone(),
                name: network.name.clone(),
                group: network.resource_group.clone(),
                sub: self.sub.id.clone(),
                location: network.location.clone(),
                prefixes: network.prefixes.clone(),
                peerings,
            });
            for subnet in &network.subnets {
                by_name.insert(
                    (network.name.clone(), subnet.name.clone()),
                    self.world.subnets.len(),
                );
                self.world.subnets.push(Subnet {
                    id: format!("{base}/subnets/{}", subnet.name),
                    name: subnet.name.clone(),
                    prefix: subnet.prefix.clone(),
                    network_prefixes: network.prefixes.clone(),
                    nsg: refer("NSG", subnet.nsg.as_ref(), nsgs)?,
                });
            }
        }
        Ok(by_name)
    }

    fn peering(&self, network: &estate::Network, peering: &estate::Peering) -> Peering {
        let remote_id = if peering.network.starts_with('/') {
            peering.network.clone()
        } else {
            let kind = "Microsoft.Network/virtualNetworks";
            self.id(&network.resource_group, kind, &peering.network)
        };
        Peering {
            remote_id,
            allow_gateway_transit: peering.allow_gateway_transit,
            use_remote_gateways: peering.use_remote_gateways,
        }
    }

    fn vm(
        &mut self,
        vm: &estate::Vm,
        nsgs: &HashMap<String, usize>,
        subnets: &HashMap<(String, String), usize>,
    ) -> Result<(), Error> {
        let index = self.world.vms.len();
        let id = self.id(
            &vm.resource_group,
            "Microsoft.Compute/virtualMachines",
            &vm.name,
        );
        let mut nics = Vec::new();
        for (n, nic) in vm.nics.iter().enumerate() {
            let name = nic
                .name
                .clone()
                .unwrap_or_else(|| format!("{}-nic{n}", plain(&vm.name)));
            let nic_id = self.id(
                &vm.resource_group,
                "Microsoft.Network/networkInterfaces",
                &name,
            );
            let network = nic.network.as_ref().unwrap_or(&vm.network);
            let subnet = nic.subnet.as_ref().unwrap_or(&vm.subnet);
            let subnet = match subnets.get(&(network.clone(), subnet.clone())) {
                None if !network.is_empty() => {
                    return Err(missing("subnet", &format!("{network}/{subnet}")));
                }
                found => found.copied(),
            };
            nics.push(self.world.nics.len());
            self.world
                .nic_by_id
                .insert(nic_id.to_lowercase(), self.world.nics.len());
            self.world.nics.push(Nic {
                id: nic_id,
                name,
                location: vm.location.clone(),
                vm: index,
                primary: n == 0,
                nsg: refer("NSG", nic.nsg.as_ref(), nsgs)?,
                subnet,
                addresses: self.addresses(vm, nic),
            });
        }
        self.world.vm_by_id.insert(id.to_lowercase(), index);
        self.world.vms.push(Vm {
            vm_id: crate::seed::guid(&id),
            id,
            name: vm.name.clone(),
            group: vm.resource_group.clone(),
            sub: self.sub.id.clone(),
            tenant: self.tenant.id.clone(),
            location: vm.location.clone(),
            os: vm.os.clone(),
            computer_name: vm.computer_name.clone().unwrap_or_else(|| vm.name.clone()),
            power: vm.power.clone(),
            nics,
            services: vm.services.clone(),
            tags: vm.tags.clone(),
            gone: false,
        });
        Ok(())
    }

    fn addresses(&self, vm: &estate::Vm, nic: &estate::Nic) -> Vec<Address> {
        let public = |name: &String| {
            self.id(
                &vm.resource_group,
                "Microsoft.Network/publicIPAddresses",
                name,
            )
        };
        let one = |(n, address): (usize, &estate::Address)| Address {
            name: format!("ipconfig{}", n + 1),
            address: address.address.clone(),
            primary: n == 0,
            public_id: address.public.as_ref().map(public),
        };
        nic.addresses.iter().enumerate().map(one).collect()
    }

    fn gateways(&mut self) {
        for gateway in &self.sub.gateways {
            let network = self.id(
                &gateway.resource_group,
                "Microsoft.Network/virtualNetworks",
                &gateway.network,
            );
            let id = self.id(
                &gateway.resource_group,
                "Microsoft.Network/virtualNetworkGateways",
                &gateway.name,
            );
            self.world.gateways.push(Gateway {
                id,
                name: gateway.name.clone(),
                group: gateway.resource_group.clone(),
                sub: self.sub.id.clone(),
                location: gateway.location.clone(),
                subnet_id: format!("{network}/subnets/GatewaySubnet"),
                gateway_type: gateway.gateway_type.clone().unwrap_or_else(|| "Vpn".into()),
                pools: gateway.pools.clone().map(|pools| vec![pools]),
                group_pools: gateway.group_pools.clone(),
                protocols: gateway.protocols.clone(),
                auth_types: gateway.auth_types.clone(),
                wan: false,
            });
        }
        for gateway in &self.sub.wan_gateways {
            let id = self.id(
                &gateway.resource_group,
                "Microsoft.Network/p2sVpnGateways",
                &gateway.name,
            );
            self.world.gateways.push(Gateway {
                id,
                name: gateway.name.clone(),
                group: gateway.resource_group.clone(),
                sub: self.sub.id.clone(),
                location: gateway.location.clone(),
                pools: Some(gateway.pools.clone()),
                wan: true,
                ..Gateway::default()
            });
        }
    }
}

pub(crate) fn security_rule(rule: &estate::Rule) -> SecurityRule {
    SecurityRule {
        name: rule.name.clone(),
        priority: rule.priority,
        allow: rule.allow,
        protocol: rule.protocol.clone(),
        source: rule.source.clone(),
        destination: rule.destination.clone(),
        ports: rule.ports.clone(),
        description: rule.description.clone(),
    }
}

fn refer(
    what: &'static str,
    name: Option<&String>,
    by_name: &HashMap<String, usize>,
) -> Result<Option<usize>, Error> {
    name.map(|name| {
        by_name
            .get(name)
            .copied()
            .ok_or_else(|| missing(what, name))
    })
    .transpose()
}

fn missing(what: &'static str, name: &str) -> Error {
    Error::Missing {
        what,
        name: name.into(),
    }
}

/// A VM's name may be hostile; its interface's is not, so that one odd thing is tried at a time.
fn plain(name: &str) -> String {
    name.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '-' {
                c
            } else {
                '-'
            }
        })
        .collect()
}
