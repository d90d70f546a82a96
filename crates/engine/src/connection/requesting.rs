//! Asking for access: written down, sent once the tunnel is certain, answered.

use jiff::Timestamp;

use crate::id::RequestId;
use crate::intent::Answer;
use crate::ledger::{AskId, Ledger};
use crate::problem::Problem;
use crate::request::Draft;
use crate::schedule::READ_BACK;
use crate::snapshot::Step;
use crate::time::{Due, Moment};
use crate::tunnel::TunnelPath;
use crate::turn::Turn;

use super::asking::Asking;
use super::draft::diagnose;
use super::facts::Facts;
use super::hindrance::hindrance;
use super::proving::Proving;
use super::reuse::got_meanwhile;
use super::signing_in::stopped_by;
use super::tunnel::Tunnel;
use super::{Event, State};

mod outcome;

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
    /// An extension was taken: the policy is read back, as it may have ended the older one.
    ReadBack { request: RequestId, since: Moment },
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
                | Answer::GoOn
                | Answer::SignIn
                | Answer::Dial { .. },
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
            Stage::ReadBack { since, .. } => vec![Due::In(since.plus(READ_BACK))],
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
            | Stage::ReadBack { .. }
            | Stage::Theirs { .. } => None,
        }
    }

    /// From here on the outcome counts, whatever becomes of the VM.
    fn is_sent(&self) -> bool {
        match &self.stage {
            Stage::Sent(_) | Stage::Diagnosing { .. } | Stage::ReadBack { .. } => true,
            Stage::Recording(_)
            | Stage::Recorded(_)
            | Stage::Theirs { .. }
            | Stage::Later { .. } => false,
        }
    }

    /// The access that was taken, where that is known.
    pub(super) fn request(&self) -> Option<RequestId> {
        match &self.stage {
            Stage::ReadBack { request, .. } => Some(*request),
            Stage::Recording(_)
            | Stage::Recorded(_)
            | Stage::Sent(_)
            | Stage::Diagnosing { .. }
            | Stage::Theirs { .. }
            | Stage::Later { .. } => None,
        }
    }

    fn ask(&self) -> Option<AskId> {
        match &self.stage {
            Stage::Recording(ask) | Stage::Recorded(ask) | Stage::Sent(ask) => Some(*ask),
            Stage::Diagnosing { .. }
            | Stage::ReadBack { .. }
            | Stage::Theirs { .. }
            | Stage::Later { .. } => None,
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
                let source = self.path.source;
                let got = got_meanwhile(&self.draft, source, ledger, turn);
                if let Some(carrier) = got.filter(|_| !facts.asks_anyway(turn)) {
                    ledger.abandon(ask, turn);
                    facts.steps.done(Step::Request, turn.at());
                    return Proving::enter(carrier, self.path, facts, turn);
                }
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
                        Some(problem) => stopped_by(problem, facts, turn),
                        None => State::Requesting(self),
                    };
                };
                let settings = turn.settings;
                let problem = diagnose(&self.draft, facts, policies, &self.path, settings, words);
                Asking::about(problem, facts, turn)
            }
            Stage::ReadBack { request, since } => {
                let (request, since) = (*request, *since);
                self.read_back(request, since, facts, turn)
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
}
