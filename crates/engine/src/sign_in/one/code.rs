//! A code waits to be typed in, on this device or another one, until it lapses.

use crate::sign_in::{SignInPlan, SignInReply, SignInStage};

use super::over::Over;
use super::redeeming::Redeeming;
use super::{Desktop, Event, State, UnderWay};

/// The code is told; Entra is asked now and then whether it was used.
#[derive(Debug)]
pub(super) struct Code {
    user_code: String,
    page: String,
    opened: bool,
    pub(super) under_way: UnderWay,
}

impl Code {
    pub(super) fn enter(
        user_code: String,
        page: String,
        opened: bool,
        under_way: UnderWay,
    ) -> State {
        State::Code(Self {
            user_code,
            page,
            opened,
            under_way,
        })
    }

    pub(super) fn on(self, event: Event, plan: &SignInPlan, with: &mut Desktop<'_>) -> State {
        match event {
            // Told once more when the page was opened; it lapses as it was told first.
            Event::Told(SignInReply::Code {
                user_code,
                page,
                opened,
                expires_at: _,
            }) => Self::enter(user_code, page, opened, self.under_way),
            Event::Told(SignInReply::Redeeming) => Redeeming::enter(self.under_way, with),
            Event::Told(SignInReply::Done(account)) => Over::done(account),
            Event::Told(SignInReply::Failed(problem)) => Over::failed(problem),
            Event::Look if self.under_way.is_late(with) => {
                Over::timed_out(self.under_way, plan, with)
            }
            Event::Cancel => Over::called_off(self.under_way, with),
            Event::Begin
            | Event::Look
            | Event::Told(SignInReply::Page { .. } | SignInReply::Cli { .. }) => State::Code(self),
        }
    }

    pub(super) fn stage(&self) -> SignInStage {
        SignInStage::Code {
            user_code: self.user_code.clone(),
            page: self.page.clone(),
            opened: self.opened,
        }
    }
}
