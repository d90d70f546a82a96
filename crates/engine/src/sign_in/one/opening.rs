//! Being set up: the listener, the code or the command line, and then the page.

use crate::schedule::LONGEST_CODE;
use crate::sign_in::{SignInPlan, SignInReply};
use crate::time::{Due, secs};

use super::browser::Browser;
use super::cli::Cli;
use super::code::Code;
use super::over::Over;
use super::redeeming::Redeeming;
use super::{Desktop, Event, State, UnderWay};

/// It is under way and has shown nothing yet.
#[derive(Debug)]
pub(super) struct Opening {
    pub(super) under_way: UnderWay,
}

impl Opening {
    pub(super) fn enter(under_way: UnderWay) -> State {
        State::Opening(Self { under_way })
    }

    pub(super) fn on(self, event: Event, plan: &SignInPlan, with: &mut Desktop<'_>) -> State {
        let under_way = self.under_way;
        match event {
            Event::Told(SignInReply::Page { page, opened }) => {
                Browser::enter(page, opened, under_way)
            }
            Event::Told(SignInReply::Code {
                user_code,
                page,
                opened,
                expires_at,
            }) => {
                // By our own clock, so that a clock that is set meanwhile changes nothing.
                let lasts = expires_at
                    .duration_since(with.clock.now)
                    .clamp(secs(0), LONGEST_CODE);
                let until = Due::In(with.clock.at.plus(lasts));
                Code::enter(user_code, page, opened, UnderWay { until, ..under_way })
            }
            Event::Told(SignInReply::Cli { command }) => Cli::enter(command, under_way),
            Event::Told(SignInReply::Redeeming) => Redeeming::enter(under_way, with),
            Event::Told(SignInReply::Done(account)) => Over::done(account),
            Event::Told(SignInReply::Failed(problem)) => Over::failed(problem),
            Event::Look if under_way.is_late(with) => Over::timed_out(under_way, plan, with),
            Event::Cancel => Over::called_off(under_way, with),
            Event::Begin | Event::Look => State::Opening(self),
        }
    }
}
