//! Azure wants a stronger sign-in, or any: one is under way, and then it goes on by itself.

use crate::id::SignInId;
use crate::intent::Answer;
use crate::problem::{Cause, Problem};
use crate::sign_in::{Outcome, SignInPlan};
use crate::turn::Turn;

use super::asking::Asking;
use super::facts::Facts;
use super::looking::Looking;
use super::sign_ins::challenge;
use super::{Event, State};

/// Waiting for a sign-in, alone or with others.
#[derive(Debug)]
pub(super) struct SigningIn {
    pub(super) problem: Problem,
    plan: SignInPlan,
    /// Which sign-in serves it, once the desk has said so.
    by: Option<SignInId>,
}

/// The state that a problem leads to: a sign-in where one answers it and a person is
/// there, another try where that was done already, and else a question.
pub(super) fn stopped_by(problem: Problem, facts: &mut Facts, turn: &mut Turn<'_>) -> State {
    if let Cause::WrongTenant { tenant } = &problem.cause
        && facts.sign_ins.reroutes(tenant, turn.desk)
    {
        return again(facts, turn);
    }
    let Some(challenge) = challenge(&problem) else {
        return Asking::about(problem, facts, turn);
    };
    if facts.sign_ins.has_answered(&challenge) || !facts.sign_ins.goes_on_by_itself() {
        return Asking::about(not_answered(problem), facts, turn);
    }
    // Somebody else's sign-in answered it while our request was on its way.
    if facts.sign_ins.was_overtaken(&challenge, turn) {
        return again(facts, turn);
    }
    if facts.wish.attended && !facts.sign_ins.is_unwanted() {
        return SigningIn::enter(problem, facts, turn);
    }
    Asking::about(problem, facts, turn)
}

/// What was refused is tried once more, with what is known of everything else.
pub(super) fn again(facts: &mut Facts, turn: &mut Turn<'_>) -> State {
    // A read that is under way was begun with the old token.
    facts.vm.call_off(turn);
    facts.policies.call_off(turn);
    facts.observe_again(turn);
    facts.read_again(turn);
    Looking::enter(facts, turn)
}

impl SigningIn {
    /// Has somebody sign in, where that can help at all.
    pub(super) fn enter(problem: Problem, facts: &mut Facts, turn: &mut Turn<'_>) -> State {
        let Some(plan) = remedy(&problem, facts, turn) else {
            return Asking::about(problem, facts, turn);
        };
        facts.stop_probe(turn);
        State::SigningIn(Self {
            problem,
            plan,
            by: None,
        })
    }

    /// Whether there is a sign-in that could end this problem.
    pub(super) fn can_help(problem: &Problem, facts: &Facts, turn: &Turn<'_>) -> bool {
        remedy(problem, facts, turn).is_some()
    }

    pub(super) fn on(self, event: Event, facts: &mut Facts, turn: &mut Turn<'_>) -> State {
        match event {
            Event::Look => self.look(facts, turn),
            Event::Answered(answer) => match answer {
                // Somebody did it elsewhere, or does not want to.
                Answer::Again => again(facts, turn),
                Answer::StartVm
                | Answer::ConfirmTunnel
                | Answer::WholePrefix
                | Answer::Use(_)
                | Answer::Renew
                | Answer::GoOn
                | Answer::SignIn
                | Answer::Dial { .. } => State::SigningIn(self),
            },
            Event::Asked(..) | Event::VmStarted(_) | Event::Explained(_) | Event::Launched(_) => {
                State::SigningIn(self)
            }
        }
    }

    /// The sign-in it waits for, once that has a number.
    pub(super) fn waits_for(&self) -> Option<SignInId> {
        self.by
    }

    /// The sign-in that it wants and that has no number yet.
    pub(super) fn wants(&self) -> Option<&SignInPlan> {
        match self.by {
            Some(_) => None,
            None => Some(&self.plan),
        }
    }

    pub(super) fn is_served_by(&mut self, id: SignInId) {
        self.by = Some(id);
    }

    fn look(self, facts: &mut Facts, turn: &mut Turn<'_>) -> State {
        let Some(by) = self.by else {
            return State::SigningIn(self);
        };
        match turn.desk.outcome(by) {
            Outcome::Pending => State::SigningIn(self),
            Outcome::Done => {
                let answered = challenge(&self.problem);
                facts.sign_ins.is_over(true);
                facts.sign_ins.is_answered(answered, turn.desk.gains());
                again(facts, turn)
            }
            // Why it failed says better what helps than what it was to answer.
            Outcome::Failed(problem) => {
                facts.starts = false;
                facts.sign_ins.is_over(false);
                facts.sign_ins.is_unanswered(self.problem);
                Asking::about(problem, facts, turn)
            }
            Outcome::Overtaken => {
                facts.sign_ins.is_answered(None, turn.desk.gains());
                again(facts, turn)
            }
            Outcome::Cancelled => {
                facts.starts = false;
                facts.sign_ins.is_over(false);
                Asking::about(self.problem, facts, turn)
            }
        }
    }
}

/// A help desk is told why no further page is opened.
fn not_answered(problem: Problem) -> Problem {
    if problem.details.observed.is_some() {
        return problem;
    }
    problem.observed("asked for again after a sign-in that answered it")
}

fn remedy(problem: &Problem, facts: &Facts, turn: &Turn<'_>) -> Option<SignInPlan> {
    let tenant = facts.vm.any().map(|vm| &vm.tenant);
    turn.desk.remedy(problem, tenant)
}
