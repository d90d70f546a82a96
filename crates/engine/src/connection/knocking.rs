//! Trying the port before anything is asked for, and deciding whether to ask.

use crate::host::Reachability;
use crate::intent::Answer;
use crate::ledger::Ledger;
use crate::problem::{Cause, Problem};
use crate::schedule::{GREETING_BEFORE_REQUEST, SILENCE_BEFORE_REQUEST, before_initiated};
use crate::snapshot::{Question, Step};
use crate::time::{Due, Moment};
use crate::tunnel::TunnelPath;
use crate::turn::Turn;
use crate::vm::Protocol;

use super::asking::Asking;
use super::carrier::Carrier;
use super::draft;
use super::ended::Ended;
use super::facts::{Facts, Purpose};
use super::hindrance::hindrance;
use super::proving::Proving;
use super::requesting::Requesting;
use super::reuse::{of_somebody_else, runs_out, worth_reusing};
use super::tunnel::Tunnel;
use super::{Event, State};

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
                | Answer::GoOn,
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

    fn already_open(self, facts: &mut Facts, ledger: &mut Ledger, turn: &mut Turn<'_>) -> State {
        if turn.settings.always_request || facts.insists {
            return self.closed(facts, ledger, turn);
        }
        if let Some(carrier) = worth_reusing(facts, self.path.source, ledger, turn) {
            return self.reuse(carrier, facts, turn);
        }
        if !all_told(facts) {
            return State::Knocking(self);
        }
        if runs_out(facts, self.path.source, ledger, turn) {
            return self.closed(facts, ledger, turn);
        }
        let port = facts.service.map_or(0, |service| service.port);
        facts.note = Some(Problem::new(Cause::OpenOutsideJit { port, by: None }));
        self.reuse(Carrier::Outside, facts, turn)
    }

    /// Nothing answers: ask, unless an access runs that only has to be proved.
    fn closed(self, facts: &mut Facts, ledger: &mut Ledger, turn: &mut Turn<'_>) -> State {
        let Some(service) = facts.service else {
            return State::Knocking(self);
        };
        let forced =
            turn.settings.always_request || facts.insists || facts.purpose != Purpose::Connect;
        if let Some(carrier) = worth_reusing(facts, self.path.source, ledger, turn)
            && !forced
        {
            return self.reuse(carrier, facts, turn);
        }
        let (Some(vm), Some(policies)) = (facts.vm.usable(), facts.policies.usable()) else {
            return match facts.policies.failed().cloned() {
                Some(problem) => Asking::about(problem, facts, turn),
                None => State::Knocking(self),
            };
        };
        if vm.power.is_off() || ledger.busy(&vm.id, service.port) {
            return State::Knocking(self);
        }
        let fresh = facts.policies.fresh().is_some();
        // A request without an answer may have been taken: first the policy has to tell.
        if let Some((_, false)) = ledger.unanswered(&vm.id, service.port) {
            return State::Knocking(self);
        }
        let planned = draft::plan(facts, policies, &self.path, service, turn.settings);
        match planned {
            Ok(draft) if facts.wish.dry_run => {
                if !all_told(facts) || facts.vm.fresh().is_none() {
                    return State::Knocking(self);
                }
                facts.plan = Some(draft);
                Ended::planned(None, facts, turn)
            }
            Ok(draft) => {
                let theirs = of_somebody_else(facts, self.path.source, ledger, turn.clock.now);
                match theirs.filter(|_| !facts.may_displace) {
                    Some(_) if !fresh => State::Knocking(self),
                    Some(theirs) => {
                        let by = theirs.requestor;
                        let until = theirs.expires_at;
                        Asking::question(Question::MayDisplace { by, until }, facts, turn)
                    }
                    None => {
                        let unanswered = ledger.unanswered(&draft.vm, draft.port);
                        if let Some((request, _)) = unanswered {
                            ledger.give_up(request, turn);
                        }
                        Requesting::enter(draft, self.path, facts, ledger, turn)
                    }
                }
            }
            // The admin may just have mended it: what the cache says is asked afresh.
            Err(_) if !fresh && facts.policies.failed().is_none() => State::Knocking(self),
            Err(problem) => Asking::about(problem, facts, turn),
        }
    }

    fn reuse(self, carrier: Carrier, facts: &mut Facts, turn: &mut Turn<'_>) -> State {
        if facts.wish.dry_run {
            return if all_told(facts) && facts.vm.fresh().is_some() {
                Ended::planned(Some(carrier), facts, turn)
            } else {
                State::Knocking(self)
            };
        }
        facts.steps.skip(Step::Request, turn.at());
        Proving::enter(carrier, self.path, facts, turn)
    }
}

/// Whether Azure has told the policies since the click, or will not.
fn all_told(facts: &Facts) -> bool {
    facts.policies.fresh().is_some() || facts.policies.trouble().is_some()
}
