//! Another sign-in goes first: one page at a time asks for a person's attention.

use crate::account::Way;
use crate::schedule::{SIGN_IN_BY_BROWSER, SIGN_IN_BY_CLI};
use crate::time::Due;

use super::opening::Opening;
use super::over::Over;
use super::{Desktop, Event, State, UnderWay};
use crate::sign_in::SignInPlan;

/// Nothing was done yet.
#[derive(Debug)]
pub(super) struct Waiting;

impl Waiting {
    pub(super) fn enter() -> State {
        State::Waiting(Self)
    }

    pub(super) fn on(self, event: Event, plan: &SignInPlan, with: &mut Desktop<'_>) -> State {
        match event {
            Event::Begin => {
                let limit = match plan.way {
                    Way::AzureCli => SIGN_IN_BY_CLI,
                    // A code brings its own end; this one is for getting the code.
                    Way::Browser | Way::DeviceCode | Way::Environment | Way::Broker => {
                        SIGN_IN_BY_BROWSER
                    }
                };
                let until = Due::In(with.clock.at.plus(limit));
                Opening::enter(UnderWay::issue(plan, until, with))
            }
            Event::Cancel => Over::cancelled(),
            Event::Look | Event::Told(_) => State::Waiting(self),
        }
    }
}
