//! One person's way to one VM: a state machine, one file per state.

use crate::effect::Effect;
use crate::id::{ConnectionId, EffectId, SignInId};
use crate::intent::{Answer, ConnectWish};
use crate::ledger::{AskId, Asked, Ledger};
use crate::problem::Problem;
use crate::rules::Explanation;
use crate::sign_in::SignInPlan;
use crate::snapshot::Ending;
use crate::time::Due;
use crate::turn::Turn;

mod asking;
mod carrier;
mod dialling;
mod draft;
mod ended;
mod facts;
mod hindrance;
mod knocking;
mod known;
mod launching;
mod learn;
mod looking;
mod open;
mod patience;
mod proving;
mod reply;
mod requesting;
mod reuse;
mod sign_ins;
mod signing_in;
mod starting;
mod steps;
mod tries;
mod tunnel;
mod view;

use facts::Facts;
pub(crate) use facts::Purpose;

/// One person's way to one VM.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) id: ConnectionId,
    facts: Facts,
    state: State,
}

/// Where a connection stands. What a state knows, it owns.
#[derive(Debug)]
enum State {
    Looking(looking::Looking),
    Tunnel(tunnel::Tunnel),
    Knocking(knocking::Knocking),
    Starting(starting::Starting),
    Requesting(requesting::Requesting),
    Proving(proving::Proving),
    Launching(launching::Launching),
    Open(open::Open),
    SigningIn(signing_in::SigningIn),
    Asking(asking::Asking),
    Ended(ended::Ended),
}

/// What can happen to a state. Reads and observations are facts by then: a state is told
/// to look again.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// Something was learnt, or time went by.
    Look,
    /// News of the request that is on its way.
    Asked(AskId, Asked),
    /// To `StartVm`.
    VmStarted(Result<(), Problem>),
    /// To `ExplainSilence`.
    Explained(Result<Explanation, Problem>),
    /// To `Launch`.
    Launched(Result<(), Problem>),
    /// A person answered.
    Answered(Answer),
}

/// More changes of state than any road through the states can take in one step.
const LONGEST_ROAD: usize = 16;

impl Connection {
    /// Sets out. The first effects go at once.
    pub(crate) fn begin(
        id: ConnectionId,
        wish: ConnectWish,
        purpose: Purpose,
        turn: &mut Turn<'_>,
    ) -> Self {
        let mut facts = Facts::new(wish, purpose, turn.at());
        facts.read_all(turn);
        Self {
            id,
            state: looking::Looking::enter(&mut facts, turn),
            facts,
        }
    }

    /// Takes an event, and goes on as far as what is known allows.
    pub(crate) fn on(&mut self, event: Event, ledger: &mut Ledger, turn: &mut Turn<'_>) {
        if !self.is_over() {
            self.facts.keep_reading(turn);
        }
        let mut event = event;
        for _ in 0..LONGEST_ROAD {
            let before = std::mem::discriminant(&self.state);
            let state = std::mem::replace(&mut self.state, ended::Ended::blank());
            self.state = state.on(event, &mut self.facts, ledger, turn);
            if std::mem::discriminant(&self.state) == before {
                break;
            }
            event = Event::Look;
        }
    }

    /// A person stops it. Whatever is under way is called off, but for a request that may
    /// have been sent: the ledger settles that.
    pub(crate) fn cancel(&mut self, ledger: &mut Ledger, turn: &mut Turn<'_>) {
        match &self.state {
            State::Ended(_) => return,
            State::Requesting(state) => state.abandon(ledger, turn),
            State::Starting(state) => state.call_off(turn),
            State::Launching(state) => state.call_off(turn),
            State::Looking(_)
            | State::Tunnel(_)
            | State::Knocking(_)
            | State::Proving(_)
            | State::Open(_)
            | State::SigningIn(_)
            | State::Asking(_) => {}
        }
        self.state = ended::Ended::enter(Ending::Cancelled, None, &mut self.facts, turn);
    }

    /// Whether it is over and can be forgotten.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.state, State::Ended(_))
    }

    /// Another look at the tunnel is needed: an address or route changed.
    pub(crate) fn network_changed(&mut self, turn: &mut Turn<'_>) {
        if !self.is_over() {
            self.facts.observe_again(turn);
        }
    }

    /// Other pools are known than before: what was found of the tunnel is judged by them.
    pub(crate) fn pools_changed(&mut self, turn: &mut Turn<'_>) {
        if !self.is_over() {
            self.facts.pools_changed(turn);
        }
    }

    /// The machine slept: what was read is old, and what was tried tells nothing.
    pub(crate) fn resumed(&mut self, turn: &mut Turn<'_>) {
        if !self.is_over() {
            self.facts.observe_again(turn);
            self.facts.read_again(turn);
            self.facts.probe_again(turn);
            if let State::Proving(state) = &mut self.state {
                state.begin_waiting(turn);
            }
        }
    }

    /// The sign-in that it wants, where none serves it yet.
    pub(crate) fn wants_sign_in(&self) -> Option<&SignInPlan> {
        self.signing_in()?.wants()
    }

    /// The sign-in that it waits for.
    pub(crate) fn waits_for_sign_in(&self) -> Option<SignInId> {
        self.signing_in()?.waits_for()
    }

    /// This sign-in serves it.
    pub(crate) fn is_served_by(&mut self, id: SignInId) {
        if let State::SigningIn(state) = &mut self.state {
            state.is_served_by(id);
        }
    }

    /// Whether what becomes of a sign-in may move it.
    pub(crate) fn looks_at_sign_ins(&self) -> bool {
        matches!(self.state, State::SigningIn(_) | State::Asking(_))
    }

    fn signing_in(&self) -> Option<&signing_in::SigningIn> {
        if let State::SigningIn(state) = &self.state {
            return Some(state);
        }
        None
    }

    /// Whether it waits for a tunnel that dialling a VPN may bring.
    pub(crate) fn waits_for_tunnel(&self) -> bool {
        matches!(self.state, State::Tunnel(_)) && tunnel::Tunnel::may_dial(&self.facts)
    }

    /// When it wants to be looked at again.
    pub(crate) fn due(&self, ledger: &Ledger, turn: &Turn<'_>) -> Vec<Due> {
        let mut due = match &self.state {
            State::Ended(_) => return Vec::new(),
            State::Looking(_) | State::Tunnel(_) | State::Launching(_) | State::SigningIn(_) => {
                Vec::new()
            }
            State::Asking(state) => state.due(),
            State::Knocking(state) => state.due(&self.facts),
            State::Starting(state) => state.due(),
            State::Requesting(state) => state.due(),
            State::Proving(state) => state.due(&self.facts, ledger, turn),
            State::Open(state) => state.due(),
        };
        due.extend(self.facts.reads_due());
        due
    }
}

impl State {
    fn on(self, event: Event, facts: &mut Facts, ledger: &mut Ledger, turn: &mut Turn<'_>) -> Self {
        match self {
            Self::Looking(state) => state.on(event, facts, turn),
            Self::Tunnel(state) => state.on(event, facts, ledger, turn),
            Self::Knocking(state) => state.on(event, facts, ledger, turn),
            Self::Starting(state) => state.on(event, facts, turn),
            Self::Requesting(state) => state.on(event, facts, ledger, turn),
            Self::Proving(state) => state.on(event, facts, ledger, turn),
            Self::Launching(state) => state.on(event, facts, turn),
            Self::Open(state) => state.on(event, facts, ledger, turn),
            Self::SigningIn(state) => state.on(event, facts, turn),
            Self::Asking(state) => state.on(event, facts, ledger, turn),
            Self::Ended(state) => state.on(event),
        }
    }
}

/// An effect that is under way for a state, with what it was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct UnderWay(EffectId);

impl UnderWay {
    fn issue(effect: Effect, turn: &mut Turn<'_>) -> Self {
        Self(turn.issue(effect))
    }

    fn call_off(self, turn: &mut Turn<'_>) {
        turn.call_off(self.0);
    }
}
