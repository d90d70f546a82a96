//! A call to the resource manager: token, pauses, repeats, challenges, refusals.

use std::sync::Arc;
use std::time::Duration;

use gangway_engine::id::TenantId;
use reqwest::{Method, Url};

use super::answer::Answer;
use super::pause::Pauses;
use super::transport::{Outgoing, Transport, outgoing};
use super::wait::{PATIENCE, repeatedly};
use crate::calls::{self, Call};
use crate::cloud::{host_of, same_place};
use crate::credentials::Claims;
use crate::credentials::tokens::Tokens;
use crate::error::{ClaimsNeeded, Error, Ids, Refusal};
use crate::secret::Secret;

/// How long a subscription rests when Azure says 429 without saying how long.
const REST: Duration = Duration::from_secs(5);

/// Azure Resource Manager for one account. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Arm {
    pub(crate) transport: Transport,
    pub(crate) tokens: Arc<Tokens>,
    pauses: Arc<Pauses>,
}

/// A call that is to be made. Only [`Ask::new`] and [`Ask::follow`] make one, from the list.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    call: Call,
    url: Url,
    body: Option<Vec<u8>>,
    resource: String,
}

impl Ask {
    /// The call for a resource; `resource` is its ARM id, or empty for a tenant-wide call.
    pub(crate) fn new(transport: &Transport, call: Call, resource: &str) -> Result<Self, Error> {
        let url = call.address(transport.cloud(), resource)?;
        Ok(Self {
            call,
            url,
            body: None,
            resource: resource.to_owned(),
        })
    }

    pub(crate) fn with_body(mut self, body: &serde_json::Value) -> Self {
        self.body = Some(body.to_string().into_bytes());
        self
    }

    /// The address that an answer named, on the cloud's own host and nowhere else.
    pub(crate) fn follow(
        &self,
        transport: &Transport,
        call: Call,
        address: &str,
    ) -> Result<Self, Error> {
        let home = transport.cloud().resource_manager();
        let foreign = |host: String| Error::ForeignHost {
            host,
            expected: host_of(home),
        };
        let url = home
            .join(address)
            .map_err(|_| foreign("an address that is none".to_owned()))?;
        if !same_place(home, &url) {
            return Err(foreign(host_of(&url)));
        }
        Ok(Self {
            call,
            url,
            body: None,
            resource: self.resource.clone(),
        })
    }

    fn outgoing(&self) -> Outgoing {
        let method = if self.call.method == "POST" {
            Method::POST
        } else {
            Method::GET
        };
        outgoing(method, self.url.clone(), self.body.clone())
    }

    /// Who rests when this call is throttled.
    fn pause_key(&self, tenant: &TenantId) -> String {
        let mut segments = self.resource.split('/').skip(1);
        match (segments.next(), segments.next()) {
            (Some(_), Some(subscription)) => subscription.to_ascii_lowercase(),
            _ => tenant.as_str().to_owned(),
        }
    }
}

impl Arm {
    pub(crate) fn new(transport: Transport, tokens: Tokens) -> Self {
        Self {
            transport,
            tokens: Arc::new(tokens),
            pauses: Arc::default(),
        }
    }

    /// Makes the call. A 401 is answered once, by a fresh token or by one with the claims
    /// that were wanted: what was refused at the door was not carried out.
    pub(crate) async fn send(&self, tenant: &TenantId, ask: &Ask) -> Result<Answer, Error> {
        let token = self.tokens.get(tenant).await?;
        match self.with_token(tenant, ask, &token).await {
            Err(Rejected::Stale(_)) => {
                self.tokens.forget(tenant, &token).await;
                let fresh = self.tokens.get(tenant).await?;
                self.with_token(tenant, ask, &fresh)
                    .await
                    .map_err(|r| r.last(tenant))
            }
            Err(Rejected::Claims(claims, ids)) => {
                let stronger = self.tokens.with_claims(tenant, &claims, &token).await;
                let stronger = stronger.map_err(|error| with_ids_of(error, ids))?;
                self.with_token(tenant, ask, &stronger)
                    .await
                    .map_err(|r| r.last(tenant))
            }
            other => other.map_err(|r| r.last(tenant)),
        }
    }

    /// A token-less call that only opens the connection; what comes back does not matter.
    pub(crate) async fn touch(&self) -> Result<(), Error> {
        let ask = Ask::new(&self.transport, calls::TENANTS, "")?;
        self.transport.send(ask.outgoing()).await.map(|_| ())
    }

    async fn with_token(
        &self,
        tenant: &TenantId,
        ask: &Ask,
        token: &Secret,
    ) -> Result<Answer, Rejected> {
        let attempt = || async move {
            self.rest(tenant, ask).await?;
            let out = Outgoing {
                token: Some(token.clone()),
                ..ask.outgoing()
            };
            let answer = self.transport.send(out).await?;
            if answer.status == 429 {
                return Err(self.throttled(tenant, ask, &answer));
            }
            if answer.is_success() || wants_another_token(&answer) {
                return Ok(answer);
            }
            Err(refused(&answer, ask, tenant))
        };
        let answer = repeatedly(self.transport.sleeper(), ask.call.repeat, attempt).await?;
        if answer.is_success() {
            Ok(answer)
        } else {
            Err(unauthorised(&answer, ask, tenant))
        }
    }

    /// Waits while the subscription rests, or says until when where that is too long.
    async fn rest(&self, tenant: &TenantId, ask: &Ask) -> Result<(), Error> {
        let left = self.pauses.left(&ask.pause_key(tenant));
        if left > PATIENCE {
            return Err(self.until(left, Box::default()));
        }
        if !left.is_zero() {
            (self.transport.sleeper())(left).await;
        }
        Ok(())
    }

    fn throttled(&self, tenant: &TenantId, ask: &Ask, answer: &Answer) -> Error {
        match answer.refusal(ask.call, &ask.resource) {
            Some(lock)
                if lock
                    .code
                    .eq_ignore_ascii_case("RetryableErrorDueToAnotherOperation") =>
            {
                Error::Refused(Box::new(lock))
            }
            _ => {
                let wait = answer.retry_after().unwrap_or(REST);
                self.pauses.set(&ask.pause_key(tenant), wait);
                self.until(wait, answer.ids.clone())
            }
        }
    }

    fn until(&self, wait: Duration, ids: Box<Ids>) -> Error {
        let now = self.transport.dates().now();
        let until = now.checked_add(wait).unwrap_or(now);
        Error::Throttled { until, wait, ids }
    }
}

/// Why a token was turned away, or any other error.
enum Rejected {
    /// It is over or revoked; a fresh one may do.
    Stale(Box<Refusal>),
    /// It lacks these claims.
    Claims(Claims, Box<Ids>),
    Other(Error),
}

impl Rejected {
    /// What it means when there is no further try.
    fn last(self, tenant: &TenantId) -> Error {
        match self {
            Self::Stale(refusal) => Error::NotSignedIn {
                observed: format!(
                    "azure refused a fresh token: {} {}",
                    refusal.code, refusal.words
                ),
            },
            Self::Claims(claims, ids) => Error::ClaimsNeeded(Box::new(ClaimsNeeded {
                tenant: tenant.clone(),
                claims: Some(claims),
                command: None,
                ids,
            })),
            Self::Other(error) => error,
        }
    }
}

impl From<Error> for Rejected {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

fn wants_another_token(answer: &Answer) -> bool {
    answer.status == 401 || answer.status == 403 && answer.claims().is_some()
}

fn unauthorised(answer: &Answer, ask: &Ask, tenant: &TenantId) -> Rejected {
    if let Some(claims) = answer.claims() {
        return Rejected::Claims(claims, answer.ids.clone());
    }
    let Some(refusal) = answer.refusal(ask.call, &ask.resource) else {
        return Rejected::Other(answer.unusable(answer.what_came()));
    };
    if refusal.code == "InvalidAuthenticationTokenTenant" {
        let right = answer.right_tenant().unwrap_or_else(|| tenant.clone());
        return Rejected::Other(Error::WrongTenant {
            tenant: right,
            ids: answer.ids.clone(),
        });
    }
    if refusal.code.starts_with("RequestDisallowedBy") {
        return Rejected::Other(mfa_without_claims(tenant, answer));
    }
    Rejected::Stale(Box::new(refusal))
}

/// Azure demands MFA in its body and names no claims (contract 2.6).
fn mfa_without_claims(tenant: &TenantId, answer: &Answer) -> Error {
    Error::ClaimsNeeded(Box::new(ClaimsNeeded {
        tenant: tenant.clone(),
        claims: None,
        command: None,
        ids: answer.ids.clone(),
    }))
}

fn refused(answer: &Answer, ask: &Ask, tenant: &TenantId) -> Error {
    match answer.status {
        300..400 => answer.unusable(format!("a redirect (status {})", answer.status)),
        _ => match answer.refusal(ask.call, &ask.resource) {
            Some(refusal) if speaks_of_mfa(&refusal) => mfa_without_claims(tenant, answer),
            Some(refusal) => Error::Refused(Box::new(refusal)),
            None => answer.unusable(answer.what_came()),
        },
    }
}

/// The one way to tell Azure's own MFA rule from a company's policy when no challenge
/// came with it (contract 2.6 has the words).
fn speaks_of_mfa(refusal: &Refusal) -> bool {
    refusal.code.starts_with("RequestDisallowedBy")
        && ["MFA is required", "multi-factor", "must use MFA"]
            .iter()
            .any(|words| refusal.words.contains(words))
}

fn with_ids_of(error: Error, ids: Box<Ids>) -> Error {
    match error {
        Error::ClaimsNeeded(mut needed) => {
            needed.ids = ids;
            Error::ClaimsNeeded(needed)
        }
        other => other,
    }
}
