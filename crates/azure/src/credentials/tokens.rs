//! Tokens kept in memory, one per tenant and scope, fetched by one caller at a time.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use gangway_engine::id::TenantId;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};
use tokio::time::Instant;

use super::{AccessToken, Claims, Credentials, Scope};
use crate::error::Error;
use crate::secret::Secret;

/// How long before its end a token is replaced (contract 2.5).
const MARGIN: Duration = Duration::from_secs(5 * 60);

#[derive(Debug)]
pub(crate) struct Tokens {
    credentials: Arc<dyn Credentials>,
    scope: Scope,
    slots: Mutex<HashMap<TenantId, Arc<Slot>>>,
}

/// One tenant's token. Whoever fetches holds the lock; the others wait for it.
#[derive(Debug, Default)]
struct Slot {
    held: Arc<AsyncMutex<Held>>,
    /// How many fetches have ended. Who waited while one failed has its failure, or a
    /// hundred waiting callers would ask a hundred times for what was just refused.
    ended: AtomicU64,
}

#[derive(Debug, Default)]
struct Held {
    token: Option<Fetched>,
    failed: Option<Failed>,
}

#[derive(Debug, Clone)]
struct Fetched {
    secret: Secret,
    replace_at: Instant,
    ends_at: Instant,
    /// The claims it was fetched with.
    claims: Option<Claims>,
}

#[derive(Debug)]
struct Failed {
    round: u64,
    claims: Option<Claims>,
    error: Error,
}

/// A tenant's place, held: nobody reads or fetches meanwhile.
pub(crate) struct Place(OwnedMutexGuard<Held>);

impl Place {
    /// Takes in a token that a sign-in brought.
    pub(crate) fn put(mut self, token: AccessToken) {
        keep(&mut self.0, token, None);
    }
}

impl Tokens {
    pub(crate) fn new(credentials: Arc<dyn Credentials>, scope: Scope) -> Self {
        Self {
            credentials,
            scope,
            slots: Mutex::default(),
        }
    }

    /// A token of `tenant`, from memory while it is fresh. When a new one cannot be had,
    /// the old one serves to its end.
    pub(crate) async fn get(&self, tenant: &TenantId) -> Result<Secret, Error> {
        let slot = self.slot(tenant);
        let came = slot.ended.load(Ordering::SeqCst);
        let mut held = slot.held.lock().await;
        let now = Instant::now();
        if let Some(token) = held.token.as_ref().filter(|token| now < token.replace_at) {
            return Ok(token.secret.clone());
        }
        match self.fetch(&slot, &mut held, came, tenant, None).await {
            Err(error) => match held.token.as_ref().filter(|token| now < token.ends_at) {
                Some(old) => {
                    tracing::warn!(%error, "token not replaced, the old one serves");
                    Ok(old.secret.clone())
                }
                None => Err(error),
            },
            fetched => fetched,
        }
    }

    /// A token that satisfies `claims`, fetched past the memory and then kept, where
    /// `refused` did not. Another caller may have fetched it already.
    pub(crate) async fn with_claims(
        &self,
        tenant: &TenantId,
        claims: &Claims,
        refused: &Secret,
    ) -> Result<Secret, Error> {
        let slot = self.slot(tenant);
        let came = slot.ended.load(Ordering::SeqCst);
        let mut held = slot.held.lock().await;
        let meant = |token: &&Fetched| token.claims.as_ref() == Some(claims);
        if let Some(token) = held.token.as_ref().filter(meant)
            && token.secret != *refused
        {
            return Ok(token.secret.clone());
        }
        self.fetch(&slot, &mut held, came, tenant, Some(claims))
            .await
    }

    async fn fetch(
        &self,
        slot: &Slot,
        held: &mut Held,
        came: u64,
        tenant: &TenantId,
        claims: Option<&Claims>,
    ) -> Result<Secret, Error> {
        let meanwhile = |failed: &&Failed| failed.round > came && failed.claims.as_ref() == claims;
        if let Some(failed) = held.failed.as_ref().filter(meanwhile) {
            return Err(failed.error.clone());
        }
        let fetched = self.credentials.token(tenant, &self.scope, claims).await;
        let round = slot.ended.fetch_add(1, Ordering::SeqCst) + 1;
        match fetched {
            Ok(token) => Ok(keep(held, token, claims)),
            Err(error) => {
                held.failed = Some(Failed {
                    round,
                    claims: claims.cloned(),
                    error: error.clone(),
                });
                Err(error)
            }
        }
    }

    /// Forgets `refused`, unless another caller has replaced it meanwhile.
    pub(crate) async fn forget(&self, tenant: &TenantId, refused: &Secret) {
        let slot = self.slot(tenant);
        let mut held = slot.held.lock().await;
        if held
            .token
            .as_ref()
            .is_some_and(|token| token.secret == *refused)
        {
            held.token = None;
        }
    }

    /// What is kept of a tenant, good or not.
    pub(crate) async fn kept(&self, tenant: &TenantId) -> Option<Secret> {
        let slot = self.slot(tenant);
        let held = slot.held.lock().await;
        held.token.as_ref().map(|token| token.secret.clone())
    }

    /// Takes in a token that a sign-in brought.
    pub(crate) async fn put(&self, tenant: &TenantId, token: AccessToken) {
        self.place(tenant).await.put(token);
    }

    /// The place for a tenant's token, held for whoever is about to put one there.
    pub(crate) async fn place(&self, tenant: &TenantId) -> Place {
        Place(self.slot(tenant).held.clone().lock_owned().await)
    }

    /// Forgets whatever is kept of a tenant.
    pub(crate) async fn clear(&self, tenant: &TenantId) {
        *self.slot(tenant).held.lock().await = Held::default();
    }

    /// Forgets whatever is kept of any tenant.
    pub(crate) async fn clear_all(&self) {
        let slots: Vec<_> = {
            let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            slots.values().cloned().collect()
        };
        let cleared = |slot: Arc<Slot>| async move { *slot.held.lock().await = Held::default() };
        futures_util::future::join_all(slots.into_iter().map(cleared)).await;
    }

    pub(crate) async fn settle(&self) {
        self.credentials.settle().await;
    }

    pub(crate) async fn home(&self) -> Result<TenantId, Error> {
        self.credentials.home(&self.scope).await
    }

    fn slot(&self, tenant: &TenantId) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.entry(tenant.clone()).or_default().clone()
    }
}

/// A token that lives shorter than twice the margin is replaced half-way, or every call
/// would fetch one.
fn keep(held: &mut Held, token: AccessToken, claims: Option<&Claims>) -> Secret {
    let margin = MARGIN.min(token.valid_for / 2);
    let now = Instant::now();
    let after = |by: Duration| now.checked_add(by).unwrap_or(now);
    *held = Held {
        token: Some(Fetched {
            secret: token.secret.clone(),
            replace_at: after(token.valid_for.saturating_sub(margin)),
            ends_at: after(token.valid_for),
            claims: claims.cloned(),
        }),
        failed: None,
    };
    token.secret
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use async_trait::async_trait;

    use super::*;

    #[derive(Debug, Default)]
    struct Counting {
        asked: AtomicU32,
        works: AtomicU32,
    }

    #[async_trait]
    impl Credentials for Counting {
        async fn token(
            &self,
            tenant: &TenantId,
            _: &Scope,
            _: Option<&Claims>,
        ) -> Result<AccessToken, Error> {
            let n = self.asked.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            if n >= self.works.load(Ordering::SeqCst) {
                return Err(Error::NotSignedIn {
                    observed: "over".to_owned(),
                });
            }
            Ok(AccessToken {
                secret: Secret::new(format!("{tenant}-{n}")),
                valid_for: Duration::from_secs(3600),
            })
        }

        async fn home(&self, _: &Scope) -> Result<TenantId, Error> {
            Ok(TenantId::new("home"))
        }
    }

    fn tokens(works: u32) -> (Arc<Counting>, Tokens) {
        let source = Arc::new(Counting {
            works: AtomicU32::new(works),
            ..Counting::default()
        });
        let tokens = Tokens::new(source.clone(), Scope::new("s/.default".to_owned()));
        (source, tokens)
    }

    #[tokio::test(start_paused = true)]
    async fn one_fetch_serves_everybody_until_five_minutes_before_the_end() {
        let (source, tokens) = tokens(9);
        let (a, b) = (TenantId::new("a"), TenantId::new("b"));
        let (one, two, other) = tokio::join!(tokens.get(&a), tokens.get(&a), tokens.get(&b));
        assert_eq!(one.unwrap(), two.unwrap());
        assert!(other.is_ok());
        assert_eq!(source.asked.load(Ordering::SeqCst), 2);
        tokio::time::advance(Duration::from_secs(3299)).await;
        tokens.get(&a).await.unwrap();
        assert_eq!(source.asked.load(Ordering::SeqCst), 2);
        tokio::time::advance(Duration::from_secs(2)).await;
        tokens.get(&a).await.unwrap();
        assert_eq!(source.asked.load(Ordering::SeqCst), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn an_old_token_serves_to_its_end_when_no_new_one_comes() {
        let (_, tokens) = tokens(1);
        let tenant = TenantId::new("a");
        let first = tokens.get(&tenant).await.unwrap();
        tokio::time::advance(Duration::from_secs(3400)).await;
        assert_eq!(tokens.get(&tenant).await.unwrap(), first);
        tokio::time::advance(Duration::from_secs(300)).await;
        assert!(tokens.get(&tenant).await.is_err());
    }

    #[tokio::test]
    async fn a_refused_token_is_forgotten_once() {
        let (source, tokens) = tokens(9);
        let tenant = TenantId::new("a");
        let first = tokens.get(&tenant).await.unwrap();
        tokens.forget(&tenant, &first).await;
        let second = tokens.get(&tenant).await.unwrap();
        assert_ne!(first, second);
        tokens.forget(&tenant, &first).await;
        assert_eq!(tokens.get(&tenant).await.unwrap(), second);
        assert_eq!(source.asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waited_for_a_failure_has_it_and_who_comes_later_asks_again() {
        let (source, tokens) = tokens(0);
        let tenant = TenantId::new("a");
        let callers = (0..50).map(|_| tokens.get(&tenant));
        let all = futures_util::future::join_all(callers).await;
        assert!(all.iter().all(Result::is_err));
        assert_eq!(source.asked.load(Ordering::SeqCst), 1);
        assert!(tokens.get(&tenant).await.is_err());
        assert_eq!(source.asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn one_stronger_token_serves_all_that_were_challenged_alike() {
        let (source, tokens) = tokens(9);
        let tenant = TenantId::new("a");
        let weak = tokens.get(&tenant).await.unwrap();
        let claims = |nbf: u32| Claims::from_json(format!(r#"{{"nbf":{nbf}}}"#)).unwrap();
        let (one, two) = (claims(1), claims(2));
        let (a, b) = tokio::join!(
            tokens.with_claims(&tenant, &one, &weak),
            tokens.with_claims(&tenant, &one, &weak),
        );
        assert_eq!(a.as_ref().unwrap(), b.as_ref().unwrap());
        assert_eq!(source.asked.load(Ordering::SeqCst), 2);
        let strong = tokens
            .with_claims(&tenant, &two, &a.unwrap())
            .await
            .unwrap();
        assert_eq!(tokens.get(&tenant).await.unwrap(), strong);
        assert_eq!(source.asked.load(Ordering::SeqCst), 3);
    }
}
