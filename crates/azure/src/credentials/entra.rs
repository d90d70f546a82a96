//! What Entra says when it refuses: codes, words, claims.

use gangway_engine::id::TenantId;
use serde_json::Value;

use super::Claims;
use super::meaning::Meaning;
use crate::error::{EntraRefusal, Error};
use crate::wire::{list, text};

/// Reads the token endpoint's error body (contract 2.7). `None` where it is not one.
pub(crate) fn refusal(body: &[u8], tenant: &TenantId) -> Option<EntraRefusal> {
    from_value(&serde_json::from_slice(body).ok()?, tenant)
}

/// The same, where it is JSON already.
pub(crate) fn from_value(value: &Value, tenant: &TenantId) -> Option<EntraRefusal> {
    let error = text(value, "error")?;
    let description = text(value, "error_description").unwrap_or_default();
    let read = from_words(error, description);
    Some(EntraRefusal {
        code: list(value, "error_codes")
            .iter()
            .find_map(|code| u32::try_from(code.as_u64()?).ok())
            .unwrap_or(read.code),
        suberror: short(text(value, "suberror").unwrap_or_default()),
        correlation: text(value, "correlation_id")
            .map(short)
            .or_else(|| read.correlation.clone()),
        tenant: Some(tenant.clone()),
        claims: text(value, "claims").and_then(|claims| Claims::from_json(claims.to_owned())),
        ..read
    })
}

/// A refusal that is no more than `error` and `error_description`, as a redirect carries it.
pub(crate) fn from_words(error: &str, description: &str) -> EntraRefusal {
    EntraRefusal {
        code: code_in(description).unwrap_or_default(),
        error: short(error),
        words: first_sentence(description),
        correlation: correlation_in(description),
        ..EntraRefusal::default()
    }
}

/// The id that a description ends with; a redirect carries it nowhere else.
fn correlation_in(description: &str) -> Option<String> {
    let (_, rest) = description.split_once("Correlation ID: ")?;
    let id: String = rest
        .chars()
        .take_while(|c| c.is_ascii_hexdigit() || *c == '-')
        .take(36)
        .collect();
    (id.len() == 36).then_some(id)
}

/// Whether a device code is over, or nobody used it until it was.
pub(crate) fn is_lapsed(refusal: &EntraRefusal) -> bool {
    Meaning::of(refusal) == Meaning::Lapsed
}

/// An error from text alone, as Azure CLI prints it.
pub(crate) fn from_text(printed: &str, tenant: Option<&TenantId>) -> Error {
    match code_in(printed) {
        Some(code) => Error::Entra(Box::new(EntraRefusal {
            code,
            words: first_sentence(printed),
            tenant: tenant.cloned(),
            ..EntraRefusal::default()
        })),
        None => Error::NotSignedIn {
            observed: short(printed),
        },
    }
}

/// The number after the first `AADSTS`.
pub(crate) fn code_in(text: &str) -> Option<u32> {
    let (_, rest) = text.split_once("AADSTS")?;
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    rest.get(..digits)?.parse().ok()
}

/// The description without its code and without the trace lines that follow it.
fn first_sentence(text: &str) -> String {
    let line = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let line = line.split(" Trace ID:").next().unwrap_or(line);
    let line = match line.split_once("AADSTS") {
        Some((_, rest)) => rest
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .trim_start_matches(':'),
        None => line,
    };
    short(line)
}

/// At most 300 characters, none of them a control character.
pub(crate) fn short(text: &str) -> String {
    let cleaned: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(300)
        .collect();
    cleaned.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_error_body_is_read() {
        let body = br#"{"error":"interaction_required","error_description":"AADSTS53003: Access has been blocked by Conditional Access policies. Trace ID: abc\r\nCorrelation ID: c","error_codes":[53003],"correlation_id":"c-1","claims":"{\"access_token\":{}}"}"#;
        let read = refusal(body, &TenantId::new("T")).unwrap();
        assert_eq!(read.code, 53003);
        assert_eq!(
            read.words,
            "Access has been blocked by Conditional Access policies."
        );
        assert_eq!(read.correlation.as_deref(), Some("c-1"));
        assert!(read.claims.is_some());
        assert_eq!(refusal(b"<html>", &TenantId::new("T")), None);
    }

    #[test]
    fn the_code_is_found_in_printed_text() {
        assert_eq!(
            code_in("ERROR: AADSTS500021: Access to 'x' denied"),
            Some(500_021)
        );
        assert_eq!(code_in("AADSTS: none"), None);
        assert!(
            matches!(from_text("Please run 'az login'\n", None), Error::NotSignedIn { observed } if observed == "Please run 'az login'")
        );
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in ".*", bytes: Vec<u8>) {
            code_in(&text);
            from_text(&text, None);
            refusal(&bytes, &TenantId::new("t"));
        }
    }
}
