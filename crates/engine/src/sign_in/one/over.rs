//! Over: somebody is signed in, or it failed, or it was called off.

use crate::account::AccountId;
use crate::id::EffectId;
use crate::problem::{Cause, Problem};
use crate::sign_in::{SignInPlan, SignInReply, SignInStage};

use super::{Desktop, Event, Outcome, State, UnderWay};

/// How it ended.
#[derive(Debug)]
pub(super) enum Over {
    Done(AccountId),
    /// With the effect, where it was told to stop and may have come through before.
    Failed(Problem, Option<EffectId>),
    Cancelled(Option<EffectId>),
}

impl Over {
    pub(super) fn done(account: AccountId) -> State {
        State::Over(Self::Done(account))
    }

    pub(super) fn failed(problem: Problem) -> State {
        State::Over(Self::Failed(problem, None))
    }

    pub(super) fn cancelled() -> State {
        State::Over(Self::Cancelled(None))
    }

    /// A person, or everybody who waited, wants it no more.
    pub(super) fn called_off(under_way: UnderWay, with: &mut Desktop<'_>) -> State {
        under_way.call_off(with);
        State::Over(Self::Cancelled(Some(under_way.effect)))
    }

    /// Nobody finished it.
    pub(super) fn timed_out(
        under_way: UnderWay,
        plan: &SignInPlan,
        with: &mut Desktop<'_>,
    ) -> State {
        under_way.call_off(with);
        let problem = Cause::SignInTimedOut { way: plan.way }.into();
        State::Over(Self::Failed(problem, Some(under_way.effect)))
    }

    /// Nothing happens to it any more, but that somebody is signed in after all: the answer
    /// was being exchanged when it was told to stop, and what really happened is shown.
    pub(super) fn on(self, event: Event) -> State {
        match event {
            Event::Told(SignInReply::Done(account)) => Self::done(account),
            Event::Begin | Event::Look | Event::Told(_) | Event::Cancel => State::Over(self),
        }
    }

    /// The effect that was told to stop and may have come through before.
    pub(super) fn called_off_effect(&self) -> Option<EffectId> {
        match self {
            Self::Done(_) => None,
            Self::Failed(_, effect) | Self::Cancelled(effect) => *effect,
        }
    }

    pub(super) fn outcome(&self) -> Outcome {
        match self {
            Self::Done(_) => Outcome::Done,
            Self::Failed(problem, _) => Outcome::Failed(problem.clone()),
            Self::Cancelled(_) => Outcome::Cancelled,
        }
    }

    pub(super) fn stage(&self) -> SignInStage {
        match self {
            Self::Done(account) => SignInStage::Done {
                account: account.clone(),
            },
            Self::Failed(..) => SignInStage::Failed,
            Self::Cancelled(_) => SignInStage::Cancelled,
        }
    }
}
