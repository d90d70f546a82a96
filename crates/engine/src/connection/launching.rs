//! Starting the client for a VM that was proved.

use crate::effect::{Effect, LaunchPlan};
use crate::host::HostIdentity;
use crate::id::EffectId;
use crate::snapshot::Step;
use crate::tunnel::TunnelPath;
use crate::turn::Turn;
use crate::vm::{Protocol, Service};

use super::asking::Asking;
use super::carrier::Carrier;
use super::facts::{Client, Facts};
use super::open::Open;
use super::{Event, State, UnderWay};

/// The client is being started.
#[derive(Debug)]
pub(super) struct Launching {
    carrier: Carrier,
    path: TunnelPath,
    launch: UnderWay,
}

impl Launching {
    /// Starts the client, unless none is wanted or it runs already.
    pub(super) fn enter(
        carrier: Carrier,
        path: TunnelPath,
        host: &HostIdentity,
        facts: &mut Facts,
        turn: &mut Turn<'_>,
    ) -> State {
        facts.steps.done(Step::Proof, turn.at());
        facts.stop_probe(turn);
        let Some(service) = facts.service else {
            return Open::enter(carrier, path, facts, turn);
        };
        remember(host, service, facts, turn);
        let runs = match facts.client {
            Client::Running(_) => true,
            Client::None | Client::Ended(_) => false,
        };
        if !facts.wish.launch || service.protocol == Protocol::Port || runs {
            facts.steps.skip(Step::Launch, turn.at());
            return Open::enter(carrier, path, facts, turn);
        }
        facts.steps.begin(Step::Launch, turn.at());
        facts.client = Client::None;
        facts.launch = None;
        let plan = LaunchPlan {
            vm: facts.wish.vm.clone(),
            vm_name: facts.vm_name(),
            computer_name: facts.vm.any().and_then(|vm| vm.computer_name.clone()),
            target: path.target,
            source: path.source,
            service,
            command: facts.wish.command.clone(),
        };
        let launch = UnderWay::issue(Effect::Launch(plan), turn);
        State::Launching(Self {
            carrier,
            path,
            launch,
        })
    }

    pub(super) fn on(self, event: Event, facts: &mut Facts, turn: &mut Turn<'_>) -> State {
        match event {
            Event::Launched(Ok(())) => {
                facts.steps.done(Step::Launch, turn.at());
                if facts.client == Client::None {
                    facts.client = Client::Running(self.launch.0);
                }
                Open::enter(self.carrier, self.path, facts, turn)
            }
            Event::Launched(Err(problem)) => Asking::about(problem, facts, turn),
            Event::Look
            | Event::Asked(..)
            | Event::VmStarted(_)
            | Event::Explained(_)
            | Event::Answered(_) => State::Launching(self),
        }
    }

    pub(super) fn call_off(&self, turn: &mut Turn<'_>) {
        self.launch.call_off(turn);
    }

    pub(super) fn awaits(&self, effect: EffectId) -> bool {
        self.launch.0 == effect
    }

    /// The access that carries it.
    pub(super) fn carrier(&self) -> &Carrier {
        &self.carrier
    }
}

/// The fingerprint of a proved host is known from now on.
fn remember(host: &HostIdentity, service: Service, facts: &mut Facts, turn: &mut Turn<'_>) {
    let Some(fingerprint) = &host.fingerprint else {
        return;
    };
    if facts.expected.fingerprints.contains(fingerprint) {
        return;
    }
    facts.expected.fingerprints.push(fingerprint.clone());
    turn.issue(Effect::RememberHost {
        vm: facts.wish.vm.clone(),
        port: service.port,
        fingerprint: fingerprint.clone(),
    });
}
