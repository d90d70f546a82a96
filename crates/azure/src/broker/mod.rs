//! Windows' own accounts: tokens from the Web Account Manager, which keeps the refresh tokens and vouches for the device.
//!
//! What it is asked stands in [`request`] and what it says is read in [`answer`]; the asking
//! itself is Windows' alone
//! (<https://learn.microsoft.com/windows/uwp/security/web-account-manager>). Written from
//! the documentation; no machine with Windows' broker has run it yet.

mod answer;
mod platform;
mod request;

use std::fmt;

use async_trait::async_trait;
use gangway_engine::account::AccountId;
use gangway_engine::id::TenantId;

use crate::Azure;
use crate::accounts::{App, Ask, SignedIn};
use crate::credentials::{AccessToken, Claims, Credentials, Scope};
use crate::error::Error;
use crate::http::transport::Transport;
use answer::Whose;
use request::Request;

/// Whether this build runs on a system that has the broker.
pub const BROKER_IS_HERE: bool = platform::IS_HERE;

/// The window that Windows' own belongs to while somebody signs in: an `HWND`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window(pub isize);

impl Window {
    /// The window of the console that this program was started in; `None` where it has none.
    #[must_use]
    pub fn of_console() -> Option<Self> {
        platform::console()
    }
}

impl Azure {
    /// Lets somebody sign in with an account of Windows, in Windows' own window above `window`.
    ///
    /// # Errors
    /// [`Error::WayForbidden`] where there is no broker, [`Error::Entra`] where it or the
    /// person refused, [`Error::SignInMistrusted`] where another account came back.
    pub async fn sign_in_with_broker(
        &self,
        app: &App,
        ask: &Ask,
        window: Window,
    ) -> Result<SignedIn, Error> {
        let transport = &self.arm.transport;
        let tenant = ask
            .tenant
            .as_deref()
            .map_or_else(|| TenantId::new(request::ANY_TENANT), TenantId::new);
        let request = Request::interactive(transport.cloud(), app, &tenant, ask);
        let given = platform::sign_in(&request, window)
            .await?
            .given(&tenant, ask.claims.as_ref())?;
        let read = given.read(
            &Whose {
                app,
                tenant: &tenant,
                expect: ask.expect.as_ref(),
            },
            transport,
        )?;
        self.arm
            .tokens
            .put(&read.signed_in.tenant, read.access)
            .await;
        tracing::info!(account = %read.signed_in.account, "signed in by windows");
        Ok(read.signed_in)
    }
}

/// Tokens for one account of Windows, without a window. What it keeps is Windows' own.
pub struct Broker {
    transport: Transport,
    app: App,
    account: AccountId,
}

impl Broker {
    pub(crate) fn new(transport: Transport, app: App, account: AccountId) -> Self {
        Self {
            transport,
            app,
            account,
        }
    }
}

#[async_trait]
impl Credentials for Broker {
    async fn token(
        &self,
        tenant: &TenantId,
        scope: &Scope,
        claims: Option<&Claims>,
    ) -> Result<AccessToken, Error> {
        let request = Request::silent(
            self.transport.cloud(),
            &self.app,
            tenant,
            scope,
            &self.account,
            claims,
        );
        let given = platform::token(&request).await?.given(tenant, claims)?;
        let whose = Whose {
            app: &self.app,
            tenant,
            expect: Some(&self.account),
        };
        Ok(given.read(&whose, &self.transport)?.access)
    }

    async fn home(&self, _: &Scope) -> Result<TenantId, Error> {
        Ok(self.account.tenant())
    }
}

impl fmt::Debug for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Broker")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}
