//! An answer, and what it has to be before anything is believed of it.

use std::fmt;
use std::time::Duration;

use gangway_engine::id::TenantId;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER, WWW_AUTHENTICATE};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{challenge, dates};
use crate::calls::Call;
use crate::credentials::Claims;
use crate::credentials::entra::short;
use crate::error::{Error, Ids, Refusal};
use crate::wire::{at, list, text};

/// The most that is read of an answer, in bytes, after decompression. A page of a
/// thousand VMs has about one MiB.
pub(crate) const LARGEST_ANSWER: usize = 8 * 1024 * 1024;

/// The longest pause that is believed, in seconds: a day.
const LONGEST_WAIT: u64 = 24 * 60 * 60;

/// What came back. Its body may hold a token, so it is never shown.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) host: String,
    pub(crate) ids: Box<Ids>,
}

impl Answer {
    /// The body as JSON of this shape.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.json_borrowed()
    }

    /// As [`Answer::json`], with parts that stay in the body.
    pub(crate) fn json_borrowed<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Error> {
        if !self.is_json() {
            return Err(self.unusable(self.what_came()));
        }
        serde_json::from_slice(&self.body).map_err(|error| {
            let came = match error.classify() {
                serde_json::error::Category::Eof => {
                    format!("JSON that ends after {} bytes", self.body.len())
                }
                _ => format!(
                    "JSON with a fault in line {}, column {}",
                    error.line(),
                    error.column()
                ),
            };
            self.unusable(came)
        })
    }

    pub(crate) fn unusable(&self, came: impl Into<String>) -> Error {
        Error::Unusable {
            host: self.host.clone(),
            came: came.into(),
            ids: self.ids.clone(),
        }
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// What Azure asks to wait, in seconds or until a date.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        let header = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        if let Ok(seconds) = header.parse::<u64>() {
            return Some(Duration::from_secs(seconds.min(LONGEST_WAIT)));
        }
        let until = dates::read(header)?;
        let now = self
            .headers
            .get(reqwest::header::DATE)?
            .to_str()
            .ok()
            .and_then(dates::read)?;
        Duration::try_from(until.duration_since(now))
            .ok()
            .map(|d| d.min(Duration::from_secs(LONGEST_WAIT)))
    }

    pub(crate) fn claims(&self) -> Option<Claims> {
        challenge::claims(self.challenges())
    }

    pub(crate) fn right_tenant(&self) -> Option<TenantId> {
        challenge::tenant(self.challenges())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// What Azure said when it refused; `None` where what came is not Azure's.
    pub(crate) fn refusal(&self, call: Call, resource: &str) -> Option<Refusal> {
        let value: Option<Value> = self
            .is_json()
            .then(|| serde_json::from_slice(&self.body).ok())
            .flatten();
        if value.is_none() && self.status < 500 && !self.body.is_empty() {
            return None;
        }
        let value = value.unwrap_or_default();
        let error = at(&value, "error")
            .filter(|error| error.is_object())
            .unwrap_or(&value);
        let policy = list(error, "additionalInfo")
            .iter()
            .find_map(|info| text(at(info, "info")?, "policyAssignmentDisplayName"));
        Some(Refusal {
            call,
            resource: resource.to_owned(),
            status: self.status,
            code: short(text(error, "code").unwrap_or_default()),
            words: words(error),
            policy: policy.map(short),
            retry_after: self.retry_after(),
            ids: self.ids.clone(),
        })
    }

    fn challenges(&self) -> impl Iterator<Item = &str> {
        self.headers
            .get_all(WWW_AUTHENTICATE)
            .iter()
            .filter_map(|header| header.to_str().ok())
    }

    fn is_json(&self) -> bool {
        let Some(kind) = self.header(CONTENT_TYPE.as_str()) else {
            return true;
        };
        let kind = kind
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        kind == "application/json" || kind == "text/json" || kind.ends_with("+json")
    }

    /// What came instead of JSON, in a few words.
    pub(crate) fn what_came(&self) -> String {
        let kind = short(
            self.header(CONTENT_TYPE.as_str())
                .unwrap_or("no content type"),
        );
        let begins = self
            .body
            .iter()
            .take(64)
            .copied()
            .collect::<Vec<_>>()
            .to_ascii_lowercase();
        let html = kind.contains("html")
            || begins.windows(5).any(|w| w == b"<html")
            || begins.starts_with(b"<!doctype html");
        if html {
            format!("an HTML page (status {})", self.status)
        } else {
            format!("{kind} (status {}, {} bytes)", self.status, self.body.len())
        }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("host", &self.host)
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The message, and where there are details, theirs behind it.
fn words(error: &Value) -> String {
    let mut out = text(error, "message").unwrap_or_default().to_owned();
    for detail in list(error, "details") {
        if let Some(more) = text(detail, "message").filter(|more| !out.contains(more)) {
            out.push_str("; ");
            out.push_str(more);
        }
    }
    out.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(1000)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::calls;
    use crate::wire::tests::any_json;

    pub(crate) fn answer(status: u16, kind: &str, body: &str) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, kind.parse().unwrap());
        Answer {
            status,
            headers,
            body: body.into(),
            host: "arm".to_owned(),
            ids: Box::default(),
        }
    }

    #[test]
    fn what_is_no_json_is_told() {
        for (kind, body, says) in [
            ("text/html", "<html>", "an HTML page"),
            ("application/json", "<!doctype html>", "fault in line 1"),
            ("text/plain", "{}", "text/plain"),
            ("application/json", r#"{"value":["#, "ends after 10 bytes"),
        ] {
            let Err(Error::Unusable { came, .. }) = answer(200, kind, body).json::<Value>() else {
                panic!("{body}")
            };
            assert!(came.contains(says), "{came}");
        }
        assert!(
            answer(200, "application/json; charset=utf-8", "{}")
                .json::<Value>()
                .is_ok()
        );
    }

    #[test]
    fn refusals_are_read_with_and_without_envelope() {
        for body in [
            r#"{"error":{"code":"C","message":"m","details":[{"message":"n"}],"additionalInfo":[{"info":{"policyAssignmentDisplayName":"P"}}]}}"#,
            r#"{"code":"C","message":"m","details":[{"message":"n"}],"additionalInfo":[{"info":{"policyAssignmentDisplayName":"P"}}]}"#,
        ] {
            let read = answer(403, "application/json", body)
                .refusal(calls::VM, "/x")
                .unwrap();
            assert_eq!(
                (
                    read.code.as_str(),
                    read.words.as_str(),
                    read.policy.as_deref()
                ),
                ("C", "m; n", Some("P"))
            );
        }
        assert_eq!(
            answer(403, "text/html", "<html>").refusal(calls::VM, "/x"),
            None
        );
        assert!(
            answer(502, "text/html", "<html>")
                .refusal(calls::VM, "/x")
                .is_some()
        );
    }

    #[test]
    fn a_pause_is_read_as_seconds_and_as_a_date() {
        let mut told = answer(429, "application/json", "{}");
        told.headers.insert(RETRY_AFTER, "7".parse().unwrap());
        assert_eq!(told.retry_after(), Some(Duration::from_secs(7)));
        told.headers.insert(
            RETRY_AFTER,
            "Sun, 06 Nov 1994 08:49:37 GMT".parse().unwrap(),
        );
        assert_eq!(told.retry_after(), None);
        told.headers.insert(
            reqwest::header::DATE,
            "Sun, 06 Nov 1994 08:49:27 GMT".parse().unwrap(),
        );
        assert_eq!(told.retry_after(), Some(Duration::from_secs(10)));
    }

    proptest! {
        #[test]
        fn no_body_breaks_it(
            value in any_json(&["error", "code", "message", "details", "additionalInfo", "info", "policyAssignmentDisplayName"]),
            status in 400_u16..600,
            bytes: Vec<u8>,
        ) {
            let read = answer(status, "application/json", &value.to_string()).refusal(calls::VM, "/x");
            prop_assert!(read.is_none_or(|read| !read.words.chars().any(char::is_control)));
            let mut other = answer(status, "application/json", "");
            other.body = bytes;
            let _ = (other.refusal(calls::VM, "/x"), other.what_came(), other.json::<Value>());
        }
    }
}
