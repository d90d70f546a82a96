//! What comes of a request, here or in another process.

use jiff::Timestamp;

use crate::id::RequestId;
use crate::ledger::{AskId, Asked, Ledger, throttled_until};
use crate::request::Standing;
use crate::schedule::READ_BACK;
use crate::snapshot::Step;
use crate::time::{Due, Moment};
use crate::turn::Turn;

use super::super::State;
use super::super::asking::Asking;
use super::super::carrier::Carrier;
use super::super::ended::Ended;
use super::super::facts::{Facts, Purpose};
use super::super::proving::Proving;
use super::super::signing_in::stopped_by;
use super::super::tunnel::Tunnel;
use super::{Requesting, Stage};

impl Requesting {
    pub(super) fn asked(
        mut self,
        id: AskId,
        asked: Asked,
        facts: &mut Facts,
        ledger: &mut Ledger,
        turn: &mut Turn<'_>,
    ) -> State {
        facts.refused = matches!(&asked, Asked::NotASubset(_) | Asked::Refused(_));
        match asked {
            Asked::Recorded => {
                self.stage = Stage::Recorded(id);
                self.look(facts, ledger, turn)
            }
            Asked::Running(request) => self.runs(request, facts, turn),
            Asked::NotASubset(words) => {
                facts.policies.is_old();
                facts.read_policies(turn);
                let since = turn.at();
                self.stage = Stage::Diagnosing { words, since };
                State::Requesting(self)
            }
            Asked::NotSent(problem) => match throttled_until(&problem) {
                Some(until) => {
                    self.stage = Stage::Later { until, problem };
                    State::Requesting(self)
                }
                None => stopped_by(problem, facts, turn),
            },
            Asked::Refused(problem) => stopped_by(problem, facts, turn),
            Asked::NotRecorded(problem) => Asking::about(problem, facts, turn),
            // It may be in force all the same: then the port says so.
            Asked::Unclear(request, problem) => {
                Asking::while_trying(problem, Carrier::Ours(request), self.path, turn)
            }
            Asked::Theirs(until) => {
                self.stage = Stage::Theirs { until };
                self.look(facts, ledger, turn)
            }
        }
    }

    /// An access runs: it is to be proved, unless nothing but the access was wanted.
    fn runs(mut self, request: RequestId, facts: &mut Facts, turn: &mut Turn<'_>) -> State {
        facts.steps.done(Step::Request, turn.at());
        // A consent is for one request.
        facts.whole_prefix = false;
        facts.insists = false;
        facts.sign_ins.begin_anew();
        match facts.purpose {
            Purpose::Connect => Proving::enter(Carrier::Ours(request), self.path, facts, turn),
            // The ledger reads the policy now; who extends and leaves waits for that.
            Purpose::Extend(_) => {
                facts.policies.is_old();
                let since = turn.at();
                self.stage = Stage::ReadBack { request, since };
                State::Requesting(self)
            }
        }
    }

    /// Read, or not to be had in time: the access runs either way.
    pub(super) fn read_back(
        self,
        request: RequestId,
        since: Moment,
        facts: &mut Facts,
        turn: &mut Turn<'_>,
    ) -> State {
        let policies = &facts.policies;
        let told = policies.fresh_since(since).is_some() || policies.trouble().is_some();
        if told || turn.is_due(Due::In(since.plus(READ_BACK))) {
            return Ended::extended(request, facts, turn);
        }
        State::Requesting(self)
    }

    /// The other process's outcome is ours too; without one by the time its claim lapses,
    /// we ask ourselves.
    pub(super) fn look_at_theirs(
        self,
        until: Timestamp,
        facts: &mut Facts,
        ledger: &mut Ledger,
        turn: &mut Turn<'_>,
    ) -> State {
        let row = ledger.of_others(&self.draft.vm, self.draft.port, &self.draft.source);
        let outcome = row.map(|entry| (entry.access.request, entry.access.standing.clone()));
        match outcome {
            Some((request, Standing::Running { expires_at, .. }))
                if expires_at > turn.clock.now =>
            {
                self.runs(request, facts, turn)
            }
            _ if turn.is_due(Due::At(until)) => Tunnel::enter(None, facts, turn),
            _ => State::Requesting(self),
        }
    }
}
