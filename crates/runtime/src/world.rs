//! What every part of a running runtime stands on: folders, store, clock, settings, Azure.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use gangway_azure::{Azure, Cloud, Observer, SignIn};
use gangway_engine::id::{TenantId, VmId};
use gangway_engine::problem::Problem;
use gangway_launch::Place;
use tokio::sync::{OnceCell, watch};

use crate::clock::Clock;
use crate::home::Home;
use crate::platform;
use crate::query::Progress;
use crate::settings::{self, MachinePolicy, Settings};
use crate::store::{Owner, Store};

/// One of each, shared by the loop, its effects and the queries.
pub(crate) struct World {
    pub(crate) home: Home,
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Clock,
    pub(crate) settings: Mutex<Arc<Settings>>,
    pub(crate) policy: Option<MachinePolicy>,
    pub(crate) cloud: Option<String>,
    pub(crate) sign_in: Option<SignIn>,
    pub(crate) place: Place,
    pub(crate) progress: watch::Sender<Option<Progress>>,
    pub(crate) owner: OnceLock<Owner>,
    pub(crate) bell: OnceLock<PathBuf>,
    pub(crate) azure: OnceLock<Result<Azure, Problem>>,
    pub(crate) home_tenant: OnceCell<TenantId>,
}

impl World {
    /// The settings in force.
    pub(crate) fn settings(&self) -> Arc<Settings> {
        let settings = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&settings)
    }

    /// Reads the settings again. A file that has got a mistake meanwhile changes nothing: the
    /// next start tells it.
    pub(crate) fn read_settings_again(&self) {
        let (read, problems) = match &self.policy {
            Some(policy) => settings::read_with(&self.home, policy),
            None => settings::read(&self.home),
        };
        let mut settings = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        if problems.is_empty() && **settings != read {
            *settings = Arc::new(read);
        }
    }

    /// What the engine has to know of the settings. That all traffic goes through the
    /// tunnel may also be said by a profile.
    pub(crate) fn engine_settings(&self) -> gangway_engine::settings::Settings {
        let mut engine = self.settings().engine.clone();
        engine.full_tunnel |= self.full_tunnel_by_profile().unwrap_or_default();
        engine
    }

    /// Azure, made at the first use; nothing is asked yet.
    pub(crate) fn azure(&self) -> Result<Azure, Problem> {
        self.azure
            .get_or_init(|| {
                let cloud = match self.cloud.clone().or_else(|| self.settings().cloud.clone()) {
                    Some(name) => Cloud::find(&name).map_err(|error| error.problem())?,
                    None => Cloud::public(),
                };
                let clock = self.clock.clone();
                let observer: Observer = Arc::new(move |seen| {
                    clock.learn(
                        seen.answered.saturating_duration_since(seen.asked),
                        seen.date,
                    );
                });
                let sign_in = self
                    .sign_in
                    .clone()
                    .unwrap_or_else(SignIn::from_environment);
                Azure::new(cloud, sign_in, observer).map_err(|error| error.problem())
            })
            .clone()
    }

    /// The tenant whose token reaches a VM: as the inventory says, else the account's own.
    pub(crate) async fn tenant_of(&self, azure: &Azure, vm: &VmId) -> Result<TenantId, Problem> {
        match self.store.tenant_of(vm) {
            Ok(Some(tenant)) => Ok(tenant),
            Ok(None) => self.home_tenant(azure).await,
            Err(error) => {
                tracing::warn!(%error, "tenant not read from the store");
                self.home_tenant(azure).await
            }
        }
    }

    /// The tenant that the account belongs to first.
    pub(crate) async fn home_tenant(&self, azure: &Azure) -> Result<TenantId, Problem> {
        self.home_tenant
            .get_or_try_init(|| azure.home_tenant())
            .await
            .cloned()
            .map_err(|error| error.problem())
    }

    /// Opens the connection and fetches the token that this VM needs, while other work goes on.
    pub(crate) async fn warm_up(&self, vm: &VmId) {
        let Ok(azure) = self.azure() else { return };
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

    /// Tells the other processes that the store has changed.
    pub(crate) fn ring(&self) {
        platform::ring(&self.home.bells(), self.bell.get().map(PathBuf::as_path));
    }
}
