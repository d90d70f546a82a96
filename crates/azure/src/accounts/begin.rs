//! Beginning and ending sign-ins: what the rest of the program calls.

use gangway_engine::id::TenantId;

use super::browser::BrowserSignIn;
use super::device_code::DeviceSignIn;
use super::finish::Flow;
use super::protocol::endpoint;
use super::{App, Ask};
use crate::Azure;
use crate::error::Error;

impl Azure {
    /// Opens a port on this machine and makes the address of the sign-in page. Nothing is
    /// asked of anybody yet, so the page is there at once.
    ///
    /// # Errors
    /// [`Error::NoSuchTenant`] where the tenant is neither a GUID nor a domain, and
    /// [`Error::Setup`] where no port can be had.
    pub async fn begin_browser(&self, app: &App, ask: &Ask) -> Result<BrowserSignIn, Error> {
        BrowserSignIn::begin(self.flow(app, ask)?, ask).await
    }

    /// Asks for a device code.
    ///
    /// # Errors
    /// As [`Azure::begin_browser`], and as every call to Entra.
    pub async fn begin_device_code(&self, app: &App, ask: &Ask) -> Result<DeviceSignIn, Error> {
        DeviceSignIn::begin(self.flow(app, ask)?).await
    }

    /// The page that ends a browser's session at Entra, for a person who wants that too
    /// (<https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-a-sign-out-request>).
    ///
    /// # Errors
    /// [`Error::NoSuchTenant`] where the tenant's id is none.
    pub fn sign_out_page(
        &self,
        tenant: &TenantId,
        username: Option<&str>,
    ) -> Result<String, Error> {
        let mut page = endpoint(self.cloud().page_authority(), tenant, "logout")?;
        if let Some(username) = username.filter(|name| !name.is_empty()) {
            page.query_pairs_mut().append_pair("logout_hint", username);
        }
        Ok(page.to_string())
    }

    /// Forgets the access tokens of a tenant, because another account is used there now,
    /// or none.
    pub async fn forget(&self, tenant: &TenantId) {
        self.arm.tokens.clear(tenant).await;
    }

    /// Forgets every access token, because something else serves from now on.
    pub async fn forget_all(&self) {
        self.arm.tokens.clear_all().await;
    }

    /// Waits until no refresh is under way. A program that ends in the middle of one would
    /// lose the new refresh token, and the old one is worth nothing any more: call this
    /// last, with a limit.
    pub async fn settle(&self) {
        self.arm.tokens.settle().await;
    }

    fn flow(&self, app: &App, ask: &Ask) -> Result<Flow, Error> {
        let (transport, tokens) = (&self.arm.transport, &self.arm.tokens);
        Flow::new(transport, tokens, self.vault.clone(), app, ask)
    }
}
