//! Who we are to Azure: one seam, `token(tenant, scope, claims)`, and what fills it.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{alphabet, engine::general_purpose::STANDARD};
use gangway_engine::id::TenantId;

use crate::error::Error;
use crate::secret::Secret;

pub(crate) mod adapter;
pub(crate) mod azure_cli;
pub(crate) mod client_certificate;
pub(crate) mod client_secret;
pub(crate) mod entra;
pub(crate) mod meaning;
pub(crate) mod tokens;

/// What fetches tokens. Tokens are kept by [`crate::Azure`], not here.
#[async_trait]
pub trait Credentials: fmt::Debug + Send + Sync {
    /// A token of `tenant` for `scope`; with `claims`, one that satisfies them.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`] or [`Error::Entra`] where none can be had, and
    /// [`Error::ClaimsNeeded`] where claims are wanted that only a person can satisfy.
    async fn token(
        &self,
        tenant: &TenantId,
        scope: &Scope,
        claims: Option<&Claims>,
    ) -> Result<AccessToken, Error>;

    /// The tenant this account belongs to first.
    ///
    /// # Errors
    /// As [`Credentials::token`].
    async fn home(&self, scope: &Scope) -> Result<TenantId, Error>;

    /// Waits for what goes on although whoever asked for it has gone.
    async fn settle(&self) {}
}

/// What a token is for: `<audience>/.default`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope(String);

/// A token and how long it is good, counted from the moment it was received.
#[derive(Debug, Clone)]
pub struct AccessToken {
    /// The token.
    pub secret: Secret,
    /// How long it is good.
    pub valid_for: Duration,
}

/// Claims that Azure wants to see in a token: JSON, no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    json: String,
}

impl Scope {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    /// The scope as it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Claims {
    /// Takes claims as a challenge carries them: base64 or base64url, padded or not.
    /// `None` where that is not a JSON object.
    #[must_use]
    pub fn from_challenge(encoded: &str) -> Option<Self> {
        let lenient =
            GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
        let alphabet = if encoded.contains(['-', '_']) {
            alphabet::URL_SAFE
        } else {
            alphabet::STANDARD
        };
        let bytes = GeneralPurpose::new(&alphabet, lenient)
            .decode(encoded.trim())
            .ok()?;
        Self::from_json(String::from_utf8(bytes).ok()?)
    }

    /// Takes claims as the token endpoint carries them: JSON.
    #[must_use]
    pub fn from_json(json: String) -> Option<Self> {
        let value: serde_json::Value = serde_json::from_str(&json).ok()?;
        value.is_object().then_some(Self { json })
    }

    /// The JSON text.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }

    /// What every request declares (contract 2.6): that we can answer a challenge at any
    /// time, and with it the challenge that is to be answered now.
    pub(crate) fn declared(challenge: Option<&Self>) -> String {
        let declared = Self {
            json: r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#.to_owned(),
        };
        match challenge {
            Some(challenge) => challenge.and(&declared).json,
            None => declared.json,
        }
    }

    /// Both: what stands in one of them or in either; `other`'s word where they differ.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let read = |claims: &Self| serde_json::from_str(&claims.json).unwrap_or_default();
        let mut all: serde_json::Value = read(self);
        merge(&mut all, read(other));
        Self {
            json: all.to_string(),
        }
    }

    /// Base64 with padding, as `az login --claims-challenge` takes it.
    #[must_use]
    pub fn base64(&self) -> String {
        STANDARD.encode(&self.json)
    }
}

fn merge(into: &mut serde_json::Value, from: serde_json::Value) {
    match (into, from) {
        (serde_json::Value::Object(into), serde_json::Value::Object(from)) => {
            for (name, value) in from {
                match into.get_mut(&name) {
                    Some(kept) => merge(kept, value),
                    None => {
                        into.insert(name, value);
                    }
                }
            }
        }
        (into, from) => *into = from,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_read_in_every_spelling() {
        let json = r#"{"access_token":{"acrs":{"essential":true,"values":["c1"]}},"x":"~~~???"}"#;
        let padded = STANDARD.encode(json);
        let url = padded.replace('+', "-").replace('/', "_");
        for text in [
            padded.as_str(),
            padded.trim_end_matches('='),
            &url,
            url.trim_end_matches('='),
        ] {
            let claims = Claims::from_challenge(text).unwrap();
            assert_eq!(claims.json(), json);
            assert_eq!(claims.base64(), padded);
        }
        for bad in ["", "%%%", "bm9wZQ==", "WzFd"] {
            assert_eq!(Claims::from_challenge(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_challenge_is_sent_beside_what_we_declare() {
        let declared = |json: &str| {
            let claims = Claims::from_json(json.to_owned()).unwrap();
            serde_json::from_str::<serde_json::Value>(&Claims::declared(Some(&claims))).unwrap()
        };
        let cp1 = serde_json::json!({"values": ["cp1"]});
        let both = declared(
            r#"{"access_token":{"acrs":{"essential":true,"values":["c1"]}},"id_token":{"x":null}}"#,
        );
        assert_eq!(both["access_token"]["xms_cc"], cp1);
        assert_eq!(both["access_token"]["acrs"]["values"][0], "c1");
        assert!(both["id_token"]["x"].is_null());
        assert_eq!(
            declared(r#"{"access_token":null}"#)["access_token"]["xms_cc"],
            cp1
        );
        assert!(Claims::declared(None).contains("cp1"));
    }
}
