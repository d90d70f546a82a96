//! A page waits for the person, in their own browser.

use crate::sign_in::{SignInPlan, SignInReply, SignInStage};

use super::over::Over;
use super::redeeming::Redeeming;
use super::{Desktop, Event, State, UnderWay};

/// The page is told; its answer comes to the loopback address.
#[derive(Debug)]
pub(super) struct Browser {
    page: String,
    opened: bool,
    pub(super) under_way: UnderWay,
}

impl Browser {
    pub(super) fn enter(page: String, opened: bool, under_way: UnderWay) -> State {
        State::Browser(Self {
            page,
            opened,
            under_way,
        })
    }

    pub(super) fn on(self, event: Event, plan: &SignInPlan, with: &mut Desktop<'_>) -> State {
        match event {
            Event::Told(SignInReply::Page { page, opened }) => {
                Self::enter(page, opened, self.under_way)
            }
            Event::Told(SignInReply::Redeeming) => Redeeming::enter(self.under_way, with),
            Event::Told(SignInReply::Done(account)) => Over::done(account),
            Event::Told(SignInReply::Failed(problem)) => Over::failed(problem),
            Event::Look if self.under_way.is_late(with) => {
                Over::timed_out(self.under_way, plan, with)
            }
            Event::Cancel => Over::called_off(self.under_way, with),
            Event::Begin
            | Event::Look
            | Event::Told(SignInReply::Code { .. } | SignInReply::Cli { .. }) => {
                State::Browser(self)
            }
        }
    }

    pub(super) fn stage(&self) -> SignInStage {
        SignInStage::Browser {
            page: self.page.clone(),
            opened: self.opened,
        }
    }
}
