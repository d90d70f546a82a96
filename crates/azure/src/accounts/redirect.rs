//! What a browser brings back from the sign-in page: a code or a refusal, with our state.

use oauth2::AuthorizationCode;
use ring::digest::{SHA256, digest};
use url::form_urlencoded;

use crate::credentials::{Claims, entra};
use crate::error::EntraRefusal;
use crate::secret::Secret;

/// What a request to the loopback port turned out to be.
pub(crate) enum Brought {
    /// The answer, bearing our state.
    Code(AuthorizationCode),
    /// A refusal, bearing our state.
    Refused(Box<EntraRefusal>),
    /// Something with a state that is not ours, or with parts that stand twice.
    Stray,
    /// No answer of a sign-in at all.
    Nothing,
}

/// Reads a query. Everything in it was written by who knows whom: without our state it is
/// worth nothing, and even with it, words are data.
pub(crate) fn read(query: &str, state: &Secret) -> Brought {
    let mut found = Found::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let place = match &*name {
            "state" => &mut found.state,
            "code" => &mut found.code,
            "error" => &mut found.error,
            "error_description" => &mut found.words,
            "claims" => &mut found.claims,
            _ => continue,
        };
        if place.replace(value.into_owned()).is_some() {
            return Brought::Stray;
        }
    }
    if found.code.is_none() && found.error.is_none() && found.state.is_none() {
        return Brought::Nothing;
    }
    if !found.state.is_some_and(|came| same(&came, state.expose())) {
        return Brought::Stray;
    }
    match (found.code, found.error) {
        (Some(code), None) if !code.is_empty() => Brought::Code(AuthorizationCode::new(code)),
        (None, Some(error)) => {
            let words = found.words.unwrap_or_default();
            Brought::Refused(Box::new(EntraRefusal {
                claims: found.claims.and_then(Claims::from_json),
                ..entra::from_words(&error, &words)
            }))
        }
        _ => Brought::Stray,
    }
}

#[derive(Default)]
struct Found {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    words: Option<String>,
    claims: Option<String>,
}

/// Compares without telling by its time how much is right.
fn same(came: &str, wanted: &str) -> bool {
    digest(&SHA256, came.as_bytes()).as_ref() == digest(&SHA256, wanted.as_bytes()).as_ref()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn with_state(query: &str) -> Brought {
        read(query, &Secret::new("s+1"))
    }

    #[test]
    fn a_code_needs_our_state_once() {
        assert!(
            matches!(with_state("code=a%2Fb&state=s%2B1&session_state=x"), Brought::Code(code) if code.secret() == "a/b")
        );
        for stray in [
            "code=a&state=s",
            "code=a&state=",
            "code=a",
            "state=s%2B1",
            "code=&state=s%2B1",
            "code=a&code=b&state=s%2B1",
            "code=a&state=s%2B1&state=s%2B1",
            "code=a&error=x&state=s%2B1",
            "error=x&state=other",
        ] {
            assert!(matches!(with_state(stray), Brought::Stray), "{stray}");
        }
        for nothing in ["", "a=b", "&&=&"] {
            assert!(matches!(with_state(nothing), Brought::Nothing), "{nothing}");
        }
    }

    #[test]
    fn a_refusal_is_data_without_control_characters() {
        let Brought::Refused(refusal) = with_state(
            "error=access_denied&error_description=AADSTS65004%3a+User+declined.%1b%5b31m%3Cscript%3Ealert(1)%3C%2Fscript%3E%0d%0aTrace+ID%3a+x&state=s%2B1",
        ) else {
            panic!("not read")
        };
        assert_eq!(
            (refusal.code, refusal.error.as_str()),
            (65004, "access_denied")
        );
        assert_eq!(
            refusal.words,
            "User declined. [31m<script>alert(1)</script>"
        );
    }

    proptest! {
        #[test]
        fn no_query_breaks_it(query in ".*") {
            let _ = with_state(&query);
            let signed = format!("{query}&state=s%2B1");
            if let Brought::Refused(refusal) = with_state(&signed) {
                prop_assert!(!refusal.words.chars().chain(refusal.error.chars()).any(char::is_control));
            }
        }
    }
}
