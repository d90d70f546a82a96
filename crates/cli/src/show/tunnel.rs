//! The tunnel: interfaces, pools and the verdict with its evidence.

use gangway_engine::tunnel::{
    Evidence, Finding, Interface, LocalNetwork, Pool, PoolOrigin, TunnelPath, TunnelProof,
    TunnelView, VpnClient,
};

use jiff::tz::TimeZone;

use super::table::table;
use crate::say::{name, problem_lines, say};

/// Everything that is known.
pub(crate) fn tunnel(
    local: &LocalNetwork,
    pools: &[Pool],
    view: Option<&TunnelView>,
    zone: &TimeZone,
) -> Vec<String> {
    let rows: Vec<Vec<String>> = local
        .interfaces
        .iter()
        .map(|it| {
            let addresses: Vec<String> = it.addresses.iter().map(ToString::to_string).collect();
            let default = local.default_route.as_deref() == Some(it.name.as_str());
            vec![
                it.name.clone(),
                name(it.kind),
                addresses.join(", "),
                if default { "default route" } else { "" }.to_owned(),
                what_it_is(it),
            ]
        })
        .collect();
    let mut lines = table(&["INTERFACE", "KIND", "ADDRESS", "", ""], &rows);
    lines.push(String::new());
    let rows: Vec<Vec<String>> = pools
        .iter()
        .map(|pool| vec![pool.prefix.to_string(), origin(&pool.origin)])
        .collect();
    lines.extend(table(&["POOL", "KNOWN FROM"], &rows));
    if let Some(view) = view {
        lines.push(String::new());
        match &view.verdict {
            Ok(path) => lines.push(way(path)),
            Err(problem) => lines.extend(problem_lines(problem, zone)),
        }
        lines.extend(evidence(&view.evidence));
    }
    lines
}

/// By what a person knows it: the VPN that was dialled, else what its driver calls itself.
fn what_it_is(interface: &Interface) -> String {
    let Some(entry) = &interface.entry else {
        return interface.description.clone().unwrap_or_default();
    };
    match entry.client {
        VpnClient::System => format!("Windows VPN: {}", entry.name),
        client @ (VpnClient::AzureVpnClient
        | VpnClient::OpenVpnGui
        | VpnClient::NetworkManager
        | VpnClient::OpenVpn) => format!("{}: {}", client.name(), entry.name),
    }
}

/// One sentence for each interface that was looked at.
pub(crate) fn evidence(evidence: &[Evidence]) -> Vec<String> {
    evidence
        .iter()
        .map(|it| {
            let address = it.address.to_string();
            let mut params = vec![
                ("interface", it.interface.as_str()),
                ("address", address.as_str()),
            ];
            let shared;
            match &it.finding {
                Finding::InPoolButNotRouted { route } => params.push(("route", route)),
                Finding::OfAnotherGateway { gateway } => params.push(("gateway", gateway)),
                Finding::InSharedPool { gateways } => {
                    shared = gateways.join(", ");
                    params.push(("gateways", &shared));
                }
                Finding::Chosen
                | Finding::RoutedButUnknown
                | Finding::CarriesDefaultRoute
                | Finding::InPoolWithoutRoute
                | Finding::LeavesByLan
                | Finding::NotInvolved => {}
            }
            say(&format!("finding.{}", finding_name(&it.finding)), &params)
        })
        .collect()
}

/// The stable name of a finding.
pub(crate) fn finding_name(finding: &Finding) -> &'static str {
    match finding {
        Finding::Chosen => "chosen",
        Finding::InPoolButNotRouted { .. } => "in-pool-but-not-routed",
        Finding::RoutedButUnknown => "routed-but-unknown",
        Finding::CarriesDefaultRoute => "carries-default-route",
        Finding::InPoolWithoutRoute => "in-pool-without-route",
        Finding::OfAnotherGateway { .. } => "of-another-gateway",
        Finding::InSharedPool { .. } => "in-shared-pool",
        Finding::LeavesByLan => "leaves-by-lan",
        Finding::NotInvolved => "not-involved",
    }
}

/// The way through the tunnel, and why it counts as the company's.
pub(super) fn way(path: &TunnelPath) -> String {
    format!(
        "{} → {} ({}): {}",
        path.source,
        path.target,
        path.interface,
        proof(&path.proof)
    )
}

fn proof(proof: &TunnelProof) -> String {
    match proof {
        TunnelProof::InPool(pool) => {
            let prefix = pool.prefix.to_string();
            let (key, name) = match &pool.origin {
                PoolOrigin::Gateway { id } => ("gateway", id.name()),
                PoolOrigin::Profile { name } => ("profile", name.as_str()),
                PoolOrigin::Setting => ("setting", ""),
                PoolOrigin::MachinePolicy => ("machine-policy", ""),
            };
            let key = format!("proof.in-pool.{key}");
            say(&key, &[("prefix", &prefix), ("name", name)])
        }
        TunnelProof::InPolicySource(prefix) => {
            say("proof.in-policy-source", &[("prefix", &prefix.to_string())])
        }
        TunnelProof::Confirmed => say("proof.confirmed", &[]),
        TunnelProof::AllowedSource(prefix) => {
            say("proof.allowed-source", &[("prefix", &prefix.to_string())])
        }
    }
}

fn origin(origin: &PoolOrigin) -> String {
    match origin {
        PoolOrigin::Gateway { id } => format!("gateway {}", id.name()),
        PoolOrigin::Profile { name } => format!("profile {name}"),
        PoolOrigin::Setting => "settings".to_owned(),
        PoolOrigin::MachinePolicy => "machine policy".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use gangway_engine::tunnel::VpnEntry;

    use super::*;

    #[test]
    fn an_interface_is_named_by_the_vpn_that_was_dialled() {
        let mut interface = Interface {
            name: "Ethernet 3".to_owned(),
            kind: gangway_engine::tunnel::InterfaceKind::Ppp,
            addresses: Vec::new(),
            description: None,
            entry: None,
        };
        assert_eq!(what_it_is(&interface), "");
        interface.description = Some("Wintun Userspace Tunnel".to_owned());
        assert_eq!(what_it_is(&interface), "Wintun Userspace Tunnel");
        interface.entry = Some(VpnEntry {
            name: "vnet-hub".to_owned(),
            client: VpnClient::AzureVpnClient,
        });
        assert_eq!(what_it_is(&interface), "Azure VPN Client: vnet-hub");
    }

    #[test]
    fn evidence_names_what_was_ignored_and_why() {
        let told = evidence(&[Evidence {
            interface: "eth0".to_owned(),
            address: [10, 0, 0, 7].into(),
            finding: Finding::InPoolButNotRouted {
                route: "tun0".to_owned(),
            },
        }]);
        assert_eq!(
            told,
            [
                "eth0 ignored: 10.0.0.7 lies in the pool, but the route to the virtual machine \
              leaves through tun0"
            ]
        );
    }
}
