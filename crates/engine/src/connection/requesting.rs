//! Asking for access: written down, sent once the tunnel is certain, answered.

use jiff::Timestamp;

use crate::id::RequestId;
use crate::intent::Answer;
use crate::ledger::{AskId, Asked, Ledger, throttled_until};
use crate::problem::Problem;
use crate::request::{Draft, Standing};
use crate::snapshot::{Ending, Step};
use crate::time::{Due, Moment};
use crate::tunnel::TunnelPath;
use crate::turn::Turn;

use super::asking::Asking;
use super::carrier::Carrier;
use super::draft::diagnose;
use super::ended::Ended;
use super::facts::{Facts, Purpose};
use super::hindrance::hindrance;
use super::proving::Proving;
use super::tunnel::Tunnel;
use super::{Event, State};

/// A request is on its way.
#[derive(Debug)]
pub(super) struct Requesting {
    draft: Draft,
    path: TunnelPath,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// Being written down.
    Recording(AskId),
    /// Written down; it goes as soon as the tunnel is certain.
    Recorded(AskId),
    /// Sent.
    Sent(AskId),
    /// Refused as no subset of the policy: a fresh read tells which part.
    Diagnosing { words: String, since: Moment },
    /// Another process asks for the same.
    Theirs { until: Timestamp },
    /// Azure asked to wait.
    Later { until: Timestamp, problem: Problem },
}

impl Requesting {
    pub(super) fn enter(
        draft: Draft,
        path: TunnelPath,
        facts: &mut Facts,
        ledger: &mut Ledger,
        turn: &mut Turn<'_>,
    ) -> State {
        facts.plan = Some(draft.clone());
        let ask = ledger.ask(draft.clone(), facts.vm_name(), turn);
        State::Requesting(Self {
            draft,
            path,
            stage: Stage::Recording(ask),
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
            Event::Asked(id, asked) if self.ask() == Some(id) => {
                self.asked(id, asked, facts, ledger, turn)
            }
            Event::Answered(Answer::Again) => {
                if let Stage::Later { until, .. } = &mut self.stage {
                    *until = turn.clock.now;
                }
                self.look(facts, ledger, turn)
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
            ) => State::Requesting(self),
        }
    }

    /// Nobody wants it any more.
    pub(super) fn abandon(&self, ledger: &mut Ledger, turn: &mut Turn<'_>) {
        if let Some(ask) = self.ask() {
            ledger.abandon(ask, turn);
        }
    }

    pub(super) fn due(&self) -> Vec<Due> {
        match &self.stage {
            Stage::Theirs { until } | Stage::Later { until, .. } => vec![Due::At(*until)],
            Stage::Recording(_)
            | Stage::Recorded(_)
            | Stage::Sent(_)
            | Stage::Diagnosing { .. } => Vec::new(),
        }
    }

    /// What it waits for, where that is a problem with a name.
    pub(super) fn problem(&self) -> Option<&Problem> {
        match &self.stage {
            Stage::Later { problem, .. } => Some(problem),
            Stage::Recording(_)
            | Stage::Recorded(_)
            | Stage::Sent(_)
            | Stage::Diagnosing { .. }
            | Stage::Theirs { .. } => None,
        }
    }

    /// From here on the outcome counts, whatever becomes of the VM.
    fn is_sent(&self) -> bool {
        match &self.stage {
            Stage::Sent(_) | Stage::Diagnosing { .. } => true,
            Stage::Recording(_)
            | Stage::Recorded(_)
            | Stage::Theirs { .. }
            | Stage::Later { .. } => false,
        }
    }

    fn ask(&self) -> Option<AskId> {
        match &self.stage {
            Stage::Recording(ask) | Stage::Recorded(ask) | Stage::Sent(ask) => Some(*ask),
            Stage::Diagnosing { .. } | Stage::Theirs { .. } | Stage::Later { .. } => None,
        }
    }

    fn asked(
        mut self,
        id: AskId,
        asked: Asked,
        facts: &mut Facts,
        ledger: &mut Ledger,
        turn: &mut Turn<'_>,
    ) -> State {
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
                None => Asking::about(problem, facts, turn),
            },
            Asked::Refused(problem) | Asked::NotRecorded(problem) => {
                Asking::about(problem, facts, turn)
            }
            // It may be in force all the same: then the port says so.
            Asked::Unclear(request, problem) => {
                Asking::while_trying(problem, Carrier::Ours(request), self.path)
            }
            Asked::Theirs(until) => {
                self.stage = Stage::Theirs { until };
                self.look(facts, ledger, turn)
            }
        }
    }

    /// An access runs: it is to be proved, unless nothing but the access was wanted.
    fn runs(self, request: RequestId, facts: &mut Facts, turn: &mut Turn<'_>) -> State {
        facts.steps.done(Step::Request, turn.at());
        // A consent is for one request.
        facts.whole_prefix = false;
        facts.insists = false;
        match facts.purpose {
            Purpose::Connect => Proving::enter(Carrier::Ours(request), self.path, facts, turn),
            Purpose::Extend(_) => Ended::enter(Ending::Extended, None, facts, turn),
        }
    }

    fn look(self, facts: &mut Facts, ledger: &mut Ledger, turn: &mut Turn<'_>) -> State {
        if !self.is_sent()
            && let Some(elsewhere) = hindrance(facts, turn)
        {
            self.abandon(ledger, turn);
            return elsewhere;
        }
        let same = facts.leads(&self.path);
        let lost = !facts.is_in_doubt() && !same;
        match &self.stage {
            Stage::Recorded(ask) if same => {
                let ask = *ask;
                ledger.send(ask, turn);
                State::Requesting(Self {
                    stage: Stage::Sent(ask),
                    ..self
                })
            }
            Stage::Recording(ask) | Stage::Recorded(ask) if lost => {
                ledger.abandon(*ask, turn);
                Tunnel::enter(None, facts, turn)
            }
            Stage::Theirs { .. } | Stage::Later { .. } if lost => Tunnel::enter(None, facts, turn),
            Stage::Diagnosing { words, since } => {
                let Some(policies) = facts.policies.fresh_since(*since) else {
                    return match facts.policies.failed().cloned() {
                        Some(problem) => Asking::about(problem, facts, turn),
                        None => State::Requesting(self),
                    };
                };
                let settings = turn.settings;
                let problem = diagnose(&self.draft, facts, policies, &self.path, settings, words);
                Asking::about(problem, facts, turn)
            }
            Stage::Theirs { until } => {
                let until = *until;
                self.look_at_theirs(until, facts, ledger, turn)
            }
            Stage::Later { until, .. } if turn.is_due(Due::At(*until)) => {
                Tunnel::enter(None, facts, turn)
            }
            Stage::Recording(_) | Stage::Recorded(_) | Stage::Sent(_) | Stage::Later { .. } => {
                State::Requesting(self)
            }
        }
    }

    /// The other process's outcome is ours too; without one by the time its claim lapses,
    /// we ask ourselves.
    fn look_at_theirs(
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
