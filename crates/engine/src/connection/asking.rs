//! Waiting for a person: a problem with a way out, or a question.

use crate::intent::Answer;
use crate::ledger::Ledger;
use crate::problem::{Cause, Problem};
use crate::snapshot::{Ending, Question};
use crate::time::Due;
use crate::tunnel::TunnelPath;
use crate::turn::Turn;

use super::carrier::{Bearing, Carrier};
use super::ended::Ended;
use super::facts::Facts;
use super::looking::Looking;
use super::proving::{Proving, proven};
use super::sign_ins::challenge;
use super::signing_in::{SigningIn, again};
use super::starting::Starting;
use super::tunnel::Tunnel;
use super::{Event, State};

/// A person is asked.
#[derive(Debug)]
pub(super) struct Asking {
    about: About,
    /// The port is being tried all the while; success goes on without an answer.
    trying: Option<(Carrier, TunnelPath)>,
    /// How often somebody had come to be signed in, when it was asked.
    gains: u64,
}

#[derive(Debug)]
enum About {
    Problem(Problem),
    Question(Question),
}

impl Asking {
    /// Something is in the way that a person can do something about.
    pub(super) fn about(problem: Problem, facts: &mut Facts, turn: &mut Turn<'_>) -> State {
        facts.stop_probe(turn);
        facts.steps.stop(turn.at());
        State::Asking(Self {
            about: About::Problem(problem),
            trying: None,
            gains: turn.desk.gains(),
        })
    }

    /// A person has to choose.
    pub(super) fn question(question: Question, facts: &mut Facts, turn: &mut Turn<'_>) -> State {
        facts.stop_probe(turn);
        facts.steps.stop(turn.at());
        State::Asking(Self {
            about: About::Question(question),
            trying: None,
            gains: turn.desk.gains(),
        })
    }

    /// Something is in the way that may pass: the probe goes on.
    pub(super) fn while_trying(
        problem: Problem,
        carrier: Carrier,
        path: TunnelPath,
        turn: &Turn<'_>,
    ) -> State {
        State::Asking(Self {
            about: About::Problem(problem),
            trying: Some((carrier, path)),
            gains: turn.desk.gains(),
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
            Event::Answered(answer) => self.answered(answer, facts, turn),
            Event::Asked(..) | Event::VmStarted(_) | Event::Explained(_) | Event::Launched(_) => {
                State::Asking(self)
            }
        }
    }

    pub(super) fn problem(&self) -> Option<&Problem> {
        match &self.about {
            About::Problem(problem) => Some(problem),
            About::Question(_) => None,
        }
    }

    fn is_about_a_dead_access(&self) -> bool {
        self.problem()
            .is_some_and(|problem| matches!(problem.cause, Cause::RuleVanished { .. }))
    }

    pub(super) fn asks(&self) -> Option<&Question> {
        match &self.about {
            About::Problem(_) => None,
            About::Question(question) => Some(question),
        }
    }

    pub(super) fn carrier(&self) -> Option<&Carrier> {
        self.trying.as_ref().map(|(carrier, _)| carrier)
    }

    pub(super) fn due(&self) -> Vec<Due> {
        match self.carrier() {
            Some(Carrier::Elsewhere { expires_at, .. }) => vec![Due::At(*expires_at)],
            Some(Carrier::Ours(_) | Carrier::Outside) | None => Vec::new(),
        }
    }

    fn look(mut self, facts: &mut Facts, ledger: &Ledger, turn: &mut Turn<'_>) -> State {
        if self.has_been_signed_in(facts, turn) && facts.sign_ins.may_resume() {
            return again(facts, turn);
        }
        let Some((carrier, path)) = &mut self.trying else {
            return State::Asking(self);
        };
        let expired = match carrier.bearing(path.source, facts, ledger, turn.clock) {
            Bearing::Expired | Bearing::Gone => true,
            Bearing::Carries { .. } | Bearing::Displaced(_) | Bearing::Revoked(_) => false,
        };
        if expired {
            let problem = self.problem().cloned();
            return Ended::enter(Ending::Failed, problem, facts, turn);
        }
        if proven(facts).is_some() {
            return Proving::enter(carrier.clone(), path.clone(), facts, turn);
        }
        State::Asking(self)
    }

    /// Whether somebody has signed in meanwhile, here or in another process, where that is
    /// what was missing.
    fn has_been_signed_in(&self, facts: &Facts, turn: &Turn<'_>) -> bool {
        let wanted = self.problem().and_then(|it| facts.sign_ins.to_answer(it));
        let Some(wanted) = wanted else {
            return false;
        };
        match challenge(&wanted) {
            Some(challenge) => turn.desk.answered_after(&challenge, self.gains),
            None => turn.desk.gains() > self.gains,
        }
    }

    fn answered(self, answer: Answer, facts: &mut Facts, turn: &mut Turn<'_>) -> State {
        match answer {
            Answer::Again | Answer::Renew => {
                facts.sign_ins.begin_anew();
                facts.starts = false;
                facts.displaced = false;
                facts.whole_prefix = false;
                // Its access runs on, and without its rule it opens nothing: to take it
                // once more would lead back here.
                facts.insists |= self.is_about_a_dead_access();
                facts.stop_probe(turn);
                facts.observe_again(turn);
                facts.read_again(turn);
                Looking::enter(facts, turn)
            }
            Answer::StartVm => match self.problem().map(|problem| &problem.cause) {
                Some(Cause::VmNotRunning { .. }) if facts.path().is_some() => {
                    Starting::enter(facts, turn)
                }
                // Without a tunnel nothing is asked of Azure but reads.
                Some(Cause::VmNotRunning { .. }) => Tunnel::enter(None, facts, turn),
                _ => State::Asking(self),
            },
            Answer::WholePrefix => match self.problem().map(|problem| &problem.cause) {
                Some(Cause::SourceNeedsWholePrefix { allowed: true, .. }) => {
                    facts.whole_prefix = true;
                    Looking::enter(facts, turn)
                }
                _ => State::Asking(self),
            },
            Answer::Use(service) => match self.asks() {
                Some(Question::WhichService) => {
                    facts.service = Some(service);
                    Looking::enter(facts, turn)
                }
                Some(Question::MayDisplace { .. }) | None => State::Asking(self),
            },
            Answer::GoOn => match self.asks() {
                Some(Question::MayDisplace { .. }) => {
                    facts.may_displace = true;
                    Looking::enter(facts, turn)
                }
                Some(Question::WhichService) | None => State::Asking(self),
            },
            Answer::SignIn => {
                let problem = self.problem();
                match problem.and_then(|problem| facts.sign_ins.to_answer(problem)) {
                    Some(wanted) if SigningIn::can_help(&wanted, facts, turn) => {
                        facts.sign_ins.begin_anew();
                        SigningIn::enter(wanted, facts, turn)
                    }
                    Some(_) | None => State::Asking(self),
                }
            }
            Answer::ConfirmTunnel | Answer::Dial { .. } => State::Asking(self),
        }
    }
}
