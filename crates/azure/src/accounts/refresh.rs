//! Refresh: a token of one tenant from the account's one refresh token, which its use replaces.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use gangway_engine::account::AccountId;
use gangway_engine::id::TenantId;
use gangway_engine::problem::RefusedWhy;
use tokio::time::Instant;

use super::exchange::{Asked, Exchange};
use super::vault::{OpenVault, Stored, Vault};
use crate::credentials::meaning::Meaning;
use crate::credentials::{AccessToken, Claims, Scope};
use crate::error::{ClaimsNeeded, EntraRefusal, Error, Ids};
use crate::secret::Secret;

/// How long nothing is asked once Entra has seen a loop.
const AFTER_A_LOOP: Duration = Duration::from_secs(60);

/// Refreshes, one at a time: in this process behind `gate`, over all of them behind the
/// vault's lock. Between reading a refresh token and writing its successor nobody else
/// reads it, so none is sent again once it was replaced.
pub(crate) struct Refresher {
    exchange: Arc<dyn Exchange>,
    vault: Arc<dyn Vault>,
    /// Whoever waits here does not use up the time that the vault's lock may be waited for.
    gate: tokio::sync::Mutex<()>,
    unsaved: Mutex<HashMap<AccountId, Unsaved>>,
    /// What one tenant asked is no reason to leave another alone.
    rest: Mutex<HashMap<(AccountId, TenantId), (Instant, Error)>>,
    /// By account, and by tenant where only that one takes it no more.
    spent: Mutex<HashMap<(AccountId, Option<TenantId>), Spent>>,
}

/// A successor that the vault could not take.
struct Unsaved {
    replaces: Secret,
    stored: Stored,
}

/// A refresh token that is not sent any more: a tenant has said that it is over, and one
/// more try would only be one more failed sign-in in that tenant's log; or it was replaced
/// by an answer that was not believed.
struct Spent {
    token: Secret,
    why: Error,
}

impl Refresher {
    pub(crate) fn new(exchange: Arc<dyn Exchange>, vault: Arc<dyn Vault>) -> Self {
        Self {
            exchange,
            vault,
            gate: tokio::sync::Mutex::default(),
            unsaved: Mutex::default(),
            rest: Mutex::default(),
            spent: Mutex::default(),
        }
    }

    /// A token of `tenant`; with `claims`, one that satisfies them. The successor of the
    /// refresh token is in the vault before this returns.
    pub(crate) async fn refresh(
        &self,
        account: &AccountId,
        tenant: &TenantId,
        scope: &Scope,
        claims: Option<&Claims>,
    ) -> Result<AccessToken, Error> {
        let _gate = self.gate.lock().await;
        let mut vault = self.vault.open().await?;
        let Some(stored) = self.read(&mut *vault, account)? else {
            return Err(self.mistrusted(account).unwrap_or_else(signed_out));
        };
        if let Some(why) = self.resting(account, tenant) {
            return Err(why);
        }
        if let Some(why) = self.spent(account, tenant, &stored) {
            return Err(for_caller(why, tenant, claims));
        }
        let asked = Asked {
            account,
            tenant,
            scope,
            claims,
        };
        match self.exchange.exchange(&stored, asked).await {
            Ok(grant) => {
                self.keep(&mut *vault, account, stored, grant.refresh)?;
                Ok(grant.access)
            }
            Err(why) => {
                let over_at = match &why {
                    Error::SignInMistrusted { .. } => Some(None),
                    Error::Entra(refusal) if Meaning::of(refusal) == Meaning::Gone => {
                        Some(Some(tenant.clone()))
                    }
                    _ => None,
                };
                if let Some(pause) = pause(&why) {
                    let now = Instant::now();
                    let rest = (now.checked_add(pause).unwrap_or(now), why.clone());
                    lock(&self.rest).insert((account.clone(), tenant.clone()), rest);
                }
                if let Some(at) = over_at {
                    // Its successor was in that answer and is lost. No other process may
                    // send it again: that would end what is left of the sign-in everywhere.
                    if at.is_none()
                        && let Err(error) = vault.remove(account)
                    {
                        tracing::warn!(%account, %error, "a spent refresh token is still kept");
                    }
                    let spent = Spent {
                        token: stored.refresh_token,
                        why: why.clone(),
                    };
                    lock(&self.spent).insert((account.clone(), at), spent);
                }
                Err(for_caller(why, tenant, claims))
            }
        }
    }

    /// What is kept, or the successor that could not be kept, unless somebody else has
    /// written a newer one meanwhile.
    fn read(
        &self,
        vault: &mut dyn OpenVault,
        account: &AccountId,
    ) -> Result<Option<Stored>, Error> {
        let kept = vault.read(account)?;
        let unsaved = lock(&self.unsaved).remove(account);
        if let (Some(kept), Some(unsaved)) = (&kept, unsaved)
            && kept.refresh_token == unsaved.replaces
        {
            let Unsaved { replaces, stored } = unsaved;
            self.write(vault, account, replaces, &stored)?;
            return Ok(Some(stored));
        }
        Ok(kept)
    }

    /// What Entra said when it wanted to be left alone, while that lasts.
    fn resting(&self, account: &AccountId, tenant: &TenantId) -> Option<Error> {
        let mut rest = lock(&self.rest);
        let now = Instant::now();
        rest.retain(|_, (until, _)| now < *until);
        let of = (account.clone(), tenant.clone());
        rest.get(&of).map(|(_, why)| why.clone())
    }

    /// Why nothing is kept of an account any more, where that was decided here.
    fn mistrusted(&self, account: &AccountId) -> Option<Error> {
        let spent = lock(&self.spent);
        spent.get(&(account.clone(), None)).map(|it| it.why.clone())
    }

    fn spent(&self, account: &AccountId, tenant: &TenantId, stored: &Stored) -> Option<Error> {
        let mut spent = lock(&self.spent);
        // What is known of another token than the one that is kept is of no use any more.
        spent.retain(|(of, _), known| of != account || known.token == stored.refresh_token);
        [None, Some(tenant.clone())]
            .into_iter()
            .find_map(|at| spent.get(&(account.clone(), at)))
            .map(|known| known.why.clone())
    }

    fn keep(
        &self,
        vault: &mut dyn OpenVault,
        account: &AccountId,
        old: Stored,
        successor: Option<Secret>,
    ) -> Result<(), Error> {
        let Some(refresh_token) = successor.filter(|new| *new != old.refresh_token) else {
            return Ok(());
        };
        let stored = Stored {
            client_id: old.client_id,
            refresh_token,
        };
        self.write(vault, account, old.refresh_token, &stored)
    }

    /// Writes a successor, or remembers it where that fails: its predecessor is worth
    /// nothing any more.
    fn write(
        &self,
        vault: &mut dyn OpenVault,
        account: &AccountId,
        replaces: Secret,
        stored: &Stored,
    ) -> Result<(), Error> {
        vault.write(account, stored).inspect_err(|error| {
            tracing::warn!(%account, %error, "the new refresh token is not saved yet");
            let unsaved = Unsaved {
                replaces,
                stored: stored.clone(),
            };
            lock(&self.unsaved).insert(account.clone(), unsaved);
        })
    }
}

/// For how long nothing is asked after this: as long as Entra says, or after its alarm at a
/// loop (AADSTS50196) for a while.
fn pause(why: &Error) -> Option<Duration> {
    match why {
        Error::Throttled { wait, .. } => Some(*wait),
        Error::Entra(refusal) if Meaning::of(refusal) == Meaning::Refused(RefusedWhy::Loop) => {
            Some(AFTER_A_LOOP)
        }
        _ => None,
    }
}

fn signed_out() -> Error {
    Error::NotSignedIn {
        observed: "the account is signed out on this machine".to_owned(),
    }
}

/// An error as the caller meets it: a refusal is told by what it means for a person.
fn for_caller(why: Error, tenant: &TenantId, asked: Option<&Claims>) -> Error {
    match why {
        Error::Entra(refusal) => refused(*refusal, tenant, asked),
        other => other,
    }
}

/// What a refusal means for the one who asked: whether a person can answer it in a browser.
fn refused(refusal: EntraRefusal, tenant: &TenantId, asked: Option<&Claims>) -> Error {
    let claims = match (asked, &refusal.claims) {
        (Some(asked), Some(more)) => Some(asked.and(more)),
        (Some(asked), None) => Some(asked.clone()),
        (None, more) => more.clone(),
    };
    let for_a_person = match Meaning::of(&refusal) {
        Meaning::Person => claims.is_some(),
        // Without a challenge that is a plain sign-in; with one, the sign-in answers it too.
        Meaning::Gone => asked.is_some(),
        _ => false,
    };
    if !for_a_person {
        return Error::Entra(Box::new(refusal));
    }
    Error::ClaimsNeeded(Box::new(ClaimsNeeded {
        tenant: tenant.clone(),
        claims,
        command: None,
        ids: Box::new(Ids {
            correlation: refusal.correlation,
            ..Ids::default()
        }),
    }))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Refresher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refresher")
            .field("vault", &self.vault)
            .finish_non_exhaustive()
    }
}
