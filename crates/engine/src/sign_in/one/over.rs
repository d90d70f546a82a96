//! Over: somebody is signed in, or it failed, or it was called off.

use crate::account::AccountId;
use crate::problem::{Cause, Problem};
use crate::sign_in::{SignInPlan, SignInStage};

use super::{Desktop, Event, Outcome, State, UnderWay};

/// How it ended.
#[derive(Debug)]
pub(super) enum Over {
    Done(AccountId),
    Failed(Problem),
    Cancelled,
}

impl Over {
    pub(super) fn done(account: AccountId) -> State {
        State::Over(Self::Done(account))
    }

    pub(super) fn failed(problem: Problem) -> State {
        State::Over(Self::Failed(problem))
    }

    pub(super) fn cancelled() -> State {
        State::Over(Self::Cancelled)
    }

    /// A person, or everybody who waited, wants it no more.
    pub(super) fn called_off(under_way: UnderWay, with: &mut Desktop<'_>) -> State {
        under_way.call_off(with);
        Self::cancelled()
    }

    /// Nobody finished it.
    pub(super) fn timed_out(
        under_way: UnderWay,
        plan: &SignInPlan,
        with: &mut Desktop<'_>,
    ) -> State {
        under_way.call_off(with);
        Self::failed(Cause::SignInTimedOut { way: plan.way }.into())
    }

    /// Nothing happens to it any more.
    pub(super) fn on(self, event: Event) -> State {
        match event {
            Event::Begin | Event::Look | Event::Told(_) | Event::Cancel => State::Over(self),
        }
    }

    pub(super) fn outcome(&self) -> Outcome {
        match self {
            Self::Done(_) => Outcome::Done,
            Self::Failed(problem) => Outcome::Failed(problem.clone()),
            Self::Cancelled => Outcome::Cancelled,
        }
    }

    pub(super) fn stage(&self) -> SignInStage {
        match self {
            Self::Done(account) => SignInStage::Done {
                account: account.clone(),
            },
            Self::Failed(_) => SignInStage::Failed,
            Self::Cancelled => SignInStage::Cancelled,
        }
    }
}
