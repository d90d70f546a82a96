//! Effective rules of an interface: a long-running operation, one element per NSG (contract 7.2).

use serde_json::{Value, json};

use super::Context;
use super::network::find_nic;
use super::operation::{Begin, begin};
use crate::http::answer::{Answer, not_found};
use crate::net::rule::ordered;
use crate::net::{SecurityRule, Tags, prefix};
use crate::switches::OperationHeaders;
use crate::world::manager_rule;

pub(crate) fn effective(context: &mut Context<'_>) -> Answer {
    if let Err(refusal) = context
        .group_visible("Microsoft.Network/networkInterfaces/effectiveNetworkSecurityGroups/action")
    {
        return *refusal;
    }
    let Some(index) = find_nic(context) else {
        return not_found(
            "Microsoft.Network/networkInterfaces",
            context.param("name"),
            context.param("group"),
        );
    };
    let nic = &context.world.nics[index];
    if !context.world.vms[nic.vm].runs() {
        // The code for a stopped VM is not known (contract 18, item 8); this one is the simulator's own.
        let message = format!(
            "Network interface '{}' must be attached to a running virtual machine.",
            nic.name
        );
        return Answer::error(
            400,
            "NetworkInterfaceNotAttachedToRunningVirtualMachine",
            &message,
        );
    }
    let tags = context.world.tags(nic);
    let subnet = nic
        .subnet
        .filter(|s| context.world.subnets[*s].nsg.is_some());
    // Security admin rules come first (contract 7.2); the manager itself is not part of the estate.
    let manager = context.world.switches.network_manager_denies.map(|port| {
        let id = format!("/subscriptions/{}/resourceGroups/rg-network/providers/Microsoft.Network/networkManagers/manager", context.param("sub"));
        json!({"association": {"networkManager": {"id": id}}, "effectiveSecurityRules": [write(&manager_rule(port), &tags)]})
    });
    let groups = context
        .world
        .groups(nic)
        .into_iter()
        .enumerate()
        .map(|(position, group)| {
            let nsg = &context.world.nsgs[group];
            let association = match subnet {
                Some(subnet) if position == 0 => json!({"subnet": {"id": context.world.subnets[subnet].id}}),
                _ => json!({"networkInterface": {"id": nic.id}}),
            };
            let rules: Vec<Value> = ordered(&nsg.rules).iter().map(|rule| write(rule, &tags)).collect();
            json!({"networkSecurityGroup": {"id": nsg.id}, "association": association, "effectiveSecurityRules": rules})
        });
    let elements: Vec<Value> = manager.into_iter().chain(groups).collect();
    let location = nic.location.clone();
    let what = Begin {
        provider: "Microsoft.Network",
        location: &location,
        takes_ms: context.world.switches.effective_ms,
        headers: OperationHeaders::Location,
        result: Some(json!({ "value": elements })),
        fails_with: None,
    };
    begin(context, what)
}

fn write(rule: &SecurityRule, tags: &Tags) -> Value {
    let default = rule.priority > 4096;
    let kind = if default {
        "defaultSecurityRules"
    } else {
        "securityRules"
    };
    let ports: Vec<String> = rule
        .ports
        .iter()
        .filter_map(|text| prefix::ports(text))
        .map(|(from, to)| format!("{from}-{to}"))
        .collect();
    let first = |list: &[String]| list.first().cloned().unwrap_or_default();
    let source: Vec<String> = rule.source.iter().map(|s| suffixed(s)).collect();
    let destination: Vec<String> = rule.destination.iter().map(|d| suffixed(d)).collect();
    json!({
        "name": format!("{kind}/{}", rule.name),
        "protocol": if rule.protocol == "*" { "All" } else { &rule.protocol },
        "sourcePortRange": "0-65535",
        "destinationPortRange": first(&ports),
        "sourcePortRanges": ["0-65535"],
        "destinationPortRanges": ports,
        "sourceAddressPrefix": first(&source),
        "destinationAddressPrefix": first(&destination),
        "sourceAddressPrefixes": source,
        "destinationAddressPrefixes": destination,
        "expandedSourceAddressPrefix": expanded(&rule.source, tags),
        "expandedDestinationAddressPrefix": expanded(&rule.destination, tags),
        "access": if rule.allow { "Allow" } else { "Deny" },
        "priority": rule.priority,
        "direction": "Inbound",
    })
}

/// Addresses carry suffixes here, and a star is everything; tags stay.
fn suffixed(text: &str) -> String {
    match text {
        "*" => "0.0.0.0/0".into(),
        other => prefix::parse(other).map_or_else(|| other.to_owned(), |block| block.to_string()),
    }
}

/// Only tags are expanded.
fn expanded(list: &[String], tags: &Tags) -> Vec<String> {
    list.iter()
        .filter(|text| *text != "*" && prefix::parse(text).is_none())
        .flat_map(|text| prefix::expand(text, tags))
        .map(|block| block.to_string())
        .collect()
}
