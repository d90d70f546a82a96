//! Access runs, or the port is open: the end is watched, and the tunnel.

use crate::intent::Answer;
use crate::ledger::Ledger;
use crate::problem::{Cause, Problem};
use crate::settings::OnAddressChange;
use crate::snapshot::Ending;
use crate::time::Due;
use crate::tunnel::TunnelPath;
use crate::turn::Turn;
use crate::vm::Protocol;

use super::asking::Asking;
use super::carrier::{Bearing, Carrier};
use super::ended::Ended;
use super::facts::{Client, Facts};
use super::knocking::Knocking;
use super::{Event, State};

pub(super) mod over;

pub(super) use over::moved;

/// The way is open.
#[derive(Debug)]
pub(super) struct Open {
    carrier: Carrier,
    path: TunnelPath,
    /// What is the matter although it is open (or was).
    problem: Option<Problem>,
}

impl Open {
    pub(super) fn enter(
        carrier: Carrier,
        path: TunnelPath,
        facts: &mut Facts,
        turn: &mut Turn<'_>,
    ) -> State {
        facts.stop_probe(turn);
        if let (Carrier::Outside, Some(service)) = (&carrier, facts.service) {
            facts.explain(&path, service, turn);
        }
        State::Open(Self {
            carrier,
            path,
            problem: None,
        })
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
            Event::Answered(Answer::Renew | Answer::Again) => self.renew(facts, turn),
            // Open by something else, and a person wants an access all the same.
            Event::Answered(Answer::GoOn) if self.carrier == Carrier::Outside => {
                facts.insists = true;
                facts.note = None;
                Knocking::enter(self.path, facts, turn)
            }
            Event::Explained(read) => {
                over::name_the_rule(read, &self.path, facts);
                State::Open(self)
            }
            Event::Asked(..)
            | Event::VmStarted(_)
            | Event::Launched(_)
            | Event::Answered(
                Answer::StartVm
                | Answer::ConfirmTunnel
                | Answer::WholePrefix
                | Answer::Use(_)
                | Answer::GoOn
                | Answer::SignIn
                | Answer::Dial { .. },
            ) => State::Open(self),
        }
    }

    pub(super) fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    pub(super) fn carrier(&self) -> &Carrier {
        &self.carrier
    }

    /// When the access ends that carries it, where the ledger does not watch that.
    pub(super) fn due(&self) -> Vec<Due> {
        match &self.carrier {
            Carrier::Elsewhere { expires_at, .. } => vec![Due::At(*expires_at)],
            Carrier::Ours(_) | Carrier::Outside => Vec::new(),
        }
    }

    fn look(mut self, facts: &mut Facts, ledger: &mut Ledger, turn: &mut Turn<'_>) -> State {
        let ssh = facts.service.map(|s| s.protocol) == Some(Protocol::Ssh);
        let client_runs = match facts.client {
            Client::Ended(_) if ssh => {
                return Ended::enter(Ending::ClientEnded, None, facts, turn);
            }
            Client::Running(_) => ssh,
            Client::Ended(_) | Client::None => false,
        };
        let source = self.path.source;
        let bearing = self.carrier.bearing(source, facts, ledger, turn.clock);
        let over = match bearing {
            Bearing::Carries { .. } => None,
            // A running SSH session outlives its access; the client's end is the end.
            Bearing::Expired | Bearing::Gone if client_runs => return State::Open(self),
            Bearing::Expired | Bearing::Gone => {
                return Ended::enter(Ending::AccessEnded, None, facts, turn);
            }
            Bearing::Displaced(by) if client_runs => {
                facts.displaced = true;
                Some(over::displacement(by))
            }
            Bearing::Displaced(by) => return over::displaced(by, facts, turn),
            Bearing::Revoked(why) if client_runs => Some(over::revoked(&why)),
            Bearing::Revoked(why) => return Asking::about(over::revoked(&why), facts, turn),
        };
        let problem = match over {
            Some(problem) => Some(problem),
            None if facts.is_in_doubt() => self.problem.clone(),
            None => match facts.path().cloned() {
                None => facts.no_path().cloned(),
                Some(path) if path.source == source => {
                    self.path = path;
                    None
                }
                Some(path) => return self.tunnel_moved(path, facts, ledger, turn),
            },
        };
        self.now_troubled_by(problem, facts, turn);
        State::Open(self)
    }

    /// The tunnel has another address: the old access is a hole for whoever gets that next.
    fn tunnel_moved(
        mut self,
        path: TunnelPath,
        facts: &mut Facts,
        ledger: &Ledger,
        turn: &mut Turn<'_>,
    ) -> State {
        let until = match self.carrier.standing(facts, ledger, turn.clock) {
            Bearing::Carries { until, .. } => until,
            Bearing::Gone | Bearing::Expired | Bearing::Displaced(_) | Bearing::Revoked(_) => None,
        };
        let problem = over::hole(&self.path, &path, until);
        let renews = match turn.settings.on_address_change {
            OnAddressChange::Renew => !facts.displaced && self.carrier != Carrier::Outside,
            OnAddressChange::Ask => false,
        };
        self.now_troubled_by(Some(problem), facts, turn);
        if renews {
            return Knocking::enter(path, facts, turn);
        }
        State::Open(self)
    }

    fn renew(self, facts: &mut Facts, turn: &mut Turn<'_>) -> State {
        let wants = self
            .problem
            .as_ref()
            .is_some_and(|problem| !matches!(problem.cause, Cause::OpenOutsideJit { .. }));
        match facts.path().cloned() {
            Some(path) if wants => {
                facts.displaced = false;
                facts.read_again(turn);
                Knocking::enter(path, facts, turn)
            }
            Some(_) | None => State::Open(self),
        }
    }

    /// Tells a person of a new trouble, once.
    fn now_troubled_by(&mut self, problem: Option<Problem>, facts: &Facts, turn: &mut Turn<'_>) {
        let code = |problem: &Option<Problem>| problem.as_ref().map(Problem::code);
        if let Some(problem) = problem
            .as_ref()
            .filter(|_| code(&problem) != code(&self.problem))
        {
            let request = self.carrier.request();
            over::tell(problem, request, facts, turn);
        }
        self.problem = problem;
    }
}
