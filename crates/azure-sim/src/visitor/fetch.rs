//! The visitor's HTTP: loopback only, one certificate authority, cookies by host, redirects by hand.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{COOKIE, HeaderValue, LOCATION, SET_COOKIE};
use reqwest::{Client, redirect};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use url::{Host, Url};

use crate::error::Error;

/// Longest time for one request: a listener that never answers is a finding, not a reason to hang.
const LIMIT: Duration = Duration::from_secs(60);

pub(super) struct Fetcher {
    client: Client,
    cookies: HashMap<String, BTreeMap<String, String>>,
}

/// What a request brought.
pub(super) struct Fetched {
    pub(super) status: u16,
    /// Where it leads, if it is a redirect.
    pub(super) next: Option<String>,
    pub(super) body: String,
}

impl Fetcher {
    /// `ca_pem`: certificate authorities for https; none means that only http can be visited.
    pub(super) fn new(ca_pem: Option<&str>) -> Result<Self, Error> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(ca_pem.unwrap_or("").as_bytes()) {
            let certificate = certificate.map_err(|_| Error::Invalid {
                what: "certificate authority",
                value: "this PEM text".into(),
            })?;
            roots.add(certificate)?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        // As a browser does: the newer family first, the other one where nobody answers there. The ports are the URL's.
        let both = [
            IpAddr::from(Ipv6Addr::LOCALHOST),
            Ipv4Addr::LOCALHOST.into(),
        ];
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .resolve_to_addrs("localhost", &both.map(|ip| SocketAddr::new(ip, 0)))
            .timeout(LIMIT)
            .build()
            .map_err(|source| Error::Visit {
                url: "about:blank".into(),
                source,
            })?;
        Ok(Self {
            client,
            cookies: HashMap::new(),
        })
    }

    /// GETs, or POSTs the fields.
    pub(super) async fn fetch(
        &mut self,
        url: &Url,
        form: Option<&[(String, String)]>,
    ) -> Result<Fetched, Error> {
        stays_here(url)?;
        let mut request = match form {
            Some(fields) => self.client.post(url.clone()).form(fields),
            None => self.client.get(url.clone()),
        };
        let host = url.host_str().unwrap_or("").to_owned();
        if let Some(cookies) = self.cookies.get(&host).filter(|all| !all.is_empty()) {
            let all: Vec<String> = cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
            request = request.header(COOKIE, all.join("; "));
        }
        let failed = |source: reqwest::Error| Error::Visit {
            url: shown(url),
            // The address may hold a code.
            source: source.without_url(),
        };
        let answer = request.send().await.map_err(failed)?;
        let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
        for cookie in answer.headers().get_all(SET_COOKIE).iter().filter_map(text) {
            self.keep(&host, &cookie);
        }
        let next = answer.headers().get(LOCATION).and_then(text);
        let status = answer.status();
        Ok(Fetched {
            status: status.as_u16(),
            next: next.filter(|_| status.is_redirection()),
            body: answer.text().await.map_err(failed)?,
        })
    }

    fn keep(&mut self, host: &str, cookie: &str) {
        let mut parts = cookie.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|first| first.split_once('=')) else {
            return;
        };
        let jar = self.cookies.entry(host.to_owned()).or_default();
        if parts.any(|part| part.eq_ignore_ascii_case("max-age=0")) {
            jar.remove(name);
        } else {
            jar.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// Loopback by number or by its one name; everything else is not for this visitor.
fn stays_here(url: &Url) -> Result<(), Error> {
    let here = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    if here && matches!(url.scheme(), "http" | "https") {
        return Ok(());
    }
    Err(Error::NotLoopback { url: shown(url) })
}

/// An address without what may be secret in it.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}
