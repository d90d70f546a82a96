//! Credentials of signed-in accounts: who serves a tenant, and one refresh for all who wait.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_trait::async_trait;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared as SharedFuture};
use gangway_engine::account::AccountId;
use gangway_engine::id::TenantId;

use super::App;
use super::exchange::{Entra, Exchange};
use super::refresh::Refresher;
use super::vault::Vault;
use crate::Shared;
use crate::credentials::azure_cli::AzureCli;
use crate::credentials::{AccessToken, Claims, Credentials, Scope};
use crate::error::Error;
use crate::http::transport::Transport;
use crate::sign_in::SignIn;

/// The accounts of this machine: where their tokens lie, and which of them serves a tenant.
#[derive(Debug, Clone)]
pub struct Accounts {
    /// Where the refresh tokens lie.
    pub vault: Arc<dyn Vault>,
    /// Who serves a tenant.
    pub chooser: Arc<dyn Chooser>,
}

/// Who serves a tenant.
#[derive(Debug, Clone)]
pub enum Chosen {
    /// A signed-in account.
    Account(AccountId),
    /// The account that Azure CLI is signed in with.
    AzureCli,
    /// What the environment names; the same one always.
    Environment(Box<SignIn>),
    /// An account of Windows, through its broker.
    Broker {
        /// The operator's own registration: Windows gives tokens to it.
        app: App,
        /// Which account.
        account: AccountId,
    },
}

/// Knows which account is used where. It is asked before every token, so it answers at once.
pub trait Chooser: fmt::Debug + Send + Sync {
    /// Who serves `tenant`.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`] where nobody does, [`Error::WayForbidden`] where policy
    /// forbids the only one.
    fn of_tenant(&self, tenant: &TenantId) -> Result<Chosen, Error>;

    /// Who is asked where no tenant is named yet.
    ///
    /// # Errors
    /// As [`Chooser::of_tenant`].
    fn first(&self) -> Result<Chosen, Error>;
}

/// What a caller waits for. A refresh goes on when its caller has gone: the new refresh
/// token is in its answer, and it must not be lost.
type Running = SharedFuture<BoxFuture<'static, Result<AccessToken, Error>>>;

/// One refresh is for one account, tenant and audience, and for the same claims.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    account: AccountId,
    tenant: TenantId,
    scope: Scope,
    claims: Option<String>,
}

/// Who was chosen: an account whose refresh token is ours, or credentials of another kind.
enum Serving {
    Account(AccountId),
    Others(Shared),
}

/// The credentials of [`Accounts`].
pub(crate) struct Served {
    chooser: Arc<dyn Chooser>,
    refresher: Arc<Refresher>,
    transport: Transport,
    running: Arc<Mutex<HashMap<Key, Running>>>,
    azure_cli: OnceLock<Shared>,
    environment: OnceLock<Shared>,
}

impl Served {
    pub(crate) fn new(transport: Transport, accounts: &Accounts) -> Self {
        let entra = Arc::new(Entra(transport.clone()));
        Self::with(entra, transport, accounts)
    }

    pub(super) fn with(
        exchange: Arc<dyn Exchange>,
        transport: Transport,
        accounts: &Accounts,
    ) -> Self {
        Self {
            chooser: accounts.chooser.clone(),
            refresher: Arc::new(Refresher::new(exchange, accounts.vault.clone())),
            transport,
            running: Arc::default(),
            azure_cli: OnceLock::new(),
            environment: OnceLock::new(),
        }
    }

    /// Who serves. The credentials of others are made once, when needed.
    fn serving(&self, chosen: Chosen) -> Result<Serving, Error> {
        let others: Shared = match chosen {
            Chosen::Account(account) => return Ok(Serving::Account(account)),
            Chosen::AzureCli => self
                .azure_cli
                .get_or_init(|| Arc::new(AzureCli::new(self.transport.cloud())))
                .clone(),
            Chosen::Environment(sign_in) => match self.environment.get() {
                Some(made) => made.clone(),
                None => {
                    let made = sign_in.credentials(&self.transport)?;
                    self.environment.get_or_init(|| made).clone()
                }
            },
            #[cfg(feature = "broker")]
            Chosen::Broker { app, account } => {
                let transport = self.transport.clone();
                Arc::new(crate::broker::Broker::new(transport, app, account))
            }
            #[cfg(not(feature = "broker"))]
            Chosen::Broker { .. } => {
                return Err(Error::WayForbidden {
                    way: gangway_engine::account::Way::Broker,
                    by_policy: false,
                });
            }
        };
        Ok(Serving::Others(others))
    }

    /// Joins the refresh that is under way, or begins one.
    fn refresh(&self, key: Key) -> Running {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(one) = running.get(&key) {
            return one.clone();
        }
        let (refresher, all, own) = (self.refresher.clone(), self.running.clone(), key.clone());
        let task = tokio::spawn(async move {
            let claims = own.claims.clone().and_then(Claims::from_json);
            let done = refresher
                .refresh(&own.account, &own.tenant, &own.scope, claims.as_ref())
                .await;
            let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
            all.remove(&own);
            done
        });
        let one = async move {
            task.await
                .unwrap_or_else(|error| Err(Error::Setup(error.to_string())))
        };
        let one: Running = FutureExt::boxed(one).shared();
        running.insert(key, one.clone());
        one
    }
}

#[async_trait]
impl Credentials for Served {
    async fn token(
        &self,
        tenant: &TenantId,
        scope: &Scope,
        claims: Option<&Claims>,
    ) -> Result<AccessToken, Error> {
        match self.serving(self.chooser.of_tenant(tenant)?)? {
            Serving::Account(account) => {
                let key = Key {
                    account,
                    tenant: tenant.clone(),
                    scope: scope.clone(),
                    claims: claims.map(|claims| claims.json().to_owned()),
                };
                self.refresh(key).await
            }
            Serving::Others(others) => others.token(tenant, scope, claims).await,
        }
    }

    async fn home(&self, scope: &Scope) -> Result<TenantId, Error> {
        match self.serving(self.chooser.first()?)? {
            Serving::Account(account) => Ok(account.tenant()),
            Serving::Others(others) => others.home(scope).await,
        }
    }

    async fn settle(&self) {
        let all: Vec<Running> = {
            let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            running.values().cloned().collect()
        };
        futures_util::future::join_all(all).await;
    }
}

impl fmt::Debug for Served {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Served")
            .field("chooser", &self.chooser)
            .finish_non_exhaustive()
    }
}
