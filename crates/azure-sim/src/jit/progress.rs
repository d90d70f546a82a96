//! What happens by itself: `Initiated`, the rule appears, the end, the rule goes, a VM is up.

use jiff::{SignedDuration, Timestamp};

use super::rules;
use crate::clock::saturating;
use crate::world::{Due, Request, RequestPort, World};

pub(crate) fn happens(world: &mut World, at: Timestamp, due: Due) {
    match due {
        Due::Initiated { request } => set_initiated(world, &request),
        Due::RuleAppears { request, port } => rule_appears(world, &request, port),
        Due::Ends { request, port } => end(world, at, &request, port, "Expired"),
        Due::RuleGoes { rule } => {
            rules::remove(world, &rule);
        }
        Due::Power { vm, state } => {
            world.vms[vm].power = Some(state);
            world.dirty.insert(vm);
        }
    }
}

/// Ends one port of a request, for one of the reasons of contract 5.2, and plans the removal of its rule.
pub(crate) fn end(world: &mut World, at: Timestamp, request: &str, port: usize, reason: &str) {
    let removal = at_after(at, world.switches.removal_delay_ms);
    let Some(entry) = find_port(world, request, port) else {
        return;
    };
    if !entry.live() {
        return;
    }
    entry.status = "Revoked".into();
    entry.status_reason = reason.into();
    let rule = entry.rule.take();
    if let Some(rule) = rule {
        // A displaced access loses its rule with the new one's arrival; an expired one after Azure's own delay.
        if reason == "Expired" {
            world.plan(removal, Due::RuleGoes { rule });
        } else {
            rules::remove(world, &rule);
        }
    }
}

fn set_initiated(world: &mut World, request: &str) {
    let Some(found) = find(world, request) else {
        return;
    };
    for port in &mut found.ports {
        if port.status == "Initiating" {
            port.status = "Initiated".into();
        }
    }
}

fn rule_appears(world: &mut World, request: &str, port: usize) {
    let Some(entry) = find_port(world, request, port).cloned() else {
        return;
    };
    if !entry.live() || entry.rule.is_some() {
        return;
    }
    let Some(vm) = world.vm(&entry.vm_id) else {
        return;
    };
    let Some((policy, protocol)) = policy_of(world, request, &entry) else {
        return;
    };
    let name = rules::write_allow(world, &policy, vm, entry.number, &protocol, &entry.sources);
    if let Some(entry) = find_port(world, request, port) {
        entry.rule = Some(name);
    }
}

fn policy_of(world: &World, request: &str, entry: &RequestPort) -> Option<(String, String)> {
    let policy = world
        .policies
        .iter()
        .find(|p| p.requests.iter().any(|r| r.key == request))?;
    let vm = policy
        .vms
        .iter()
        .find(|vm| vm.vm_id.eq_ignore_ascii_case(&entry.vm_id));
    let protocol = vm
        .and_then(|vm| vm.ports.iter().find(|p| p.number == entry.number))
        .map_or_else(|| "*".to_owned(), |p| p.protocol.clone());
    Some((policy.name.clone(), protocol))
}

pub(crate) fn find<'w>(world: &'w mut World, request: &str) -> Option<&'w mut Request> {
    world
        .policies
        .iter_mut()
        .flat_map(|policy| &mut policy.requests)
        .find(|r| r.key == request)
}

fn find_port<'w>(world: &'w mut World, request: &str, port: usize) -> Option<&'w mut RequestPort> {
    find(world, request)?.ports.get_mut(port)
}

pub(crate) fn at_after(at: Timestamp, ms: u64) -> Timestamp {
    saturating(
        at,
        SignedDuration::from_millis(i64::try_from(ms).unwrap_or(i64::MAX)),
    )
}
