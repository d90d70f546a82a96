//! The part of building a world that makes JIT policies and the requests they remember.

use jiff::SignedDuration;

use super::build::Builder;
use super::resources::{Policy, PolicyPort, PolicyVm, Request, RequestPort};
use crate::clock::saturating;
use crate::estate;

impl Builder<'_> {
    pub(super) fn policy(&mut self, policy: &estate::Policy) {
        let vm_id = |name: &String| {
            self.id(
                &policy.resource_group,
                "Microsoft.Compute/virtualMachines",
                name,
            )
        };
        let path = format!(
            "Microsoft.Security/locations/{}/jitNetworkAccessPolicies",
            policy.location
        );
        let past = |request: &estate::PastRequest| {
            let start = saturating(
                self.now,
                SignedDuration::from_secs(-i64::from(request.seconds_ago)),
            );
            Request {
                key: String::new(),
                ports: vec![RequestPort {
                    vm_id: vm_id(&request.vm),
                    number: request.port,
                    sources: vec![request.source.clone()],
                    plural: false,
                    end: saturating(start, SignedDuration::from_secs(request.lasted.into())),
                    status: request.status.clone(),
                    status_reason: request.status_reason.clone(),
                    rule: None,
                }],
                start,
                requestor: request.requestor.clone(),
                justification: request.justification.clone(),
                gets: 0,
            }
        };
        let built = Policy {
            id: self.id(&policy.resource_group, &path, &policy.name),
            name: policy.name.clone(),
            group: policy.resource_group.clone(),
            sub: self.sub.id.clone(),
            location: policy.location.clone(),
            vms: policy
                .vms
                .iter()
                .map(|entry| PolicyVm {
                    vm_id: vm_id(&entry.vm),
                    ports: entry.ports.iter().map(policy_port).collect(),
                    public_address: entry.public_address.clone(),
                })
                .collect(),
            hidden: policy.hidden_in_subscription_list,
            id_case: policy.id_case,
            requests: policy.requests.iter().map(past).collect(),
        };
        self.world.policies.push(built);
    }
}

fn policy_port(port: &estate::PolicyPort) -> PolicyPort {
    PolicyPort {
        number: port.number,
        protocol: port.protocol.clone(),
        sources: port.sources.clone(),
        max: port.max.clone(),
    }
}
