//! An Azure that keeps its own books.

use std::net::Ipv4Addr;

use gangway_engine::id::{NicId, PolicyId, TenantId};
use gangway_engine::policy::{
    AllowedSources, JitPolicy, PolicyRequest, PolicyVm, PortRule, Source, Status, StatusReason,
};
use gangway_engine::request::Draft;
use gangway_engine::vm::{Os, Power, Vm, VmAddress};
use jiff::{SignedDuration, Timestamp};

use super::moves::AzureEvent;
use super::vm_id;

pub struct Azure {
    pub requests: Vec<PolicyRequest>,
    power: Power,
    addresses: Vec<Ipv4Addr>,
    policy: u8,
}

pub const POOL: &str = "172.16.200.0/24";

impl Azure {
    pub fn new() -> Self {
        Self {
            requests: Vec::new(),
            power: Power::Running,
            addresses: vec![Ipv4Addr::new(10, 1, 0, 4)],
            policy: 1,
        }
    }

    pub fn happens(&mut self, event: &AzureEvent, time: Timestamp) {
        match event {
            AzureEvent::InForce => {
                for request in &mut self.requests {
                    if request.status == Status::Initiating {
                        request.status = Status::Initiated;
                    }
                }
            }
            AzureEvent::Expire => {
                for request in &mut self.requests {
                    if request.status != Status::Revoked && request.expires_at <= time {
                        request.status = Status::Revoked;
                        request.reason = StatusReason::Expired;
                    }
                }
            }
            AzureEvent::Displace => self.displace(22, "other@contoso.example", time),
            AzureEvent::Power(power) => self.power = *power,
            AzureEvent::Address(n) => {
                self.addresses = match n {
                    0 => Vec::new(),
                    n => vec![Ipv4Addr::new(10, 1, 0, 3 + n)],
                }
            }
            AzureEvent::Policy(policy) => self.policy = *policy,
        }
    }

    /// Somebody else's request: it takes the place of all that run for the port.
    fn displace(&mut self, port: u16, by: &str, time: Timestamp) {
        self.revoke_all(port);
        let time = self.start(time);
        self.requests.push(PolicyRequest {
            vm: vm_id(),
            port,
            source: Source::address(Ipv4Addr::new(172, 16, 200, 77)),
            started_at: time,
            expires_at: time + SignedDuration::from_hours(1),
            status: Status::Initiated,
            reason: StatusReason::UserRequested,
            requestor: Some(by.into()),
            justification: None,
        });
    }

    /// No two requests begin at one moment: the start is part of their identity.
    fn start(&self, time: Timestamp) -> Timestamp {
        let apart = SignedDuration::from_millis(5);
        let last = self
            .requests
            .iter()
            .map(|theirs| theirs.started_at + apart)
            .max();
        last.map_or(time, |last| last.max(time))
    }

    fn revoke_all(&mut self, port: u16) {
        for request in &mut self.requests {
            if request.port == port && request.status != Status::Revoked {
                request.status = Status::Revoked;
                request.reason = StatusReason::NewerRequestInitiated;
            }
        }
    }

    /// Takes a request of ours.
    pub fn take(&mut self, draft: &Draft, time: Timestamp) -> PolicyRequest {
        self.revoke_all(draft.port);
        let time = self.start(time);
        let taken = PolicyRequest {
            vm: draft.vm.clone(),
            port: draft.port,
            source: draft.source.clone(),
            started_at: time,
            expires_at: time + draft.duration,
            status: Status::Initiating,
            reason: StatusReason::UserRequested,
            requestor: Some("me@contoso.example".into()),
            justification: None,
        };
        self.requests.push(taken.clone());
        taken
    }

    pub fn vm(&self) -> Vm {
        let nic =
            "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/networkInterfaces/n";
        Vm {
            id: vm_id(),
            name: "web".into(),
            tenant: TenantId::new("t"),
            location: "westeurope".into(),
            os: Some(Os::Linux),
            computer_name: Some("web".into()),
            power: self.power,
            addresses: self
                .addresses
                .iter()
                .map(|address| VmAddress {
                    address: *address,
                    nic: NicId::new(nic).unwrap(),
                    nic_nsg: None,
                    subnet: None,
                    primary: true,
                })
                .collect(),
        }
    }

    pub fn policies(&self) -> Vec<JitPolicy> {
        let sources = match self.policy {
            0 => None,
            1 => Some(AllowedSources::Any),
            2 => Some(AllowedSources::Prefixes(vec![POOL.parse().unwrap()])),
            _ => Some(AllowedSources::Prefixes(vec![
                "10.9.0.0/16".parse().unwrap(),
            ])),
        };
        let rules = sources
            .into_iter()
            .flat_map(|sources| {
                [22, 3389].map(|port| PortRule {
                    port,
                    tcp: true,
                    sources: sources.clone(),
                    longest: SignedDuration::from_hours(3),
                })
            })
            .collect();
        let id = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Security/locations/l/jitNetworkAccessPolicies/default";
        vec![JitPolicy {
            id: PolicyId::new(id).unwrap(),
            vms: vec![PolicyVm { vm: vm_id(), rules }],
            requests: self.requests.clone(),
        }]
    }
}
