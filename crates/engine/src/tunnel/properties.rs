//! What holds for the tunnel decision whatever the machine looks like.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use proptest::prelude::*;

use super::*;

/// Few addresses, so that pools, interfaces and routes meet often.
fn address() -> impl Strategy<Value = Ipv4Addr> {
    (0_u8..3, 0_u8..6).prop_map(|(net, host)| Ipv4Addr::new(10, net, 0, host))
}

fn block() -> impl Strategy<Value = Ipv4Net> {
    (
        address(),
        prop::sample::select(vec![0_u8, 8, 16, 24, 30, 32]),
    )
        .prop_map(|(address, len)| Ipv4Net::new_assert(address, len))
}

fn interface(name: &'static str) -> impl Strategy<Value = Interface> {
    let kind = prop::sample::select(vec![
        InterfaceKind::Ppp,
        InterfaceKind::Tunnel,
        InterfaceKind::Loopback,
        InterfaceKind::Other,
    ]);
    (kind, prop::collection::vec(block(), 0..3)).prop_map(move |(kind, addresses)| Interface {
        name: name.to_owned(),
        kind,
        addresses,
        description: None,
        entry: None,
    })
}

prop_compose! {
    fn local()(
        one in interface("one"),
        two in interface("two"),
        default_route in prop::option::of(prop::sample::select(vec!["one".to_owned(), "two".to_owned()])),
        routes in prop::collection::vec((address(), prop::option::of(address())), 0..4),
    ) -> LocalNetwork {
        LocalNetwork {
            interfaces: vec![one, two],
            default_route,
            routes: routes
                .into_iter()
                .map(|(target, source)| RouteTo { target, source, interface: None })
                .collect(),
        }
    }
}

fn gateway(name: &str) -> GatewayId {
    GatewayId::new(format!("/subscriptions/s/gateways/{name}")).unwrap()
}

fn some_gateway() -> impl Strategy<Value = Option<GatewayId>> {
    prop::option::of(prop::sample::select(vec![gateway("a"), gateway("b")]))
}

prop_compose! {
    fn known()(
        pools in prop::collection::vec((block(), some_gateway()), 0..4),
        serving in some_gateway(),
        dialled in some_gateway(),
        policy_sources in prop::collection::vec(block(), 0..2),
        full_tunnel: bool,
        allowed_sources in prop::collection::vec(block(), 0..1),
        confirmed in prop::option::of(some_gateway()),
        may_confirm: bool,
    ) -> TunnelKnowledge {
        TunnelKnowledge {
            pools: pools
                .into_iter()
                .map(|(prefix, gateway)| Pool {
                    prefix,
                    origin: gateway.map_or(PoolOrigin::Setting, |id| PoolOrigin::Gateway { id }),
                })
                .collect(),
            serving,
            dialled,
            policy_sources,
            full_tunnel,
            allowed_sources,
            confirmed: confirmed
                .map(|gateway| ConfirmedTunnel { interface: "one".to_owned(), gateway })
                .into_iter()
                .collect(),
            may_confirm,
        }
    }
}

proptest! {
    #[test]
    fn the_source_is_always_the_routes_own(
        targets in prop::collection::vec(address(), 0..4), local in local(), known in known(),
    ) {
        let view = decide(&targets, &local, &known);
        if let Ok(path) = &view.verdict {
            prop_assert!(targets.contains(&path.target));
            let route = local.route_to(path.target).unwrap();
            prop_assert_eq!(route.source, Some(path.source));
            prop_assert_eq!(&local.owner_of(path.source).unwrap().name, &path.interface);
        }
    }

    #[test]
    fn whatever_is_accepted_is_proved(
        targets in prop::collection::vec(address(), 1..4), local in local(), known in known(),
    ) {
        let view = decide(&targets, &local, &known);
        let Ok(path) = &view.verdict else { return Ok(()) };
        match &path.proof {
            TunnelProof::InPool(pool) => {
                prop_assert!(known.pools.contains(pool));
                prop_assert!(pool.prefix.contains(&path.source));
            }
            TunnelProof::InPolicySource(block) => {
                prop_assert!(known.policy_sources.contains(block) && block.prefix_len() > 0);
                prop_assert!(block.contains(&path.source));
            }
            TunnelProof::AllowedSource(block) => {
                prop_assert!(known.allowed_sources.contains(block));
                prop_assert!(block.contains(&path.source));
            }
            TunnelProof::Confirmed => {
                prop_assert!(known.confirmed.contains(&known.confirmation(&path.interface)));
            }
        }
    }

    #[test]
    fn the_default_routes_carrier_is_never_taken_unless_somebody_says_so(
        targets in prop::collection::vec(address(), 1..4), local in local(), mut known in known(),
    ) {
        known.full_tunnel = false;
        known.allowed_sources.clear();
        let view = decide(&targets, &local, &known);
        if let Ok(path) = &view.verdict
            && local.default_route.as_ref() == Some(&path.interface)
        {
            let owner = local.owner_of(path.source).unwrap();
            prop_assert!(owner.addresses.iter().any(|net| net.addr() == path.source && net.prefix_len() == 32));
            prop_assert!(owner.addresses.iter().any(|net| net.prefix_len() < 32));
        }
    }

    #[test]
    fn nothing_known_accepts_nothing(
        targets in prop::collection::vec(address(), 1..4), local in local(),
    ) {
        prop_assert!(decide(&targets, &local, &TunnelKnowledge::default()).verdict.is_err());
    }

    #[test]
    fn chosen_stands_in_the_evidence_exactly_when_there_is_a_way(
        targets in prop::collection::vec(address(), 1..4), local in local(), known in known(),
    ) {
        let view = decide(&targets, &local, &known);
        let chosen = view.evidence.iter().any(|e| e.finding == Finding::Chosen);
        prop_assert_eq!(chosen, view.verdict.is_ok());
    }
}
