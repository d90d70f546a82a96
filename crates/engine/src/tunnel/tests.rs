//! The tunnel decision as a table: what the machine looks like, what is known, what comes out.

use std::net::Ipv4Addr;

use rstest::rstest;

use super::*;

const VM: &str = "10.20.0.4";

/// `name kind address/len ...` per interface, `default NAME`, `route TARGET SOURCE`.
fn local(script: &str) -> LocalNetwork {
    let mut local = LocalNetwork::default();
    for line in script.split(';').map(str::trim).filter(|l| !l.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["default", name] => local.default_route = Some((*name).to_owned()),
            ["route", target, source] => local.routes.push(RouteTo {
                target: target.parse().unwrap(),
                source: source.parse().ok(),
                interface: None,
            }),
            [name, kind, addresses @ ..] => local.interfaces.push(Interface {
                name: (*name).to_owned(),
                kind: match *kind {
                    "ppp" => InterfaceKind::Ppp,
                    "tun" => InterfaceKind::Tunnel,
                    "lo" => InterfaceKind::Loopback,
                    _ => InterfaceKind::Other,
                },
                addresses: addresses.iter().map(|a| a.parse().unwrap()).collect(),
                description: None,
                entry: None,
            }),
            _ => panic!("{line}"),
        }
    }
    local
}

/// `pool PREFIX gw NAME|profile NAME|setting`, `serving NAME`, `dialled NAME`, `policy PREFIX`,
/// `allowed PREFIX`, `full`, `confirmed INTERFACE [GATEWAY]`.
fn known(script: &str) -> TunnelKnowledge {
    let mut known = TunnelKnowledge {
        may_confirm: true,
        ..TunnelKnowledge::default()
    };
    for line in script.split(';').map(str::trim).filter(|l| !l.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["pool", prefix, origin @ ..] => known.pools.push(Pool {
                prefix: prefix.parse().unwrap(),
                origin: match origin {
                    ["gw", name] => PoolOrigin::Gateway { id: gateway(name) },
                    ["profile", name] => PoolOrigin::Profile {
                        name: (*name).to_owned(),
                    },
                    _ => PoolOrigin::Setting,
                },
            }),
            ["serving", name] => known.serving = Some(gateway(name)),
            ["dialled", name] => known.dialled = Some(gateway(name)),
            ["policy", prefix] => known.policy_sources.push(prefix.parse().unwrap()),
            ["allowed", prefix] => known.allowed_sources.push(prefix.parse().unwrap()),
            ["full"] => known.full_tunnel = true,
            ["confirmed", interface, of @ ..] => known.confirmed.push(ConfirmedTunnel {
                interface: (*interface).to_owned(),
                gateway: of.first().map(|name| gateway(name)),
            }),
            _ => panic!("{line}"),
        }
    }
    known
}

fn gateway(name: &str) -> crate::id::GatewayId {
    crate::id::GatewayId::new(format!(
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/{name}"
    ))
    .unwrap()
}

/// `INTERFACE SOURCE TARGET`, or the problem's code.
fn told(view: &TunnelView) -> String {
    match &view.verdict {
        Ok(path) => format!("{} {} {}", path.interface, path.source, path.target),
        Err(problem) => problem.code().to_owned(),
    }
}

const HOME: &str = "eth0 lan 192.168.1.7/24; default eth0;";
const POOL: &str = "pool 172.16.201.0/24 gw hub";

#[rstest]
#[case::openvpn(
    "tun0 tun 172.16.201.2/24; route 10.20.0.4 172.16.201.2",
    POOL,
    "tun0 172.16.201.2 10.20.0.4"
)]
#[case::native_ikev2(
    "ppp0 ppp 172.16.201.2/32; route 10.20.0.4 172.16.201.2",
    POOL,
    "ppp0 172.16.201.2 10.20.0.4"
)]
#[case::tap_is_ethernet(
    "tap0 lan 172.16.201.2/24; route 10.20.0.4 172.16.201.2",
    POOL,
    "tap0 172.16.201.2 10.20.0.4"
)]
#[case::group_pool(
    "tun0 tun 172.16.77.9/24; route 10.20.0.4 172.16.77.9",
    "pool 172.16.201.0/24 gw hub; pool 172.16.77.0/24 gw hub; serving hub",
    "tun0 172.16.77.9 10.20.0.4"
)]
#[case::profile_names_the_pool(
    "tun0 tun 172.16.201.2/24; route 10.20.0.4 172.16.201.2",
    "pool 172.16.201.0/24 profile Hub",
    "tun0 172.16.201.2 10.20.0.4"
)]
#[case::tunnel_down("route 10.20.0.4 192.168.1.7", POOL, "tunnel-down")]
#[case::no_route_at_all("route 10.20.0.4 -", POOL, "tunnel-down")]
#[case::never_asked("", POOL, "tunnel-down")]
#[case::unknown_pool(
    "tun0 tun 172.16.201.2/24; route 10.20.0.4 172.16.201.2",
    "",
    "pool-unknown"
)]
#[case::policy_as_evidence(
    "tun0 tun 172.16.201.2/24; route 10.20.0.4 172.16.201.2",
    "policy 172.16.0.0/16",
    "tun0 172.16.201.2 10.20.0.4"
)]
#[case::any_is_no_evidence(
    "tun0 tun 172.16.201.2/24; route 10.20.0.4 172.16.201.2",
    "policy 0.0.0.0/0",
    "pool-unknown"
)]
#[case::policy_names_the_lan(
    "route 10.20.0.4 192.168.1.7",
    "policy 192.168.0.0/16",
    "not-through-p2s"
)]
#[case::machine_policy_allows_the_lan(
    "route 10.20.0.4 192.168.1.7",
    "allowed 192.168.1.0/24",
    "eth0 192.168.1.7 10.20.0.4"
)]
#[case::confirmed(
    "tun0 tun 172.16.201.2/24; route 10.20.0.4 172.16.201.2",
    "confirmed tun0",
    "tun0 172.16.201.2 10.20.0.4"
)]
#[case::confirmed_for_another_gateway(
    "tun0 tun 172.16.201.2/24; route 10.20.0.4 172.16.201.2",
    "confirmed tun0 other; serving hub",
    "pool-unknown"
)]
#[case::confirmed_is_never_the_lan("route 10.20.0.4 192.168.1.7", "confirmed eth0", "tunnel-down")]
#[case::without_route(
    "tun0 tun 172.16.201.2/24; route 10.20.0.4 192.168.1.7",
    POOL,
    "tunnel-without-route"
)]
#[case::without_any_route(
    "tun0 tun 172.16.201.2/24; route 10.20.0.4 -",
    POOL,
    "tunnel-without-route"
)]
#[case::lan_in_pool(
    "route 10.20.0.4 192.168.1.7",
    "pool 192.168.0.0/16 gw hub",
    "pool-overlaps-lan"
)]
#[case::lan_in_pool_tunnel_up(
    "tun0 tun 192.168.9.2/24; route 10.20.0.4 192.168.9.2",
    "pool 192.168.0.0/16 gw hub",
    "tun0 192.168.9.2 10.20.0.4"
)]
#[case::docker_in_pool(
    "docker0 lan 172.17.0.1/16; route 10.20.0.4 192.168.1.7",
    "pool 172.16.0.0/12 gw hub",
    "pool-overlaps-lan"
)]
#[case::docker_has_the_vms_numbers(
    "docker0 lan 10.20.0.1/16; route 10.20.0.4 10.20.0.1",
    "policy 10.0.0.0/8",
    "tunnel-down"
)]
#[case::vm_has_our_number(
    "route 192.168.1.7 192.168.1.7",
    "pool 192.168.0.0/16 gw hub; full",
    "pool-overlaps-lan"
)]
#[case::wrong_gateway(
    "tun0 tun 172.16.201.2/24; route 10.20.0.4 172.16.201.2",
    "pool 172.16.201.0/24 gw test; pool 172.16.202.0/24 gw hub; serving hub",
    "tunnel-of-another-gateway"
)]
#[case::shared_pool(
    "tun0 tun 172.16.201.2/24; route 10.20.0.4 172.16.201.2",
    "pool 172.16.201.0/24 gw test; pool 172.16.201.0/24 gw hub; serving hub",
    "pool-unknown"
)]
#[case::shared_pool_without_serving(
    "tun0 tun 172.16.201.2/24; route 10.20.0.4 172.16.201.2",
    "pool 172.16.201.0/24 gw test; pool 172.16.201.0/24 gw hub",
    "pool-unknown"
)]
#[case::shared_pool_confirmed(
    "tun0 tun 172.16.201.2/24; route 10.20.0.4 172.16.201.2",
    "pool 172.16.201.0/24 gw test; pool 172.16.201.0/24 gw hub; serving hub; confirmed tun0 hub",
    "tun0 172.16.201.2 10.20.0.4"
)]
#[case::shared_pool_policy_settles_nothing(
    "tun0 tun 172.16.201.2/24; route 10.20.0.4 172.16.201.2",
    "pool 172.16.201.0/24 gw test; pool 172.16.201.0/24 gw hub; policy 172.16.0.0/16",
    "pool-unknown"
)]
#[case::shared_pool_dialled(
    "tun0 tun 172.16.201.2/24; route 10.20.0.4 172.16.201.2",
    "pool 172.16.201.0/24 gw test; pool 172.16.201.0/24 gw hub; serving hub; dialled hub",
    "tun0 172.16.201.2 10.20.0.4"
)]
#[case::shared_pool_dialled_wrong(
    "tun0 tun 172.16.201.2/24; route 10.20.0.4 172.16.201.2",
    "pool 172.16.201.0/24 gw test; pool 172.16.201.0/24 gw hub; serving hub; dialled test",
    "tunnel-of-another-gateway"
)]
#[case::shared_pool_serves_neither(
    "tun0 tun 172.16.201.2/24; route 10.20.0.4 172.16.201.2",
    "pool 172.16.201.0/24 gw a; pool 172.16.201.0/24 gw b; serving hub",
    "tunnel-of-another-gateway"
)]
#[case::strongswan_extra_address(
    "eth0 lan 172.16.201.3/32; route 10.20.0.4 172.16.201.3",
    POOL,
    "eth0 172.16.201.3 10.20.0.4"
)]
#[case::strongswan_without_route(
    "eth0 lan 172.16.201.3/32; route 10.20.0.4 192.168.1.7",
    POOL,
    "tunnel-without-route"
)]
fn at_home(#[case] more: &str, #[case] knows: &str, #[case] expected: &str) {
    // A second line for eth0 is one more address on it.
    let mut network = local(&format!("{HOME}{more}"));
    if let Some(extra) = network
        .interfaces
        .iter()
        .skip(1)
        .position(|i| i.name == "eth0")
    {
        let extra = network.interfaces.remove(extra + 1);
        network.interfaces[0].addresses.extend(extra.addresses);
    }
    let targets: Vec<Ipv4Addr> = match network.routes.first() {
        Some(route) => vec![route.target],
        None => vec![VM.parse().unwrap()],
    };
    assert_eq!(told(&decide(&targets, &network, &known(knows))), expected);
}

#[rstest]
#[case::tunnel_carries_everything(
    "eth0 lan 192.168.1.7/24; tun0 tun 172.16.201.2/24; default tun0; route 10.20.0.4 172.16.201.2",
    "full; pool 172.16.201.0/24 gw hub",
    "tun0 172.16.201.2 10.20.0.4"
)]
#[case::nobody_said_full(
    "eth0 lan 192.168.1.7/24; tun0 tun 172.16.201.2/24; default tun0; route 10.20.0.4 172.16.201.2",
    "pool 172.16.201.0/24 gw hub",
    "pool-overlaps-lan"
)]
#[case::full_but_down(
    "eth0 lan 192.168.1.7/24; default eth0; route 10.20.0.4 192.168.1.7",
    "full; pool 172.16.201.0/24 gw hub",
    "tunnel-down"
)]
#[case::full_but_down_and_lan_in_pool(
    "eth0 lan 192.168.1.7/24; default eth0; route 10.20.0.4 192.168.1.7",
    "full; pool 192.168.0.0/16 gw hub",
    "pool-overlaps-lan"
)]
#[case::full_without_pool(
    "eth0 lan 192.168.1.7/24; tun0 tun 172.16.201.2/24; default tun0; route 10.20.0.4 172.16.201.2",
    "full",
    "pool-unknown"
)]
#[case::full_and_lan_in_policy(
    "eth0 lan 192.168.1.7/24; default eth0; route 10.20.0.4 192.168.1.7",
    "full; policy 192.168.0.0/16",
    "not-through-p2s"
)]
#[case::loopback_is_a_pool(
    "lo lo 127.0.0.1/8; eth0 lan 192.168.1.7/24; default eth0; route 127.10.0.4 127.0.0.1",
    "pool 127.0.0.0/8 gw demo; serving demo",
    "lo 127.0.0.1 127.10.0.4"
)]
#[case::no_default_route(
    "lo lo 127.0.0.1/8; route 127.10.0.4 127.0.0.1",
    "pool 127.0.0.0/8 gw demo",
    "lo 127.0.0.1 127.10.0.4"
)]
fn elsewhere(#[case] network: &str, #[case] knows: &str, #[case] expected: &str) {
    let network = local(network);
    let target = network.routes[0].target;
    assert_eq!(told(&decide(&[target], &network, &known(knows))), expected);
}

#[rstest]
#[case::second_is_routed(
    "route 10.30.0.4 192.168.1.7; route 10.20.0.4 172.16.201.2",
    "tun0 172.16.201.2 10.20.0.4"
)]
#[case::both_are_routed(
    "route 10.30.0.4 172.16.201.2; route 10.20.0.4 172.16.201.2",
    "tun0 172.16.201.2 10.30.0.4"
)]
#[case::neither(
    "route 10.30.0.4 192.168.1.7; route 10.20.0.4 192.168.1.7",
    "tunnel-without-route"
)]
fn of_several_addresses(#[case] routes: &str, #[case] expected: &str) {
    let network = local(&format!("{HOME} tun0 tun 172.16.201.2/24; {routes}"));
    let targets = ["10.30.0.4", VM].map(|t| t.parse().unwrap());
    assert_eq!(told(&decide(&targets, &network, &known(POOL))), expected);
}

#[test]
fn the_evidence_says_why_an_adapter_was_ignored() {
    let network = local(
        "lo lo 127.0.0.1/8; eth0 lan 10.0.0.7/24; wlan0 lan 192.168.1.7/24; tun0 tun 10.0.9.2/24; \
         default wlan0; route 10.20.0.4 10.0.9.2",
    );
    let view = decide(
        &[VM.parse().unwrap()],
        &network,
        &known("pool 10.0.0.0/16 gw hub"),
    );
    let found: Vec<_> = view
        .evidence
        .iter()
        .map(|e| (e.interface.as_str(), e.finding.clone()))
        .collect();
    let ignored = Finding::InPoolButNotRouted {
        route: "tun0".to_owned(),
    };
    assert_eq!(
        found,
        [
            ("eth0", ignored),
            ("wlan0", Finding::CarriesDefaultRoute),
            ("tun0", Finding::Chosen),
        ]
    );
}

#[test]
fn the_most_precise_pool_of_the_gateway_is_the_proof() {
    let network = local("tun0 tun 10.0.9.2/24; route 10.20.0.4 10.0.9.2");
    let view = decide(
        &[VM.parse().unwrap()],
        &network,
        &known("pool 10.0.0.0/8; pool 10.0.8.0/22 gw hub; pool 10.0.9.2/32 profile Hub"),
    );
    let Ok(TunnelPath {
        proof: TunnelProof::InPool(pool),
        ..
    }) = view.verdict
    else {
        panic!("{view:?}");
    };
    assert_eq!(pool.prefix.to_string(), "10.0.8.0/22");
}

#[test]
fn no_address_at_all_is_no_way() {
    assert_eq!(
        told(&decide(&[], &local(HOME), &known(POOL))),
        "tunnel-down"
    );
}
