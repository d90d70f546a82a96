//! The VM is being started; it is looked at every five seconds until it runs.

use crate::effect::Effect;
use crate::id::EffectId;
use crate::problem::Problem;
use crate::schedule::START_WATCH;
use crate::snapshot::Step;
use crate::time::{Due, Moment};
use crate::turn::Turn;
use crate::vm::Power;

use super::facts::Facts;
use super::hindrance;
use super::signing_in::stopped_by;
use super::tunnel::Tunnel;
use super::{Event, State, UnderWay};

/// Waiting until the VM runs.
#[derive(Debug)]
pub(super) struct Starting {
    starting: Option<UnderWay>,
    /// Azure took our wish to start it; a read from before may still say "stopped".
    since: Moment,
    next_look: Moment,
}

impl Starting {
    /// A person wants it started.
    pub(super) fn enter(facts: &mut Facts, turn: &mut Turn<'_>) -> State {
        let vm = facts.wish.vm.clone();
        let starting = Some(UnderWay::issue(Effect::StartVm { vm }, turn));
        Self::watch(starting, facts, turn)
    }

    /// Somebody has started it already.
    pub(super) fn wait(facts: &mut Facts, turn: &mut Turn<'_>) -> State {
        Self::watch(None, facts, turn)
    }

    fn watch(starting: Option<UnderWay>, facts: &mut Facts, turn: &mut Turn<'_>) -> State {
        facts.steps.begin(Step::Vm, turn.at());
        facts.stop_probe(turn);
        State::Starting(Self {
            starting,
            since: turn.at(),
            next_look: turn.at().plus(START_WATCH),
        })
    }

    pub(super) fn on(mut self, event: Event, facts: &mut Facts, turn: &mut Turn<'_>) -> State {
        match event {
            Event::Look => self.look(facts, turn),
            Event::VmStarted(Ok(())) => {
                facts.starts = false;
                facts.sign_ins.begin_anew();
                self.starting = None;
                self.since = turn.at();
                self.next_look = turn.at().plus(START_WATCH);
                State::Starting(self)
            }
            Event::VmStarted(Err(problem)) => {
                let state = stopped_by(problem, facts, turn);
                facts.starts = matches!(state, State::SigningIn(_) | State::Looking(_));
                state
            }
            Event::Asked(..) | Event::Explained(_) | Event::Launched(_) | Event::Answered(_) => {
                State::Starting(self)
            }
        }
    }

    pub(super) fn call_off(&self, turn: &mut Turn<'_>) {
        if let Some(effect) = self.starting {
            effect.call_off(turn);
        }
    }

    pub(super) fn awaits(&self, effect: EffectId) -> bool {
        self.starting == Some(UnderWay(effect))
    }

    pub(super) fn due(&self) -> Vec<Due> {
        if self.starting.is_some() {
            return Vec::new();
        }
        vec![Due::In(self.next_look)]
    }

    fn look(mut self, facts: &mut Facts, turn: &mut Turn<'_>) -> State {
        if self.starting.is_some() {
            return State::Starting(self);
        }
        if let Some(problem) = facts.vm.failed().cloned() {
            return hindrance::cannot_be_read(problem, facts, turn);
        }
        let power = facts.vm.fresh_since(self.since).map(|vm| vm.power);
        match power {
            Some(Power::Running | Power::Unknown) => {
                facts.steps.done(Step::Vm, turn.at());
                return Tunnel::enter(None, facts, turn);
            }
            Some(
                Power::Starting
                | Power::Stopping
                | Power::Stopped
                | Power::Deallocating
                | Power::Deallocated,
            )
            | None => {}
        }
        if turn.is_due(Due::In(self.next_look)) {
            facts.read_vm(turn);
            self.next_look = turn.at().plus(START_WATCH);
        }
        State::Starting(self)
    }

    /// Named while it lasts, so that a view can say what is waited for.
    pub(super) fn problem(facts: &Facts) -> Option<Problem> {
        facts.vm.trouble().cloned()
    }
}
