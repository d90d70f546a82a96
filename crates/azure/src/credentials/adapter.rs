//! azure_core's `TokenCredential` behind our seam. It cannot carry claims: that is an error that says what to do.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{fmt, io};

use async_trait::async_trait;
use azure_core::credentials::{AccessToken as CoreToken, TokenCredential};
use azure_core::error::ErrorKind;
use azure_core::time::OffsetDateTime;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gangway_engine::id::TenantId;
use serde_json::Value;

use super::{AccessToken, Claims, Credentials, Scope, entra};
use crate::error::{ClaimsNeeded, Error};
use crate::http::transport::Carried;
use crate::secret::Secret;
use crate::wire::text;

/// AADSTS700024: the client assertion is not within its valid time range.
const NOT_WITHIN_ITS_TIME: u32 = 700_024;

/// Makes the credential for a tenant; for none, the account's own default.
pub(crate) type Maker =
    dyn Fn(Option<&TenantId>) -> azure_core::Result<Arc<dyn TokenCredential>> + Send + Sync;

/// A credential of azure_core, made afresh for each token: what is kept, we keep.
pub(crate) struct Adapter {
    pub(crate) name: &'static str,
    pub(crate) home: Option<TenantId>,
    /// The app that asks, where it is one of the operator's.
    pub(crate) client_id: Option<String>,
    /// Whether a challenge can be answered by a line of `az login`.
    pub(crate) is_azure_cli: bool,
    pub(crate) make: Box<Maker>,
    /// The token that told its tenant, until somebody asks for one of that tenant: Azure
    /// CLI takes the better part of a second for each.
    pub(crate) spare: Mutex<Option<(TenantId, CoreToken)>>,
}

impl fmt::Debug for Adapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Adapter")
            .field("name", &self.name)
            .field("home", &self.home)
            .finish_non_exhaustive()
    }
}

impl Adapter {
    /// A token past everything that is kept.
    pub(crate) async fn any_token(
        &self,
        tenant: Option<&TenantId>,
        scope: &Scope,
    ) -> Result<AccessToken, Error> {
        Ok(lasting(&self.fetch(tenant, scope).await?))
    }

    /// Fetches, and once more where a signed statement bore a time that is not Azure's: the
    /// refusal has told it.
    async fn fetch(&self, tenant: Option<&TenantId>, scope: &Scope) -> Result<CoreToken, Error> {
        match self.fetch_once(tenant, scope).await {
            Err(Error::Entra(refusal)) if refusal.code == NOT_WITHIN_ITS_TIME => {
                self.fetch_once(tenant, scope).await
            }
            done => done,
        }
    }

    async fn fetch_once(
        &self,
        tenant: Option<&TenantId>,
        scope: &Scope,
    ) -> Result<CoreToken, Error> {
        let credential = (self.make)(tenant).map_err(|error| self.named(&error, tenant))?;
        credential
            .get_token(&[scope.as_str()], None)
            .await
            .map_err(|error| self.named(&error, tenant))
    }

    /// Whose refusal this is.
    fn named(&self, error: &azure_core::Error, tenant: Option<&TenantId>) -> Error {
        let mut error = ours(error, tenant);
        if let Error::Entra(refusal) = &mut error {
            refusal.client_id.clone_from(&self.client_id);
        }
        error
    }
}

#[async_trait]
impl Credentials for Adapter {
    async fn token(
        &self,
        tenant: &TenantId,
        scope: &Scope,
        claims: Option<&Claims>,
    ) -> Result<AccessToken, Error> {
        if let Some(claims) = claims {
            let command = self.is_azure_cli.then(|| login_line(tenant, scope, claims));
            return Err(Error::ClaimsNeeded(Box::new(ClaimsNeeded {
                tenant: tenant.clone(),
                claims: Some(claims.clone()),
                command,
                ids: Box::default(),
            })));
        }
        let spare = self
            .spare
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match spare {
            Some((of, token)) if of == *tenant => Ok(lasting(&token)),
            _ => Ok(lasting(&self.fetch(Some(tenant), scope).await?)),
        }
    }

    async fn home(&self, scope: &Scope) -> Result<TenantId, Error> {
        match &self.home {
            Some(tenant) => Ok(tenant.clone()),
            None => {
                let token = self.fetch(None, scope).await?;
                let tenant = tenant_of(token.token.secret())?;
                let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
                *spare = Some((tenant.clone(), token));
                Ok(tenant)
            }
        }
    }
}

/// The line a person has to run; every part of it is quoted for no shell, because none
/// of it can hold more than letters, digits and `.-_:/+=`.
pub(crate) fn login_line(tenant: &TenantId, scope: &Scope, claims: &Claims) -> String {
    format!(
        "az login --tenant {tenant} --scope {} --claims-challenge {}",
        scope.as_str(),
        claims.base64()
    )
}

/// azure_core tells an end in the machine's time, computed by the same clock a moment ago:
/// the difference is right whatever that clock shows.
fn lasting(token: &CoreToken) -> AccessToken {
    let left = token.expires_on - OffsetDateTime::now_utc();
    AccessToken {
        secret: Secret::new(token.token.secret()),
        valid_for: Duration::try_from(left).unwrap_or_default(),
    }
}

/// The tenant a token was issued in. A hint for us alone; Azure checks the token.
fn tenant_of(token: &str) -> Result<TenantId, Error> {
    let claims = token
        .split('.')
        .nth(1)
        .and_then(|part| URL_SAFE_NO_PAD.decode(part).ok())
        .and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    claims
        .as_ref()
        .and_then(|claims| text(claims, "tid"))
        .map(TenantId::new)
        .ok_or_else(|| Error::NotSignedIn {
            observed: "the token does not tell its tenant".to_owned(),
        })
}

/// Finds what really happened inside azure_core's wrapping.
fn ours(error: &azure_core::Error, tenant: Option<&TenantId>) -> Error {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(inner) = next {
        if let Some(Carried(error)) = inner.downcast_ref::<Carried>() {
            return error.clone();
        }
        if let Some(io) = inner.downcast_ref::<io::Error>()
            && let Some(Carried(error)) = io.get_ref().and_then(|inner| inner.downcast_ref())
        {
            return error.clone();
        }
        if let Some(core) = inner.downcast_ref::<azure_core::Error>()
            && let ErrorKind::HttpResponse {
                raw_response: Some(answer),
                ..
            } = core.kind()
            && let Some(tenant) = tenant
            && let Some(refusal) = entra::refusal(answer.body().as_ref(), tenant)
        {
            return Error::Entra(Box::new(refusal));
        }
        next = inner.source();
    }
    let printed = error.to_string();
    let printed = printed
        .split("\nTo troubleshoot")
        .next()
        .unwrap_or(&printed);
    entra::from_text(printed, tenant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Fixed(&'static str);

    #[async_trait]
    impl TokenCredential for Fixed {
        async fn get_token(
            &self,
            _: &[&str],
            _: Option<azure_core::credentials::TokenRequestOptions<'_>>,
        ) -> azure_core::Result<CoreToken> {
            let soon = OffsetDateTime::now_utc() + azure_core::time::Duration::seconds(600);
            Ok(CoreToken::new(self.0, soon))
        }
    }

    fn adapter(is_azure_cli: bool) -> Adapter {
        Adapter {
            name: "fixed",
            home: None,
            client_id: None,
            is_azure_cli,
            make: Box::new(|_| Ok(Arc::new(Fixed("h.eyJ0aWQiOiJUMSJ9.s")))),
            spare: Mutex::default(),
        }
    }

    #[tokio::test]
    async fn a_token_comes_with_its_life_and_tells_its_tenant() {
        let scope = Scope::new("s/.default".to_owned());
        let token = adapter(false)
            .token(&TenantId::new("t"), &scope, None)
            .await
            .unwrap();
        assert!(
            token.valid_for > Duration::from_secs(590)
                && token.valid_for <= Duration::from_secs(600)
        );
        assert_eq!(
            adapter(false).home(&scope).await.unwrap(),
            TenantId::new("t1")
        );
        assert!(!format!("{token:?}").contains("eyJ"));
    }

    #[tokio::test]
    async fn claims_are_answered_with_the_line_to_run() {
        let scope = Scope::new("https://management.azure.com/.default".to_owned());
        let claims = Claims::from_json(r#"{"a":1}"#.to_owned()).unwrap();
        let asked = adapter(true)
            .token(&TenantId::new("T"), &scope, Some(&claims))
            .await;
        let Err(Error::ClaimsNeeded(needed)) = asked else {
            panic!("{asked:?}")
        };
        assert_eq!(
            needed.command.as_deref(),
            Some(
                "az login --tenant t --scope https://management.azure.com/.default --claims-challenge eyJhIjoxfQ=="
            )
        );
        let asked = adapter(false)
            .token(&TenantId::new("T"), &scope, Some(&claims))
            .await;
        assert!(matches!(asked, Err(Error::ClaimsNeeded(needed)) if needed.command.is_none()));
    }

    #[tokio::test]
    async fn the_token_that_told_its_tenant_serves_once() {
        let made = Arc::new(Mutex::new(0));
        let count = made.clone();
        let adapter = Adapter {
            make: Box::new(move |_| {
                *count.lock().unwrap() += 1;
                Ok(Arc::new(Fixed("h.eyJ0aWQiOiJUMSJ9.s")))
            }),
            ..adapter(true)
        };
        let scope = Scope::new("s/.default".to_owned());
        let home = adapter.home(&scope).await.unwrap();
        adapter.token(&home, &scope, None).await.unwrap();
        assert_eq!(*made.lock().unwrap(), 1);
        adapter.token(&home, &scope, None).await.unwrap();
        assert_eq!(*made.lock().unwrap(), 2);
    }
}
