//! `oauth2` set up for Entra: its endpoints, its further fields, its errors.

use std::fmt;
use std::time::Duration;

use gangway_engine::id::TenantId;
use oauth2::basic::{
    BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthUrl, Client, ClientId, DeviceAuthorizationUrl, EndpointNotSet, EndpointSet, ErrorResponse,
    ExtraTokenFields, RequestTokenError, StandardRevocableToken, StandardTokenResponse,
    TokenResponse, TokenUrl,
};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Grant;
use super::authority::Authority;
use crate::cloud::host_of;
use crate::credentials::{AccessToken, Scope, entra};
use crate::error::Error;
use crate::http::transport::Transport;
use crate::secret::Secret;

/// A token's life where the answer does not tell it, as short as Entra's shortest
/// (<https://learn.microsoft.com/entra/identity-platform/configurable-token-lifetimes>).
const LIFE_UNTOLD: Duration = Duration::from_secs(600);

pub(crate) type Protocol = Client<
    Words,
    Answered,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

pub(crate) type Answered = StandardTokenResponse<Further, BasicTokenType>;

/// The fields that Entra adds to the standard's (contract 2.3).
#[derive(Deserialize, Serialize)]
pub(crate) struct Further {
    id_token: Option<String>,
    client_info: Option<String>,
}

/// An error of Entra's, whole: `error_codes`, `suberror` and `claims` are not the standard's
/// (contract 2.7), and none of its fields is relied on to be there.
#[derive(Debug, Deserialize, Serialize)]
#[serde(transparent)]
pub(crate) struct Words(Value);

/// The protocol for an app at one tenant.
pub(crate) fn protocol(
    transport: &Transport,
    tenant: &TenantId,
    client_id: &str,
) -> Result<Protocol, Error> {
    let cloud = transport.cloud();
    let at = |base: &Url, name: &str| endpoint(base, tenant, name);
    Ok(Client::new(ClientId::new(client_id.to_owned()))
        .set_auth_uri(AuthUrl::from_url(at(cloud.page_authority(), "authorize")?))
        .set_token_uri(TokenUrl::from_url(at(cloud.authority(), "token")?))
        .set_device_authorization_url(DeviceAuthorizationUrl::from_url(at(
            cloud.authority(),
            "devicecode",
        )?)))
}

/// `{authority}/{tenant}/oauth2/v2.0/{name}`.
pub(crate) fn endpoint(base: &Url, tenant: &TenantId, name: &str) -> Result<Url, Error> {
    let text = tenant.as_str();
    if !is_tenant(tenant) {
        return Err(Error::NoSuchTenant(entra::short(text)));
    }
    base.join(&format!("/{text}/oauth2/v2.0/{name}"))
        .map_err(|_| Error::NoSuchTenant(entra::short(text)))
}

/// Whether it can be one: a GUID or a domain, and nothing that an address, a command line or
/// an option could be made of.
pub(crate) fn is_tenant(tenant: &TenantId) -> bool {
    let text = tenant.as_str();
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(fits)
}

/// What is asked for at every sign-in and refresh (contract 2.1).
pub(crate) fn scopes(scope: &Scope) -> impl Iterator<Item = oauth2::Scope> {
    [scope.as_str(), "offline_access", "openid", "profile"]
        .map(|text| oauth2::Scope::new(text.to_owned()))
        .into_iter()
}

/// The same, as one text; a code's redemption takes it so.
pub(crate) fn scopes_text(scope: &Scope) -> String {
    let all: Vec<String> = scopes(scope).map(|scope| scope.to_string()).collect();
    all.join(" ")
}

/// What came, as our own types.
pub(crate) fn grant(answered: &Answered) -> Grant {
    let further = answered.extra_fields();
    Grant {
        access: AccessToken {
            secret: Secret::new(answered.access_token().secret()),
            valid_for: answered.expires_in().unwrap_or(LIFE_UNTOLD),
        },
        refresh: answered
            .refresh_token()
            .map(|token| Secret::new(token.secret())),
        id_token: further.id_token.as_ref().map(Secret::new),
        client_info: further.client_info.as_ref().map(Secret::new),
    }
}

/// An error of `oauth2` as one of ours. Nothing of an answer's body is taken over but
/// Entra's own words and the name of a missing field.
pub(crate) fn ours(error: RequestTokenError<Error, Words>, authority: &Authority) -> Error {
    let unusable = |came: String| Error::Unusable {
        host: host_of(authority.transport().cloud().authority()),
        came,
        ids: Box::default(),
    };
    match error {
        RequestTokenError::Request(error) => error,
        RequestTokenError::ServerResponse(words) => {
            match entra::from_value(&words.0, authority.tenant()) {
                Some(refusal) => Error::Entra(Box::new(authority.name(refusal))),
                None => unusable("a refusal without an error in it".to_owned()),
            }
        }
        RequestTokenError::Parse(_, _) => unusable("JSON that is no token answer".to_owned()),
        RequestTokenError::Other(_) => unusable("an answer that is no token answer".to_owned()),
    }
}

impl ErrorResponse for Words {}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a refusal of entra")
    }
}

impl ExtraTokenFields for Further {}

impl fmt::Debug for Further {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Further").finish_non_exhaustive()
    }
}
