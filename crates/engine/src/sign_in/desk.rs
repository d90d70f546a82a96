//! Who is signed in, and the sign-ins: one goes on at a time, the others wait.

use crate::account::{AccountId, AccountTenant, AccountsView, KnownAccounts};
use crate::effect::Effect;
use crate::id::{EffectId, SignInId, TenantId};
use crate::input::Reply;
use crate::problem::Problem;
use crate::schedule::ANSWERED_LATELY;
use crate::time::{Clock, Due, Moment};
use crate::turn::Outbox;

use super::SignInPlan;
use super::choice::unusable;
use super::one::{Desktop, Event, Outcome, SignIn};

/// So many sign-ins that are over stay to be looked at.
const REMEMBERED: usize = 8;

/// What Azure wants of a sign-in: the tenant, and the claims as they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Challenge {
    pub(crate) tenant: TenantId,
    pub(crate) claims: String,
}

/// A challenge that a sign-in has answered.
#[derive(Debug)]
struct Answered {
    challenge: Challenge,
    at: Moment,
    /// Which gain it was.
    gain: u64,
}

/// The accounts of this machine and the sign-ins of this process.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    /// `None` until they were observed.
    pub(super) known: Option<KnownAccounts>,
    sign_ins: Vec<SignIn>,
    last: u64,
    /// Counts how often somebody came to be signed in where nobody was before.
    gains: u64,
    /// Which challenges a sign-in has answered lately.
    answered: Vec<Answered>,
    /// Why the last sign-out failed.
    trouble: Option<Problem>,
    signing_out: Vec<(EffectId, AccountId)>,
    /// Up to this one a person knows how they ended: somebody signed in since, or began anew.
    known_to: u64,
}

impl Desk {
    /// Takes what was observed.
    pub(crate) fn learn(&mut self, known: KnownAccounts) {
        if self.known.as_ref().is_some_and(|old| gained(old, &known)) {
            self.gains += 1;
            self.known_to = self.last;
        }
        self.known = Some(known);
    }

    /// Grows whenever somebody came to be signed in, here or in another process.
    pub(crate) fn gains(&self) -> u64 {
        self.gains
    }

    /// Whether a sign-in answered this challenge after so many gains, and lately.
    pub(crate) fn answered_after(&self, challenge: &Challenge, gains: u64) -> bool {
        let after = |it: &Answered| it.challenge == *challenge && it.gain > gains;
        self.answered.iter().any(after)
    }

    /// The challenge of this tenant's that a sign-in answered a moment ago, and which gain
    /// that was. Claims that name a time differ from one refusal to the next, and one
    /// sign-in answers them all.
    pub(crate) fn answered_lately(
        &self,
        tenant: &TenantId,
        now: Moment,
    ) -> Option<(&Challenge, u64)> {
        let lately = now.minus(ANSWERED_LATELY);
        let then = |it: &&Answered| it.challenge.tenant == *tenant && it.at >= lately;
        let last = self.answered.iter().rfind(then)?;
        Some((&last.challenge, last.gain))
    }

    /// A sign-in for a connection: the same one for all that want the same.
    pub(crate) fn ask(&mut self, plan: SignInPlan) -> SignInId {
        let same = |one: &&SignIn| !one.is_over() && is_same(&one.plan, &plan);
        match self.sign_ins.iter().find(same) {
            Some(one) => one.id,
            None => self.add(plan, false),
        }
    }

    /// A sign-in that a person wants by itself.
    pub(crate) fn wish(&mut self, plan: SignInPlan) {
        // Who begins anew knows of what failed before.
        self.known_to = self.last;
        let same = |one: &&mut SignIn| !one.is_over() && is_same(&one.plan, &plan);
        match self.sign_ins.iter_mut().find(same) {
            Some(one) => one.wished = true,
            None => {
                self.add(plan, true);
            }
        }
    }

    /// Has this account forgotten.
    pub(crate) fn sign_out(&mut self, account: AccountId, end_session: bool, outbox: &mut Outbox) {
        self.trouble = None;
        let effect = Effect::SignOut {
            account: account.clone(),
            end_session,
        };
        self.signing_out.push((outbox.issue(None, effect), account));
    }

    /// Takes a reply to what was issued here; what is not awaited is no reply to anything.
    pub(crate) fn reply(&mut self, to: EffectId, reply: Reply, clock: Clock, out: &mut Outbox) {
        match reply {
            Reply::SignIn(told) => {
                let Some(one) = self.sign_ins.iter_mut().find(|one| one.awaits(to)) else {
                    return;
                };
                one.on(Event::Told(told), &mut Desktop { clock, outbox: out });
                if one.outcome() == Outcome::Done {
                    let plan = one.plan.clone();
                    self.is_done(&plan, clock.at);
                }
            }
            Reply::SignedOut(done) if self.signing_out.iter().any(|(effect, _)| *effect == to) => {
                self.signing_out.retain(|(effect, _)| *effect != to);
                self.trouble = done.err();
            }
            Reply::SignedOut(_)
            | Reply::Cached(_)
            | Reply::Vm(_)
            | Reply::Policies(_)
            | Reply::Network(_)
            | Reply::Probed(_)
            | Reply::Recorded(_)
            | Reply::Found(_)
            | Reply::Initiated(_)
            | Reply::VmStarted(_)
            | Reply::Explained(_)
            | Reply::Launching(_)
            | Reply::Launched(_)
            | Reply::Vpns(_)
            | Reply::Dialled(_)
            | Reply::ClientEnded { .. } => {}
        }
    }

    /// A person stops this one. Connections that wait for it are told.
    pub(crate) fn cancel(&mut self, id: SignInId, clock: Clock, outbox: &mut Outbox) {
        if let Some(one) = self.sign_ins.iter_mut().find(|one| one.id == id) {
            one.on(Event::Cancel, &mut Desktop { clock, outbox });
        }
    }

    /// Forgets one that is over.
    pub(crate) fn clear(&mut self, id: SignInId) {
        self.sign_ins.retain(|one| one.id != id || !one.is_over());
    }

    /// Stops what nobody waits for any more and no person wished for by itself.
    pub(crate) fn stop_unwanted(&mut self, wanted: &[SignInId], clock: Clock, outbox: &mut Outbox) {
        for one in &mut self.sign_ins {
            if !one.wished && !one.is_over() && !wanted.contains(&one.id) {
                one.on(Event::Cancel, &mut Desktop { clock, outbox });
            }
        }
    }

    /// Time went by: what is late ends, and the next one begins.
    pub(crate) fn look(&mut self, clock: Clock, outbox: &mut Outbox) {
        let mut with = Desktop { clock, outbox };
        for one in &mut self.sign_ins {
            one.on(Event::Look, &mut with);
        }
        if !self.sign_ins.iter().any(SignIn::is_under_way)
            && let Some(next) = self.sign_ins.iter_mut().find(|one| one.is_waiting())
        {
            next.on(Event::Begin, &mut with);
        }
        let lately = clock.at.minus(ANSWERED_LATELY);
        self.answered.retain(|it| it.at >= lately);
        while self.sign_ins.iter().filter(|one| one.is_over()).count() > REMEMBERED {
            let oldest = self.sign_ins.iter().position(SignIn::is_over);
            oldest.map(|index| self.sign_ins.remove(index));
        }
    }

    /// What came of a sign-in. One that is not known was overtaken.
    pub(crate) fn outcome(&self, id: SignInId) -> Outcome {
        let found = self.sign_ins.iter().find(|one| one.id == id);
        found.map_or(Outcome::Overtaken, SignIn::outcome)
    }

    /// When a sign-in has to be over.
    pub(crate) fn due(&self) -> Vec<Due> {
        self.sign_ins.iter().filter_map(SignIn::due).collect()
    }

    /// The sign-ins that a person wished for by themselves, and why they failed, as long as
    /// nobody signed in or began anew since, or cleared them away. A connection speaks for
    /// those that it waited for.
    pub(crate) fn unseen_failures(&self) -> Vec<(SignInId, Problem)> {
        let wished = self.sign_ins.iter().filter(|one| one.wished);
        wished
            .filter(|one| one.id.0 > self.known_to)
            .filter_map(|one| match one.outcome() {
                Outcome::Failed(problem) => Some((one.id, problem)),
                Outcome::Pending | Outcome::Done | Outcome::Cancelled | Outcome::Overtaken => None,
            })
            .collect()
    }

    /// As shown.
    pub(crate) fn view(&self, clock: Clock) -> AccountsView {
        let known = self.known.clone().unwrap_or_default();
        let mut problems = known.problems;
        problems.extend(self.trouble.clone());
        AccountsView {
            accounts: known.accounts,
            otherwise: known.otherwise,
            ways: known.ways,
            kept: known.kept,
            problems,
            signing_out: self.signing_out.iter().map(|(_, it)| it.clone()).collect(),
            sign_out_problem: self.trouble.clone(),
            sign_ins: self.sign_ins.iter().map(|one| one.view(clock)).collect(),
        }
    }

    /// Somebody is signed in. Whoever waits for a sign-in that this one may have made
    /// needless tries again first: with another challenge of the same tenant's, or because
    /// nobody was signed in.
    fn is_done(&mut self, plan: &SignInPlan, at: Moment) {
        self.gains += 1;
        self.known_to = self.last;
        let needless = |it: &SignInPlan| it.claims.is_none() || it.tenant == plan.tenant;
        self.sign_ins
            .retain(|one| one.wished || !one.is_waiting() || !needless(&one.plan));
        let gain = self.gains;
        let answered = challenge_of(plan).map(|challenge| Answered {
            challenge,
            at,
            gain,
        });
        self.answered.extend(answered);
    }

    fn add(&mut self, plan: SignInPlan, wished: bool) -> SignInId {
        self.last += 1;
        let id = SignInId(self.last);
        let typed = || unusable(&plan).filter(|_| wished);
        let hindrance = self.hindrance(plan.way).or_else(typed);
        self.sign_ins.push(match hindrance {
            Some(problem) => SignIn::failed(id, plan, wished, problem),
            None => SignIn::new(id, plan, wished),
        });
        id
    }
}

/// The challenge that a plan answers.
fn challenge_of(plan: &SignInPlan) -> Option<Challenge> {
    Some(Challenge {
        tenant: TenantId::new(plan.tenant.as_ref()?),
        claims: plan.claims.clone()?,
    })
}

/// Whether one sign-in serves both: the same challenge of the same tenant, whoever
/// answers it how, or the very same wish.
fn is_same(one: &SignInPlan, other: &SignInPlan) -> bool {
    match (challenge_of(one), challenge_of(other)) {
        (Some(one), Some(other)) => one == other,
        (Some(_), None) | (None, Some(_)) => false,
        (None, None) => one == other,
    }
}

/// Whether an account can be used in a tenant now that could not be before.
fn gained(old: &KnownAccounts, new: &KnownAccounts) -> bool {
    let before = usable(old);
    usable(new).iter().any(|pair| !before.contains(pair))
        || (new.otherwise.is_some() && old.otherwise != new.otherwise)
}

fn usable(known: &KnownAccounts) -> Vec<(&AccountId, &TenantId)> {
    let mut pairs = Vec::new();
    for account in &known.accounts {
        let usable = |it: &&AccountTenant| it.on && it.used && it.problem.is_none();
        let tenants = account.tenants.iter().filter(usable);
        pairs.extend(tenants.map(|tenant| (&account.id, &tenant.id)));
    }
    pairs
}
