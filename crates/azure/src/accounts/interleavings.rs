//! The property of refresh: whatever happens at once, no refresh token is sent again once it
//! was replaced, and nobody who waits is forgotten.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use gangway_engine::account::AccountId;
use gangway_engine::id::TenantId;
use proptest::prelude::*;

use super::exchange::{Asked, Exchange};
use super::served::Served;
use super::vault::{MemoryVault, Stored, Vault};
use super::{Accounts, Chooser, Chosen, Grant};
use crate::cloud::Cloud;
use crate::credentials::tokens::Tokens;
use crate::credentials::{AccessToken, Claims};
use crate::error::{EntraRefusal, Error};
use crate::http::transport::Transport;
use crate::http::wait;
use crate::network::Network;
use crate::secret::Secret;

/// How long everything takes at most, in virtual time; who is still waiting then is lost.
const WHOLE: Duration = Duration::from_secs(3600);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    Live,
    Replaced,
    Revoked,
}

/// An Entra that replaces a refresh token at each use and never forgives the old one.
struct Strict {
    issued: Mutex<HashMap<String, Life>>,
    newest: Mutex<String>,
    sent_again: AtomicUsize,
    asked: AtomicUsize,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
    delays: Vec<u64>,
    life: Duration,
    offline: Mutex<bool>,
}

impl Strict {
    fn issue(&self) -> String {
        let mut issued = self.issued.lock().unwrap();
        let token = format!("refresh-{}", issued.len());
        issued.insert(token.clone(), Life::Live);
        *self.newest.lock().unwrap() = token.clone();
        token
    }

    fn revoke(&self) {
        for life in self.issued.lock().unwrap().values_mut() {
            if *life == Life::Live {
                *life = Life::Revoked;
            }
        }
    }

    async fn delay(&self, n: usize) {
        let millis = self.delays.get(n % self.delays.len()).copied();
        pass(millis.unwrap_or_default()).await;
    }

    fn take(&self, token: &str) -> Life {
        let mut issued = self.issued.lock().unwrap();
        let life = issued.get_mut(token).unwrap();
        std::mem::replace(
            life,
            if *life == Life::Live {
                Life::Replaced
            } else {
                *life
            },
        )
    }
}

#[async_trait]
impl Exchange for Strict {
    async fn exchange(&self, stored: &Stored, _: Asked<'_>) -> Result<Grant, Error> {
        let n = self.asked.fetch_add(1, Ordering::SeqCst);
        let at_once = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(at_once, Ordering::SeqCst);
        self.delay(n).await;
        let offline = *self.offline.lock().unwrap();
        let life = (!offline).then(|| self.take(stored.refresh_token.expose()));
        let done = match life {
            None => Err(Error::Unreachable {
                host: "entra".to_owned(),
                why: "offline".to_owned(),
            }),
            Some(Life::Live) => Ok(Grant {
                access: AccessToken {
                    secret: Secret::new(format!("access-{n}")),
                    valid_for: self.life,
                },
                refresh: Some(Secret::new(self.issue())),
                id_token: None,
                client_info: None,
            }),
            Some(over) => {
                if over == Life::Replaced {
                    self.sent_again.fetch_add(1, Ordering::SeqCst);
                    self.revoke();
                }
                Err(Error::Entra(Box::new(EntraRefusal {
                    code: 50173,
                    error: "invalid_grant".to_owned(),
                    ..EntraRefusal::default()
                })))
            }
        };
        self.delay(n + 1).await;
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        done
    }
}

#[derive(Debug)]
struct One(AccountId);

impl Chooser for One {
    fn of_tenant(&self, _: &TenantId) -> Result<Chosen, Error> {
        Ok(Chosen::Account(self.0.clone()))
    }

    fn first(&self) -> Result<Chosen, Error> {
        Ok(Chosen::Account(self.0.clone()))
    }
}

/// Somebody who wants a token.
#[derive(Debug, Clone)]
struct Caller {
    at: u64,
    process: usize,
    tenant: u8,
    challenged: Option<u8>,
    /// After how long the caller goes away, where it does.
    patience: Option<u64>,
}

/// Something that happens at Entra or to the network.
#[derive(Debug, Clone)]
enum Event {
    Revoke,
    SignIn,
    Offline(bool),
}

#[derive(Debug, Clone)]
struct Plan {
    callers: Vec<Caller>,
    events: Vec<(u64, Event)>,
    delays: Vec<u64>,
    life: u64,
}

fn plans() -> impl Strategy<Value = Plan> {
    let caller = (
        0..200_000_u64,
        0..3_usize,
        0..3_u8,
        proptest::option::weighted(0.2, 0..2_u8),
        proptest::option::weighted(0.3, 0..3_000_u64),
    )
        .prop_map(|(at, process, tenant, challenged, patience)| Caller {
            // Half of them come within the same few moments.
            at: if at % 2 == 0 { at % 50 } else { at },
            process,
            tenant,
            challenged,
            patience,
        });
    let event = prop_oneof![
        Just(Event::Revoke),
        Just(Event::SignIn),
        any::<bool>().prop_map(Event::Offline),
    ];
    (
        prop::collection::vec(caller, 50),
        prop::collection::vec((0..200_000_u64, event), 0..6),
        prop::collection::vec(0..1_500_u64, 1..8),
        1..120_u64,
    )
        .prop_map(|(callers, events, delays, life)| Plan {
            callers,
            events,
            delays,
            life,
        })
}

/// One stage: an Entra, a vault, and three processes that share it.
struct Play {
    entra: Arc<Strict>,
    vault: MemoryVault,
    account: AccountId,
    processes: Vec<Tokens>,
}

async fn pass(millis: u64) {
    wait::real()(Duration::from_millis(millis)).await;
}

impl Play {
    async fn begin(plan: &Plan) -> Self {
        let entra = Arc::new(Strict {
            issued: Mutex::default(),
            newest: Mutex::default(),
            sent_again: AtomicUsize::new(0),
            asked: AtomicUsize::new(0),
            at_once: AtomicUsize::new(0),
            most_at_once: AtomicUsize::new(0),
            delays: plan.delays.clone(),
            life: Duration::from_secs(plan.life),
            offline: Mutex::new(false),
        });
        let vault = MemoryVault::default();
        let account = AccountId::new("object", &TenantId::new("home")).unwrap();
        let processes = (0..3).map(|_| process(&entra, &vault, &account)).collect();
        let play = Self {
            entra,
            vault,
            account,
            processes,
        };
        play.sign_in().await;
        play
    }

    /// As the end of a sign-in: written under the lock.
    async fn sign_in(&self) {
        let mut open = self.vault.open().await.unwrap();
        let stored = Stored {
            client_id: "app".to_owned(),
            refresh_token: Secret::new(self.entra.issue()),
        };
        open.write(&self.account, &stored).unwrap();
    }

    async fn happen(&self, at: u64, event: &Event) {
        pass(at).await;
        match event {
            Event::Revoke => self.entra.revoke(),
            Event::SignIn => self.sign_in().await,
            Event::Offline(offline) => *self.entra.offline.lock().unwrap() = *offline,
        }
    }

    /// What a caller got; `None` where it went away.
    async fn call(&self, caller: &Caller) -> Option<Result<Secret, Error>> {
        pass(caller.at).await;
        let tokens = self.processes.get(caller.process)?;
        let tenant = TenantId::new(format!("tenant-{}", caller.tenant));
        let call = async {
            match caller.challenged {
                None => tokens.get(&tenant).await,
                Some(n) => {
                    let json = format!(r#"{{"access_token":{{"nbf":{{"value":"{n}"}}}}}}"#);
                    let claims = Claims::from_json(json).unwrap();
                    let refused = Secret::new("refused");
                    tokens.with_claims(&tenant, &claims, &refused).await
                }
            }
        };
        match caller.patience {
            None => Some(call.await),
            Some(patience) => tokio::time::timeout(Duration::from_millis(patience), call)
                .await
                .ok(),
        }
    }

    async fn kept(&self) -> Secret {
        let mut open = self.vault.open().await.unwrap();
        open.read(&self.account).unwrap().unwrap().refresh_token
    }
}

fn process(entra: &Arc<Strict>, vault: &MemoryVault, account: &AccountId) -> Tokens {
    let transport = Transport::new(
        Cloud::public(),
        Network::default(),
        Arc::new(|_| {}),
        wait::real(),
    );
    let accounts = Accounts {
        vault: Arc::new(vault.clone()),
        chooser: Arc::new(One(account.clone())),
    };
    let scope = Cloud::public().scope();
    let served = Served::with(entra.clone(), transport, &accounts);
    Tokens::new(Arc::new(served), scope)
}

fn paused<T>(play: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(play)
}

proptest! {
    #[test]
    fn no_refresh_token_is_sent_once_it_was_replaced_and_no_caller_is_dropped(plan in plans()) {
        let quiet = plan.events.iter().all(|(_, event)| matches!(event, Event::SignIn));
        let (play, answers) = paused(async {
            let play = Play::begin(&plan).await;
            let calls = join_all(plan.callers.iter().map(|caller| play.call(caller)));
            let events = join_all(plan.events.iter().map(|(at, event)| play.happen(*at, event)));
            let all = async { tokio::join!(calls, events).0 };
            let answers = tokio::time::timeout(WHOLE, all).await;
            // Refreshes whose callers went away come to their end too.
            pass(10_000).await;
            (play, answers)
        });
        let answers = answers.expect("somebody waited for ever");
        for (caller, answer) in plan.callers.iter().zip(&answers) {
            prop_assert!(answer.is_some() || caller.patience.is_some(), "{caller:?} was dropped");
            if quiet {
                prop_assert!(answer.as_ref().is_none_or(Result::is_ok), "{caller:?}: {answer:?}");
            }
        }
        let entra = &play.entra;
        prop_assert_eq!(entra.sent_again.load(Ordering::SeqCst), 0);
        prop_assert!(entra.most_at_once.load(Ordering::SeqCst) <= 1);
        let newest = entra.newest.lock().unwrap().clone();
        prop_assert_eq!(paused(play.kept()), Secret::new(newest), "a successor was lost");
    }
}

#[test]
fn fifty_callers_are_one_refresh() {
    let plan = Plan {
        callers: (0..50)
            .map(|n| Caller {
                at: n % 3,
                process: 0,
                tenant: 0,
                challenged: None,
                patience: (n == 0).then_some(5),
            })
            .collect(),
        events: Vec::new(),
        delays: vec![100],
        life: 3_600,
    };
    let (asked, good) = paused(async {
        let play = Play::begin(&plan).await;
        let answers = join_all(plan.callers.iter().map(|caller| play.call(caller))).await;
        let good = answers.iter().flatten().filter(|a| a.is_ok()).count();
        (play.entra.asked.load(Ordering::SeqCst), good)
    });
    // The first has gone before its answer came; the others have it all the same.
    assert_eq!((asked, good), (1, 49));
}
