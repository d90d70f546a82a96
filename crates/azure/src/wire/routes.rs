//! Route tables on the wire
//! (<https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview>).

use std::net::Ipv4Addr;

use serde_json::Value;

use super::{block, flag, list, properties, text};

/// The appliance that packets to `destination` are sent to. The longest prefix decides.
/// A route for everything loses against the gateway's own route to its clients, unless
/// the table refuses to learn routes from gateways.
pub(crate) fn appliance(table: &Value, destination: Ipv4Addr) -> Option<Ipv4Addr> {
    let fields = properties(table);
    let least = u8::from(!flag(fields, "disableBgpRoutePropagation"));
    let (_, route) = list(fields, "routes")
        .iter()
        .map(properties)
        .filter_map(|route| Some((block(text(route, "addressPrefix")?)?, route)))
        .filter(|(prefix, _)| prefix.contains(&destination) && prefix.prefix_len() >= least)
        .max_by_key(|(prefix, _)| prefix.prefix_len())?;
    let kind = text(route, "nextHopType")?;
    let is_appliance = kind.eq_ignore_ascii_case("VirtualAppliance");
    is_appliance
        .then(|| text(route, "nextHopIpAddress")?.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::wire::tests::any_json;

    fn through(routes: &[(&str, &str)], closed: bool) -> Option<String> {
        let routes: Vec<_> = routes
            .iter()
            .map(|(prefix, kind)| json!({"properties": {"addressPrefix": prefix, "nextHopType": kind, "nextHopIpAddress": "10.0.9.4"}}))
            .collect();
        let table = json!({"properties": {"disableBgpRoutePropagation": closed, "routes": routes}});
        appliance(&table, Ipv4Addr::new(172, 16, 200, 5)).map(|address| address.to_string())
    }

    #[test]
    fn the_longest_prefix_decides() {
        let appliance = Some("10.0.9.4".to_owned());
        assert_eq!(
            through(&[("172.16.0.0/12", "VirtualAppliance")], false),
            appliance
        );
        assert_eq!(
            through(
                &[
                    ("172.16.0.0/12", "VirtualAppliance"),
                    ("172.16.200.0/24", "VirtualNetworkGateway")
                ],
                false
            ),
            None
        );
        assert_eq!(
            through(
                &[
                    ("10.0.0.0/8", "VirtualAppliance"),
                    ("Storage", "VirtualAppliance")
                ],
                false
            ),
            None
        );
        assert_eq!(
            through(&[("0.0.0.0/0", "virtualappliance")], true),
            appliance
        );
        assert_eq!(through(&[("0.0.0.0/0", "VirtualAppliance")], false), None);
    }

    proptest! {
        #[test]
        fn no_json_breaks_it(table in any_json(&["properties", "routes", "addressPrefix", "nextHopType", "nextHopIpAddress"])) {
            let _ = appliance(&table, Ipv4Addr::LOCALHOST);
        }
    }
}
