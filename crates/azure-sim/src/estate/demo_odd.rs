//! The odd cases of the demo estate, one VM or gateway each, with the reason beside it.

use super::Subscription;
use super::demo::{add, add_without_policy, linux, policy_entry, windows};
use super::network::{Gateway, WanGateway};
use super::policy::{IdCase, PastRequest, Policy};
use super::vm::{Address, Closed, Nic, Service, ServiceKind, Vm};

pub(super) fn fill(production: &mut Subscription, test: &mut Subscription) {
    states(production, test);
    networks(production);
    policies(production);
    names(test);
    others(test);
    past(production);
    gateways(production, test);
}

/// Power states that a connection meets.
pub(super) fn states(sub: &mut Subscription, _test: &mut Subscription) {
    let with = |name: &str, power: Option<&str>| Vm {
        power: power.map(str::to_owned),
        ..linux(name, "prod")
    };
    add(sub, with("vm-stopped", Some("stopped")));
    add(sub, with("vm-deallocated", Some("deallocated")));
    // Resource Graph has no power state for some VMs (contract 4.3).
    add(sub, with("vm-without-power-state", None));
}

/// Addresses: none, several, another family.
fn networks(sub: &mut Subscription) {
    let nic = |addresses: &[Option<&str>]| Nic {
        addresses: addresses
            .iter()
            .map(|a| Address {
                address: a.map(str::to_owned),
                public: None,
            })
            .collect(),
        ..Nic::default()
    };
    add(
        sub,
        Vm {
            nics: vec![nic(&[None])],
            ..linux("vm-without-address", "prod")
        },
    );
    add(
        sub,
        Vm {
            nics: vec![
                nic(&[Some("10.1.1.200")]),
                nic(&[Some("10.1.1.201"), Some("10.1.1.202")]),
            ],
            ..linux("vm-two-nics", "prod")
        },
    );
    add(
        sub,
        Vm {
            nics: vec![nic(&[Some("10.1.1.203"), Some("fd00:1::203")])],
            ..linux("vm-ipv6", "prod")
        },
    );
    let public = Address {
        address: Some("10.1.1.204".into()),
        public: Some("pip-public".into()),
    };
    add(
        sub,
        Vm {
            nics: vec![Nic {
                addresses: vec![public],
                ..Nic::default()
            }],
            ..linux("vm-public", "prod")
        },
    );
}

/// JIT: none, hidden from the subscription's list, narrow sources, several policies, ids in changed case.
fn policies(sub: &mut Subscription) {
    // Behind an Azure Firewall (contract 5.2), and any source written as a block.
    for entry in sub.policies.iter_mut().flat_map(|policy| &mut policy.vms) {
        match entry.vm.as_str() {
            "vm-public" => entry.public_address = Some("20.1.2.3".into()),
            "vm-web-04" => entry.ports[0].sources = vec!["0.0.0.0/0".into()],
            _ => {}
        }
    }
    add_without_policy(sub, linux("vm-no-jit", "prod"));
    // Every port rule of the next three stands in a policy of their own resource group.
    let own = |name: &str, group: &str| Vm {
        network: "vnet-prod".into(),
        ..linux(name, group)
    };
    let location = sub
        .networks
        .first()
        .map(|n| n.location.clone())
        .unwrap_or_default();
    let mut policy = |name: &str, vm: Vm, sources: &[&str], hidden: bool, id_case: IdCase| {
        let entry = policy_entry(&vm, sources.iter().map(ToString::to_string).collect());
        sub.policies.push(Policy {
            name: name.into(),
            resource_group: vm.resource_group.clone(),
            location: location.clone(),
            vms: vec![entry],
            hidden_in_subscription_list: hidden,
            id_case,
            requests: Vec::new(),
        });
        add_without_policy(sub, vm);
    };
    policy(
        "default",
        own("vm-hidden-policy", "hidden"),
        &["*"],
        true,
        IdCase::AsIs,
    );
    policy(
        "default",
        own("vm-narrow-source", "narrow"),
        &["172.16.200.0/24", "127.0.0.0/8"],
        false,
        IdCase::AsIs,
    );
    policy(
        "default",
        own("vm-other-source", "other"),
        &["192.0.2.0/24"],
        false,
        IdCase::AsIs,
    );
    policy(
        "default",
        own("vm-changed-case", "Case"),
        &["*"],
        false,
        IdCase::ShoutingGroup,
    );
    policy(
        "second",
        own("vm-lower-case", "lower"),
        &["*"],
        false,
        IdCase::Lower,
    );
    // In two policies: the second one allows less.
    if let Some(vm) = sub.vms.iter().find(|vm| vm.name == "vm-web-03").cloned() {
        sub.policies.push(Policy {
            name: "narrow".into(),
            resource_group: vm.resource_group.clone(),
            location,
            vms: vec![policy_entry(&vm, vec!["192.0.2.0/24".into()])],
            ..Policy::default()
        });
    }
}

/// Names from a hostile API.
fn names(sub: &mut Subscription) {
    add(
        sub,
        Vm {
            computer_name: Some("odd-dash".into()),
            ..linux("-oProxyCommand=x", "test")
        },
    );
    add(
        sub,
        Vm {
            computer_name: Some("odd-lines".into()),
            ..windows("a\r\nfull address:s:evil", "test")
        },
    );
    // The host name differs from the resource name (contract 8).
    add(
        sub,
        Vm {
            computer_name: Some("WIN-7F3K2".into()),
            ..windows("vm-renamed", "test")
        },
    );
}

/// What answers, or does not.
fn others(sub: &mut Subscription) {
    let service = |kind, closed| {
        vec![Service {
            port: 22,
            kind,
            closed,
        }]
    };
    add(
        sub,
        Vm {
            os: None,
            ..linux("vm-unknown-os", "test")
        },
    );
    add(
        sub,
        Vm {
            services: service(ServiceKind::Ssh, Closed::Refusing),
            ..linux("vm-refusing", "test")
        },
    );
    add(
        sub,
        Vm {
            services: service(ServiceKind::Mute, Closed::Silent),
            ..linux("vm-mute", "test")
        },
    );
    add(
        sub,
        Vm {
            services: service(ServiceKind::Off, Closed::Silent),
            ..linux("vm-service-off", "test")
        },
    );
    add(
        sub,
        Vm {
            power: Some("starting".into()),
            ..linux("vm-starting", "test")
        },
    );
    // The same name as in production.
    add(sub, linux("jump-01", "test"));
}

/// Requests of the past: unsorted, of others, of an unknown status (contract 5.2).
fn past(sub: &mut Subscription) {
    let request =
        |vm: &str, seconds_ago, requestor: &str, status: &str, reason: &str| PastRequest {
            vm: vm.into(),
            port: 22,
            source: "198.51.100.9".into(),
            seconds_ago,
            lasted: 3600,
            requestor: requestor.into(),
            justification: (seconds_ago % 2 == 0)
                .then(|| "<b>ticket</b> \"4711\"; rm -rf /".into()),
            status: status.into(),
            status_reason: reason.into(),
        };
    let Some(policy) = sub.policies.first_mut() else {
        return;
    };
    policy.requests = vec![
        request(
            "vm-web-01",
            86_400,
            "worker@contoso.example",
            "Revoked",
            "Expired",
        ),
        request(
            "vm-web-01",
            1_400_000,
            "",
            "Revoked",
            "NewerRequestInitiated",
        ),
        request(
            "vm-web-02",
            40_000,
            "admin@contoso.example",
            "Suspended",
            "UnderReview",
        ),
        request(
            "vm-web-01",
            500_001,
            "admin@contoso.example",
            "Revoked",
            "Expired",
        ),
    ];
}

/// Two gateways with one pool, group pools, Virtual WAN, P2S off, ExpressRoute.
fn gateways(production: &mut Subscription, test: &mut Subscription) {
    let gateway = |name: &str| Gateway {
        name: name.into(),
        resource_group: "rg-prod".into(),
        location: "westeurope".into(),
        // A network holds one VPN gateway: these serve networks of their own.
        network: format!("vnet-{name}"),
        protocols: vec!["IkeV2".into(), "OpenVPN".into()],
        auth_types: vec!["Certificate".into(), "AAD".into()],
        ..Gateway::default()
    };
    let pool = |text: &str| Some(vec![text.to_owned()]);
    production.gateways.push(Gateway {
        pools: pool("172.16.200.0/24"),
        ..gateway("gw-twin-a")
    });
    production.gateways.push(Gateway {
        pools: pool("172.16.200.0/24"),
        ..gateway("gw-twin-b")
    });
    production.gateways.push(Gateway {
        pools: pool("172.16.201.0/24"),
        group_pools: vec![
            vec!["172.16.202.0/25".into()],
            vec!["172.16.202.128/25".into()],
        ],
        ..gateway("gw-groups")
    });
    production.gateways.push(gateway("gw-without-p2s"));
    production.gateways.push(Gateway {
        gateway_type: Some("ExpressRoute".into()),
        ..gateway("gw-express")
    });
    test.wan_gateways.push(WanGateway {
        name: "wan-p2s".into(),
        resource_group: "rg-test".into(),
        location: "northeurope".into(),
        pools: vec![
            vec!["172.16.210.0/24".into()],
            vec!["172.16.211.0/24".into(), "172.16.212.0/24".into()],
        ],
    });
}
