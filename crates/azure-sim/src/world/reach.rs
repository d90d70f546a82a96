//! Who reaches a VM: its NSGs, the tags of its network, and the doors that should stand open.

use std::net::{IpAddr, Ipv4Addr};

use super::{Nic, World};
use crate::net::flatten::{FlatRule, flatten, write_out};
use crate::net::{Packet, SecurityRule, Tags, decide, prefix};

/// What the outside of a VM has to follow.
#[derive(Debug, Clone)]
pub(crate) struct VmState {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) runs: bool,
    pub(crate) doors: Vec<Door>,
    /// Per private IPv4 address, the whole list in order.
    pub(crate) rules: Vec<(IpAddr, Vec<FlatRule>)>,
}

/// One address and port of a VM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Door {
    pub(crate) address: IpAddr,
    pub(crate) port: u16,
    /// Some client on this machine's loopback gets through.
    pub(crate) open: bool,
}

impl World {
    /// The state of a VM's outside. `with_rules` costs more and is wanted by the hook only.
    pub(crate) fn vm_state(&self, index: usize, with_rules: bool) -> VmState {
        let vm = &self.vms[index];
        let mut state = VmState {
            name: vm.name.clone(),
            id: vm.id.clone(),
            runs: vm.runs(),
            doors: Vec::new(),
            rules: Vec::new(),
        };
        for nic in vm.nics.iter().map(|n| &self.nics[*n]) {
            for address in nic
                .addresses
                .iter()
                .filter_map(|a| a.address.as_ref()?.parse::<IpAddr>().ok())
            {
                for service in &vm.services {
                    let open =
                        vm.runs() && self.reachable_from_loopback(nic, address, service.port);
                    state.doors.push(Door {
                        address,
                        port: service.port,
                        open,
                    });
                }
                if with_rules && address.is_ipv4() {
                    state.rules.push((address, self.rule_list(nic)));
                }
            }
        }
        state
    }

    fn rule_list(&self, nic: &Nic) -> Vec<FlatRule> {
        let groups = self.groups(nic);
        let rules: Vec<&[SecurityRule]> = groups
            .iter()
            .map(|g| self.nsgs[*g].rules.as_slice())
            .collect();
        let tags = self.tags(nic);
        let manager = self.switches.network_manager_denies.map(manager_rule);
        let mut list: Vec<FlatRule> = manager.iter().map(|r| write_out(r, &tags)).collect();
        list.extend(flatten(&rules, &tags));
        if groups.is_empty() {
            list.push(write_out(&without_group(), &tags));
        }
        list
    }

    /// Whether this source gets through to this address and port by the rules in force.
    pub(crate) fn passes(&self, nic: &Nic, packet: Packet) -> bool {
        let tags = self.tags(nic);
        self.switches.network_manager_denies != Some(packet.port)
            && self
                .groups(nic)
                .iter()
                .all(|group| decide(&self.nsgs[*group].rules, packet, &tags))
    }

    /// Loopback shows one source only, so a door is open when some loopback address gets through.
    fn reachable_from_loopback(&self, nic: &Nic, destination: IpAddr, port: u16) -> bool {
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let named = self
            .groups(nic)
            .into_iter()
            .flat_map(|g| &self.nsgs[g].rules)
            .filter(|rule| rule.allow)
            .flat_map(|rule| &rule.source)
            .filter_map(|text| Some(prefix::parse(text)?.network()))
            .filter(IpAddr::is_loopback);
        std::iter::once(here).chain(named).any(|source| {
            self.passes(
                nic,
                Packet {
                    source,
                    destination,
                    port,
                },
            )
        })
    }

    /// The NSGs that a packet to this interface must pass: subnet first, then interface, as Azure does inbound.
    pub(crate) fn groups(&self, nic: &Nic) -> Vec<usize> {
        let subnet = nic.subnet.and_then(|s| self.subnets[s].nsg);
        subnet.into_iter().chain(nic.nsg).collect()
    }

    /// `VirtualNetwork`: the network's space, the VM's own addresses, and by a switch every P2S pool.
    pub(crate) fn tags(&self, nic: &Nic) -> Tags {
        let space = nic
            .subnet
            .iter()
            .flat_map(|s| &self.subnets[*s].network_prefixes);
        let pools = self
            .gateways
            .iter()
            .filter(|_| self.switches.pools_in_virtual_network)
            .flat_map(|g| g.pools.iter().flatten().chain(&g.group_pools).flatten());
        // Where all VMs share the client's own address, that address says nothing about the network.
        let own = nic
            .addresses
            .iter()
            .filter_map(|a| a.address.as_ref())
            .filter(|a| *a != "127.0.0.1");
        let mut blocks: Vec<_> = space
            .chain(pools)
            .chain(own)
            .filter_map(|text| prefix::parse(text))
            .collect();
        blocks.sort();
        blocks.dedup();
        Tags {
            virtual_network: blocks,
        }
    }

    /// Every interface that an NSG guards.
    pub(crate) fn guarded_by(&self, nsg: usize) -> impl Iterator<Item = &Nic> {
        self.nics.iter().filter(move |nic| {
            nic.nsg == Some(nsg) || nic.subnet.is_some_and(|s| self.subnets[s].nsg == Some(nsg))
        })
    }

    /// Notes that an NSG's rules changed.
    pub(crate) fn touched(&mut self, nsg: usize) {
        let vms: Vec<usize> = self.guarded_by(nsg).map(|nic| nic.vm).collect();
        self.dirty.extend(vms);
    }
}

/// What a security admin rule that denies a port looks like.
pub(crate) fn manager_rule(port: u16) -> SecurityRule {
    SecurityRule {
        name: format!("deny-{port}-everywhere"),
        priority: 10,
        allow: false,
        ports: vec![port.to_string()],
        ..everything()
    }
}

/// An interface without any NSG lets everything in.
fn without_group() -> SecurityRule {
    SecurityRule {
        name: "no-network-security-group".into(),
        priority: 65500,
        ..everything()
    }
}

fn everything() -> SecurityRule {
    let star = || vec!["*".to_owned()];
    SecurityRule {
        name: String::new(),
        priority: 100,
        allow: true,
        protocol: "*".into(),
        source: star(),
        destination: star(),
        ports: star(),
        description: String::new(),
    }
}
