//! Trying the port before anything is asked for, and deciding whether to ask.

use crate::host::Reachability;
use crate::intent::Answer;
use crate::ledger::Ledger;
use crate::schedule::{GREETING_BEFORE_REQUEST, SILENCE_BEFORE_REQUEST, before_initiated};
use crate::snapshot::Step;
use crate::time::{Due, Moment};
use crate::tunnel::TunnelPath;
use crate::turn::Turn;
use crate::vm::Protocol;

use super::facts::{Facts, Purpose};
use super::hindrance::hindrance;
use super::tunnel::Tunnel;
use super::{Event, State};

mod asks;

/// A probe runs; nothing has been asked for.
#[derive(Debug)]
pub(super) struct Knocking {
    path: TunnelPath,
    since: Moment,
}

/// What the probe says so far.
enum Heard {
    Nothing,
    Closed,
    Open,
}

impl Knocking {
    pub(super) fn enter(path: TunnelPath, facts: &mut Facts, turn: &mut Turn<'_>) -> State {
        facts.steps.begin(Step::Request, turn.at());
        facts.refused = false;
        facts.stop_explaining(turn);
        if let (Purpose::Connect, Some(service)) = (facts.purpose, facts.service) {
            facts.start_probe(&path, service, before_initiated(), turn);
        }
        let since = turn.at();
        State::Knocking(Self { path, since })
    }

    pub(super) fn on(
        self,
        event: Event,
        facts: &mut Facts,
        ledger: &mut Ledger,
        turn: &mut Turn<'_>,
    ) -> State {
        match event {
            Event::Look => self.look(facts, ledger, turn),
            Event::Answered(Answer::Again) => {
                facts.observe_again(turn);
                facts.read_again(turn);
                State::Knocking(self)
            }
            Event::Asked(..)
            | Event::VmStarted(_)
            | Event::Explained(_)
            | Event::Launched(_)
            | Event::Answered(
                Answer::StartVm
                | Answer::ConfirmTunnel
                | Answer::WholePrefix
                | Answer::Use(_)
                | Answer::Renew
                | Answer::GoOn
                | Answer::SignIn
                | Answer::Dial { .. },
            ) => State::Knocking(self),
        }
    }

    pub(super) fn due(&self, facts: &Facts) -> Vec<Due> {
        let patience = match facts.reached() {
            Some(Reachability::Open) => GREETING_BEFORE_REQUEST,
            Some(
                Reachability::Silent
                | Reachability::Refused
                | Reachability::Greeted(_)
                | Reachability::Unsendable(_),
            )
            | None => SILENCE_BEFORE_REQUEST,
        };
        vec![Due::In(self.since.plus(patience))]
    }

    fn look(self, facts: &mut Facts, ledger: &mut Ledger, turn: &mut Turn<'_>) -> State {
        if let Some(elsewhere) = hindrance(facts, turn) {
            return elsewhere;
        }
        if facts.is_in_doubt() {
            return State::Knocking(self);
        }
        if !facts.leads(&self.path) {
            return Tunnel::enter(None, facts, turn);
        }
        match self.heard(facts, turn) {
            Heard::Nothing => State::Knocking(self),
            Heard::Open => self.already_open(facts, ledger, turn),
            Heard::Closed => self.closed(facts, ledger, turn),
        }
    }

    fn heard(&self, facts: &Facts, turn: &Turn<'_>) -> Heard {
        let over = |patience| turn.is_due(Due::In(self.since.plus(patience)));
        let silent = if over(SILENCE_BEFORE_REQUEST) {
            Heard::Closed
        } else {
            Heard::Nothing
        };
        if facts.purpose != Purpose::Connect {
            return Heard::Closed;
        }
        let only_port = facts.service.map(|s| s.protocol) == Some(Protocol::Port);
        match facts.reached() {
            Some(Reachability::Greeted(_)) => Heard::Open,
            Some(Reachability::Open) if only_port => Heard::Open,
            Some(Reachability::Open) if over(GREETING_BEFORE_REQUEST) => Heard::Closed,
            Some(Reachability::Open) => Heard::Nothing,
            Some(Reachability::Refused) => Heard::Closed,
            Some(Reachability::Silent | Reachability::Unsendable(_)) | None => silent,
        }
    }
}
