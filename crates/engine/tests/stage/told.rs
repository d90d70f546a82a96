//! What the world of a stage tells when the plot wants it to.

use std::net::Ipv4Addr;

use gangway_engine::effect::Effect;
use gangway_engine::host::{HostIdentity, Reachability};
use gangway_engine::id::{PolicyId, VmId};
use gangway_engine::input::{Input, Observation, Reply};
use gangway_engine::launch::{LaunchNote, LaunchView, LaunchWay};
use gangway_engine::policy::{
    JitPolicy, PolicyRequest, PolicyVm, PortRule, Source, Status, StatusReason,
};
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::request::InitiateOutcome;
use gangway_engine::rules::{Explanation, Prefix, RuleList, SecurityRule};
use gangway_engine::sign_in::SignInReply;
use gangway_engine::time::{millis, mins};
use gangway_engine::tunnel::{
    Interface, InterfaceKind, LocalNetwork, RouteTo, VpnClient, VpnEntry,
};

use super::Stage;

impl Stage {
    fn reply(&mut self, kind: impl Fn(&Effect) -> bool, reply: Reply) {
        let to = self.awaited(kind).expect("somebody who waits for that").id;
        self.step(Input::Reply { to, reply });
        self.settle();
    }

    /// The silence before a request is over, and it is sent.
    pub fn asks(&mut self) {
        self.settle();
        self.after(millis(160));
    }

    /// Azure takes the request.
    pub fn accepts(&mut self) {
        let sent = self.awaited(|it| matches!(it, Effect::Initiate { .. }));
        let Some(Effect::Initiate { draft, .. }) = sent.map(|one| one.effect.clone()) else {
            panic!("nothing was sent");
        };
        self.now += millis(900);
        let request = PolicyRequest {
            vm: draft.vm,
            port: draft.port,
            source: draft.source,
            started_at: self.now,
            expires_at: self.now + draft.duration,
            status: Status::Initiating,
            reason: StatusReason::UserRequested,
            requestor: Some("admin@contoso.example".into()),
            justification: draft.reason,
        };
        let outcome = InitiateOutcome::Accepted {
            started_at: request.started_at,
            expires_at: request.expires_at,
            status: Status::Initiating,
        };
        self.requests.insert(0, request);
        self.initiate_ends(outcome);
    }

    pub fn initiate_ends(&mut self, outcome: InitiateOutcome) {
        let initiate = |it: &Effect| matches!(it, Effect::Initiate { .. });
        self.reply(initiate, Reply::Initiated(outcome));
    }

    /// The rule is in force, and a policy that says so was read.
    pub fn in_force(&mut self) {
        self.requests[0].status = Status::Initiated;
        self.after(gangway_engine::schedule::READ_BACK);
    }

    /// The VM's own greeting comes.
    pub fn greets(&mut self) {
        let host = HostIdentity {
            fingerprint: Some("SHA256:qTj0u3cH9kXbq2m4n8r1vY5sZ7wD6eF0aG1hJ2kL3mN".into()),
            names: Vec::new(),
            banner: None,
        };
        self.reaches(Reachability::Greeted(host));
    }

    pub fn reaches(&mut self, what: Reachability) {
        let probe = |it: &Effect| matches!(it, Effect::Probe(_));
        self.reply(probe, Reply::Probed(what));
    }

    /// By which way the client is being started, told before it shows anything.
    pub fn launches(&mut self, way: LaunchWay, notes: Vec<LaunchNote>) {
        let view = LaunchView { way, notes };
        self.reply(|it| matches!(it, Effect::Launch(_)), Reply::Launching(view));
    }

    /// The client starts, or cannot.
    pub fn launched(&mut self, came: Result<(), Problem>) {
        self.now += millis(120);
        self.reply(|it| matches!(it, Effect::Launch(_)), Reply::Launched(came));
    }

    /// A click that ends in a session.
    pub fn opens(&mut self, name: &str) {
        self.click(name, None);
        self.asks();
        self.accepts();
        self.in_force();
        self.after(millis(21_400));
        self.greets();
        self.launched(Ok(()));
    }

    pub fn vm_starts(&mut self) {
        let start = |it: &Effect| matches!(it, Effect::StartVm { .. });
        self.reply(start, Reply::VmStarted(Ok(())));
    }

    pub fn explained(&mut self, rules: Vec<SecurityRule>) {
        let list = RuleList {
            nsg: None,
            name: "nsg-web".into(),
            rules,
        };
        let told = Explanation {
            lists: vec![list],
            effective: true,
            appliance: None,
        };
        let explain = |it: &Effect| matches!(it, Effect::ExplainSilence { .. });
        self.reply(explain, Reply::Explained(Ok(told)));
    }

    pub fn sign_in_tells(&mut self, told: SignInReply) {
        let sign_in = |it: &Effect| matches!(it, Effect::SignIn(_));
        self.reply(sign_in, Reply::SignIn(told));
    }

    /// The machine gets another tunnel address, or loses the tunnel.
    pub fn tunnel(&mut self, address: Option<&str>) {
        self.local = network(address, &[]);
        self.observe(Observation::NetworkChanged);
        self.settle();
    }

    pub(super) fn policies(&self, vm: &VmId) -> Vec<JitPolicy> {
        if !self.covered {
            return Vec::new();
        }
        let rule = |port| PortRule {
            port,
            tcp: true,
            sources: self.sources.clone(),
            longest: mins(180),
        };
        let group = vm.resource_group().unwrap();
        let subscription = vm.subscription();
        let id = format!(
            "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies/default"
        );
        let requests = self.requests.iter().filter(|it| it.vm == *vm);
        vec![JitPolicy {
            id: PolicyId::new(id).unwrap(),
            vms: vec![PolicyVm {
                vm: vm.clone(),
                rules: vec![rule(22), rule(3389)],
            }],
            requests: requests.cloned().collect(),
        }]
    }
}

/// What every read brings where there is no way to Azure.
pub fn no_network() -> Problem {
    let host = "management.azure.com".into();
    Problem::new(Cause::Offline { host })
}

/// A laptop at home, with the tunnel where it has an address.
pub fn network(tunnel: Option<&str>, targets: &[Ipv4Addr]) -> LocalNetwork {
    let lan = Interface {
        name: "Wi-Fi".into(),
        kind: InterfaceKind::Other,
        addresses: vec!["192.168.1.20/24".parse().unwrap()],
        description: None,
        entry: None,
    };
    let tunnel = tunnel.map(|net| Interface {
        name: "contoso-hub".into(),
        kind: InterfaceKind::Ppp,
        addresses: vec![net.parse().unwrap()],
        description: Some("WAN Miniport (IKEv2)".into()),
        entry: Some(VpnEntry {
            name: "contoso-hub".into(),
            client: VpnClient::AzureVpnClient,
        }),
    });
    let local = LocalNetwork {
        interfaces: [Some(lan), tunnel].into_iter().flatten().collect(),
        default_route: Some("Wi-Fi".into()),
        routes: Vec::new(),
    };
    routed(&local, targets)
}

/// Everything of the company's goes through the last interface.
pub fn routed(local: &LocalNetwork, targets: &[Ipv4Addr]) -> LocalNetwork {
    let way = local.interfaces.last();
    let route = |target: &Ipv4Addr| RouteTo {
        target: *target,
        source: way.map(|it| it.addresses[0].addr()),
        interface: way.map(|it| it.name.clone()),
    };
    LocalNetwork {
        routes: targets.iter().map(route).collect(),
        ..local.clone()
    }
}

/// A rule of a security group for port 22.
pub fn rule(name: &str, priority: u16, allow: bool, source: Prefix) -> SecurityRule {
    SecurityRule {
        name: name.into(),
        priority,
        allow,
        tcp: true,
        sources: vec![source],
        destinations: vec![Prefix::Any],
        ports: vec![(22, 22)],
    }
}

/// The source of somebody at another desk.
pub fn another_desk() -> Source {
    Source::Blocks(vec!["172.16.200.77/32".parse().unwrap()])
}
