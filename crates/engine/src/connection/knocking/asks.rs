//! Whether to ask for access, once it is known whether the port is open.

use crate::ledger::Ledger;
use crate::problem::{Cause, Problem};
use crate::snapshot::{Question, Step};
use crate::turn::Turn;

use super::super::State;
use super::super::asking::Asking;
use super::super::carrier::Carrier;
use super::super::draft;
use super::super::ended::Ended;
use super::super::facts::Facts;
use super::super::proving::Proving;
use super::super::requesting::Requesting;
use super::super::reuse::{of_somebody_else, runs_out, worth_reusing};
use super::super::signing_in::stopped_by;
use super::Knocking;

impl Knocking {
    pub(super) fn already_open(
        self,
        facts: &mut Facts,
        ledger: &mut Ledger,
        turn: &mut Turn<'_>,
    ) -> State {
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
    pub(super) fn closed(
        self,
        facts: &mut Facts,
        ledger: &mut Ledger,
        turn: &mut Turn<'_>,
    ) -> State {
        let Some(service) = facts.service else {
            return State::Knocking(self);
        };
        if let Some(carrier) = worth_reusing(facts, self.path.source, ledger, turn)
            && !facts.asks_anyway(turn)
        {
            return self.reuse(carrier, facts, turn);
        }
        let (Some(vm), Some(policies)) = (facts.vm.usable(), facts.policies.usable()) else {
            return match facts.policies.failed().cloned() {
                Some(problem) => stopped_by(problem, facts, turn),
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
