//! The world of a scenario: one VM, its policy, one tunnel.

use std::net::Ipv4Addr;

use gangway_engine::host::ExpectedHost;
use gangway_engine::id::{GatewayId, NicId, PolicyId, TenantId};
use gangway_engine::input::CachedVm;
use gangway_engine::policy::{
    AllowedSources, JitPolicy, PolicyRequest, PolicyVm, PortRule, Source, Status, StatusReason,
};
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::tunnel::{Interface, InterfaceKind, LocalNetwork, Pool, PoolOrigin, RouteTo};
use gangway_engine::vm::{Os, Vm, VmAddress};
use ipnet::Ipv4Net;
use jiff::{SignedDuration, Timestamp};

use super::words::{after_word, power, span, vm_id};

pub struct World {
    pub vm: Option<Vm>,
    pub rules: Vec<PortRule>,
    pub requests: Vec<PolicyRequest>,
    pub pools: Vec<Pool>,
    pub serving: Option<GatewayId>,
    pub tunnel: Option<Ipv4Net>,
    pub routed: bool,
    pub expected: ExpectedHost,
}

impl World {
    pub fn new() -> Self {
        let mut world = Self {
            vm: None,
            rules: Vec::new(),
            requests: Vec::new(),
            pools: Vec::new(),
            serving: None,
            tunnel: None,
            routed: true,
            expected: ExpectedHost::default(),
        };
        world.set_vm(&[]);
        world.set_policy(&["22,3389"]);
        world.set_pool(&["172.16.200.0/24"]);
        world.set_net(&["172.16.200.5/24"]);
        world
    }

    /// `vm gone`, or any of `power X`, `os X`, `at A,B`, `computer X`.
    pub fn set_vm(&mut self, words: &[&str]) {
        if words.first() == Some(&"gone") {
            self.vm = None;
            return;
        }
        let addresses = after_word(words, "at").unwrap_or("10.1.0.4");
        let nic =
            "/subscriptions/s1/resourceGroups/rg/providers/Microsoft.Network/networkInterfaces/n";
        self.vm = Some(Vm {
            id: vm_id("web"),
            name: "web".into(),
            tenant: TenantId::new("t1"),
            location: "westeurope".into(),
            os: match after_word(words, "os").unwrap_or("linux") {
                "linux" => Some(Os::Linux),
                "windows" => Some(Os::Windows),
                _ => None,
            },
            computer_name: Some(after_word(words, "computer").unwrap_or("web01").into()),
            power: power(after_word(words, "power").unwrap_or("running")),
            addresses: addresses
                .split(',')
                .filter(|text| *text != "nowhere")
                .enumerate()
                .map(|(index, text)| VmAddress {
                    address: text.parse().unwrap(),
                    nic: NicId::new(nic).unwrap(),
                    nic_nsg: None,
                    subnet: None,
                    primary: index == 0,
                })
                .collect(),
        });
    }

    /// `policy none`, or `policy 22,3389 [from any|PREFIX,..] [longest 3h]`.
    pub fn set_policy(&mut self, words: &[&str]) {
        self.rules = match words[0] {
            "none" => Vec::new(),
            ports => ports
                .split(',')
                .map(|port| PortRule {
                    port: port.parse().unwrap(),
                    tcp: true,
                    sources: match after_word(words, "from").unwrap_or("any") {
                        "any" => AllowedSources::Any,
                        blocks => AllowedSources::Prefixes(
                            blocks
                                .split(',')
                                .map(|text| text.parse().unwrap())
                                .collect(),
                        ),
                    },
                    longest: span(after_word(words, "longest").unwrap_or("3h")),
                })
                .collect(),
        };
    }

    /// `request 22 from A [since 5m] [for 1h] [by X]`: it stands in the policy, in force.
    pub fn add_request(&mut self, words: &[&str], now: Timestamp) {
        let started_at = now - span(after_word(words, "since").unwrap_or("0s"));
        let source = match after_word(words, "from").unwrap() {
            "any" => Source::Other("*".into()),
            text => Source::Blocks(vec![block(text)]),
        };
        self.requests.push(PolicyRequest {
            vm: vm_id("web"),
            port: words[0].parse().unwrap(),
            source,
            started_at,
            expires_at: started_at + span(after_word(words, "for").unwrap_or("1h")),
            status: Status::Initiated,
            reason: StatusReason::UserRequested,
            requestor: after_word(words, "by").map(str::to_owned),
            justification: None,
        });
    }

    /// `pool none`, or a block and perhaps the gateway that hands it out.
    pub fn set_pool(&mut self, words: &[&str]) {
        self.pools = match words[0] {
            "none" => Vec::new(),
            text => vec![Pool {
                prefix: text.parse().unwrap(),
                origin: words
                    .get(1)
                    .map_or(PoolOrigin::Setting, |name| PoolOrigin::Gateway {
                        id: gateway(name),
                    }),
            }],
        };
    }

    /// `net down`, `net 172.16.200.5/24`, `net unrouted`.
    pub fn set_net(&mut self, words: &[&str]) {
        match words[0] {
            "down" => self.tunnel = None,
            "unrouted" => self.routed = false,
            text => {
                self.tunnel = Some(text.parse().unwrap());
                self.routed = true;
            }
        }
    }

    pub fn policies(&self) -> Vec<JitPolicy> {
        if self.rules.is_empty() && self.requests.is_empty() {
            return Vec::new();
        }
        let id = "/subscriptions/s1/resourceGroups/rg/providers/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies/default";
        vec![JitPolicy {
            id: PolicyId::new(id).unwrap(),
            vms: vec![PolicyVm {
                vm: vm_id("web"),
                rules: self.rules.clone(),
            }],
            requests: self.requests.clone(),
        }]
    }

    pub fn read_vm(&self) -> Result<Box<Vm>, Problem> {
        match &self.vm {
            Some(vm) => Ok(Box::new(vm.clone())),
            None => Err(Problem::new(Cause::VmGone { vm: vm_id("web") })),
        }
    }

    pub fn cached(&self, age: Option<SignedDuration>) -> CachedVm {
        CachedVm {
            vm: self.vm.clone().filter(|_| age.is_some()),
            policies: age.map(|_| self.policies()),
            age,
            pools: self.pools.clone(),
            serving: self.serving.clone(),
            expected: self.expected.clone(),
            ..CachedVm::default()
        }
    }

    pub fn network(&self, targets: &[Ipv4Addr]) -> LocalNetwork {
        let lan = Interface {
            name: "eth0".into(),
            kind: InterfaceKind::Other,
            addresses: vec!["192.168.1.20/24".parse().unwrap()],
            description: None,
            entry: None,
        };
        let tunnel = self.tunnel.map(|net| Interface {
            name: "tun0".into(),
            kind: InterfaceKind::Tunnel,
            addresses: vec![net],
            description: None,
            entry: None,
        });
        let routed = self.tunnel.filter(|_| self.routed);
        LocalNetwork {
            interfaces: [Some(lan), tunnel].into_iter().flatten().collect(),
            default_route: Some("eth0".into()),
            routes: targets
                .iter()
                .map(|target| RouteTo {
                    target: *target,
                    source: Some(routed.map_or(Ipv4Addr::new(192, 168, 1, 20), |net| net.addr())),
                    interface: Some(routed.map_or("eth0", |_| "tun0").into()),
                })
                .collect(),
        }
    }
}

fn block(text: &str) -> Ipv4Net {
    text.parse()
        .unwrap_or_else(|_| Ipv4Net::from(text.parse::<Ipv4Addr>().unwrap()))
}

pub fn gateway(name: &str) -> GatewayId {
    GatewayId::new(format!(
        "/subscriptions/s1/resourceGroups/net/providers/Microsoft.Network/virtualNetworkGateways/{name}"
    ))
    .unwrap()
}
