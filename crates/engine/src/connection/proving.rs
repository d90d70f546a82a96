//! Waiting for proof: the VM's own greeting, from the address that a fresh read confirmed.

use crate::host::{HostIdentity, Reachability};
use crate::intent::Answer;
use crate::ledger::Ledger;
use crate::problem::{Cause, Problem};
use crate::snapshot::{Ending, Step};
use crate::time::{Due, Moment};
use crate::tunnel::TunnelPath;
use crate::turn::Turn;
use crate::vm::Protocol;

use super::asking::Asking;
use super::carrier::{Bearing, Carrier};
use super::ended::Ended;
use super::facts::Facts;
use super::hindrance::hindrance;
use super::knocking::Knocking;
use super::open::over;
use super::patience::{self, Patience};
use super::{Event, State};

mod goes_on;

/// Access was asked for (or runs); the port is tried until the VM greets.
#[derive(Debug)]
pub(super) struct Proving {
    pub(super) carrier: Carrier,
    pub(super) path: TunnelPath,
    pub(super) since: Moment,
    /// How fast it is tried, once it is.
    pace: Option<Pace>,
    /// Since when Azure says that it is in force.
    pub(super) initiated: Option<Moment>,
    /// From when on the silence counts that is to be explained.
    pub(super) explain_from: Moment,
    /// Why nothing answers was asked; once is enough.
    pub(super) explained: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    Slow,
    Fast,
}

impl Proving {
    pub(super) fn enter(
        carrier: Carrier,
        path: TunnelPath,
        facts: &mut Facts,
        turn: &mut Turn<'_>,
    ) -> State {
        facts.steps.begin(Step::Proof, turn.at());
        State::Proving(Self {
            carrier,
            path,
            since: turn.at(),
            pace: None,
            initiated: None,
            explain_from: turn.at(),
            explained: false,
        })
    }

    pub(super) fn on(
        mut self,
        event: Event,
        facts: &mut Facts,
        ledger: &mut Ledger,
        turn: &mut Turn<'_>,
    ) -> State {
        match event {
            Event::Look => self.look(facts, ledger, turn),
            Event::Explained(read) => match patience::explain(&self, read, facts) {
                Some(problem) => self.ask_about(problem, facts, turn),
                None => State::Proving(self),
            },
            Event::Answered(Answer::Again) => {
                facts.read_again(turn);
                facts.probe_again(turn);
                self.begin_waiting(turn);
                State::Proving(self)
            }
            Event::Asked(..)
            | Event::VmStarted(_)
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
            ) => State::Proving(self),
        }
    }

    /// What was waited so far does not count.
    pub(super) fn begin_waiting(&mut self, turn: &Turn<'_>) {
        self.since = turn.at();
        self.explain_from = turn.at();
        self.explained = false;
    }

    pub(super) fn due(&self, facts: &Facts, ledger: &Ledger, turn: &Turn<'_>) -> Vec<Due> {
        let mut due = patience::due(self, facts, turn.settings);
        let standing = self.carrier.standing(facts, ledger, turn.clock);
        if let Bearing::Carries {
            until: Some(end), ..
        } = standing
        {
            due.push(Due::At(end));
        }
        due
    }

    /// What is the matter although it goes on trying.
    pub(super) fn problem(&self, facts: &Facts, turn: &Turn<'_>) -> Option<Problem> {
        match patience::judge(self, facts, turn) {
            Patience::Waits => None,
            Patience::Refused(problem) | Patience::Late(problem) => Some(problem),
            Patience::Silent(problem) => Some(problem),
        }
    }

    fn look(mut self, facts: &mut Facts, ledger: &mut Ledger, turn: &mut Turn<'_>) -> State {
        if let Some(elsewhere) = hindrance(facts, turn) {
            facts.stop_explaining(turn);
            return elsewhere;
        }
        if !facts.is_in_doubt() && !facts.leads(&self.path) {
            return self.lost(facts, ledger, turn);
        }
        let source = self.path.source;
        match self.carrier.bearing(source, facts, ledger, turn.clock) {
            Bearing::Carries { initiated, .. } => {
                if initiated && self.initiated.is_none() {
                    self.initiated = Some(turn.at());
                    self.explain_from = turn.at();
                    self.explained = false;
                }
            }
            // The cache said that it runs, Azure no longer does: nothing is lost by asking.
            Bearing::Gone => {
                facts.stop_explaining(turn);
                return Knocking::enter(self.path, facts, turn);
            }
            // Nor is it where this connection asked for nothing: the end of an access that it
            // only used is known by now, and is not used again.
            Bearing::Expired if facts.plan.is_none() => {
                facts.stop_explaining(turn);
                return Knocking::enter(self.path, facts, turn);
            }
            Bearing::Expired => {
                facts.stop_explaining(turn);
                let waited = turn.at().since(self.since);
                let problem = self
                    .problem(facts, turn)
                    .unwrap_or_else(|| Problem::new(Cause::RuleLate { waited }));
                return Ended::enter(Ending::Failed, Some(problem), facts, turn);
            }
            Bearing::Displaced(by) => {
                facts.stop_explaining(turn);
                return over::displaced(by, facts, turn);
            }
            Bearing::Revoked(why) => {
                facts.stop_explaining(turn);
                return Asking::about(over::revoked(&why), facts, turn);
            }
        }
        if let Some(host) = proven(facts) {
            return self.greeted(&host, facts, turn);
        }
        self.try_on(facts, turn);
        match patience::judge(&self, facts, turn) {
            Patience::Silent(problem) => self.ask_about(problem, facts, turn),
            Patience::Late(_) => {
                self.explain_once(facts, turn);
                State::Proving(self)
            }
            Patience::Waits | Patience::Refused(_) => State::Proving(self),
        }
    }

    /// A person is told; the probe goes on, and so does the connection when it succeeds.
    fn ask_about(self, problem: Problem, facts: &mut Facts, turn: &mut Turn<'_>) -> State {
        facts.stop_explaining(turn);
        Asking::while_trying(problem, self.carrier, self.path, turn)
    }
}

/// Who greeted, if anybody did. Where only a port is wanted, TCP alone is the proof.
pub(super) fn proven(facts: &Facts) -> Option<HostIdentity> {
    match facts.reached()? {
        Reachability::Greeted(host) => Some(host.clone()),
        Reachability::Open => {
            let only_port = facts.service.map(|s| s.protocol) == Some(Protocol::Port);
            only_port.then(HostIdentity::default)
        }
        Reachability::Silent | Reachability::Refused | Reachability::Unsendable(_) => None,
    }
}
