//! The end of every sign-in: the answer is checked, kept, and only then used.

use std::fmt;
use std::sync::Arc;

use gangway_engine::account::AccountId;
use gangway_engine::id::TenantId;

use super::authority::Authority;
use super::id_token::{IdToken, Wanted, check_access, mistrusted};
use super::protocol::{Protocol, protocol};
use super::vault::{Stored, Vault};
use super::{App, Ask, Grant, SignedIn};
use crate::cloud::host_of;
use crate::credentials::tokens::Tokens;
use crate::credentials::{Claims, Scope};
use crate::error::Error;
use crate::http::transport::Transport;
use crate::secret::Secret;

/// Any work or school account, at its own tenant (contract 2.1).
const ANY_TENANT: &str = "organizations";

/// One sign-in from its page or code to its end.
pub(crate) struct Flow {
    pub(crate) authority: Authority,
    pub(crate) protocol: Protocol,
    pub(crate) scope: Scope,
    /// The claims of every request, as JSON.
    pub(crate) claims: String,
    client_id: String,
    expect: Option<AccountId>,
    tokens: Arc<Tokens>,
    vault: Option<Arc<dyn Vault>>,
}

impl Flow {
    pub(crate) fn new(
        transport: &Transport,
        tokens: &Arc<Tokens>,
        vault: Option<Arc<dyn Vault>>,
        app: &App,
        ask: &Ask,
    ) -> Result<Self, Error> {
        let tenant = TenantId::new(ask.tenant.as_deref().unwrap_or(ANY_TENANT));
        Ok(Self {
            protocol: protocol(transport, &tenant, &app.client_id)?,
            authority: Authority::new(transport.clone(), tenant, &app.client_id),
            scope: transport.cloud().scope(),
            claims: Claims::declared(ask.claims.as_ref()),
            client_id: app.client_id.clone(),
            expect: ask.expect.clone(),
            tokens: tokens.clone(),
            vault,
        })
    }

    /// Takes an answer in: whose it is, whether it was asked for, then into the vault, and
    /// then into memory, where calls find it.
    pub(crate) async fn finish(
        &self,
        grant: Grant,
        nonce: Option<&Secret>,
    ) -> Result<SignedIn, Error> {
        let transport = self.authority.transport();
        let home = transport.cloud().authority();
        let read = IdToken::of(&grant)?;
        read.check(&Wanted {
            client_id: &self.client_id,
            nonce,
            tenant: self.authority.tenant(),
            authority: home,
            now: transport.dates().now(),
        })?;
        check_access(&grant.access, &read.tenant())?;
        let account = read.account(&grant)?;
        if self
            .expect
            .as_ref()
            .is_some_and(|expect| *expect != account)
        {
            return Err(mistrusted(
                "another account than the one asked for signed in",
            ));
        }
        let refresh_token = grant.refresh.ok_or_else(|| Error::Unusable {
            host: host_of(home),
            came: "a sign-in without a refresh token".to_owned(),
            ids: Box::default(),
        })?;
        let stored = Stored {
            client_id: self.client_id.clone(),
            refresh_token,
        };
        let stored = match &self.vault {
            Some(vault) => {
                vault.open().await?.write(&account, &stored)?;
                None
            }
            None => Some(stored),
        };
        let tenant = read.tenant();
        self.tokens.put(&tenant, grant.access).await;
        tracing::info!(%account, %tenant, "signed in");
        Ok(SignedIn {
            account,
            username: read.username(),
            name: read.person(),
            tenant,
            stored,
        })
    }
}

impl fmt::Debug for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flow")
            .field("tenant", self.authority.tenant())
            .finish_non_exhaustive()
    }
}
