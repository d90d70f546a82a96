//! The person is through; the answer is exchanged for tokens, and those are kept.

use crate::schedule::SIGN_IN_REDEEMS;
use crate::sign_in::{SignInPlan, SignInReply};
use crate::time::Due;

use super::over::Over;
use super::{Desktop, Event, State, UnderWay};

/// Nothing is wanted of the person any more.
#[derive(Debug)]
pub(super) struct Redeeming {
    pub(super) under_way: UnderWay,
}

impl Redeeming {
    pub(super) fn enter(under_way: UnderWay, with: &Desktop<'_>) -> State {
        let until = Due::In(with.clock.at.plus(SIGN_IN_REDEEMS));
        State::Redeeming(Self {
            under_way: UnderWay { until, ..under_way },
        })
    }

    pub(super) fn on(self, event: Event, plan: &SignInPlan, with: &mut Desktop<'_>) -> State {
        match event {
            Event::Told(SignInReply::Done(account)) => Over::done(account),
            Event::Told(SignInReply::Failed(problem)) => Over::failed(problem),
            Event::Look if self.under_way.is_late(with) => {
                Over::timed_out(self.under_way, plan, with)
            }
            // Too late: half of it would be a sign-in that nobody knows of.
            Event::Cancel
            | Event::Begin
            | Event::Look
            | Event::Told(
                SignInReply::Page { .. }
                | SignInReply::Code { .. }
                | SignInReply::Cli { .. }
                | SignInReply::Redeeming,
            ) => State::Redeeming(self),
        }
    }
}
