//! The rules that JIT writes into NSGs: one deny per VM and port, one allow per access (contract 6).

use std::net::IpAddr;

use crate::net::SecurityRule;
use crate::switches::RulesGoTo;
use crate::world::{Policy, World};

/// Writes the deny rules of every policy, as enabling JIT does.
pub(crate) fn write_denies(world: &mut World) {
    let policies: Vec<Policy> = world.policies.clone();
    for policy in &policies {
        for entry in &policy.vms {
            let Some(vm) = world.vm(&entry.vm_id) else {
                continue;
            };
            for port in &entry.ports {
                for (nsg, addresses) in places(world, vm) {
                    let priority = free_from_above(world, nsg);
                    let rule = SecurityRule {
                        name: rule_name(world, '_'),
                        priority,
                        allow: false,
                        protocol: protocol(&port.protocol),
                        source: vec!["*".into()],
                        destination: addresses,
                        ports: vec![port.number.to_string()],
                        description: format!(
                            "{} JIT Network Access rule for policy '{}' of VM '{}'.",
                            brand(world),
                            policy.name,
                            world.vms[vm].name
                        ),
                    };
                    world.nsgs[nsg].rules.push(rule);
                }
            }
        }
    }
}

/// Writes the allow rule of one access and returns its name.
pub(crate) fn write_allow(
    world: &mut World,
    policy: &str,
    vm: usize,
    port: u16,
    protocol_name: &str,
    sources: &[String],
) -> String {
    let name = rule_name(world, '-');
    for (nsg, destination) in places(world, vm) {
        let priority = free_from_below(world, nsg);
        let rule = SecurityRule {
            name: name.clone(),
            priority,
            allow: true,
            protocol: protocol(protocol_name),
            source: sources.to_vec(),
            destination,
            ports: vec![port.to_string()],
            description: format!(
                "{} JIT Network Access rule created by an initiation request for policy '{policy}' of VM '{}'.",
                brand(world),
                world.vms[vm].name
            ),
        };
        world.nsgs[nsg].rules.push(rule);
        world.touched(nsg);
    }
    name
}

/// Removes a rule wherever it stands. Tells whether there was one.
pub(crate) fn remove(world: &mut World, name: &str) -> bool {
    let mut found = false;
    for nsg in 0..world.nsgs.len() {
        let rules = &mut world.nsgs[nsg].rules;
        let before = rules.len();
        rules.retain(|rule| rule.name != name);
        if rules.len() != before {
            found = true;
            world.touched(nsg);
        }
    }
    found
}

/// The NSGs that get rules for this VM, each with the addresses behind it.
fn places(world: &World, vm: usize) -> Vec<(usize, Vec<String>)> {
    let mut places: Vec<(usize, Vec<String>)> = Vec::new();
    for nic in world.vms[vm].nics.iter().map(|n| &world.nics[*n]) {
        let addresses: Vec<String> = nic
            .addresses
            .iter()
            .filter(|a| a.primary || !world.switches.primary_address_only)
            .filter_map(|a| a.address.clone())
            .filter(|a| a.parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv4()))
            .collect();
        if addresses.is_empty() {
            continue;
        }
        let subnet = nic.subnet.and_then(|s| world.subnets[s].nsg);
        let chosen: Vec<usize> = match world.switches.rules_go_to {
            RulesGoTo::Both => nic.nsg.into_iter().chain(subnet).collect(),
            RulesGoTo::Nic => nic.nsg.or(subnet).into_iter().collect(),
            RulesGoTo::Subnet => subnet.or(nic.nsg).into_iter().collect(),
        };
        for nsg in chosen {
            match places.iter_mut().find(|(n, _)| *n == nsg) {
                Some((_, list)) => list.extend(addresses.iter().cloned()),
                None => places.push((nsg, addresses.clone())),
            }
        }
    }
    places
}

fn free_from_above(world: &World, nsg: usize) -> u16 {
    let taken = |p: &u16| world.nsgs[nsg].rules.iter().any(|rule| rule.priority == *p);
    (1..=4096).rev().find(|p| !taken(p)).unwrap_or(4096)
}

fn free_from_below(world: &World, nsg: usize) -> u16 {
    let taken = |p: &u16| world.nsgs[nsg].rules.iter().any(|rule| rule.priority == *p);
    (100..=4096).find(|p| !taken(p)).unwrap_or(100)
}

fn brand(world: &World) -> &'static str {
    if world.switches.old_rule_names {
        "ASC"
    } else {
        "MDC"
    }
}

/// Prefix, separator, a signed number, `_` or `-` again, 32 hexadecimal digits.
fn rule_name(world: &mut World, separator: char) -> String {
    let prefix = if world.switches.old_rule_names {
        "SecurityCenter-JITRule"
    } else {
        "MicrosoftDefenderForCloud-JITRule"
    };
    let unique = world.unique();
    let spread = crate::seed::bytes(&unique.to_string());
    let number = i32::from_be_bytes([spread[0], spread[1], spread[2], spread[3]]);
    let hex = uuid::Uuid::new_v4().simple().to_string().to_uppercase();
    // An allow rule is written with a plain number: the separator before it already looks like a minus.
    let number = if separator == '-' {
        i64::from(number).abs()
    } else {
        i64::from(number)
    };
    format!("{prefix}{separator}{number}{separator}{hex}")
}

fn protocol(policy: &str) -> String {
    match policy.to_ascii_uppercase().as_str() {
        "TCP" => "Tcp".into(),
        "UDP" => "Udp".into(),
        _ => "*".into(),
    }
}
