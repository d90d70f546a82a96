//! What a connection has had answered by sign-ins, so that nothing is answered for ever.

use crate::id::TenantId;
use crate::problem::{Cause, Problem, RefusedWhy};
use crate::sign_in::{Challenge, Desk};
use crate::turn::Turn;

/// So often a connection goes on by a sign-in without a word of the person's in between.
const BY_ITSELF: u32 = 5;

/// The challenges of one connection, since a person last spoke or a write succeeded.
#[derive(Debug, Default)]
pub(super) struct SignIns {
    answered: Vec<Challenge>,
    rerouted: Vec<TenantId>,
    by_itself: u32,
    /// The last of the desk's gains that led to another try.
    gain: u64,
    /// What a sign-in that failed was to answer.
    open: Option<Problem>,
    /// One failed or was called off, and a person has not spoken since.
    unwanted: bool,
    /// One was begun for this connection and ended, however long ago.
    had: bool,
}

impl SignIns {
    /// A person spoke, or a write succeeded: what comes now is new.
    pub(super) fn begin_anew(&mut self) {
        *self = Self {
            gain: self.gain,
            had: self.had,
            ..Self::default()
        };
    }

    /// Whether a sign-in has answered this challenge, so that the same once more is no
    /// challenge but an error.
    pub(super) fn has_answered(&self, challenge: &Challenge) -> bool {
        self.answered.contains(challenge)
    }

    /// A sign-in succeeded, for this challenge where it was for one; so many gains there are
    /// by now.
    pub(super) fn is_answered(&mut self, challenge: Option<Challenge>, gain: u64) {
        self.by_itself += 1;
        self.gain = gain;
        self.answered.extend(challenge);
        self.open = None;
    }

    /// A sign-in that was begun for this connection came to its end, with an account or not.
    pub(super) fn is_over(&mut self, with_account: bool) {
        self.had = true;
        self.unwanted |= !with_account;
    }

    /// Whether none was begun for this connection yet, so that a shell may begin one of which
    /// the person said beforehand that they would be there for it.
    pub(super) fn has_had_none(&self) -> bool {
        !self.had
    }

    /// Whether another one's sign-in came between our request and its refusal, so that one
    /// more try may do. Each such sign-in is worth one.
    pub(super) fn was_overtaken(&mut self, challenge: &Challenge, turn: &Turn<'_>) -> bool {
        let lately = turn.desk.answered_lately(&challenge.tenant, turn.at());
        let Some((theirs, gain)) = lately.filter(|(_, gain)| *gain > self.gain) else {
            return false;
        };
        let same = Some(challenge.clone()).filter(|ours| ours == theirs);
        self.is_answered(same, gain);
        true
    }

    /// A sign-in failed that was for this.
    pub(super) fn is_unanswered(&mut self, problem: Problem) {
        self.open = Some(problem);
    }

    /// What a person who signs in now wants answered, when they stand at `problem`: that
    /// itself, or what the sign-in was for that failed with it.
    pub(super) fn to_answer(&self, problem: &Problem) -> Option<Problem> {
        if is_answered_by_a_sign_in(&problem.cause) {
            return Some(problem.clone());
        }
        let failed = matches!(
            problem.cause,
            Cause::SignInTimedOut { .. }
                | Cause::SignInMistrusted { .. }
                | Cause::SignInRefused {
                    why: RefusedWhy::Declined,
                    ..
                }
        );
        let open = || self.open.clone().unwrap_or(Cause::NotSignedIn.into());
        failed.then(open)
    }

    /// Whether one more may follow without a word of the person's: other claims each time
    /// would be a loop as well.
    pub(super) fn goes_on_by_itself(&self) -> bool {
        self.by_itself < BY_ITSELF
    }

    /// Whether the last one ended without an account: no page opens again after a "no".
    pub(super) fn is_unwanted(&self) -> bool {
        self.unwanted
    }

    /// Whether the right account is signed in, so that one more try leads to it.
    pub(super) fn reroutes(&mut self, tenant: &TenantId, desk: &Desk) -> bool {
        let first = !self.rerouted.contains(tenant) && desk.serves(tenant);
        if first {
            self.rerouted.push(tenant.clone());
        }
        first
    }

    /// Counts a try that somebody's sign-in led to; whether there may be one.
    pub(super) fn may_resume(&mut self) -> bool {
        let may = self.goes_on_by_itself();
        self.by_itself += 1;
        may
    }
}

/// The challenge that a problem is.
pub(super) fn challenge(problem: &Problem) -> Option<Challenge> {
    if let Cause::MfaRequired { tenant, claims } = &problem.cause {
        return Some(Challenge {
            tenant: tenant.clone(),
            claims: claims.clone(),
        });
    }
    None
}

/// Whether a sign-in is what is missing.
fn is_answered_by_a_sign_in(cause: &Cause) -> bool {
    matches!(
        cause,
        Cause::NotSignedIn
            | Cause::MfaRequired { .. }
            | Cause::WrongTenant { .. }
            | Cause::TenantOff { .. }
            | Cause::TokensUnreadable { .. }
    )
}
