//! What every part of a running runtime stands on: folders, store, clock, settings, Azure.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use gangway_azure::{
    Accounts, Authorities, Azure, Cloud, Network, Observer, Proxy, Secret, SignIn,
};
use gangway_engine::account::KnownAccounts;
use gangway_engine::id::{SubscriptionId, TenantId, VmId};
use gangway_engine::problem::{Cause, Problem};
use gangway_launch::Place;
use tokio::sync::{Notify, watch};

use crate::accounts::Choice;
use crate::clock::Clock;
use crate::home::Home;
use crate::keyring::{Entry, Keyring};
use crate::platform;
use crate::query::Progress;
use crate::settings::{self, MachinePolicy, NetworkSettings, Settings};
use crate::store::{Owner, Store};
use crate::tokens::{TokenFile, TokenVault};

/// How long the end waits for a refresh that is under way. Its answer holds the only good
/// refresh token; a line that is slower than this costs one more sign-in.
const SETTLE_LIMIT: Duration = Duration::from_secs(10);

/// One of each, shared by the loop, its effects and the queries.
pub(crate) struct World {
    pub(crate) home: Home,
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Clock,
    pub(crate) settings: Mutex<Arc<Settings>>,
    pub(crate) policy: Option<MachinePolicy>,
    pub(crate) cloud: Option<String>,
    pub(crate) place: Place,
    pub(crate) progress: watch::Sender<Option<Progress>>,
    pub(crate) owner: OnceLock<Owner>,
    pub(crate) bell: OnceLock<PathBuf>,
    /// Azure by the settings of the time, the present one last.
    pub(crate) azure: Mutex<Vec<Made>>,
    /// Held by whoever makes the next.
    pub(crate) making: tokio::sync::Mutex<()>,
    /// The own tenant of whoever serves, by the authority that told it.
    pub(crate) home_tenant: tokio::sync::Mutex<Option<(String, TenantId)>>,
    pub(crate) keyring: Keyring,
    pub(crate) tokens: TokenFile,
    /// What serves every tenant, whoever is signed in: given by the shell, or the environment.
    pub(crate) serves_all: Option<SignIn>,
    /// The tenants that Azure itself named for subscriptions which another token could not reach.
    pub(crate) routes: Mutex<HashMap<SubscriptionId, TenantId>>,
    /// Who is signed in, once somebody looked.
    pub(crate) known: watch::Sender<Option<Arc<KnownAccounts>>>,
    /// Held by whoever looks first.
    pub(crate) looking: tokio::sync::Mutex<()>,
    /// Where exports are written, where the shell says so.
    pub(crate) downloads: Option<PathBuf>,
    /// Whether the shell stays.
    pub(crate) stays: bool,
    /// What was met when files were opened.
    pub(crate) met: Met,
    /// Told whenever this process has changed the store or the settings.
    pub(crate) touched: Notify,
}

/// Azure, and what it was made of.
pub(crate) struct Made {
    azure: Azure,
    of: Basis,
}

/// The settings that Azure is made of: with others it is made anew.
#[derive(PartialEq, Eq)]
struct Basis {
    cloud: Option<String>,
    network: NetworkSettings,
    client_id: Option<String>,
}

/// What was met when files were opened.
#[derive(Debug, Default)]
pub(crate) struct Met {
    /// Of settings and policy.
    pub(crate) settings: Vec<Problem>,
    /// Of the store.
    pub(crate) store: Vec<Problem>,
}

impl World {
    /// The settings in force.
    pub(crate) fn settings(&self) -> Arc<Settings> {
        let settings = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&settings)
    }

    /// Reads the settings again; the mistakes in them. A person's file that has got one
    /// meanwhile changes nothing of their choice, and nothing stops machine policy.
    pub(crate) fn read_settings_again(&self) -> Vec<Problem> {
        let of_machine = || platform::machine_policy();
        let policy = self.policy.clone().unwrap_or_else(of_machine);
        let mut settings = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        let (read, problems) = settings::read_again(&self.home, &policy, &settings);
        for problem in &problems {
            tracing::warn!(code = problem.code(), "settings read with a mistake");
        }
        if **settings != read {
            *settings = Arc::new(read);
        }
        problems
    }

    /// What the engine has to know of the settings. That all traffic goes through the
    /// tunnel may also be said by a profile, and after how long a request is late, where
    /// nobody chose that, by this machine's own past.
    pub(crate) fn engine_settings(&self) -> gangway_engine::settings::Settings {
        let settings = self.settings();
        let mut engine = settings.engine.clone();
        engine.full_tunnel |= self.full_tunnel_by_profile().unwrap_or_default();
        if !settings.chooses_when_late()
            && let Ok(Some(late)) = self.store.late_after()
        {
            engine.rule_late_after = late;
        }
        if self.stays {
            engine.shell.cloud = self.cloud_to_mark();
        }
        engine
    }

    /// The name of the cloud where it is not the public one.
    fn cloud_to_mark(&self) -> Option<String> {
        let cloud = self.cloud().ok()?;
        (cloud != Cloud::public()).then(|| cloud.name().to_owned())
    }

    /// Azure, made at the first use and whenever its settings changed; nothing is asked of
    /// it yet. Where accounts serve, who is signed in is known from here on. Where that
    /// fails the next one tries again.
    pub(crate) async fn azure(&self) -> Result<Azure, Problem> {
        if let Some(azure) = self.azure_in_force() {
            return Ok(azure);
        }
        let _alone = self.making.lock().await;
        if let Some(azure) = self.azure_in_force() {
            return Ok(azure);
        }
        let of = self.basis();
        let azure = self.make_azure().await?;
        self.all_made().push(Made {
            azure: azure.clone(),
            of,
        });
        Ok(azure)
    }

    /// Azure, where it was made and its settings are still the same.
    pub(crate) fn azure_in_force(&self) -> Option<Azure> {
        let made = self.all_made();
        let last = made.last().filter(|last| last.of == self.basis())?;
        Some(last.azure.clone())
    }

    /// Azure as it was made by the settings of each time: what one holds is forgotten in all.
    pub(crate) fn every_azure(&self) -> Vec<Azure> {
        let made = self.all_made();
        made.iter().map(|one| one.azure.clone()).collect()
    }

    fn all_made(&self) -> MutexGuard<'_, Vec<Made>> {
        self.azure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn basis(&self) -> Basis {
        let settings = self.settings();
        Basis {
            cloud: self.cloud.clone().or_else(|| settings.cloud.clone()),
            network: settings.network.clone(),
            client_id: settings.sign_in.client_id.clone(),
        }
    }

    /// Waits for a refresh that is still under way, where Azure was talked to at all: the
    /// new refresh token is in its answer.
    pub(crate) async fn settle(&self) {
        let made = self.every_azure();
        let settled = join_all(made.iter().map(Azure::settle));
        if tokio::time::timeout(SETTLE_LIMIT, settled).await.is_err() {
            let waited = SETTLE_LIMIT.as_secs();
            tracing::warn!(waited, "a refresh was still under way at the end");
        }
    }

    /// The cloud that the shell or the settings name.
    pub(crate) fn cloud(&self) -> Result<Cloud, Problem> {
        match self.cloud.clone().or_else(|| self.settings().cloud.clone()) {
            Some(name) => Cloud::find(&name).map_err(|error| error.problem()),
            None => Ok(Cloud::public()),
        }
    }

    async fn make_azure(&self) -> Result<Azure, Problem> {
        let cloud = self.cloud()?;
        let clock = self.clock.clone();
        let observer: Observer = Arc::new(move |seen| {
            clock.learn(
                seen.answered.saturating_duration_since(seen.asked),
                seen.date,
            );
        });
        let sign_in = match &self.serves_all {
            Some(given) => given.clone(),
            None => {
                self.known_accounts().await;
                SignIn::Accounts(Accounts {
                    vault: Arc::new(TokenVault {
                        file: self.tokens.clone(),
                        cloud: cloud.name().to_owned(),
                        authority: cloud.authority_host(),
                        clock: self.clock.clone(),
                    }),
                    chooser: Arc::new(Choice {
                        known: self.known.subscribe(),
                        cloud: cloud.name().to_owned(),
                        app: self.settings().sign_in.client_id.clone(),
                    }),
                })
            }
        };
        let network = self.network().await?;
        Azure::through(cloud, sign_in, network, observer).map_err(|error| error.problem())
    }

    /// How Azure is reached. The keyring is asked only where a proxy wants to know who we are.
    async fn network(&self) -> Result<Network, Problem> {
        let settings = self.settings();
        let set = &settings.network;
        let told = |error: gangway_azure::Error| error.problem();
        let mut network = Network::default();
        if let Some(file) = &set.extra_ca {
            network.extra_ca = Authorities::read(file).map_err(told)?;
        }
        if let Some(address) = &set.proxy {
            let mut proxy = Proxy::new(address).map_err(told)?;
            if let Some(user) = &set.proxy_user
                && let Some(password) = self.proxy_password(address, user).await?
            {
                proxy = proxy.signed_in(user, password);
            }
            network.proxy = Some(proxy);
        }
        Ok(network)
    }

    async fn proxy_password(&self, proxy: &str, user: &str) -> Result<Option<Secret>, Problem> {
        let entry = Entry::proxy_password(proxy, user);
        let found = self.keyring.get(entry).await;
        let found = found.map_err(|error| error.problem())?;
        Ok(found
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .map(Secret::new))
    }

    /// The tenant whose token reaches a VM: as Azure itself said, as the inventory says, else
    /// the account's own.
    pub(crate) async fn tenant_of(&self, azure: &Azure, vm: &VmId) -> Result<TenantId, Problem> {
        self.tenant_for(azure, &vm.subscription()).await
    }

    /// The tenant whose token reaches a subscription, found in the same order.
    pub(crate) async fn tenant_for(
        &self,
        azure: &Azure,
        subscription: &SubscriptionId,
    ) -> Result<TenantId, Problem> {
        let named = self.routes().get(subscription).cloned();
        if let Some(tenant) = named {
            return Ok(tenant);
        }
        match self.store.tenant_of(subscription) {
            Ok(Some(tenant)) => Ok(tenant),
            Ok(None) => self.home_tenant(azure).await,
            Err(error) => {
                tracing::warn!(%error, "tenant not read from the store");
                self.home_tenant(azure).await
            }
        }
    }

    /// What was met with a VM: where Azure says that it belongs to another tenant, in which
    /// an account is used, the next call goes there.
    pub(crate) fn met(&self, vm: &VmId, problem: &Problem) {
        self.met_in(&vm.subscription(), problem);
    }

    /// The same for what was met with a subscription.
    pub(crate) fn met_in(&self, subscription: &SubscriptionId, problem: &Problem) {
        let Cause::WrongTenant { tenant } = &problem.cause else {
            return;
        };
        let known = self.known.borrow().clone();
        if known.is_some_and(|known| known.used_in(tenant).is_some()) {
            tracing::info!(%subscription, %tenant, "the subscription belongs to another tenant");
            self.routes().insert(subscription.clone(), tenant.clone());
        }
    }

    pub(crate) fn routes(&self) -> MutexGuard<'_, HashMap<SubscriptionId, TenantId>> {
        self.routes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tenant to begin with: the first one that is on, or that of the account itself.
    pub(crate) async fn home_tenant(&self, azure: &Azure) -> Result<TenantId, Problem> {
        if self.serves_all.is_none()
            && let Some(tenant) = self.tenants_on().await.into_iter().next()
        {
            return Ok(tenant);
        }
        let authority = azure.cloud().authority_host();
        let mut known = self.home_tenant.lock().await;
        if let Some((of, tenant)) = known.as_ref()
            && *of == authority
        {
            return Ok(tenant.clone());
        }
        let asked = azure.home_tenant().await;
        let tenant = asked.map_err(|error| error.problem())?;
        *known = Some((authority, tenant.clone()));
        Ok(tenant)
    }

    /// The tenants that people switched on, each once, in the order of the accounts.
    pub(crate) async fn tenants_on(&self) -> Vec<TenantId> {
        let known = self.known_accounts().await;
        let cloud = self.cloud().map(|cloud| cloud.name().to_owned());
        let cloud = cloud.unwrap_or_default();
        let accounts = known.accounts.iter().filter(|one| one.cloud == cloud);
        accounts
            .flat_map(|account| &account.tenants)
            .filter(|tenant| tenant.on && tenant.used)
            .map(|tenant| tenant.id.clone())
            .collect()
    }

    /// Opens the connection and fetches the token that this VM needs, while other work goes on.
    pub(crate) async fn warm_up(&self, vm: &VmId) {
        let Ok(azure) = self.azure().await else {
            return;
        };
        let warm = async {
            let tenant = self.tenant_of(&azure, vm).await?;
            azure
                .warm_up(&tenant)
                .await
                .map_err(|error| error.problem())
        };
        if let Err(problem) = warm.await {
            // The call that needs it meets the same and tells it.
            tracing::debug!(code = problem.code(), "not warmed up");
        }
    }

    /// This process, as it stands in claims.
    pub(crate) fn owner(&self) -> &Owner {
        self.owner.get_or_init(Owner::this_process)
    }

    /// Tells the other processes, and the loop of this one, that the store has changed.
    pub(crate) fn ring(&self) {
        self.touched.notify_one();
        platform::ring(&self.home.bells(), self.bell.get().map(PathBuf::as_path));
    }
}
