//! A world that answers effects at random, and keeps the engine to its promises.

mod azure;
pub mod moves;
mod people;
mod promises;
mod replies;
mod shell;
mod sign_ins;

use std::collections::BTreeMap;

use gangway_engine::Engine;
use gangway_engine::effect::{Effect, Issued};
use gangway_engine::host::Reachability;
use gangway_engine::id::{ConnectionId, EffectId, RequestId, VmId};
use gangway_engine::input::{Input, Observation};
use gangway_engine::intent::Intent;
use gangway_engine::request::{Access, Standing};
use gangway_engine::settings::{OnAddressChange, Settings};
use gangway_engine::snapshot::StateName;
use gangway_engine::vm::Vm;
use jiff::{SignedDuration, Timestamp};
use std::net::Ipv4Addr;

use azure::Azure;
use moves::Move;
use shell::ShellTold;
use sign_ins::SignedIn;

pub struct World {
    pub engine: Engine,
    pub settings: Settings,
    /// The true time; the engine is told this and the error of the clock.
    pub time: Timestamp,
    pub error: SignedDuration,
    pub azure: Azure,
    /// The store's rows.
    pub rows: BTreeMap<RequestId, Access>,
    pub pending: Vec<Issued>,
    /// Effects that are over: a reply to them must do nothing.
    pub past: Vec<EffectId>,
    pub tunnel: Option<Ipv4Addr>,
    pub told: BTreeMap<ConnectionId, Told>,
    pub shell: ShellTold,
    /// Requests that Azure has taken.
    pub taken: Vec<RequestId>,
    /// Connections whose access somebody displaced, and no person has spoken since.
    pub displaced: Vec<ConnectionId>,
    last_request: u64,
    /// Every state a connection was seen in.
    pub states: Vec<StateName>,
    /// The clock may be wrong by a day instead of by a minute.
    pub wild: bool,
    /// What happened so far, for the one who reads a failure.
    pub log: Vec<(Timestamp, Input, Vec<Issued>)>,
}

/// What a connection has been told.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// Our address by the last look at the network; `None` with the tunnel down.
    pub tunnel: Option<Ipv4Addr>,
    /// The network changed since.
    pub doubt: bool,
    pub vm: Option<Vm>,
    /// A host key of this VM is known.
    pub key_known: bool,
    pub reached: Option<(Ipv4Addr, Reachability)>,
    pub consented: bool,
    pub sign_ins: SignedIn,
}

pub const BEGIN: &str = "2026-03-02T10:00:00Z";

pub fn vm_id() -> VmId {
    VmId::new("/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/web")
        .unwrap()
}

impl World {
    pub fn new(eager: bool) -> Self {
        let mut settings = Settings::default();
        if eager {
            settings.on_address_change = OnAddressChange::Renew;
            settings.always_request = true;
            settings.whole_prefix_allowed = true;
            settings.reason_required = true;
        }
        let time: Timestamp = BEGIN.parse().unwrap();
        Self {
            engine: Engine::new(settings.clone()),
            settings,
            time,
            error: SignedDuration::ZERO,
            azure: Azure::new(),
            rows: BTreeMap::new(),
            pending: Vec::new(),
            past: Vec::new(),
            tunnel: Some(Ipv4Addr::new(172, 16, 200, 5)),
            told: BTreeMap::new(),
            shell: ShellTold::default(),
            taken: Vec::new(),
            displaced: Vec::new(),
            last_request: 0,
            states: Vec::new(),
            wild: false,
            log: Vec::new(),
        }
    }

    /// The time as the engine is told it.
    pub fn now(&self) -> Timestamp {
        self.time + self.error
    }

    pub fn make(&mut self, one: &Move) {
        match one {
            Move::Wait(by) => self.time += *by,
            Move::Tick => {
                if let Some(next) = self.engine.next_deadline() {
                    let by = next.duration_since(self.now());
                    self.time += by.max(SignedDuration::ZERO);
                }
                self.step(Input::Tick);
            }
            Move::ClockError(error) if self.wild => self.error = error.saturating_mul(1_440),
            Move::ClockError(error) => self.error = *error,
            Move::Wish(intent) => self.wish(intent.clone()),
            Move::Person(kind, index) => self.person(*kind, *index),
            Move::Reply(index, luck) => self.reply(*index, *luck),
            Move::Stray(index, luck) => self.stray(*index, *luck),
            Move::Tunnel(address) => {
                self.tunnel = *address;
                self.changed(Observation::NetworkChanged);
            }
            Move::Resume => self.changed(Observation::Resumed),
            Move::Azure(event) => self.azure.happens(event, self.time),
            Move::Crash => self.crash(),
            Move::Rows => self.tell_rows(),
            Move::Accounts(kind) => self.tell_accounts(*kind),
            Move::SignIn(kind) => self.want_sign_in(*kind),
            Move::Shell(kind, index) => self.shell_happens(*kind, *index),
        }
    }

    pub fn step(&mut self, input: Input) {
        let now = self.now();
        self.log.push((now, input.clone(), Vec::new()));
        self.hear(&input);
        self.hear_shell(&input);
        let issued = self.engine.step(now, input.clone());
        if let Some((_, _, answer)) = self.log.last_mut() {
            answer.clone_from(&issued);
        }
        self.judge(&issued);
        self.judge_shell(&input, &issued);
        for one in issued {
            self.take(one);
        }
        let snapshot = self.engine.snapshot(self.now());
        for view in snapshot.connections {
            if !self.states.contains(&view.state) {
                self.states.push(view.state);
            }
        }
        self.judge_rest();
        self.judge_sign_ins(&input);
    }

    fn take(&mut self, one: Issued) {
        match &one.effect {
            Effect::CallOff { effect } => {
                self.pending.retain(|known| known.id != *effect);
                self.past.push(*effect);
            }
            Effect::Settle { request, standing } => {
                if let Some(row) = self.rows.get_mut(request) {
                    row.standing = standing.clone();
                }
            }
            Effect::Notify(_)
            | Effect::RememberHost { .. }
            | Effect::RememberTunnel(_)
            | Effect::SwitchTenant { .. }
            | Effect::UseAccount { .. }
            | Effect::HideSubscription { .. } => {}
            Effect::Probe(_) => {
                let connection = one.connection;
                self.pending.retain(|known| {
                    known.connection != connection || !matches!(known.effect, Effect::Probe(_))
                });
                if let Some(told) = connection.and_then(|id| self.told.get_mut(&id)) {
                    told.reached = None;
                }
                self.pending.push(one);
            }
            _ => self.pending.push(one),
        }
    }

    fn wish(&mut self, intent: Intent) {
        // A person has spoken: what follows is their accord.
        if !matches!(intent, Intent::Dismiss { .. } | Intent::Clear { .. }) {
            self.displaced.clear();
        }
        self.step(Input::Intent(intent));
    }

    fn changed(&mut self, observation: Observation) {
        for told in self.told.values_mut() {
            told.doubt = true;
        }
        self.step(Input::Observed(observation));
    }

    /// The program dies: what it had sent may still be taken. Another one begins with the
    /// rows of the store.
    fn crash(&mut self) {
        for one in std::mem::take(&mut self.pending) {
            if let Effect::Initiate { request, draft, .. } = &one.effect
                && request.0 % 2 == 0
            {
                self.azure.take(draft, self.time);
                self.taken.push(*request);
            }
        }
        self.engine = Engine::new(self.settings.clone());
        self.told.clear();
        self.shell = ShellTold::default();
        self.past.clear();
        self.displaced.clear();
        self.tell_rows();
    }

    fn tell_rows(&mut self) {
        let rows: Vec<Access> = self
            .rows
            .values()
            .filter(|row| match row.standing {
                Standing::Unanswered | Standing::Running { .. } => true,
                Standing::Refused | Standing::Over { .. } => false,
            })
            .cloned()
            .collect();
        self.step(Input::Observed(Observation::Accesses(rows)));
    }

    pub fn next_request(&mut self) -> RequestId {
        self.last_request += 1;
        RequestId(self.last_request)
    }
}
