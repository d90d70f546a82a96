//! A connection as it is shown.

use jiff::Timestamp;

use crate::id::{EffectId, RequestId};
use crate::intent::Answer;
use crate::ledger::Ledger;
use crate::problem::{AT_A_TERMINAL, Problem, WayOut};
use crate::snapshot::{ConnectionView, Question, StateName};
use crate::turn::Turn;
use crate::vm::Service;

use super::carrier::{Bearing, Carrier};
use super::facts::Client;
use super::sign_ins::challenge;
use super::starting::Starting;
use super::tunnel::Tunnel;
use super::{Connection, State};

impl Connection {
    /// The truth of this moment.
    pub(crate) fn view(&self, ledger: &Ledger, turn: &Turn<'_>) -> ConnectionView {
        let problem = self.problem(turn);
        let question = self.question();
        let ending = match &self.state {
            State::Ended(ended) => Some(ended.how),
            State::Looking(_)
            | State::Tunnel(_)
            | State::Knocking(_)
            | State::Starting(_)
            | State::Requesting(_)
            | State::Proving(_)
            | State::Launching(_)
            | State::Open(_)
            | State::SigningIn(_)
            | State::Asking(_) => None,
        };
        let waits = match self.name() {
            StateName::Asking | StateName::Ended => true,
            StateName::Looking
            | StateName::Tunnel
            | StateName::Knocking
            | StateName::Starting
            | StateName::Requesting
            | StateName::Proving
            | StateName::Launching
            | StateName::Open
            | StateName::SigningIn => false,
        };
        let stuck = waits && problem.is_some();
        let automatic = turn.desk.is_automatic();
        let mut ways_out = ways_out(
            problem.as_ref().or(self.facts.note.as_ref()),
            question.as_ref(),
            self.name(),
            automatic,
            self.facts.wish.attended,
        );
        self.offer_vpns(&mut ways_out, turn);
        ConnectionView {
            id: self.id,
            vm: self.facts.wish.vm.clone(),
            vm_name: self.facts.vm_name(),
            service: self.facts.service,
            state: self.name(),
            steps: self.facts.steps.view(turn.at(), waits, stuck, ending),
            may_sign_in: self.may_sign_in(problem.as_ref(), &ways_out),
            ways_out,
            problem,
            note: self.facts.note.clone(),
            launch: self.facts.launch.clone(),
            question,
            tunnel: self.facts.net.view.clone(),
            plan: self.facts.plan.clone(),
            request: self.request(),
            refused: self.facts.refused,
            usual: self.facts.usual,
            expires_at: self.expires_at(ledger, turn),
            ending,
            client_code: match self.facts.client {
                Client::Ended(code) => code,
                Client::None | Client::Running(_) => None,
            },
        }
    }

    /// For a challenge a page was opened by itself, where one may be.
    fn may_sign_in(&self, problem: Option<&Problem>, ways_out: &[WayOut]) -> bool {
        let sign_in = WayOut::Answer {
            answer: Answer::SignIn,
        };
        let attended = self.facts.wish.attended && self.facts.sign_ins.has_had_none();
        attended && ways_out.contains(&sign_in) && problem.and_then(challenge).is_none()
    }

    fn name(&self) -> StateName {
        match &self.state {
            State::Looking(_) => StateName::Looking,
            State::Tunnel(_) => Tunnel::name(&self.facts),
            State::Knocking(_) => StateName::Knocking,
            State::Starting(_) => StateName::Starting,
            State::Requesting(_) => StateName::Requesting,
            State::Proving(_) => StateName::Proving,
            State::Launching(_) => StateName::Launching,
            State::Open(_) => StateName::Open,
            State::SigningIn(_) => StateName::SigningIn,
            State::Asking(_) => StateName::Asking,
            State::Ended(_) => StateName::Ended,
        }
    }

    fn problem(&self, turn: &Turn<'_>) -> Option<Problem> {
        let facts = &self.facts;
        let reads = || facts.vm.trouble().or(facts.policies.trouble()).cloned();
        match &self.state {
            State::Looking(_) | State::Knocking(_) => reads(),
            State::Tunnel(_) => self
                .dial_failure(turn)
                .or_else(|| facts.no_path())
                .cloned()
                .or_else(reads),
            State::Starting(_) => Starting::problem(facts),
            State::Requesting(state) => state.problem().cloned(),
            State::Proving(state) => state
                .problem(facts, turn)
                .or_else(|| facts.vm.trouble().cloned()),
            State::Launching(_) => None,
            State::Open(state) => state.problem().cloned(),
            State::SigningIn(state) => Some(state.problem.clone()),
            State::Asking(state) => state.problem().cloned(),
            State::Ended(state) => state.problem.clone(),
        }
    }

    fn question(&self) -> Option<Question> {
        match &self.state {
            State::Asking(state) => state.asks().cloned(),
            State::Looking(_)
            | State::Tunnel(_)
            | State::Knocking(_)
            | State::Starting(_)
            | State::Requesting(_)
            | State::Proving(_)
            | State::Launching(_)
            | State::Open(_)
            | State::SigningIn(_)
            | State::Ended(_) => None,
        }
    }

    fn carrier(&self) -> Option<&Carrier> {
        match &self.state {
            State::Proving(state) => Some(&state.carrier),
            State::Launching(state) => Some(state.carrier()),
            State::Open(state) => Some(state.carrier()),
            State::Asking(state) => state.carrier(),
            State::Ended(state) => state.carrier.as_ref(),
            State::Looking(_)
            | State::Tunnel(_)
            | State::Knocking(_)
            | State::Starting(_)
            | State::SigningIn(_)
            | State::Requesting(_) => None,
        }
    }

    fn request(&self) -> Option<RequestId> {
        match &self.state {
            State::Requesting(state) => state.request(),
            State::Looking(_)
            | State::Tunnel(_)
            | State::Knocking(_)
            | State::Starting(_)
            | State::Proving(_)
            | State::Launching(_)
            | State::Open(_)
            | State::SigningIn(_)
            | State::Asking(_)
            | State::Ended(_) => self.carrier()?.request(),
        }
    }

    fn expires_at(&self, ledger: &Ledger, turn: &Turn<'_>) -> Option<Timestamp> {
        let taken = self.request().map(Carrier::Ours);
        let carrier = taken.as_ref().or_else(|| self.carrier())?;
        match carrier.standing(&self.facts, ledger, turn.clock) {
            Bearing::Carries { until, .. } => until,
            Bearing::Gone | Bearing::Expired | Bearing::Displaced(_) | Bearing::Revoked(_) => None,
        }
    }
}

impl State {
    /// Whether this state waits for a reply to `effect`.
    pub(super) fn awaits(&self, effect: EffectId) -> bool {
        match self {
            Self::Starting(state) => state.awaits(effect),
            Self::Launching(state) => state.awaits(effect),
            Self::Looking(_)
            | Self::Tunnel(_)
            | Self::Knocking(_)
            | Self::Requesting(_)
            | Self::Proving(_)
            | Self::Open(_)
            | Self::SigningIn(_)
            | Self::Asking(_)
            | Self::Ended(_) => false,
        }
    }
}

/// What a person can do now. Whatever stands in the way may have been mended elsewhere,
/// so a person who is asked can always have it tried again.
fn ways_out(
    problem: Option<&Problem>,
    question: Option<&Question>,
    state: StateName,
    automatic: bool,
    attended: bool,
) -> Vec<WayOut> {
    let answer = |answer| WayOut::Answer { answer };
    if let Some(question) = question {
        return match question {
            Question::WhichService => vec![
                answer(Answer::Use(Service::RDP)),
                answer(Answer::Use(Service::SSH)),
            ],
            Question::MayDisplace { .. } => vec![answer(Answer::GoOn)],
        };
    }
    let mut ways = problem.map(Problem::ways_out).unwrap_or_default();
    let sign_in = answer(Answer::SignIn);
    if problem.and_then(challenge).is_some() {
        // Here the sign-in carries what was asked for; there is no need to begin anew.
        ways.insert(0, sign_in.clone());
        let anew = WayOut::Advice {
            key: AT_A_TERMINAL.to_owned(),
        };
        if automatic || attended || state == StateName::SigningIn {
            ways.retain(|way| *way != anew);
        }
    }
    if automatic && ways.contains(&sign_in) {
        let key = "check-environment".to_owned();
        ways.push(WayOut::Advice { key });
    }
    // It is under way, or nobody could do it.
    if automatic || state == StateName::SigningIn {
        ways.retain(|way| *way != sign_in);
    }
    let again = answer(Answer::Again);
    let asked = matches!(state, StateName::Asking | StateName::SigningIn) && problem.is_some();
    if asked && !ways.contains(&again) && !ways.contains(&answer(Answer::Renew)) {
        ways.push(again);
    }
    if state == StateName::Ended {
        ways.retain(|way| matches!(way, WayOut::Advice { .. }));
    }
    ways
}
