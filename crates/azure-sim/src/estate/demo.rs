//! The demo estate: three subscriptions in two tenants, forty VMs, plain ones and one of every odd case.

use super::demo_odd;
use super::network::{Gateway, Network, Nsg, Peering, Subnet};
use super::policy::{Policy, PolicyPort, PolicyVm};
use super::vm::{Address, Closed, Nic, Service, ServiceKind, Vm};
use super::{Estate, Person, Role, Subscription, Tenant};

const CONTOSO: &str = "72f988aa-1111-4000-8000-0000000000aa";
const PARTNER: &str = "72f988aa-2222-4000-8000-0000000000bb";

const PRODUCTION: &str = "6f1d2c3b-0001-4000-8000-000000000001";
const TEST: &str = "6f1d2c3b-0002-4000-8000-000000000002";

/// What a person who only requests needs beside reading.
const REQUESTING: [&str; 3] = [
    "Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action",
    "Microsoft.Compute/virtualMachines/start/action",
    "Microsoft.Network/networkInterfaces/effectiveNetworkSecurityGroups/action",
];

/// Three roles at home in the first tenant, of which the administrator is a guest in the second, and one stranger.
///
/// The administrator is Owner, the worker reads everything and requests, the help desk reads production and has rights in
/// one resource group of the other subscription only.
fn people() -> Vec<Person> {
    vec![
        Person::new("admin@contoso.example", "Admin (Contoso)", CONTOSO).guest_of(PARTNER),
        Person::new("worker@contoso.example", "Worker (Contoso)", CONTOSO)
            .with(Role::at("", &["*/read"]))
            .with(Role::at("", &REQUESTING)),
        Person::new("helpdesk@contoso.example", "Help Desk (Contoso)", CONTOSO)
            .with(Role::at(
                &format!("/subscriptions/{PRODUCTION}"),
                &["*/read"],
            ))
            .with(Role::at(
                &format!("/subscriptions/{TEST}/resourceGroups/rg-test"),
                &["*"],
            )),
        Person::new("partner@fabrikam.example", "Partner (Fabrikam)", PARTNER),
    ]
}

/// The demo without its odd cases: what a person who only wants to see how it goes should meet.
pub fn plain() -> Estate {
    estate(demo_odd::states)
}

/// Forty VMs; on loopback the P2S pool covers 127.0.0.0/8, so that no tunnel and no root is needed.
///
/// Plain: `vm-web-01` (Linux, SSH), `vm-win-01` (Windows, RDP). The odd cases are listed in the source beside each.
pub fn demo() -> Estate {
    estate(demo_odd::fill)
}

fn estate(more: fn(&mut Subscription, &mut Subscription)) -> Estate {
    let mut production = subscription(PRODUCTION, "Contoso Production", "westeurope", "prod");
    for n in 1..=4 {
        add(&mut production, linux(&format!("vm-web-{n:02}"), "prod"));
    }
    for n in 1..=3 {
        add(&mut production, windows(&format!("vm-win-{n:02}"), "prod"));
    }
    for name in ["sql-prod-1", "sql-prod-10", "jump-01", "files-01"] {
        add(&mut production, windows(name, "prod"));
    }
    let mut test = subscription(TEST, "Contoso Test", "northeurope", "test");
    for n in 1..=3 {
        add(&mut test, linux(&format!("vm-test-{n:02}"), "test"));
    }
    more(&mut production, &mut test);
    let mut partner = subscription(
        "6f1d2c3b-0003-4000-8000-000000000003",
        "Fabrikam Shared",
        "germanywestcentral",
        "shared",
    );
    // The same name as in production, in another tenant.
    add(&mut partner, linux("vm-web-02", "shared"));
    for n in 1..=3 {
        add(
            &mut partner,
            windows(&format!("vm-shared-{n:02}"), "shared"),
        );
    }
    hub(&mut production, [&mut test, &mut partner]);
    Estate {
        client: super::ClientSecret::default(),
        app: super::PublicApp::default(),
        people: people(),
        requestor: "admin@contoso.example".into(),
        public_address: "203.0.113.7".into(),
        switches: crate::Switches::default(),
        tenants: vec![
            Tenant {
                id: CONTOSO.into(),
                display_name: Some("Contoso".into()),
                default_domain: Some("contoso.example".into()),
                subscriptions: vec![production, test],
            },
            Tenant {
                id: PARTNER.into(),
                display_name: None,
                default_domain: None,
                subscriptions: vec![partner],
            },
        ],
    }
}

/// One gateway for all three networks: on loopback every client has one address, which can be in one pool only.
fn hub(hub: &mut Subscription, spokes: [&mut Subscription; 2]) {
    let id = |sub: &Subscription| {
        let network = sub.networks.first();
        network.map(|n| {
            let (sub, group, name) = (&sub.id, &n.resource_group, &n.name);
            format!("/subscriptions/{sub}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/{name}")
        })
    };
    let hub_id = id(hub).unwrap_or_default();
    let mut transit = Vec::new();
    for spoke in spokes {
        transit.push(Peering {
            network: id(spoke).unwrap_or_default(),
            allow_gateway_transit: true,
            use_remote_gateways: false,
        });
        for network in &mut spoke.networks {
            network.peerings.push(Peering {
                network: hub_id.clone(),
                allow_gateway_transit: false,
                use_remote_gateways: true,
            });
        }
    }
    for network in &mut hub.networks {
        network.peerings.append(&mut transit);
    }
    hub.gateways.insert(
        0,
        Gateway {
            name: "gw-prod".into(),
            resource_group: "rg-prod".into(),
            location: "westeurope".into(),
            network: "vnet-prod".into(),
            pools: Some(vec!["127.0.0.0/8".into()]),
            protocols: vec!["OpenVPN".into()],
            auth_types: vec!["AAD".into()],
            ..Gateway::default()
        },
    );
}

/// A subscription with one network and an empty policy `default`. Production's network is the hub: it holds the gateway
/// whose pool is loopback, and the other two networks reach it by peering.
fn subscription(id: &str, name: &str, location: &str, group: &str) -> Subscription {
    let prefix = match group {
        "prod" => "10.1",
        "test" => "10.2",
        _ => "10.3",
    };
    Subscription {
        id: id.into(),
        name: name.into(),
        networks: vec![Network {
            name: format!("vnet-{group}"),
            resource_group: format!("rg-{group}"),
            location: location.into(),
            prefixes: vec![format!("{prefix}.0.0/16")],
            subnets: vec![Subnet {
                name: "servers".into(),
                prefix: format!("{prefix}.1.0/24"),
                nsg: None,
            }],
            peerings: Vec::new(),
        }],
        policies: vec![Policy {
            name: "default".into(),
            resource_group: format!("rg-{group}"),
            location: location.into(),
            ..Policy::default()
        }],
        ..Subscription::default()
    }
}

/// Adds a VM with an NSG of its own and an entry in the policy `default`.
pub(super) fn add(sub: &mut Subscription, vm: Vm) {
    let entry = policy_entry(&vm, vec!["*".into()]);
    if let Some(policy) = sub.policies.first_mut() {
        policy.vms.push(entry);
    }
    add_without_policy(sub, vm);
}

/// Adds a VM with an NSG of its own; the name of the group of the VM's network gives region and subnet.
pub(super) fn add_without_policy(sub: &mut Subscription, mut vm: Vm) {
    vm.location = sub
        .networks
        .first()
        .map(|n| n.location.clone())
        .unwrap_or_default();
    let third = sub
        .networks
        .first()
        .map_or("10.9", |n| &n.prefixes[0][..4])
        .to_owned();
    let number = sub.vms.len() + 4;
    let safe: String = vm
        .name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let nsg = format!("nsg-{number}-{safe}");
    sub.nsgs.push(Nsg {
        name: nsg.clone(),
        resource_group: vm.resource_group.clone(),
        location: vm.location.clone(),
        ..Nsg::default()
    });
    if vm.nics.is_empty() {
        vm.nics.push(Nic {
            addresses: vec![Address {
                address: Some(format!("{third}.1.{number}")),
                public: None,
            }],
            ..Nic::default()
        });
    }
    for nic in &mut vm.nics {
        nic.nsg = Some(nsg.clone());
    }
    sub.vms.push(vm);
}

/// A policy entry for the VM's first service, three hours at most.
pub(super) fn policy_entry(vm: &Vm, sources: Vec<String>) -> PolicyVm {
    PolicyVm {
        vm: vm.name.clone(),
        ports: vm
            .services
            .iter()
            .map(|service| PolicyPort {
                number: service.port,
                protocol: if service.kind == ServiceKind::Rdp {
                    "*".into()
                } else {
                    "TCP".into()
                },
                sources: sources.clone(),
                max: "PT3H".into(),
            })
            .collect(),
        public_address: None,
    }
}

pub(super) fn linux(name: &str, group: &str) -> Vm {
    vm(
        name,
        group,
        Some("Linux"),
        Service {
            port: 22,
            kind: ServiceKind::Ssh,
            closed: Closed::Silent,
        },
    )
}

pub(super) fn windows(name: &str, group: &str) -> Vm {
    vm(
        name,
        group,
        Some("Windows"),
        Service {
            port: 3389,
            kind: ServiceKind::Rdp,
            closed: Closed::Silent,
        },
    )
}

fn vm(name: &str, group: &str, os: Option<&str>, service: Service) -> Vm {
    Vm {
        name: name.into(),
        resource_group: format!("rg-{group}"),
        location: String::new(),
        os: os.map(str::to_owned),
        computer_name: None,
        power: Some("running".into()),
        network: format!("vnet-{group}"),
        subnet: "servers".into(),
        nics: Vec::new(),
        services: vec![service],
        tags: [("environment".to_owned(), group.to_owned())].into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forty_vms_in_three_subscriptions_of_two_tenants() {
        let estate = demo();
        assert_eq!(estate.tenants.len(), 2);
        assert_eq!(
            estate
                .tenants
                .iter()
                .map(|t| t.subscriptions.len())
                .sum::<usize>(),
            3
        );
        assert_eq!(estate.vms().count(), 40);
        let again = Estate::parse(&serde_json::to_string(&estate).unwrap()).unwrap();
        assert_eq!(again.vms().count(), 40);
    }
}
