//! A cloud's definition file: what it may say, and where exactly it is wrong.

use reqwest::Url;
use rustls::pki_types::CertificateDer;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use super::{built_in, is_loopback};
use crate::network::certificates;

/// A definition file as a person writes it. A misspelt key is a mistake, not a default.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Definition {
    pub(super) name: Name,
    pub(super) authority: HttpsHost,
    #[serde(default)]
    pub(super) browser_authority: Option<PageHost>,
    pub(super) resource_manager: HttpsHost,
    pub(super) audience: Audience,
    #[serde(default)]
    pub(super) extra_ca: ExtraCa,
}

/// What accounts are told apart by: no other cloud's, and one that can be shown anywhere.
pub(super) struct Name(pub(super) String);
pub(super) struct HttpsHost(pub(super) Url);
pub(super) struct PageHost(pub(super) Url);
pub(super) struct Audience(pub(super) String);
#[derive(Default)]
pub(super) struct ExtraCa(pub(super) Vec<CertificateDer<'static>>);

impl Definition {
    /// The definition, or line, column (both from 1) and mistake.
    pub(super) fn parse(text: &str) -> Result<Self, (u32, u32, String)> {
        let place = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        serde_json::from_str(text).map_err(|e| {
            (
                place(e.line()),
                place(e.column()),
                without_place(&e.to_string()),
            )
        })
    }
}

/// The longest name of a cloud, in characters.
const LONGEST_NAME: usize = 64;

/// The address of a host: the scheme, the host, and nothing more.
fn bare<E: serde::de::Error>(text: &str, scheme: &str) -> Result<Url, E> {
    let url = Url::parse(text).map_err(|e| E::custom(format!("{text:?}: {e}")))?;
    if url.scheme() != scheme {
        return Err(E::custom(format!("{text:?} must begin with {scheme}://")));
    }
    let plain = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if plain {
        Ok(url)
    } else {
        Err(E::custom(format!(
            "{text:?} must be a host and nothing more"
        )))
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let fits = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if text.is_empty() || text.len() > LONGEST_NAME || !text.chars().all(fits) {
            return Err(D::Error::custom(
                "a name is 1 to 64 letters, digits, dots, hyphens and underscores",
            ));
        }
        if built_in(&text).is_some() {
            return Err(D::Error::custom(format!(
                "{text:?} is the name of a cloud that is built in"
            )));
        }
        Ok(Self(text))
    }
}

impl<'de> Deserialize<'de> for HttpsHost {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        bare(&String::deserialize(deserializer)?, "https").map(Self)
    }
}

impl<'de> Deserialize<'de> for PageHost {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let url = bare(&text, "http")?;
        if is_loopback(&url) {
            Ok(Self(url))
        } else {
            Err(D::Error::custom(format!(
                "{text:?} must be this machine (127.0.0.1, [::1] or localhost): over http anybody on the way reads along"
            )))
        }
    }
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let fits = |c: char| c.is_ascii_alphanumeric() || ".-_:/".contains(c);
        if text.is_empty() || !text.chars().all(fits) {
            return Err(D::Error::custom(format!("{text:?} is no audience")));
        }
        Ok(Self(text))
    }
}

impl<'de> Deserialize<'de> for ExtraCa {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else {
            return Ok(Self::default());
        };
        certificates(text.as_bytes())
            .map(Self)
            .map_err(|mistake| D::Error::custom(format!("extra_ca {mistake}")))
    }
}

/// The mistake alone: the place is told in fields of its own.
fn without_place(text: &str) -> String {
    text.rfind(" at line ")
        .map_or(text, |at| &text[..at])
        .to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::cloud::Cloud;
    use crate::error::Error;

    const GOOD: &str = r#"{"name":"lab","authority":"https://127.0.0.1:7001","resource_manager":"https://127.0.0.1:7002/","audience":"https://management.azure.com/"}"#;

    #[test]
    fn a_definition_is_read_and_its_mistakes_have_a_place() {
        let cloud = Cloud::parse(GOOD, "lab.json").unwrap();
        assert_eq!(cloud.resource_manager_host(), "127.0.0.1:7002");
        assert!(cloud.is_loopback());
        for (text, line, says) in [
            ("{\n \"name\": 3}", 2, "expected a string"),
            ("{\n\n \"names\": \"x\"}", 3, "unknown field"),
            (
                &GOOD.replace("https://127.0.0.1:7001", "http://127.0.0.1:7001"),
                1,
                "must begin with https",
            ),
            (&GOOD.replace("7002/", "7002/arm"), 1, "nothing more"),
            (
                &GOOD.replace('}', r#","extra_ca":"none"}"#),
                1,
                "no PEM certificate",
            ),
            ("{", 1, "EOF"),
            (&named("public"), 1, "built in"),
            (&named("PUBLIC"), 1, "built in"),
            (&named("AzureCloud"), 1, "built in"),
            (&named("us-government"), 1, "built in"),
            (&named("azureusgovernment"), 1, "built in"),
            (&named("AzureChinaCloud"), 1, "built in"),
            (&named(""), 1, "1 to 64"),
            (&named("public "), 1, "1 to 64"),
            (&named("p\u{443}blic"), 1, "1 to 64"),
            (&named(&"x".repeat(65)), 1, "1 to 64"),
            (
                &pages("https://127.0.0.1:7003"),
                1,
                "must begin with http://",
            ),
            (&pages("http://127.0.0.1:7003/login"), 1, "nothing more"),
            (&pages("http://me@127.0.0.1:7003"), 1, "nothing more"),
            (&pages("http://10.0.0.4:7003"), 1, "must be this machine"),
            (
                &pages("http://login.contoso.example"),
                1,
                "must be this machine",
            ),
            (
                &pages("http://localhost.contoso.example"),
                1,
                "must be this machine",
            ),
            (&pages("no address"), 1, "relative URL without a base"),
        ] {
            let Err(Error::CloudFile {
                line: at,
                column,
                mistake,
                file,
            }) = Cloud::parse(text, "lab.json")
            else {
                panic!("{text} was taken");
            };
            assert_eq!((at, file.as_str()), (line, "lab.json"));
            assert!(
                column > 0 && mistake.contains(says) && !mistake.contains(" at line "),
                "{mistake}"
            );
        }
    }

    fn named(name: &str) -> String {
        GOOD.replace("lab", name)
    }

    fn pages(authority: &str) -> String {
        GOOD.replace('}', &format!(r#","browser_authority":"{authority}"}}"#))
    }

    #[test]
    fn pages_lie_elsewhere_where_the_definition_says_so() {
        let own = Cloud::parse(GOOD, "x").unwrap();
        assert_eq!(own.page_authority(), own.authority());
        for host in [
            "http://127.0.0.1:7003/",
            "http://[::1]:7003/",
            "http://localhost:7003/",
        ] {
            let cloud = Cloud::parse(&pages(host), "x").unwrap();
            assert_eq!(cloud.page_authority().as_str(), host);
            assert_eq!(cloud.authority().as_str(), "https://127.0.0.1:7001/");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in ".*") {
            let _ = (Cloud::parse(&text, "x"), Cloud::parse(&format!("{{\"name\":\"{text}\"}}"), "x"));
        }
    }
}
