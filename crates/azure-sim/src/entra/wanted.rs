//! What a request wants: scopes and claims (contract 2.1, 2.6).

use serde_json::{Value, json};

use super::refusal::Refusal;

/// Resources that count as ARM, without the slash that each may end in (contract 1.1).
pub(super) const ARM: [&str; 2] = [
    "https://management.azure.com",
    "https://management.core.windows.net",
];

/// What a token without any resource in its scopes is for: Microsoft Graph.
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

/// The scopes of a person's request.
#[derive(Debug, Clone)]
pub(super) struct Scopes {
    text: String,
    pub(super) resource: String,
}

impl Scopes {
    /// ARM alone.
    pub(super) fn of_arm() -> Self {
        Self {
            text: format!("{}/.default", ARM[0]),
            resource: ARM[0].into(),
        }
    }

    /// One resource, and the words of OpenID Connect.
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        if text.trim().is_empty() {
            return Err(Refusal::malformed("The parameter 'scope' is missing."));
        }
        let mut resources: Vec<&str> = text.split_whitespace().filter_map(resource).collect();
        resources.dedup();
        let resource = match resources.as_slice() {
            [] => GRAPH,
            [one] => one,
            _ => {
                return Err(Refusal::malformed(
                    "The scopes name more than one resource.",
                ));
            }
        };
        if resource != GRAPH && !ARM.contains(&resource) && !resource.starts_with("https://") {
            return Err(Refusal::of(500_011).saying(format!(
                "The resource principal named {resource} was not found in the tenant."
            )));
        }
        Ok(Self {
            text: text.into(),
            resource: resource.into(),
        })
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.text
            .split_whitespace()
            .any(|w| w.eq_ignore_ascii_case(word))
    }

    /// The same, and a refresh token with it.
    pub(super) fn offline(&self) -> Self {
        Self {
            text: format!("{} offline_access", self.text),
            resource: self.resource.clone(),
        }
    }

    pub(super) fn for_arm(&self) -> bool {
        ARM.contains(&self.resource.as_str())
    }

    /// The scopes that the answer names.
    pub(super) fn granted(&self) -> String {
        let mut all = vec![format!("{}/user_impersonation", self.resource)];
        all.push(format!("{}/.default", self.resource));
        for word in ["openid", "profile"] {
            if self.has(word) {
                all.push(word.into());
            }
        }
        all.join(" ")
    }
}

/// The resource of one scope; a classic audience ends in a slash and gives a double one (contract 1.1).
pub(super) fn resource(scope: &str) -> Option<&str> {
    scope
        .strip_suffix("/.default")
        .or_else(|| scope.strip_suffix("/user_impersonation"))
        .map(|resource| resource.trim_end_matches('/'))
}

/// The `claims` parameter.
#[derive(Debug, Clone, Default)]
pub(super) struct Claims(Option<Value>);

impl Claims {
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        if text.is_empty() {
            return Ok(Self(None));
        }
        serde_json::from_str(text)
            .map(|claims| Self(Some(claims)))
            .map_err(|_| {
                Refusal::of(50000)
                    .called("invalid_request")
                    .saying("The claims parameter is not valid JSON.")
            })
    }

    /// Claims that say what the client can do, or none.
    pub(super) fn declaring(cp1: bool) -> Self {
        Self(cp1.then(|| json!({"access_token": {"xms_cc": {"values": ["cp1"]}}})))
    }

    /// Claims that answer the challenge for more than a name, or none.
    pub(super) fn answered(mfa: bool) -> Self {
        Self(mfa.then(crate::http::challenge::mfa_claims))
    }

    /// The client can take a challenge at any time (contract 2.6).
    pub(super) fn cp1(&self) -> bool {
        self.access("xms_cc")
            .and_then(|cc| cc["values"].as_array())
            .is_some_and(|values| values.contains(&json!("cp1")))
    }

    /// A challenge is being answered: `xms_cc` only says what the client can do, anything else was demanded.
    pub(super) fn answers(&self) -> bool {
        self.0
            .as_ref()
            .and_then(|c| c.get("access_token")?.as_object())
            .is_some_and(|wanted| wanted.keys().any(|key| key != "xms_cc"))
    }

    /// More than a name is demanded.
    pub(super) fn mfa(&self) -> bool {
        self.access("acrs").is_some()
    }

    /// What was demanded, for the answer that says "ask the person for this".
    pub(super) fn demanded(&self) -> Option<Value> {
        let mut wanted = self.0.as_ref()?.get("access_token")?.as_object()?.clone();
        wanted.remove("xms_cc");
        (!wanted.is_empty()).then(|| json!({ "access_token": wanted }))
    }

    fn access(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.get("access_token")?.get(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_resource_and_the_words_beside_it() {
        let scopes =
            Scopes::read("https://management.core.windows.net//.default offline_access").unwrap();
        assert!(scopes.for_arm() && scopes.has("offline_access") && !scopes.has("openid"));
        assert!(Scopes::read("https://a.example/.default https://b.example/.default").is_err());
        assert!(Scopes::read("  ").is_err());
        assert!(!Scopes::read("openid").unwrap().for_arm());
        assert_eq!(
            Scopes::read("urn:other/.default").unwrap_err().number,
            500_011
        );
    }

    #[test]
    fn declaring_cp1_demands_nothing() {
        let claims = Claims::read(r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#).unwrap();
        assert!(claims.cp1() && !claims.answers() && claims.demanded().is_none());
        let claims =
            Claims::read(r#"{"access_token":{"acrs":{"essential":true,"values":["p1"]}}}"#)
                .unwrap();
        assert!(!claims.cp1() && claims.answers() && claims.mfa());
    }
}
