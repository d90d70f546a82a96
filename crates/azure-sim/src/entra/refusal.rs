//! A refusal of Entra before it becomes JSON, a redirect or a page (contract 2.7).

use jiff::Timestamp;
use serde_json::{Value, json};

use super::codes;
use crate::http::answer::Answer;

/// Why Entra says no.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) number: u32,
    pub(crate) status: u16,
    pub(crate) error: String,
    /// `error` in a redirect.
    pub(crate) at_authorize: String,
    pub(crate) suberror: Option<&'static str>,
    pub(crate) words: String,
    pub(crate) claims: Option<Value>,
    pub(crate) stays_on_page: bool,
}

impl Refusal {
    /// As the table has it.
    pub(crate) fn of(number: u32) -> Self {
        let code = codes::of(number);
        Self {
            number,
            status: code.status,
            error: code.error.into(),
            at_authorize: code.at_authorize().into(),
            suberror: code.suberror,
            words: code.words.into(),
            claims: code.claims.then(|| claims_of(number)),
            stays_on_page: code.stays_on_page(),
        }
    }

    /// A parameter that is missing or wrong.
    pub(crate) fn malformed(words: impl Into<String>) -> Self {
        Self::of(900_144).saying(words)
    }

    /// Another `error` than the table's.
    pub(crate) fn called(mut self, error: &str) -> Self {
        self.error = error.into();
        self.at_authorize = error.into();
        self
    }

    pub(crate) fn saying(mut self, words: impl Into<String>) -> Self {
        self.words = words.into();
        self
    }

    pub(crate) fn with_claims(mut self, claims: Value) -> Self {
        self.claims = Some(claims);
        self
    }

    pub(crate) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The answer of the token and device code endpoints.
    pub(crate) fn json(&self, now: Timestamp) -> Answer {
        let (trace, correlation, stamp) = stamps(now);
        let mut body = json!({
            "error": self.error,
            "error_description": self.description(&trace, &correlation, &stamp),
            "error_codes": if self.number == 0 { json!([]) } else { json!([self.number]) },
            "timestamp": stamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": format!("https://login.microsoftonline.com/error?code={}", self.number),
        });
        if let Some(suberror) = self.suberror {
            body["suberror"] = suberror.into();
        }
        if let Some(claims) = &self.claims {
            // A string that holds JSON, as Entra sends it.
            body["claims"] = claims.to_string().into();
        }
        Answer::json(self.status, body)
    }

    /// The fields of an error redirect (contract 2.3).
    pub(crate) fn fields(&self, now: Timestamp) -> Vec<(&'static str, String)> {
        let (trace, correlation, stamp) = stamps(now);
        let mut fields = vec![
            ("error", self.at_authorize.clone()),
            (
                "error_description",
                self.description(&trace, &correlation, &stamp),
            ),
        ];
        if let Some(suberror) = self.suberror {
            fields.push(("error_subcode", suberror.into()));
        }
        if let Some(claims) = &self.claims {
            fields.push(("claims", claims.to_string()));
        }
        fields
    }

    fn description(&self, trace: &str, correlation: &str, stamp: &str) -> String {
        // 0: a refusal by the person, which the contract knows by its `error` only.
        let number = match self.number {
            0 => String::new(),
            number => format!("AADSTS{number}: "),
        };
        format!(
            "{number}{} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}",
            self.words
        )
    }
}

/// The person pressed "Cancel", "Deny" or did not approve.
pub(crate) fn by_the_person(words: &str) -> Refusal {
    Refusal {
        number: 0,
        suberror: None,
        claims: None,
        ..Refusal::of(70000).called("access_denied").saying(words)
    }
}

/// What such an answer asks the interactive request for (contract 2.6, 2.7).
fn claims_of(number: u32) -> Value {
    if (53000..=53003).contains(&number) {
        let policy = crate::seed::guid(&format!("policy {number}"));
        json!({"access_token": {"capolids": {"essential": true, "values": [policy]}}})
    } else {
        crate::http::challenge::mfa_claims()
    }
}

fn stamps(now: Timestamp) -> (String, String, String) {
    let id = || uuid::Uuid::new_v4().to_string();
    (id(), id(), now.strftime("%Y-%m-%d %H:%M:%SZ").to_string())
}
