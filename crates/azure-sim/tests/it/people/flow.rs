//! A client as the tests need it: it builds the address, sends a visitor there, and redeems what comes back.

use std::collections::HashMap;

use azure_sim::{Visit, Visitor};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use url::Url;

use crate::kit::{Azure, Got};

pub(super) const ADMIN: &str = "admin@contoso.example";
pub(super) const WORKER: &str = "worker@contoso.example";
pub(super) const STRANGER: &str = "partner@fabrikam.example";
pub(super) const CONTOSO: &str = "72f988aa-1111-4000-8000-0000000000aa";
pub(super) const PARTNER: &str = "72f988aa-2222-4000-8000-0000000000bb";
pub(super) const SCOPE: &str =
    "https://management.azure.com/.default offline_access openid profile";
pub(super) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(super) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub(super) const REDIRECT: &str = "http://localhost:50999";
pub(super) const CP1: &str = r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#;
pub(super) const ACRS: &str =
    r#"{"access_token":{"acrs":{"essential":true,"values":["p1"]},"xms_cc":{"values":["cp1"]}}}"#;

/// Fields of a request, by name.
pub(super) type Fields = Vec<(&'static str, String)>;

/// A simulator, and a client of its public registration.
pub(super) struct Client {
    pub(super) azure: Azure,
}

impl Client {
    pub(super) async fn new() -> Self {
        Self {
            azure: Azure::still().await,
        }
    }

    pub(super) fn asks(&self) -> Fields {
        [
            ("client_id", self.azure.sim.public_client_id().as_str()),
            ("response_type", "code"),
            ("redirect_uri", REDIRECT),
            ("response_mode", "query"),
            ("scope", SCOPE),
            ("state", "the-state"),
            ("nonce", "the-nonce"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .to_vec()
    }

    pub(super) fn page(&self, tenant: &str, fields: &Fields) -> String {
        let base = self.azure.sim.pages();
        let url = format!("{base}/{tenant}/oauth2/v2.0/authorize");
        Url::parse_with_params(&url, fields).unwrap().into()
    }

    /// A visit that stops before the redirect's port.
    pub(super) async fn visit(&self, visitor: Visitor, tenant: &str, fields: &Fields) -> Visit {
        let page = self.page(tenant, fields);
        visitor.not_landing().visit(&page).await.unwrap()
    }

    pub(super) async fn redeem(&self, tenant: &str, code: &str) -> Got {
        self.post(tenant, &self.redeems(code)).await
    }

    pub(super) fn redeems(&self, code: &str) -> Fields {
        [
            ("grant_type", "authorization_code"),
            ("client_id", &self.azure.sim.public_client_id()),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
            ("scope", SCOPE),
            ("client_info", "1"),
            ("claims", CP1),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .to_vec()
    }

    pub(super) async fn refresh(&self, tenant: &str, token: &str, claims: &str) -> Got {
        let fields: Fields = [
            ("grant_type", "refresh_token"),
            ("client_id", &self.azure.sim.public_client_id()),
            ("refresh_token", token),
            ("scope", SCOPE),
            ("claims", claims),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .to_vec();
        self.post(tenant, &fields).await
    }

    pub(super) async fn post(&self, tenant: &str, fields: &Fields) -> Got {
        self.azure.token_request(tenant, fields).await
    }

    /// From the page to the tokens.
    pub(super) async fn sign_in(&self, upn: &str, tenant: &str) -> Value {
        self.sign_in_with(upn, tenant, CP1).await
    }

    pub(super) async fn sign_in_with(&self, upn: &str, tenant: &str, claims: &str) -> Value {
        let mut fields = self.asks();
        fields.push(("claims", claims.into()));
        let visit = self.visit(person(upn).approving(), tenant, &fields).await;
        let got = self.redeem(tenant, &code_of(&visit)).await;
        assert_eq!(got.status, 200, "{:?}", got.body);
        got.body
    }
}

pub(super) fn person(upn: &str) -> Visitor {
    Visitor::new().unwrap().signing_in_as(upn)
}

/// The fields of a redirect.
pub(super) fn sent_back(visit: &Visit) -> HashMap<String, String> {
    let url = Url::parse(visit.redirect.as_deref().expect(&visit.said)).unwrap();
    assert_eq!(
        (url.host_str(), url.port()),
        (Some("localhost"), Some(50999))
    );
    url.query_pairs().into_owned().collect()
}

pub(super) fn code_of(visit: &Visit) -> String {
    sent_back(visit)["code"].clone()
}

/// The payload of a JWT.
pub(super) fn payload(token: &Value) -> Value {
    let part = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

pub(super) fn text(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap_or("").to_owned()
}

/// A field replaced, or taken away where the value is empty.
pub(super) fn with(mut fields: Fields, name: &'static str, value: &str) -> Fields {
    fields.retain(|(n, _)| *n != name);
    if !value.is_empty() {
        fields.push((name, value.into()));
    }
    fields
}
