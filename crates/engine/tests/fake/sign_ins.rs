//! Accounts and sign-ins of a random world, and what is promised about them.

use gangway_engine::account::{Account, AccountId, AccountTenant, Kept, KnownAccounts};
use gangway_engine::account::{Way, WayOffer};
use gangway_engine::effect::Effect;
use gangway_engine::id::{ConnectionId, SubscriptionId, TenantId};
use gangway_engine::input::{Input, Observation, Reply};
use gangway_engine::intent::{Answer, Intent};
use gangway_engine::problem::{Cause, ForbiddenWhy, Problem, WayOut};
use gangway_engine::request::InitiateOutcome;
use gangway_engine::sign_in::{SignInReply, SignInStage, SignInWish};
use gangway_engine::snapshot::{ConnectionView, StateName};
use jiff::{SignedDuration, Timestamp};

use super::World;

/// What a connection has had answered since a person last spoke to it.
#[derive(Debug, Clone, Default)]
pub struct SignedIn {
    attended: bool,
    /// What it waits for now.
    now: Option<Problem>,
    answered: Vec<Problem>,
    begun: u32,
}

/// More than a connection may begin by itself.
const TOO_MANY: u32 = 6;

/// Whether a reply of this luck is a sign-in's last.
pub fn ends(luck: u8) -> bool {
    luck >= 6
}

/// What a sign-in tells.
pub fn told(luck: u8, now: Timestamp) -> SignInReply {
    match luck {
        0 | 1 => SignInReply::Page {
            page: "https://login.example/".into(),
            opened: luck == 0,
        },
        2 | 3 => SignInReply::Code {
            user_code: "AB".into(),
            page: "https://login.example/".into(),
            opened: luck == 2,
            expires_at: now + SignedDuration::from_mins(i64::from(luck) * 7 - 14),
        },
        4 => SignInReply::Cli {
            command: "az login".into(),
        },
        5 => SignInReply::Redeeming,
        6 => SignInReply::Failed(Cause::NotSignedIn.into()),
        7 => SignInReply::Failed(Cause::BlockedByConditionalAccess { entra_code: 53003 }.into()),
        _ => SignInReply::Done(me()),
    }
}

fn me() -> AccountId {
    AccountId::new("me", &TenantId::new("t")).unwrap()
}

impl World {
    pub fn tell_accounts(&mut self, kind: u8) {
        let offer = |way, free: bool| WayOffer {
            way,
            hindrance: (!free).then(|| {
                Cause::WayForbidden {
                    way,
                    why: ForbiddenWhy::Policy,
                }
                .into()
            }),
        };
        let tenant = AccountTenant {
            id: TenantId::new("t"),
            name: "T".into(),
            domain: None,
            on: kind & 1 == 0,
            used: true,
            problem: None,
        };
        let account = Account {
            id: me(),
            username: "me@contoso.example".into(),
            name: None,
            cloud: "public".into(),
            way: match kind % 3 {
                0 => Way::Browser,
                1 => Way::AzureCli,
                _ => Way::DeviceCode,
            },
            kept: Kept::Keyring,
            tenants: vec![tenant],
        };
        let known = KnownAccounts {
            accounts: if kind < 12 { vec![account] } else { Vec::new() },
            otherwise: match kind {
                13 => Some(Way::AzureCli),
                14 => Some(Way::Environment),
                _ => None,
            },
            ways: vec![
                offer(Way::Browser, kind != 11),
                offer(Way::AzureCli, kind != 10),
                offer(Way::DeviceCode, kind != 9),
            ],
            kept: Kept::Keyring,
            problems: Vec::new(),
        };
        self.step(Input::Observed(Observation::KnownAccounts(Box::new(known))));
    }

    pub fn want_sign_in(&mut self, kind: u8) {
        let sign_ins = self.engine.snapshot(self.now()).accounts.sign_ins;
        let some = sign_ins.get(usize::from(kind) % sign_ins.len().max(1));
        let tenant = TenantId::new("t");
        let account = me();
        let intent = match kind {
            0..=4 => Some(Intent::SignIn(SignInWish {
                way: [None, Some(Way::DeviceCode), Some(Way::Broker)][usize::from(kind) % 3],
                tenant: (kind == 4).then(|| "t".into()),
                account: None,
            })),
            5..=8 => some.map(|one| Intent::CancelSignIn { sign_in: one.id }),
            9 | 10 => some.map(|one| Intent::ClearSignIn { sign_in: one.id }),
            11 => Some(Intent::SwitchTenant {
                account,
                tenant,
                on: true,
            }),
            12 => Some(Intent::UseAccount { account, tenant }),
            13 => Some(Intent::HideSubscription {
                subscription: SubscriptionId::new("s"),
                hidden: true,
            }),
            _ => Some(Intent::SignOut {
                account,
                end_session: kind == 14,
            }),
        };
        if let Some(intent) = intent {
            self.step(Input::Intent(intent));
        }
    }

    /// A person's word to a connection, or its success, makes what comes next new to it.
    pub fn hear(&mut self, input: &Input) {
        let spoken_to = match input {
            Input::Intent(Intent::Answer { connection, .. }) => Some(*connection),
            Input::Reply {
                to,
                reply:
                    Reply::VmStarted(Ok(()))
                    | Reply::Initiated(InitiateOutcome::Accepted { .. } | InitiateOutcome::Unclear(_)),
            } => {
                let same = |one: &&(Timestamp, Input, Vec<_>)| {
                    one.2
                        .iter()
                        .any(|it: &gangway_engine::effect::Issued| it.id == *to)
                };
                let issued = self.log.iter().rev().find(same);
                issued.and_then(|(_, _, issued)| issued.iter().find(|it| it.id == *to)?.connection)
            }
            _ => None,
        };
        if let Some(told) = spoken_to.and_then(|id| self.told.get_mut(&id)) {
            told.sign_ins.answered.clear();
            told.sign_ins.begun = 0;
        }
    }

    pub fn judge_sign_ins(&mut self, input: &Input) {
        let now = self.now();
        let snapshot = self.engine.snapshot(now);
        let running = self
            .pending
            .iter()
            .filter(|one| matches!(one.effect, Effect::SignIn(_)))
            .count();
        assert!(running <= 1, "never two sign-ins at once");
        let views = &snapshot.connections;
        let waits = views.iter().any(|view| view.state == StateName::SigningIn);
        for one in &snapshot.accounts.sign_ins {
            // What is being redeemed is let end, whoever went away meanwhile.
            let ends = one.stage.is_over() || one.stage == SignInStage::Redeeming;
            assert!(
                ends || waits || !one.challenged,
                "no challenge is answered that nobody waits for"
            );
            let latest = now + SignedDuration::from_hours(1);
            let until = one.until.is_none_or(|until| until <= latest);
            assert!(until, "every sign-in has an end");
        }
        let pending = snapshot
            .accounts
            .sign_ins
            .iter()
            .any(|one| !one.stage.is_over());
        assert!(
            pending || !waits,
            "who waits for a sign-in has one to wait for"
        );
        let newest = views.iter().map(|view| view.id).max();
        for view in views {
            self.judge_view(view, newest, input);
        }
    }

    /// The claims that a sign-in has answered by this.
    fn answered_by(&self, input: &Input) -> Option<String> {
        let Input::Reply {
            to,
            reply: Reply::SignIn(SignInReply::Done(_)),
        } = input
        else {
            return None;
        };
        let issued = self.log.iter().rev().flat_map(|(_, _, issued)| issued);
        let mut plans = issued.filter(|one| one.id == *to);
        plans.find_map(|one| match &one.effect {
            Effect::SignIn(plan) => plan.claims.clone(),
            _ => None,
        })
    }

    fn judge_view(&mut self, view: &ConnectionView, newest: Option<ConnectionId>, input: &Input) {
        let sign_in = WayOut::Answer {
            answer: Answer::SignIn,
        };
        let in_vain = view.ways_out.contains(&sign_in) && view.state == StateName::SigningIn;
        assert!(
            !in_vain,
            "no second sign-in is offered while one is under way"
        );
        let asked_for = |id: ConnectionId| {
            let wish = Input::Intent(Intent::Answer {
                connection: id,
                answer: Answer::SignIn,
            });
            *input == wish
        };
        let spoken = asked_for(view.id);
        let answered = self.answered_by(input);
        let is_new = !self.told.contains_key(&view.id);
        let attended = match input {
            Input::Intent(Intent::Connect(wish)) => Some(wish.attended),
            // Whoever said yes sits there.
            Input::Intent(Intent::FollowLink { .. }) if is_new => Some(true),
            // And whoever pressed the button of a tray.
            Input::Intent(Intent::Extend { .. }) if is_new => Some(self.shell.stays),
            _ => None,
        };
        let told = self.told.entry(view.id).or_default();
        let known = &mut told.sign_ins;
        if let (Some(attended), true) = (attended, newest == Some(view.id)) {
            known.attended = attended;
        }
        // Another process's request that succeeded is as good as ours.
        if view.state == StateName::Proving {
            known.answered.clear();
            known.begun = 0;
        }
        let waits = view.state == StateName::SigningIn;
        match (&known.now, waits) {
            (None, true) => {
                let problem = view.problem.clone().unwrap();
                assert!(
                    known.attended || spoken,
                    "nobody is there, and a page is opened"
                );
                assert!(
                    !known.answered.contains(&problem),
                    "the same challenge twice is an error"
                );
                known.begun += 1;
                assert!(known.begun < TOO_MANY, "never a loop");
                known.now = Some(problem);
            }
            (Some(_), false) => {
                let was = known.now.take();
                let by_this = |it: &Problem| claims(it).is_some() && claims(it) == answered;
                known.answered.extend(was.filter(by_this));
            }
            (None, false) | (Some(_), true) => {}
        }
    }
}

fn claims(problem: &Problem) -> Option<String> {
    match &problem.cause {
        Cause::MfaRequired { claims, .. } => Some(claims.clone()),
        _ => None,
    }
}
