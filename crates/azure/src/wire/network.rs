//! Gateways, their pools, and the networks they serve, as Resource Graph tells them.

use std::collections::HashMap;

use gangway_engine::id::GatewayId;
use ipnet::Ipv4Net;
use serde_json::Value;

use super::{at, block, flag, id_in, list, properties, text};
use crate::operations::inventory::{Gateway, is_guid};

/// Gateways from rows; a gateway that several rows tell of is one, with all its pools.
pub(crate) fn gateways(rows: &[Value]) -> Vec<Gateway> {
    let mut found: Vec<Gateway> = Vec::new();
    for row in rows {
        let Some(id) = text(row, "id").and_then(|id| GatewayId::new(id).ok()) else {
            continue;
        };
        let pools = pools(row);
        match found.iter_mut().find(|gateway| gateway.id == id) {
            Some(gateway) => gateway.pools.extend(pools),
            None => found.push(Gateway {
                name: text(row, "name").unwrap_or(id.name()).to_owned(),
                network: text(row, "subnetId").and_then(network_of),
                guid: text(row, "resourceGuid")
                    .map(str::to_ascii_lowercase)
                    .filter(|guid| is_guid(guid)),
                id,
                pools,
                serves: Vec::new(),
            }),
        }
    }
    for gateway in &mut found {
        gateway.pools.sort();
        gateway.pools.dedup();
    }
    found
}

/// The main pool and those of user groups: a client's address may come from either.
fn pools(row: &Value) -> Vec<Ipv4Net> {
    let main = list(row, "pools").iter();
    let groups = list(row, "connectionConfigurations")
        .iter()
        .flat_map(|group| {
            at(properties(group), "vpnClientAddressPool")
                .map_or(&[][..], |pool| list(pool, "addressPrefixes"))
        });
    main.chain(groups)
        .filter_map(|prefix| block(prefix.as_str()?))
        .collect()
}

/// Fills in which networks each gateway serves: its own, and those peered with it that
/// use its gateway (contract 9.1, routing facts).
pub(crate) fn serve(gateways: &mut [Gateway], networks: &[Value]) {
    let mut users: HashMap<String, Vec<String>> = HashMap::new();
    for network in networks {
        let Some(id) = text(network, "id") else {
            continue;
        };
        for peering in list(network, "peerings") {
            let fields = properties(peering);
            if flag(fields, "useRemoteGateways")
                && let Some(remote) = id_in(fields, "remoteVirtualNetwork")
            {
                users
                    .entry(remote.to_ascii_lowercase())
                    .or_default()
                    .push(id.to_ascii_lowercase());
            }
        }
    }
    for gateway in gateways {
        let Some(own) = gateway.network.clone() else {
            continue;
        };
        gateway.serves = users.remove(&own).unwrap_or_default();
        gateway.serves.insert(0, own);
    }
}

/// The network of a subnet, in lower case.
pub(crate) fn network_of(subnet: &str) -> Option<String> {
    let lower = subnet.to_ascii_lowercase();
    let end = lower.find("/subnets/")?;
    lower
        .get(..end)
        .filter(|network| network.starts_with("/subscriptions/"))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::operations::inventory::guid_in_host;
    use crate::wire::tests::any_json;

    #[test]
    fn pools_of_all_kinds_are_found_and_networks_are_served() {
        let guid = "0A1B2C3D-0001-4000-8000-00000000000F";
        let row = json!({"id": "/subscriptions/s/gw", "name": "gw", "resourceGuid": guid, "pools": ["172.16.200.0/24", "fd00::/64"],
            "connectionConfigurations": [{"properties": {"vpnClientAddressPool": {"addressPrefixes": ["172.16.201.0/24"]}}}],
            "subnetId": "/subscriptions/s/resourceGroups/Rg/providers/Microsoft.Network/virtualNetworks/Hub/subnets/GatewaySubnet"});
        let again = json!({"id": "/subscriptions/S/GW", "pools": ["172.16.202.0/24", "172.16.200.0/24"], "subnetId": null});
        let mut read = gateways(&[row, again, json!({"id": 3})]);
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].pools.len(), 3);
        assert_eq!(read[0].guid, Some(guid.to_ascii_lowercase()));
        let host = format!("AzureGateway-{guid}-0a1b2c.vpn.azure.com");
        assert_eq!(guid_in_host(&host), read[0].guid);
        for other in [
            "azuregateway-1.vpn.azure.com",
            "wan.vpn.azure.com",
            "azuregateway-",
        ] {
            assert_eq!(guid_in_host(other), None, "{other}");
        }
        assert_eq!(guid_in_host(&host.replace("-0a1b2c", "0")), None);
        let hub =
            "/subscriptions/s/resourcegroups/rg/providers/microsoft.network/virtualnetworks/hub";
        serve(
            &mut read,
            &[
                json!({"id": "/subscriptions/s/Spoke", "peerings": [{"properties": {"remoteVirtualNetwork": {"id": hub.to_uppercase().replace("/SUBSCRIPTIONS", "/subscriptions")}, "useRemoteGateways": true}}]}),
                json!({"id": "/subscriptions/s/other", "peerings": [{"properties": {"remoteVirtualNetwork": {"id": hub}}}]}),
            ],
        );
        assert_eq!(
            read[0].serves,
            [hub.to_owned(), "/subscriptions/s/spoke".to_owned()]
        );
    }

    proptest! {
        #[test]
        fn no_json_breaks_it(rows in prop::collection::vec(any_json(&["id", "resourceGuid", "pools", "connectionConfigurations", "subnetId", "peerings", "properties", "remoteVirtualNetwork", "useRemoteGateways", "addressPrefixes", "vpnClientAddressPool"]), 0..4)) {
            let mut read = gateways(&rows);
            serve(&mut read, &rows);
        }
    }
}
