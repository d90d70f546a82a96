//! Faults: answers that are wrong on purpose, chosen by route, how often, and before or after the call took effect.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One fault. It applies to calls that match every given condition, `times` times, after letting `skip` of them pass.
///
/// ```
/// let fault = azure_sim::Fault::on("jit.initiate", azure_sim::Wrong::Status(503)).times(2);
/// assert_eq!(serde_json::to_value(&fault).unwrap()["wrong"]["status"], 503);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Name of a route (`jit.initiate`, `vm.get`, `token`, `authorize`, `devicecode`, ...), a prefix with `*` (`jit.*`), or
    /// `*`. One grant of the token endpoint is `token.authorization_code`, `token.refresh_token`, `token.device_code` or
    /// `token.client_credentials`; an answer that a person gives on a page is `authorize.answer` or `devicelogin.answer`.
    pub route: String,
    /// Only calls whose path contains this, without regard to case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path_contains: Option<String>,
    /// What goes wrong.
    pub wrong: Wrong,
    /// How often; absent means for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// So many matching calls pass first.
    #[serde(default)]
    pub skip: u32,
    /// The call takes effect, only its answer is lost or wrong.
    #[serde(default)]
    pub after_effect: bool,
    /// Headers added to the wrong answer.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
}

impl Fault {
    /// A fault on a route, for ever.
    pub fn on(route: &str, wrong: Wrong) -> Self {
        Self {
            route: route.into(),
            path_contains: None,
            wrong,
            times: None,
            skip: 0,
            after_effect: false,
            headers: BTreeMap::new(),
        }
    }

    /// Applies so many times only.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Lets so many calls pass first.
    #[must_use]
    pub fn skip(mut self, skip: u32) -> Self {
        self.skip = skip;
        self
    }

    /// The call takes effect before its answer goes wrong.
    #[must_use]
    pub fn after_effect(mut self) -> Self {
        self.after_effect = true;
        self
    }

    /// Only calls whose path contains this.
    #[must_use]
    pub fn path_contains(mut self, part: &str) -> Self {
        self.path_contains = Some(part.into());
        self
    }

    /// Adds a header to the wrong answer.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.into(), value.into());
        self
    }

    /// Whether this call meets the fault; counts it down.
    pub(crate) fn strikes(&mut self, routes: &[String], path: &str) -> bool {
        let by_route = match self.route.strip_suffix('*') {
            Some(prefix) => routes.iter().any(|route| route.starts_with(prefix)),
            None => routes.contains(&self.route),
        };
        let by_path = self
            .path_contains
            .as_ref()
            .is_none_or(|part| path.to_lowercase().contains(&part.to_lowercase()));
        if !by_route || !by_path || self.times == Some(0) {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        if let Some(times) = &mut self.times {
            *times -= 1;
        }
        true
    }
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wrong {
    /// This status with an error body of the usual shape.
    Status(u16),
    /// This status, `error.code` and `error.message`.
    Error {
        /// HTTP status.
        status: u16,
        /// `error.code`.
        code: String,
        /// `error.message`.
        message: String,
    },
    /// This status and body, JSON.
    Json {
        /// HTTP status.
        status: u16,
        /// The whole body.
        body: Value,
    },
    /// This status, content type and text.
    Text {
        /// HTTP status.
        status: u16,
        /// `Content-Type`.
        content_type: String,
        /// The whole body.
        body: String,
    },
    /// The page of a proxy: HTML with this status (200 is the nasty one).
    Html(u16),
    /// The right answer, called `text/plain`.
    WrongContentType,
    /// The right answer, cut in the middle, yet complete for HTTP.
    Truncated,
    /// The connection dies in the middle of the right answer.
    CutMidBody,
    /// The connection is reset without an answer.
    Reset,
    /// The right answer after so many milliseconds.
    DelayMs(u64),
    /// 429 with or without `Retry-After` in seconds (contract 1.6).
    Throttled(Option<u32>),
    /// 429 `RetryableErrorDueToAnotherOperation`: a lock, not a quota (contract 1.6).
    LockedByOther,
    /// 401 with this claims JSON (contract 2.6).
    Claims(Value),
    /// 401 `InvalidAuthenticationTokenTenant` (contract 1.2).
    WrongTenant,
    /// 403 `AuthorizationFailed`.
    Forbidden,
    /// 409 `ScopeLocked` (contract 14.4).
    ScopeLocked,
    /// 403 `RequestDisallowedByPolicy`: Azure Policy, without a challenge (contract 14.4).
    DisallowedByPolicy,
    /// 403 `DenyAssignmentAuthorizationFailed` (contract 14.4).
    DenyAssignment,
    /// 409 `MissingSubscriptionRegistration` (contract 5.2).
    ProviderNotRegistered,
    /// A token endpoint error with this AADSTS number (contract 2.7).
    Aadsts {
        /// `error`, for instance `invalid_grant`.
        error: String,
        /// The number after `AADSTS`.
        number: u32,
    },
    /// Entra refuses with this AADSTS number as it does where the call went: JSON with the right `error`, `suberror` and
    /// `claims` at the token and device code endpoints, a redirect or a page at the authorize endpoint (contract 2.7).
    Entra {
        /// The number after `AADSTS`.
        code: u32,
        /// Claims instead of those that usually come with this number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        claims: Option<Value>,
    },
}

impl Wrong {
    /// [`Wrong::Entra`] with the usual claims.
    pub fn entra(code: u32) -> Self {
        Self::Entra { code, claims: None }
    }

    /// Needs the right answer first, and so the call's effect.
    pub(crate) fn spoils_answer(&self) -> bool {
        matches!(
            self,
            Self::WrongContentType | Self::Truncated | Self::CutMidBody | Self::DelayMs(_)
        )
    }
}
