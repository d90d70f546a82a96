//! How Azure is reached from here: a proxy that somebody chose, authorities that a company adds.

use std::fmt;
use std::path::Path;

use reqwest::Url;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::cloud::host_of;
use crate::error::Error;
use crate::secret::Secret;

/// The largest file of authorities that is read, in bytes.
const LARGEST_FILE: u64 = 4 * 1024 * 1024;

/// What stands between this machine and Azure. The default leaves all of it to the
/// environment and the system.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// The proxy for everything that is not on this machine. It wins over those that the
    /// environment and the system name; with `None` those serve.
    pub proxy: Option<Proxy>,
    /// Authorities that are believed beside those of the cloud definition and the
    /// system: the private root of a proxy that looks into TLS.
    pub extra_ca: Authorities,
}

/// A proxy, and who we are to it (Basic, RFC 7617). Nothing of that is sent elsewhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    url: Url,
    sign_in: Option<(String, Secret)>,
}

/// Certificates of authorities.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Authorities(Vec<CertificateDer<'static>>);

impl Proxy {
    /// Reads the address of a proxy: `http://proxy.contoso.example:8080`, `https://..`
    /// where the way to the proxy itself is encrypted, or without a scheme, which means http.
    ///
    /// # Errors
    /// [`Error::NetworkSetting`] where that is no address of a proxy, or where it carries a
    /// password: an address is shown and logged.
    pub fn new(address: &str) -> Result<Self, Error> {
        let wrong = |mistake: &str| Error::NetworkSetting {
            what: "proxy".to_owned(),
            mistake: mistake.to_owned(),
        };
        let text = address.trim();
        let text = if text.contains("://") {
            text.to_owned()
        } else {
            format!("http://{text}")
        };
        let url = Url::parse(&text).map_err(|e| wrong(&format!("is no address: {e}")))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("must name neither user nor password"));
        }
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("must begin with http:// or https://"));
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("must be a host, a port and nothing more"));
        }
        Ok(Self { url, sign_in: None })
    }

    /// The same proxy, which wants to know who we are.
    #[must_use]
    pub fn signed_in(mut self, user: impl Into<String>, password: Secret) -> Self {
        self.sign_in = Some((user.into(), password));
        self
    }

    /// Host and, where it is not the scheme's own, port: what a message may name.
    #[must_use]
    pub fn name(&self) -> String {
        host_of(&self.url)
    }

    /// Where to connect to, with the sign-in inside: never shown.
    pub(crate) fn address(&self) -> Url {
        let mut url = self.url.clone();
        if let Some((user, password)) = &self.sign_in {
            sign(&mut url, user, password);
        }
        url
    }
}

impl Authorities {
    /// Reads a file of PEM certificates.
    ///
    /// # Errors
    /// [`Error::NetworkSetting`] names the file and what is wrong with it.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let wrong = |mistake: String| Error::NetworkSetting {
            what: path.display().to_string(),
            mistake,
        };
        let size = std::fs::metadata(path)
            .map_err(|e| wrong(e.to_string()))?
            .len();
        if size > LARGEST_FILE {
            return Err(wrong("is larger than certificates can be".to_owned()));
        }
        let bytes = std::fs::read(path).map_err(|e| wrong(e.to_string()))?;
        certificates(&bytes).map(Self).map_err(wrong)
    }

    /// Reads PEM text; `what` is what mistakes are attributed to.
    ///
    /// # Errors
    /// As [`Authorities::read`].
    pub fn parse(pem: &str, what: &str) -> Result<Self, Error> {
        certificates(pem.as_bytes())
            .map(Self)
            .map_err(|mistake| Error::NetworkSetting {
                what: what.to_owned(),
                mistake,
            })
    }

    pub(crate) fn certificates(&self) -> &[CertificateDer<'static>] {
        &self.0
    }
}

/// At least one certificate, each of which can be an anchor of trust.
pub(crate) fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let read: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|e| format!("is not PEM: {e}"))?;
    if read.is_empty() {
        return Err("holds no PEM certificate".to_owned());
    }
    let mut roots = rustls::RootCertStore::empty();
    for (at, certificate) in read.iter().enumerate() {
        roots
            .add(certificate.clone())
            .map_err(|e| format!("holds a certificate (number {}) that is none: {e}", at + 1))?;
    }
    Ok(read)
}

/// Writes a sign-in into an address. Every byte that could mean something there is written
/// as `%..`, so that what the proxy gets is what was typed.
pub(crate) fn sign(url: &mut Url, user: &str, password: &Secret) {
    // Neither fails for an address with a host, and a proxy's has one.
    let _ = url.set_username(&escaped(user));
    let _ = url.set_password(Some(&escaped(password.expose())));
}

fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("name", &self.name())
            .field("sign_in", &self.sign_in.is_some())
            .finish()
    }
}

impl fmt::Debug for Authorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authorities({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_a_host_and_a_port() {
        for (text, name) in [
            ("proxy.contoso.example:8080", "proxy.contoso.example:8080"),
            ("http://proxy.contoso.example", "proxy.contoso.example"),
            (" https://10.0.0.4:3128/ ", "10.0.0.4:3128"),
        ] {
            assert_eq!(Proxy::new(text).unwrap().name(), name);
        }
        for (text, says) in [
            ("", "no address"),
            ("http://", "no address"),
            ("socks5://proxy:1080", "must begin with"),
            ("http://proxy/path", "nothing more"),
            ("http://me:hunter2@proxy", "neither user nor password"),
            ("me@proxy:8080", "neither user nor password"),
        ] {
            let Err(Error::NetworkSetting { mistake, .. }) = Proxy::new(text) else {
                panic!("{text} was taken");
            };
            assert!(
                mistake.contains(says) && !mistake.contains("hunter"),
                "{mistake}"
            );
        }
    }

    #[test]
    fn who_we_are_is_in_the_address_only() {
        let proxy = Proxy::new("proxy.contoso.example:8080")
            .unwrap()
            .signed_in("CONTOSO\\me", Secret::new("p:@/%41 \u{e4}"));
        let shown = format!("{proxy:?} {}", proxy.name());
        assert!(!shown.contains("me") || !shown.contains("41"), "{shown}");
        assert_eq!(
            proxy.address().as_str(),
            "http://CONTOSO%5Cme:p%3A%40%2F%2541%20%C3%A4@proxy.contoso.example:8080/"
        );
    }

    #[test]
    fn a_file_without_certificates_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("root.pem");
        let mistake = |text: &str| {
            std::fs::write(&file, text).unwrap();
            Authorities::read(&file).unwrap_err().to_string()
        };
        assert!(mistake("").contains("holds no PEM certificate"));
        let none = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let said = mistake(none);
        assert!(
            said.contains("number 1") && said.contains("root.pem"),
            "{said}"
        );
        let absent = Authorities::read(&folder.path().join("absent.pem"));
        assert!(matches!(absent, Err(Error::NetworkSetting { .. })));
    }
}
