//! Talks to Azure and Entra: the only crate that knows HTTP.
//!
//! [`Azure`] is one cloud, and whoever is signed in there. Every call it can make stands in [`calls::ALL`];
//! tokens go to the cloud's own hosts and nowhere else. What comes back are the engine's
//! words; what goes wrong is an [`Error`], and [`Error::problem`] names it.

use std::fmt;
use std::sync::Arc;

use gangway_engine::id::TenantId;

mod accounts;
#[cfg(feature = "broker")]
mod broker;
pub mod calls;
mod cloud;
mod credentials;
mod error;
mod http;
mod network;
mod operations;
mod platform;
mod problem;
mod secret;
mod sign_in;
mod wire;

pub use accounts::{
    AZURE_CLI_LIMIT, Accounts, App, Ask, BROWSER_LIMIT, BrowserSignIn, Chooser, Chosen,
    DeviceSignIn, MemoryVault, OpenVault, Redirected, SignedIn, Stored, Vault,
};
#[cfg(feature = "broker")]
pub use broker::{BROKER_IS_HERE, Broker, Window};
pub use cloud::Cloud;
pub use credentials::{AccessToken, Claims, Credentials, Scope};
pub use error::{ClaimsNeeded, EntraRefusal, Error, Ids, Refusal};
pub use http::dates::{Observer, ServerDate};
pub use http::operation::Operation;
pub use http::wait::Sleeper;
pub use network::{Authorities, Network, Proxy};
pub use operations::accounts::{Subscription, Tenant};
pub use operations::inventory::{Gateway, Inventory, guid_in_host, serving};
pub use secret::Secret;
pub use sign_in::SignIn;

use credentials::tokens::Tokens;
use http::arm::Arm;
use http::transport::Transport;

/// One cloud, and whoever is signed in there. Cheap to clone; clones share connection, tokens and pauses.
#[derive(Clone)]
pub struct Azure {
    arm: Arm,
    vault: Option<Arc<dyn Vault>>,
}

impl Azure {
    /// Makes ready without asking anybody anything: the connection and the first token
    /// come with the first call, or with [`Azure::warm_up`]. `observer` is told the date
    /// of every answer.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`] where the sign-in cannot be used in this cloud.
    pub fn new(cloud: Cloud, sign_in: SignIn, observer: Observer) -> Result<Self, Error> {
        Self::over(
            cloud,
            sign_in,
            Network::default(),
            observer,
            http::wait::real(),
        )
    }

    /// As [`Azure::new`], by a network that the settings describe.
    ///
    /// # Errors
    /// As [`Azure::new`].
    pub fn through(
        cloud: Cloud,
        sign_in: SignIn,
        network: Network,
        observer: Observer,
    ) -> Result<Self, Error> {
        Self::over(cloud, sign_in, network, observer, http::wait::real())
    }

    /// As [`Azure::new`], with another way to let time pass.
    ///
    /// # Errors
    /// As [`Azure::new`].
    pub fn with_sleeper(
        cloud: Cloud,
        sign_in: SignIn,
        observer: Observer,
        sleeper: Sleeper,
    ) -> Result<Self, Error> {
        Self::over(cloud, sign_in, Network::default(), observer, sleeper)
    }

    /// As [`Azure::through`], with another way to let time pass.
    ///
    /// # Errors
    /// As [`Azure::new`].
    pub fn over(
        cloud: Cloud,
        sign_in: SignIn,
        network: Network,
        observer: Observer,
        sleeper: Sleeper,
    ) -> Result<Self, Error> {
        let scope = cloud.scope();
        let transport = Transport::new(cloud, network, observer, sleeper);
        let vault = match &sign_in {
            SignIn::Accounts(accounts) => Some(accounts.vault.clone()),
            _ => None,
        };
        let credentials = sign_in.credentials(&transport)?;
        Ok(Self {
            vault,
            arm: Arm::new(transport, Tokens::new(credentials, scope)),
        })
    }

    /// The cloud it talks to.
    #[must_use]
    pub fn cloud(&self) -> &Cloud {
        self.arm.transport.cloud()
    }

    /// Opens the connection and fetches the token while other start-up work goes on.
    ///
    /// # Errors
    /// The token's error; one of the connection shows again at the first call.
    pub async fn warm_up(&self, tenant: &TenantId) -> Result<(), Error> {
        let (touched, token) = tokio::join!(self.arm.touch(), self.arm.tokens.get(tenant));
        if let Err(error) = touched {
            tracing::debug!(%error, "connection not opened early");
        }
        token.map(|_| ())
    }

    pub(crate) fn unusable(&self, came: &str) -> Error {
        Error::Unusable {
            host: self.cloud().resource_manager_host(),
            came: came.to_owned(),
            ids: Box::default(),
        }
    }
}

impl fmt::Debug for Azure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Azure")
            .field("cloud", &self.cloud().name())
            .finish_non_exhaustive()
    }
}

/// Credentials as they are shared.
pub(crate) type Shared = Arc<dyn Credentials>;

#[cfg(test)]
mod tests {
    use gangway_engine::id::{NicId, VmId};
    use gangway_engine::request::{Draft, TimeField};

    use super::*;

    fn send<T: Send>(_: T) {}

    /// Every call may be driven from any task.
    #[allow(dead_code, reason = "compiling it is the test")]
    fn calls_can_be_spawned(
        azure: &Azure,
        tenant: &TenantId,
        vm: &VmId,
        nics: &[NicId],
        draft: &Draft,
    ) {
        send(azure.warm_up(tenant));
        send(azure.inventory(tenant));
        send(azure.vm(tenant, vm, nics));
        send(azure.policies_of_group(tenant, vm));
        send(azure.initiate(tenant, draft, TimeField::Duration));
        send(azure.explain(
            tenant,
            vm,
            std::net::Ipv4Addr::LOCALHOST,
            std::net::Ipv4Addr::LOCALHOST,
        ));
    }
}
