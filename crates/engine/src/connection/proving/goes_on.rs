//! What a proof goes on to: another try, the client, or the wait for the tunnel.

use crate::host::{HostIdentity, Reachability};
use crate::ledger::Ledger;
use crate::problem::Cause;
use crate::schedule::{after_initiated, before_initiated};
use crate::time::Due;
use crate::turn::Turn;

use super::super::State;
use super::super::asking::Asking;
use super::super::carrier::Bearing;
use super::super::facts::Facts;
use super::super::launching::Launching;
use super::super::tunnel::{Resume, Tunnel};
use super::{Pace, Proving};

impl Proving {
    /// The tunnel is lost, or leads elsewhere: what was asked for stays known.
    pub(super) fn lost(self, facts: &mut Facts, ledger: &Ledger, turn: &mut Turn<'_>) -> State {
        facts.stop_explaining(turn);
        let until = match self.carrier.standing(facts, ledger, turn.clock) {
            Bearing::Carries { until, .. } => until,
            Bearing::Gone | Bearing::Expired | Bearing::Displaced(_) | Bearing::Revoked(_) => None,
        };
        let resume = Resume {
            carrier: self.carrier,
            path: self.path,
            until,
        };
        Tunnel::enter(Some(resume), facts, turn)
    }

    /// Tries at once when the wait begins, and again, faster, when the rule is in force.
    /// A probe whose TCP connect completed already is left to wait for its greeting.
    pub(super) fn try_on(&mut self, facts: &mut Facts, turn: &mut Turn<'_>) {
        let pace = if self.initiated.is_some() {
            Pace::Fast
        } else {
            Pace::Slow
        };
        let waits = facts.reached() == Some(&Reachability::Open);
        if let (true, Some(service)) = (self.pace != Some(pace) && !waits, facts.service) {
            let phases = match pace {
                Pace::Slow => before_initiated(),
                Pace::Fast => after_initiated(),
            };
            facts.start_probe(&self.path, service, phases, turn);
        }
        self.pace = Some(pace);
    }

    pub(super) fn greeted(
        self,
        host: &HostIdentity,
        facts: &mut Facts,
        turn: &mut Turn<'_>,
    ) -> State {
        let computer_name = facts.vm.any().and_then(|vm| vm.computer_name.clone());
        let names = [Some(facts.vm_name()), computer_name];
        if let Some(expected) = facts.expected.contradicted_by(host, &names) {
            facts.stop_explaining(turn);
            let problem = Cause::OtherHostAnswered {
                target: self.path.target,
                expected,
                came: host.described(),
            };
            return Asking::about(problem.into(), facts, turn);
        }
        if facts.is_in_doubt() {
            return State::Proving(self);
        }
        if !facts.confirms(self.path.target, turn) {
            facts.read_vm(turn);
            return State::Proving(self);
        }
        facts.stop_explaining(turn);
        Launching::enter(self.carrier, self.path, host, facts, turn)
    }

    pub(super) fn explain_once(&mut self, facts: &mut Facts, turn: &mut Turn<'_>) {
        let long_enough = self.explain_from.plus(turn.settings.rule_late_after);
        if let (false, Some(service)) = (self.explained, facts.service)
            && turn.is_due(Due::In(long_enough))
        {
            self.explained = true;
            facts.explain(&self.path, service, turn);
        }
    }
}
