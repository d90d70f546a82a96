//! Over: how, and with what problem.

use crate::id::RequestId;
use crate::problem::Problem;
use crate::snapshot::{Ending, Step};
use crate::turn::Turn;

use super::carrier::Carrier;
use super::facts::Facts;
use super::{Event, State};

/// It is over.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) how: Ending,
    pub(super) problem: Option<Problem>,
    /// What would have carried it, for a dry run; the new access, for an extension.
    pub(super) carrier: Option<Carrier>,
}

impl Ended {
    pub(super) fn enter(
        how: Ending,
        problem: Option<Problem>,
        facts: &mut Facts,
        turn: &mut Turn<'_>,
    ) -> State {
        facts.call_off_all(turn);
        facts.steps.stop(turn.at());
        State::Ended(Self {
            how,
            problem,
            carrier: None,
        })
    }

    /// A dry run is over: this access would be used, or none runs and one would be asked for.
    pub(super) fn planned(
        carrier: Option<Carrier>,
        facts: &mut Facts,
        turn: &mut Turn<'_>,
    ) -> State {
        facts.call_off_all(turn);
        facts.steps.leave(Step::Request);
        if carrier.is_some() {
            facts.steps.skip(Step::Request, turn.at());
        }
        if !facts.launches() {
            facts.steps.skip(Step::Launch, turn.at());
        }
        State::Ended(Self {
            how: Ending::Planned,
            problem: None,
            carrier,
        })
    }

    /// The access was asked for anew, and Azure took it.
    pub(super) fn extended(request: RequestId, facts: &mut Facts, turn: &mut Turn<'_>) -> State {
        facts.call_off_all(turn);
        State::Ended(Self {
            how: Ending::Extended,
            problem: None,
            carrier: Some(Carrier::Ours(request)),
        })
    }

    /// What stands in a connection while its state is being worked out.
    pub(super) fn blank() -> State {
        State::Ended(Self {
            how: Ending::Failed,
            problem: None,
            carrier: None,
        })
    }

    /// Nothing happens to it any more.
    pub(super) fn on(self, event: Event) -> State {
        match event {
            Event::Look
            | Event::Asked(..)
            | Event::VmStarted(_)
            | Event::Explained(_)
            | Event::Launched(_)
            | Event::Answered(_) => State::Ended(self),
        }
    }
}
