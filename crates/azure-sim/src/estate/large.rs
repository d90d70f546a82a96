//! Many VMs in twenty subscriptions, for measurements.

use super::network::{Gateway, Network, Nsg, Subnet};
use super::policy::{Policy, PolicyPort, PolicyVm};
use super::vm::{Address, Closed, Nic, Service, ServiceKind, Vm};
use super::{ClientSecret, Estate, PublicApp, Subscription, Tenant};

const SUBSCRIPTIONS: usize = 20;
/// VMs that share a resource group, an NSG and a policy.
const GROUP: usize = 50;

/// `count` VMs, evenly over twenty subscriptions of one tenant.
pub fn large(count: usize) -> Estate {
    let share = count / SUBSCRIPTIONS;
    let rest = count % SUBSCRIPTIONS;
    let subscriptions = (0..SUBSCRIPTIONS)
        .map(|n| subscription(n, share + usize::from(n < rest)))
        .collect();
    Estate {
        client: ClientSecret::default(),
        app: PublicApp::default(),
        people: Vec::new(),
        requestor: "admin@contoso.example".into(),
        public_address: "203.0.113.7".into(),
        switches: crate::Switches::default(),
        tenants: vec![Tenant {
            id: "72f988aa-3333-4000-8000-0000000000cc".into(),
            display_name: Some("Contoso Large".into()),
            default_domain: Some("large.contoso.example".into()),
            subscriptions,
        }],
    }
}

fn subscription(n: usize, count: usize) -> Subscription {
    let mut sub = Subscription {
        id: format!("6f1d2c3b-{n:04}-4000-9000-00000000{n:04}"),
        name: format!("Large {n:02}"),
        networks: vec![Network {
            name: "vnet".into(),
            resource_group: "rg-network".into(),
            location: "westeurope".into(),
            prefixes: vec![format!("10.{n}.0.0/16")],
            subnets: vec![Subnet {
                name: "servers".into(),
                prefix: format!("10.{n}.0.0/17"),
                nsg: None,
            }],
            peerings: Vec::new(),
        }],
        gateways: vec![Gateway {
            name: "gw".into(),
            resource_group: "rg-network".into(),
            location: "westeurope".into(),
            network: "vnet".into(),
            pools: Some(vec![format!("172.20.{n}.0/24")]),
            protocols: vec!["OpenVPN".into()],
            auth_types: vec!["AAD".into()],
            ..Gateway::default()
        }],
        ..Subscription::default()
    };
    for first in (0..count).step_by(GROUP) {
        group(&mut sub, n, first, (first + GROUP).min(count));
    }
    sub
}

fn group(sub: &mut Subscription, n: usize, first: usize, end: usize) {
    let name = format!("rg-{:03}", first / GROUP);
    sub.nsgs.push(Nsg {
        name: "servers-nsg".into(),
        resource_group: name.clone(),
        location: "westeurope".into(),
        ..Nsg::default()
    });
    // NSG names are looked up by name inside a subscription, so each group's has its own.
    let nsg = format!("servers-nsg-{:03}", first / GROUP);
    if let Some(last) = sub.nsgs.last_mut() {
        last.name.clone_from(&nsg);
    }
    let mut entries = Vec::new();
    for index in first..end {
        let windows = index % 3 == 0;
        let (port, kind) = if windows {
            (3389, ServiceKind::Rdp)
        } else {
            (22, ServiceKind::Ssh)
        };
        let vm = format!("vm-{n:02}-{index:05}");
        entries.push(PolicyVm {
            vm: vm.clone(),
            ports: vec![PolicyPort {
                number: port,
                protocol: "TCP".into(),
                sources: Vec::new(),
                max: "PT3H".into(),
            }],
            public_address: None,
        });
        sub.vms.push(Vm {
            name: vm,
            resource_group: name.clone(),
            location: "westeurope".into(),
            os: Some(if windows { "Windows" } else { "Linux" }.into()),
            computer_name: None,
            power: Some(
                if index % 7 == 0 {
                    "deallocated"
                } else {
                    "running"
                }
                .into(),
            ),
            network: "vnet".into(),
            subnet: "servers".into(),
            nics: vec![Nic {
                nsg: Some(nsg.clone()),
                addresses: vec![Address {
                    address: Some(format!("10.{n}.{}.{}", index / 250, index % 250 + 4)),
                    public: None,
                }],
                ..Nic::default()
            }],
            services: vec![Service {
                port,
                kind,
                closed: Closed::Silent,
            }],
            tags: [("team".to_owned(), format!("team-{}", index % 12))].into(),
        });
    }
    sub.policies.push(Policy {
        name: "default".into(),
        resource_group: name,
        location: "westeurope".into(),
        vms: entries,
        ..Policy::default()
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vm_is_there_once() {
        let estate = large(10_007);
        assert_eq!(estate.vms().count(), 10_007);
        assert_eq!(estate.tenants[0].subscriptions.len(), SUBSCRIPTIONS);
    }
}
