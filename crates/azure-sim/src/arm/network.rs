//! Interfaces, security groups, subnets (contract 7.1).

use serde_json::{Map, Value, json};

use super::Context;
use crate::http::answer::{Answer, not_found};
use crate::net::{SecurityRule, rule};

pub(crate) fn nic(context: &mut Context<'_>) -> Answer {
    if let Err(refusal) = context.group_visible("Microsoft.Network/networkInterfaces/read") {
        return *refusal;
    }
    let (group, name) = (context.param("group"), context.param("name"));
    let Some(index) = find_nic(context) else {
        return not_found("Microsoft.Network/networkInterfaces", name, group);
    };
    let world = &*context.world;
    let nic = &world.nics[index];
    let configurations: Vec<Value> = nic
        .addresses
        .iter()
        .map(|address| {
            let mut properties = json!({
                "provisioningState": "Succeeded", "privateIPAllocationMethod": "Dynamic", "primary": address.primary,
                "privateIPAddressVersion": version(address.address.as_deref()),
            });
            if let Some(private) = &address.address {
                properties["privateIPAddress"] = json!(private);
            }
            if let Some(subnet) = nic.subnet {
                properties["subnet"] = json!({"id": world.subnets[subnet].id});
            }
            if let Some(public) = &address.public_id {
                properties["publicIPAddress"] = json!({ "id": public });
            }
            json!({"id": format!("{}/ipConfigurations/{}", nic.id, address.name), "name": address.name, "properties": properties})
        })
        .collect();
    let mut properties = json!({
        "provisioningState": "Succeeded",
        "primary": nic.primary,
        "virtualMachine": {"id": world.vms[nic.vm].id},
        "ipConfigurations": configurations,
        "enableIPForwarding": false,
    });
    if let Some(nsg) = nic.nsg {
        properties["networkSecurityGroup"] = json!({"id": world.nsgs[nsg].id});
    }
    Answer::json(
        200,
        json!({"id": nic.id, "name": nic.name, "type": "Microsoft.Network/networkInterfaces", "location": nic.location, "properties": properties}),
    )
}

pub(crate) fn nsg(context: &mut Context<'_>) -> Answer {
    if let Err(refusal) = context.group_visible("Microsoft.Network/networkSecurityGroups/read") {
        return *refusal;
    }
    let (sub, group, name) = (
        context.param("sub"),
        context.param("group"),
        context.param("name"),
    );
    let id = format!(
        "/subscriptions/{sub}/resourceGroups/{group}/providers/Microsoft.Network/networkSecurityGroups/{name}"
    );
    let Some(index) = context
        .world
        .nsgs
        .iter()
        .position(|nsg| nsg.id.eq_ignore_ascii_case(&id))
    else {
        return not_found("Microsoft.Network/networkSecurityGroups", name, group);
    };
    let world = &*context.world;
    let nsg = &world.nsgs[index];
    let nics: Vec<Value> = world
        .nics
        .iter()
        .filter(|n| n.nsg == Some(index))
        .map(|n| json!({"id": n.id}))
        .collect();
    let subnets: Vec<Value> = world
        .subnets
        .iter()
        .filter(|s| s.nsg == Some(index))
        .map(|s| json!({"id": s.id}))
        .collect();
    let custom: Vec<Value> = nsg
        .rules
        .iter()
        .map(|r| write_rule(&nsg.id, "securityRules", r))
        .collect();
    let defaults: Vec<Value> = rule::defaults()
        .iter()
        .map(|r| write_rule(&nsg.id, "defaultSecurityRules", r))
        .collect();
    let mut properties = json!({
        "provisioningState": "Succeeded", "securityRules": custom, "defaultSecurityRules": defaults,
        "flushConnection": nsg.flush_connection,
    });
    for (key, list) in [("networkInterfaces", nics), ("subnets", subnets)] {
        if !list.is_empty() {
            properties[key] = json!(list);
        }
    }
    Answer::json(
        200,
        json!({"id": nsg.id, "name": nsg.name, "type": "Microsoft.Network/networkSecurityGroups", "location": nsg.location, "properties": properties}),
    )
}

pub(crate) fn subnet(context: &mut Context<'_>) -> Answer {
    if let Err(refusal) = context.group_visible("Microsoft.Network/virtualNetworks/subnets/read") {
        return *refusal;
    }
    let (sub, group) = (context.param("sub"), context.param("group"));
    let (network, name) = (context.param("network"), context.param("name"));
    let id = format!(
        "/subscriptions/{sub}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/{network}/subnets/{name}"
    );
    let Some(subnet) = context
        .world
        .subnets
        .iter()
        .find(|s| s.id.eq_ignore_ascii_case(&id))
    else {
        return not_found(
            "Microsoft.Network/virtualNetworks/subnets",
            &format!("{network}/{name}"),
            group,
        );
    };
    let mut properties = json!({"provisioningState": "Succeeded", "addressPrefix": subnet.prefix});
    if let Some(nsg) = subnet.nsg {
        properties["networkSecurityGroup"] = json!({"id": context.world.nsgs[nsg].id});
    }
    Answer::json(
        200,
        json!({"id": subnet.id, "name": subnet.name, "type": "Microsoft.Network/virtualNetworks/subnets", "properties": properties}),
    )
}

pub(crate) fn find_nic(context: &Context<'_>) -> Option<usize> {
    let (sub, group, name) = (
        context.param("sub"),
        context.param("group"),
        context.param("name"),
    );
    let id = format!(
        "/subscriptions/{sub}/resourceGroups/{group}/providers/Microsoft.Network/networkInterfaces/{name}"
    );
    let index = context.world.nic_by_id.get(&id.to_lowercase()).copied()?;
    (!context.world.vms[context.world.nics[index].vm].gone).then_some(index)
}

pub(crate) fn version(address: Option<&str>) -> &'static str {
    if address.is_some_and(|a| a.contains(':')) {
        "IPv6"
    } else {
        "IPv4"
    }
}

/// Singular where there is one value, plural where there are several (contract 7.1).
fn write_rule(nsg: &str, kind: &str, rule: &SecurityRule) -> Value {
    let mut properties = Map::new();
    let mut field = |one: &str, many: &str, values: &[String]| {
        match values {
            [single] => properties.insert(one.into(), json!(single)),
            several => properties.insert(many.into(), json!(several)),
        };
    };
    field("sourceAddressPrefix", "sourceAddressPrefixes", &rule.source);
    field(
        "destinationAddressPrefix",
        "destinationAddressPrefixes",
        &rule.destination,
    );
    field("destinationPortRange", "destinationPortRanges", &rule.ports);
    properties.insert("description".into(), json!(rule.description));
    properties.insert("protocol".into(), json!(rule.protocol));
    properties.insert("sourcePortRange".into(), json!("*"));
    properties.insert(
        "access".into(),
        json!(if rule.allow { "Allow" } else { "Deny" }),
    );
    properties.insert("priority".into(), json!(rule.priority));
    properties.insert("direction".into(), json!("Inbound"));
    properties.insert("provisioningState".into(), json!("Succeeded"));
    json!({
        "id": format!("{nsg}/{kind}/{}", rule.name), "name": rule.name,
        "type": format!("Microsoft.Network/networkSecurityGroups/{kind}"), "properties": properties,
    })
}
