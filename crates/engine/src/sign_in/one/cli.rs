//! A line of the Azure CLI waits to be run by the person; then `az` has a new token.

use crate::sign_in::{SignInPlan, SignInReply, SignInStage};

use super::over::Over;
use super::redeeming::Redeeming;
use super::{Desktop, Event, State, UnderWay};

/// The line is told; `az` is looked at now and then.
#[derive(Debug)]
pub(super) struct Cli {
    command: String,
    pub(super) under_way: UnderWay,
}

impl Cli {
    pub(super) fn enter(command: String, under_way: UnderWay) -> State {
        State::Cli(Self { command, under_way })
    }

    pub(super) fn on(self, event: Event, plan: &SignInPlan, with: &mut Desktop<'_>) -> State {
        match event {
            Event::Told(SignInReply::Cli { command }) => Self::enter(command, self.under_way),
            Event::Told(SignInReply::Redeeming) => Redeeming::enter(self.under_way, with),
            Event::Told(SignInReply::Done(account)) => Over::done(account),
            Event::Told(SignInReply::Failed(problem)) => Over::failed(problem),
            Event::Look if self.under_way.is_late(with) => {
                Over::timed_out(self.under_way, plan, with)
            }
            Event::Cancel => Over::called_off(self.under_way, with),
            Event::Begin
            | Event::Look
            | Event::Told(SignInReply::Page { .. } | SignInReply::Code { .. }) => State::Cli(self),
        }
    }

    pub(super) fn stage(&self) -> SignInStage {
        SignInStage::Cli {
            command: self.command.clone(),
        }
    }
}
