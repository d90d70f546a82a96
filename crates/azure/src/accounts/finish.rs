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
    /// then into memory, where calls find it. Called off before its end, it has kept nothing.
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
        check_access(&grant.access, &read.tenant(), transport.cloud())?;
        let account = read.account(&grant, self.authority.tenant())?;
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
        let tenant = read.tenant();
        // Whatever is waited for comes first: between the vault, the memory and the return
        // nobody can call this off.
        let place = self.tokens.place(&tenant).await;
        let stored = match &self.vault {
            Some(vault) => {
                vault.open().await?.write(&account, &stored)?;
                None
            }
            None => Some(stored),
        };
        place.put(grant.access);
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use async_trait::async_trait;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use futures_util::FutureExt;
    use serde_json::{Value, json};

    use super::super::MemoryVault;
    use super::*;
    use crate::cloud::Cloud;
    use crate::credentials::{AccessToken, Credentials};
    use crate::http::wait;
    use crate::network::Network;

    const TENANT: &str = "11111111-1111-1111-1111-111111111111";

    /// Credentials whose answer never comes.
    #[derive(Debug)]
    struct Never;

    #[async_trait]
    impl Credentials for Never {
        async fn token(
            &self,
            _: &TenantId,
            _: &Scope,
            _: Option<&Claims>,
        ) -> Result<AccessToken, Error> {
            std::future::pending().await
        }

        async fn home(&self, _: &Scope) -> Result<TenantId, Error> {
            std::future::pending().await
        }
    }

    fn grant() -> Grant {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let claims = json!({
            "aud": "app", "iss": format!("https://login.microsoftonline.com/{TENANT}/v2.0"),
            "exp": 9_000_000_000_i64, "tid": TENANT, "oid": "object",
        });
        Grant {
            access: AccessToken {
                secret: Secret::new("access"),
                valid_for: Duration::from_secs(3600),
            },
            refresh: Some(Secret::new("refresh")),
            id_token: Some(Secret::new(format!("h.{}.s", part(claims)))),
            client_info: Some(Secret::new(part(json!({"uid": "object", "utid": TENANT})))),
        }
    }

    fn flow(vault: &MemoryVault) -> Flow {
        let cloud = Cloud::public();
        let tokens = Arc::new(Tokens::new(Arc::new(Never), cloud.scope()));
        let transport = Transport::new(cloud, Network::default(), Arc::new(|_| {}), wait::real());
        let app = App {
            client_id: "app".to_owned(),
        };
        let vault = Arc::new(vault.clone());
        Flow::new(&transport, &tokens, Some(vault), &app, &Ask::default()).unwrap()
    }

    #[tokio::test]
    async fn who_is_kept_serves_and_who_was_called_off_is_not_kept() {
        let account = AccountId::new("object", &TenantId::new(TENANT)).unwrap();
        let tenant = TenantId::new(TENANT);
        let vault = MemoryVault::default();
        let flow = flow(&vault);
        // Somebody holds the tenant's place; then somebody holds the vault.
        let place = flow.tokens.place(&tenant).await;
        assert!(flow.finish(grant(), None).now_or_never().is_none());
        drop(place);
        let open = vault.open().await.unwrap();
        assert!(flow.finish(grant(), None).now_or_never().is_none());
        drop(open);
        assert_eq!(vault.open().await.unwrap().read(&account), Ok(None));
        assert_eq!(flow.tokens.kept(&tenant).await, None);

        let done = flow.finish(grant(), None).now_or_never();
        assert_eq!(done.unwrap().unwrap().account, account);
        let kept = vault.open().await.unwrap().read(&account).unwrap();
        assert_eq!(kept.unwrap().refresh_token, Secret::new("refresh"));
        let token = flow.tokens.get(&tenant).await.unwrap();
        assert_eq!(token, Secret::new("access"));
    }
}
