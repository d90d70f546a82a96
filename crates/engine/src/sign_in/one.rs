//! One sign-in: a state machine, one file per state.

use jiff::Timestamp;

use crate::effect::Effect;
use crate::id::{EffectId, SignInId};
use crate::problem::{Problem, WayOut};
use crate::time::{Clock, Due};
use crate::turn::Outbox;

use super::{SignInPlan, SignInReply, SignInStage, SignInView};

mod browser;
mod cli;
mod code;
mod opening;
mod over;
mod redeeming;
mod waiting;

/// One sign-in.
#[derive(Debug)]
pub(super) struct SignIn {
    pub(super) id: SignInId,
    pub(super) plan: SignInPlan,
    /// A person asked for it by itself: it goes on when no connection waits for it.
    pub(super) wished: bool,
    state: State,
}

/// How far a sign-in is. What a state knows, it owns.
#[derive(Debug)]
enum State {
    Waiting(waiting::Waiting),
    Opening(opening::Opening),
    Browser(browser::Browser),
    Code(code::Code),
    Cli(cli::Cli),
    Redeeming(redeeming::Redeeming),
    Over(over::Over),
}

/// What can happen to a sign-in.
#[derive(Debug)]
pub(super) enum Event {
    /// No other one is under way.
    Begin,
    /// Time went by.
    Look,
    /// The effect tells something.
    Told(SignInReply),
    /// A person, or everybody who waited, wants it no more.
    Cancel,
}

/// What a state does its work with.
pub(super) struct Desktop<'a> {
    pub(super) clock: Clock,
    pub(super) outbox: &'a mut Outbox,
}

/// The effect of a sign-in under way, and when it has to be over.
#[derive(Debug, Clone, Copy)]
struct UnderWay {
    effect: EffectId,
    until: Due,
}

/// What came of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing yet.
    Pending,
    /// Somebody is signed in.
    Done,
    /// Nobody is, and this is why.
    Failed(Problem),
    /// It was called off.
    Cancelled,
    /// It never began: another one answered a challenge of the same tenant.
    Overtaken,
}

impl SignIn {
    /// A sign-in that waits for its turn.
    pub(super) fn new(id: SignInId, plan: SignInPlan, wished: bool) -> Self {
        Self {
            id,
            plan,
            wished,
            state: waiting::Waiting::enter(),
        }
    }

    /// A sign-in that cannot begin.
    pub(super) fn failed(id: SignInId, plan: SignInPlan, wished: bool, problem: Problem) -> Self {
        Self {
            id,
            plan,
            wished,
            state: over::Over::failed(problem),
        }
    }

    pub(super) fn on(&mut self, event: Event, with: &mut Desktop<'_>) {
        let state = std::mem::replace(&mut self.state, waiting::Waiting::enter());
        self.state = match state {
            State::Waiting(state) => state.on(event, &self.plan, with),
            State::Opening(state) => state.on(event, &self.plan, with),
            State::Browser(state) => state.on(event, &self.plan, with),
            State::Code(state) => state.on(event, &self.plan, with),
            State::Cli(state) => state.on(event, &self.plan, with),
            State::Redeeming(state) => state.on(event, &self.plan, with),
            State::Over(state) => state.on(event),
        };
    }

    /// Whether the effect is this one's.
    pub(super) fn awaits(&self, effect: EffectId) -> bool {
        if let State::Over(state) = &self.state {
            return state.called_off_effect() == Some(effect);
        }
        self.under_way().is_some_and(|it| it.effect == effect)
    }

    pub(super) fn is_waiting(&self) -> bool {
        matches!(self.state, State::Waiting(_))
    }

    pub(super) fn is_under_way(&self) -> bool {
        self.under_way().is_some()
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(self.state, State::Over(_))
    }

    pub(super) fn outcome(&self) -> Outcome {
        match &self.state {
            State::Over(state) => state.outcome(),
            State::Waiting(_)
            | State::Opening(_)
            | State::Browser(_)
            | State::Code(_)
            | State::Cli(_)
            | State::Redeeming(_) => Outcome::Pending,
        }
    }

    pub(super) fn due(&self) -> Option<Due> {
        self.under_way().map(|it| it.until)
    }

    pub(super) fn view(&self, clock: Clock) -> SignInView {
        let problem = match self.outcome() {
            Outcome::Failed(problem) => Some(problem),
            Outcome::Pending | Outcome::Done | Outcome::Cancelled | Outcome::Overtaken => None,
        };
        SignInView {
            id: self.id,
            way: self.plan.way,
            tenant: self.plan.tenant.clone(),
            account: self.plan.account.clone(),
            challenged: self.plan.claims.is_some(),
            stage: self.stage(),
            until: self.until(clock),
            ways_out: problem.as_ref().map(ways_out).unwrap_or_default(),
            problem,
        }
    }

    fn stage(&self) -> SignInStage {
        match &self.state {
            State::Waiting(_) => SignInStage::Waiting,
            State::Opening(_) => SignInStage::Opening,
            State::Browser(state) => state.stage(),
            State::Code(state) => state.stage(),
            State::Cli(state) => state.stage(),
            State::Redeeming(_) => SignInStage::Redeeming,
            State::Over(state) => state.stage(),
        }
    }

    fn until(&self, clock: Clock) -> Option<Timestamp> {
        self.due().map(|due| clock.time_of(due))
    }

    fn under_way(&self) -> Option<UnderWay> {
        match &self.state {
            State::Waiting(_) | State::Over(_) => None,
            State::Opening(state) => Some(state.under_way),
            State::Browser(state) => Some(state.under_way),
            State::Code(state) => Some(state.under_way),
            State::Cli(state) => Some(state.under_way),
            State::Redeeming(state) => Some(state.under_way),
        }
    }
}

impl UnderWay {
    fn issue(plan: &SignInPlan, until: Due, with: &mut Desktop<'_>) -> Self {
        let effect = with.outbox.issue(None, Effect::SignIn(plan.clone()));
        Self { effect, until }
    }

    fn call_off(self, with: &mut Desktop<'_>) {
        let effect = self.effect;
        with.outbox.issue(None, Effect::CallOff { effect });
    }

    fn is_late(self, with: &Desktop<'_>) -> bool {
        with.clock.is_due(self.until)
    }
}

/// The answer to try again belongs to connections; a sign-in is wished anew.
fn ways_out(problem: &Problem) -> Vec<WayOut> {
    let mut ways = problem.ways_out();
    ways.retain(|way| match way {
        WayOut::Answer { answer } => *answer == crate::intent::Answer::SignIn,
        WayOut::Advice { .. } => true,
    });
    ways
}
