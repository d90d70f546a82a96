//! Rows of the queries: every column of contract 4.3, and those that a client may add.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::graph::Kind;
use super::network::version;
use crate::world::{Gateway, Network, World};

/// A row before it is written: cheap enough to count thousands of them.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Key {
    /// VM, interface, position of the address; a VM without interface or address has one row all the same.
    Vm(usize, Option<usize>, Option<usize>),
    Gateway(usize),
    /// Gateway and configuration.
    Wan(usize, usize),
    Network(usize),
}

/// All rows that the caller may see, ordered by id.
pub(crate) fn keys(
    world: &World,
    kind: Kind,
    subscriptions: &[String],
    sees: impl Fn(&str, &str) -> bool,
) -> Vec<Key> {
    let wanted: HashSet<&str> = subscriptions.iter().map(String::as_str).collect();
    let mut keys = Vec::new();
    if kind == Kind::Vms {
        for index in &world.vm_order {
            let vm = &world.vms[*index];
            if wanted.contains(vm.sub.as_str()) && !vm.gone && sees(&vm.sub, &vm.group) {
                vm_keys(world, *index, &mut keys);
            }
        }
        return keys;
    }
    if kind == Kind::Networks {
        for (index, network) in world.networks.iter().enumerate() {
            if wanted.contains(network.sub.as_str()) && sees(&network.sub, &network.group) {
                keys.push(Key::Network(index));
            }
        }
        keys.sort_by_cached_key(|key| match key {
            Key::Network(index) => world.networks[*index].id.to_lowercase(),
            Key::Vm(..) | Key::Gateway(_) | Key::Wan(..) => String::new(),
        });
        return keys;
    }
    for (index, gateway) in world.gateways.iter().enumerate() {
        let seen = wanted.contains(gateway.sub.as_str()) && sees(&gateway.sub, &gateway.group);
        if !seen || gateway.wan != (kind == Kind::WanGateways) {
            continue;
        }
        match &gateway.pools {
            Some(pools) if gateway.wan => keys.extend((0..pools.len()).map(|n| Key::Wan(index, n))),
            Some(_) if gateway.gateway_type.eq_ignore_ascii_case("Vpn") => {
                keys.push(Key::Gateway(index))
            }
            _ => {}
        }
    }
    keys.sort_by_cached_key(|key| match key {
        Key::Vm(..) | Key::Network(_) => String::new(),
        Key::Gateway(index) | Key::Wan(index, _) => world.gateways[*index].id.to_lowercase(),
    });
    keys
}

fn vm_keys(world: &World, vm: usize, keys: &mut Vec<Key>) {
    if world.vms[vm].nics.is_empty() {
        keys.push(Key::Vm(vm, None, None));
    }
    for nic in &world.vms[vm].nics {
        let addresses = world.nics[*nic].addresses.len();
        if addresses == 0 {
            keys.push(Key::Vm(vm, Some(*nic), None));
        }
        keys.extend((0..addresses).map(|n| Key::Vm(vm, Some(*nic), Some(n))));
    }
}

pub(crate) fn row(world: &World, key: Key) -> Value {
    match key {
        Key::Vm(vm, nic, address) => vm_row(world, vm, nic, address),
        Key::Gateway(index) => gateway_row(world, &world.gateways[index]),
        Key::Wan(index, n) => wan_row(&world.gateways[index], n),
        Key::Network(index) => network_row(&world.networks[index]),
    }
}

fn vm_row(world: &World, index: usize, nic: Option<usize>, address: Option<usize>) -> Value {
    let vm = &world.vms[index];
    let nic = nic.map(|n| &world.nics[n]);
    let address = nic.zip(address).map(|(nic, n)| &nic.addresses[n]);
    let text = |value: Option<&String>| value.map_or("", String::as_str).to_owned();
    json!({
        "id": vm.id,
        "name": vm.name,
        "resourceGroup": vm.group,
        "subscriptionId": vm.sub,
        "tenantId": vm.tenant,
        "location": vm.location,
        "type": "microsoft.compute/virtualmachines",
        "tags": vm.tags,
        "vmId": vm.vm_id,
        "osType": text(vm.os.as_ref()),
        "computerName": vm.computer_name,
        "powerCode": vm.power.as_ref().map(|p| format!("PowerState/{p}")),
        "powerText": vm.power.as_ref().map(|p| format!("VM {p}")),
        "nicId": nic.map(|n| n.id.to_lowercase()).unwrap_or_default(),
        "nicPrimary": nic.map(|n| n.primary),
        "nicNsgId": nic.and_then(|n| n.nsg).map(|g| world.nsgs[g].id.to_lowercase()).unwrap_or_default(),
        "privateIp": text(address.and_then(|a| a.address.as_ref())),
        "ipPrimary": address.map(|a| a.primary),
        "ipVersion": version(address.and_then(|a| a.address.as_deref())),
        "subnetId": nic.and_then(|n| n.subnet).map(|s| world.subnets[s].id.to_lowercase()).unwrap_or_default(),
        "publicIpId": address.and_then(|a| a.public_id.as_ref()).map(|p| p.to_lowercase()).unwrap_or_default(),
    })
}

fn gateway_row(world: &World, gateway: &Gateway) -> Value {
    let tenant = world.sub(&gateway.sub).map(|sub| sub.tenant.clone());
    json!({
        "id": gateway.id,
        "name": gateway.name,
        "resourceGroup": gateway.group,
        "subscriptionId": gateway.sub,
        "tenantId": tenant,
        "location": gateway.location,
        "type": "microsoft.network/virtualnetworkgateways",
        "pools": gateway.pools.as_ref().and_then(|p| p.first()),
        "groupPools": gateway.group_pools,
        "groups": groups(gateway),
        "connectionConfigurations": groups(gateway),
        "vngClientConnectionConfigurations": groups(gateway),
        "resourceGuid": crate::seed::guid(&gateway.id.to_lowercase()),
        "protocols": gateway.protocols,
        "authTypes": gateway.auth_types,
        "subnetId": gateway.subnet_id,
    })
}

/// The group configurations as the resource itself has them (contract 9.1).
fn groups(gateway: &Gateway) -> Value {
    let one = |(n, pools): (usize, &Vec<String>)| json!({"name": format!("group{n}"), "properties": {"vpnClientAddressPool": {"addressPrefixes": pools}}});
    gateway.group_pools.iter().enumerate().map(one).collect()
}

fn wan_row(gateway: &Gateway, n: usize) -> Value {
    json!({
        "id": gateway.id,
        "name": gateway.name,
        "resourceGroup": gateway.group,
        "subscriptionId": gateway.sub,
        "location": gateway.location,
        "type": "microsoft.network/p2svpngateways",
        "pools": gateway.pools.as_ref().and_then(|p| p.get(n)),
    })
}

fn network_row(network: &Network) -> Value {
    let peering = |(n, peering): (usize, &crate::world::Peering)| {
        json!({
            "id": format!("{}/virtualNetworkPeerings/peering{n}", network.id),
            "name": format!("peering{n}"),
            "properties": {
                "remoteVirtualNetwork": {"id": peering.remote_id},
                "peeringState": "Connected",
                "allowGatewayTransit": peering.allow_gateway_transit,
                "useRemoteGateways": peering.use_remote_gateways,
            },
        })
    };
    let peerings: Value = network.peerings.iter().enumerate().map(peering).collect();
    json!({
        "id": network.id,
        "name": network.name,
        "resourceGroup": network.group,
        "subscriptionId": network.sub,
        "location": network.location,
        "type": "microsoft.network/virtualnetworks",
        "prefixes": network.prefixes,
        "addressPrefixes": network.prefixes,
        "peerings": peerings,
    })
}
