//! One refresh token against the token endpoint: what is sent, and what has to come back.

use async_trait::async_trait;
use gangway_engine::account::AccountId;
use gangway_engine::id::TenantId;
use oauth2::RefreshToken;

use super::Grant;
use super::authority::Authority;
use super::id_token::{IdToken, Wanted, check_access, mistrusted};
use super::protocol::{grant, ours, protocol, scopes};
use super::vault::Stored;
use crate::credentials::{Claims, Scope};
use crate::error::Error;
use crate::http::transport::Transport;

/// Whose token is wanted, where, and for what.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) account: &'a AccountId,
    pub(crate) tenant: &'a TenantId,
    pub(crate) scope: &'a Scope,
    pub(crate) claims: Option<&'a Claims>,
}

/// What takes a refresh token and gives what follows it.
#[async_trait]
pub(crate) trait Exchange: Send + Sync {
    /// Sends the refresh token once.
    async fn exchange(&self, stored: &Stored, asked: Asked<'_>) -> Result<Grant, Error>;
}

/// Entra.
pub(crate) struct Entra(pub(crate) Transport);

#[async_trait]
impl Exchange for Entra {
    async fn exchange(&self, stored: &Stored, asked: Asked<'_>) -> Result<Grant, Error> {
        let client_id = &stored.client_id;
        let protocol = protocol(&self.0, asked.tenant, client_id)?;
        let authority = Authority::new(self.0.clone(), asked.tenant.clone(), client_id);
        let token = RefreshToken::new(stored.refresh_token.expose().to_owned());
        let answered = protocol
            .exchange_refresh_token(&token)
            .add_scopes(scopes(asked.scope))
            .add_extra_param("claims", Claims::declared(asked.claims))
            .add_extra_param("client_info", "1")
            .request_async(&authority)
            .await
            .map_err(|error| ours(error, &authority))?;
        let grant = grant(&answered);
        self.check(&grant, stored, asked)?;
        Ok(grant)
    }
}

impl Entra {
    /// A refresh need not bring an id token; where it does, it has to be the right one.
    fn check(&self, grant: &Grant, stored: &Stored, asked: Asked<'_>) -> Result<(), Error> {
        check_access(&grant.access, asked.tenant, self.0.cloud())?;
        if grant.id_token.is_none() {
            return Ok(());
        }
        let read = IdToken::of(grant)?;
        read.check(&Wanted {
            client_id: &stored.client_id,
            nonce: None,
            tenant: asked.tenant,
            authority: self.0.cloud().authority(),
            now: self.0.dates().now(),
        })?;
        if grant.client_info.is_some() && read.account(grant, asked.tenant)? != *asked.account {
            return Err(mistrusted("the token is another account's"));
        }
        Ok(())
    }
}
