//! A stage for fixtures: a real engine, and a world that answers what it asks.
//!
//! What a machine answers by itself (the store, reads, the network) is answered by
//! [`Stage::settle`]; what the plot turns on is told by name.

pub mod estate;
pub mod told;

use std::collections::BTreeMap;

use gangway_engine::Engine;
use gangway_engine::effect::{Effect, Issued};
use gangway_engine::id::{ConnectionId, EffectId, RequestId, VmId};
use gangway_engine::input::{CachedVm, Found, Input, Observation, Recorded, Reply};
use gangway_engine::intent::{Answer, ConnectWish, Intent};
use gangway_engine::policy::{AllowedSources, PolicyRequest};
use gangway_engine::query::VmEntry;
use gangway_engine::settings::Settings;
use gangway_engine::snapshot::{Shown, Usual};
use gangway_engine::time::{millis, secs};
use gangway_engine::tunnel::{LocalNetwork, Pool};
use gangway_engine::vm::Service;
use jiff::{SignedDuration, Timestamp};

/// Twenty past two in the afternoon, in UTC.
const BEGIN: &str = "2026-03-02T14:20:00Z";

pub struct Stage {
    pub engine: Engine,
    pub now: Timestamp,
    /// The VMs that anybody asks about; others are as the estate has them.
    pub vms: BTreeMap<String, VmEntry>,
    /// What policies allow as source, and for how long.
    pub sources: AllowedSources,
    pub covered: bool,
    /// Azure cannot be reached.
    pub offline: bool,
    /// Requests of everybody, as policies list them.
    pub requests: Vec<PolicyRequest>,
    pub local: LocalNetwork,
    pub pools: Vec<Pool>,
    pub usual: Option<Usual>,
    under_way: Vec<Issued>,
    last_request: u64,
}

impl Stage {
    /// A shell that stays and knows nothing yet.
    pub fn bare() -> Self {
        let now: Timestamp = BEGIN.parse().unwrap();
        let mut stage = Self {
            engine: Engine::new(Settings::default()),
            now,
            vms: BTreeMap::new(),
            sources: AllowedSources::Any,
            covered: true,
            offline: false,
            requests: Vec::new(),
            local: told::network(Some("172.16.200.5/24"), &[]),
            pools: Vec::new(),
            usual: Some(Usual {
                low: secs(18),
                high: secs(34),
                of: 12,
            }),
            under_way: Vec::new(),
            last_request: 40,
        };
        stage.observe(Observation::Settings(Box::default()));
        stage.observe(Observation::KnownAccounts(Box::new(estate::nobody())));
        stage.observe(Observation::Stays);
        stage.settle();
        stage
    }

    /// Signed in, the tunnel up, a few VMs pinned.
    pub fn ready() -> Self {
        let mut stage = Self::bare();
        stage.observe(Observation::KnownAccounts(Box::new(estate::admin())));
        stage.pools = estate::pools();
        stage.observe(Observation::Pools(estate::pools()));
        stage.observe(Observation::Pinned(estate::pinned(stage.now)));
        stage.settle();
        stage
    }

    pub fn shown(&self) -> Shown {
        Shown {
            now: self.now,
            snapshot: self.engine.snapshot(self.now),
        }
    }

    pub fn observe(&mut self, observation: Observation) {
        self.step(Input::Observed(observation));
    }

    pub fn wish(&mut self, intent: Intent) {
        self.step(Input::Intent(intent));
    }

    /// A click on a VM.
    pub fn click(&mut self, name: &str, service: Option<Service>) {
        let wish = ConnectWish {
            vm: self.vm(name).vm.id,
            service,
            duration: None,
            reason: None,
            launch: true,
            command: Vec::new(),
            dry_run: false,
            insist: false,
            attended: true,
        };
        self.wish(Intent::Connect(wish));
    }

    pub fn answer(&mut self, answer: Answer) {
        let connection = self.newest();
        self.wish(Intent::Answer { connection, answer });
    }

    pub fn newest(&self) -> ConnectionId {
        let shown = self.engine.snapshot(self.now);
        shown.connections.last().unwrap().id
    }

    /// Time goes by, with a tick wherever the engine asked for one.
    pub fn after(&mut self, by: SignedDuration) {
        let until = self.now + by;
        while let Some(next) = self.engine.next_deadline().filter(|next| *next <= until) {
            self.now = next;
            self.step(Input::Tick);
            self.settle();
        }
        self.now = until;
    }

    /// Answers whatever a machine and Azure answer by themselves, a few milliseconds each.
    pub fn settle(&mut self) {
        while let Some((to, reply, took)) = self.next_reply() {
            self.now += took;
            self.step(Input::Reply { to, reply });
        }
    }

    fn next_reply(&mut self) -> Option<(EffectId, Reply, SignedDuration)> {
        for index in 0..self.under_way.len() {
            let one = self.under_way[index].clone();
            if let Some((reply, took)) = self.own_reply(&one.effect) {
                self.under_way.remove(index);
                return Some((one.id, reply, millis(took)));
            }
        }
        None
    }

    fn own_reply(&mut self, effect: &Effect) -> Option<(Reply, i64)> {
        Some(match effect {
            Effect::ReadCache { vm } => (Reply::Cached(Box::new(self.cached(vm))), 4),
            Effect::FetchVm { .. } if self.offline => (Reply::Vm(Err(told::no_network())), 30),
            Effect::FetchPolicies { .. } if self.offline => {
                (Reply::Policies(Err(told::no_network())), 30)
            }
            Effect::FetchVm { vm } => {
                let entry = self.vm(vm.name());
                (Reply::Vm(Ok(Box::new(entry.vm))), 180)
            }
            Effect::FetchPolicies { vm } => (Reply::Policies(Ok(self.policies(vm))), 90),
            Effect::ObserveNetwork { targets } => {
                (Reply::Network(told::routed(&self.local, targets)), 6)
            }
            Effect::Record { .. } => {
                self.last_request += 1;
                let ours = Recorded::Ours(RequestId(self.last_request));
                (Reply::Recorded(ours), 9)
            }
            Effect::FindVm { name } => (Reply::Found(Ok(Box::new(self.find(name)))), 5),
            Effect::ListVpns => (Reply::Vpns(Vec::new()), 12),
            Effect::Probe(_)
            | Effect::Dial { .. }
            | Effect::HangUp { .. }
            | Effect::Initiate { .. }
            | Effect::Settle { .. }
            | Effect::StartVm { .. }
            | Effect::ExplainSilence { .. }
            | Effect::Launch(_)
            | Effect::RememberTunnel(_)
            | Effect::RememberHost { .. }
            | Effect::SignIn(_)
            | Effect::SignOut { .. }
            | Effect::SwitchTenant { .. }
            | Effect::UseAccount { .. }
            | Effect::HideSubscription { .. }
            | Effect::Notify(_)
            | Effect::RememberNotNow { .. }
            | Effect::CallOff { .. } => return None,
        })
    }

    fn cached(&self, vm: &VmId) -> CachedVm {
        CachedVm {
            vm: Some(self.vm(vm.name()).vm),
            policies: Some(self.policies(vm)),
            age: Some(secs(90)),
            pools: self.pools.clone(),
            usual: self.usual,
            ..CachedVm::default()
        }
    }

    /// By name: the estate's, unless this stage has its own.
    pub fn vm(&self, name: &str) -> VmEntry {
        let own = self.vms.get(name).cloned();
        own.unwrap_or_else(|| estate::vm(name))
    }

    fn find(&self, name: &str) -> Found {
        let known = ["vm-web-01", "vm-web-02", "vm-sql-01", "vm-jump-01"];
        let entries = || known.iter().map(|known| self.vm(known));
        let named = |it: &VmEntry| it.vm.name == name || it.vm.id.as_str() == name;
        let start = name.get(..6).unwrap_or(name);
        Found {
            exact: entries().filter(named).collect(),
            near: entries()
                .filter(|it| it.vm.name.starts_with(start))
                .collect(),
        }
    }

    pub fn step(&mut self, input: Input) {
        for one in self.engine.step(self.now, input) {
            if let Effect::CallOff { effect } = &one.effect {
                self.under_way.retain(|known| known.id != *effect);
            } else {
                self.under_way.push(one);
            }
        }
    }

    /// The newest effect of a kind that is under way.
    pub fn awaited(&self, kind: impl Fn(&Effect) -> bool) -> Option<&Issued> {
        self.under_way.iter().rfind(|one| kind(&one.effect))
    }
}
