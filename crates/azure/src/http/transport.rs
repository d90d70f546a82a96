//! One attempt over one client: hosts pinned, sizes bounded, dates observed, failures told apart.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue,
};
use reqwest::{Client, Method, StatusCode, Url};
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::answer::{Answer, LARGEST_ANSWER};
use super::dates::{Dates, Observer};
use super::proxy::Routes;
use super::trust::{self, Stranger};
use super::wait::Sleeper;
use crate::cloud::{Cloud, host_of, same_place};
use crate::error::{Error, Ids};
use crate::network::{Authorities, Network};
use crate::secret::Secret;

/// How long a connection may take to come about.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// How long the server may be silent in the middle of an answer.
const SILENCE_LIMIT: Duration = Duration::from_secs(30);
/// How long a call may take in all.
const CALL_LIMIT: Duration = Duration::from_secs(60);

pub(crate) const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-client-request-id");

/// The connection to a cloud. Cheap to clone; the client behind it is made once, at its
/// first use, because reading the system's root certificates takes some milliseconds.
#[derive(Clone)]
pub(crate) struct Transport {
    inner: Arc<Inner>,
}

struct Inner {
    cloud: Cloud,
    routes: Routes,
    extra_ca: Authorities,
    client: OnceCell<Client>,
    dates: Dates,
    sleeper: Sleeper,
}

/// One request, ready to be sent once.
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) headers: HeaderMap,
    pub(crate) token: Option<Secret>,
}

/// One of our errors on its way through azure_core.
#[derive(Debug)]
pub(crate) struct Carried(pub(crate) Error);

impl Transport {
    pub(crate) fn new(
        cloud: Cloud,
        network: Network,
        observer: Observer,
        sleeper: Sleeper,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                cloud,
                routes: Routes::new(&network),
                extra_ca: network.extra_ca,
                client: OnceCell::new(),
                dates: Dates::new(observer),
                sleeper,
            }),
        }
    }

    pub(crate) fn cloud(&self) -> &Cloud {
        &self.inner.cloud
    }

    pub(crate) fn dates(&self) -> &Dates {
        &self.inner.dates
    }

    pub(crate) fn sleeper(&self) -> &Sleeper {
        &self.inner.sleeper
    }

    /// Makes the client now, in a thread of its own, so that other work goes on beside it.
    pub(crate) async fn ready(&self) -> Result<&Client, Error> {
        self.inner
            .client
            .get_or_try_init(|| async {
                let inner = self.inner.clone();
                tokio::task::spawn_blocking(move || {
                    client(&inner.cloud, &inner.extra_ca, &inner.routes)
                })
                .await
                .map_err(|error| Error::Setup(error.to_string()))?
            })
            .await
    }

    /// Sends once. With a token, only to the cloud's resource manager.
    pub(crate) async fn send(&self, out: Outgoing) -> Result<Answer, Error> {
        let home = match &out.token {
            Some(_) => self.cloud().resource_manager(),
            None if same_place(self.cloud().authority(), &out.url) => self.cloud().authority(),
            None => self.cloud().resource_manager(),
        };
        if !same_place(home, &out.url) {
            return Err(Error::ForeignHost {
                host: host_of(&out.url),
                expected: host_of(home),
            });
        }
        let host = host_of(&out.url);
        let client_request = Uuid::new_v4().to_string();
        let (client, ()) = tokio::join!(self.ready(), self.inner.routes.prepare(&out.url));
        let url = out.url.clone();
        let mut request = client?.request(out.method, out.url);
        request = request
            .headers(out.headers)
            .header(CLIENT_REQUEST_ID, &client_request);
        if let Some(token) = &out.token {
            let mut value =
                HeaderValue::from_str(&format!("Bearer {}", token.expose())).map_err(|_| {
                    Error::NotSignedIn {
                        observed: "the token is not one line of text".to_owned(),
                    }
                })?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        if let Some(body) = out.body {
            request = request.body(body);
        }
        let asked = Instant::now();
        let response = request
            .send()
            .await
            .map_err(|error| self.failed(&url, &error))?;
        if let Some(date) = response
            .headers()
            .get(DATE)
            .and_then(|date| date.to_str().ok())
        {
            self.dates().saw(date, asked, Instant::now());
        }
        if response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            return Err(self.proxy_sign_in(&url));
        }
        let ids = Box::new(ids(response.headers(), client_request));
        tracing::debug!(%host, status = response.status().as_u16(), took = ?asked.elapsed(), ?ids, "answer");
        read(response, host, ids).await
    }

    fn proxy_sign_in(&self, url: &Url) -> Error {
        let proxy = self.inner.routes.name(url);
        Error::ProxySignIn {
            proxy: proxy.unwrap_or_else(|| "of the network".to_owned()),
        }
    }

    fn failed(&self, url: &Url, error: &reqwest::Error) -> Error {
        let host = host_of(url);
        let mut why = chain(error);
        if why.contains("proxy authorization required")
            || why.contains("proxy authentication required")
        {
            return self.proxy_sign_in(url);
        }
        if let Some(stranger) = stranger(error) {
            return Error::UnknownIssuer {
                host,
                issuer: stranger.issuer.clone(),
            };
        }
        // Only a failed connect proves that nothing was sent (TLS and proxies included).
        if error.is_connect() || error.is_builder() {
            if let Some(proxy) = self.inner.routes.name(url) {
                why = format!("through the proxy {proxy}: {why}");
            }
            self.inner.routes.failed(url);
            Error::Unreachable { host, why }
        } else {
            Error::Broken { host, why }
        }
    }
}

/// A request for JSON without a token yet.
pub(crate) fn outgoing(method: Method, url: Url, body: Option<Vec<u8>>) -> Outgoing {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    if body.is_some() {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    } else if method == Method::POST {
        headers.insert(
            reqwest::header::CONTENT_LENGTH,
            HeaderValue::from_static("0"),
        );
    }
    Outgoing {
        method,
        url,
        body,
        headers,
        token: None,
    }
}

async fn read(
    mut response: reqwest::Response,
    host: String,
    ids: Box<Ids>,
) -> Result<Answer, Error> {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| cut(&host, &error))? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            let came = format!("more than {} MiB", LARGEST_ANSWER / (1024 * 1024));
            return Err(Error::Unusable { host, came, ids });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer {
        status,
        headers,
        body,
        host,
        ids,
    })
}

fn client(cloud: &Cloud, more: &Authorities, routes: &Routes) -> Result<Client, Error> {
    let started = Instant::now();
    let extra = [cloud.extra_ca(), more.certificates()].concat();
    let client = Client::builder()
        .tls_backend_preconfigured(trust::client_config(&extra)?)
        .user_agent(concat!("gangway/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .https_only(true)
        .connect_timeout(CONNECT_LIMIT)
        .read_timeout(SILENCE_LIMIT)
        .timeout(CALL_LIMIT)
        .proxy(routes.as_proxy())
        .build()
        .map_err(|error| Error::Setup(chain(&error)))?;
    tracing::debug!(took = ?started.elapsed(), "client ready");
    Ok(client)
}

fn ids(headers: &HeaderMap, client_request: String) -> Ids {
    let get = |name: &str| {
        let text = headers.get(name)?.to_str().ok()?;
        Some(
            text.chars()
                .filter(char::is_ascii_graphic)
                .take(80)
                .collect(),
        )
    };
    Ids {
        client_request: Some(client_request),
        request: get("x-ms-request-id"),
        correlation: get("x-ms-correlation-request-id"),
    }
}

/// The certificate that nobody here vouches for, where that was the fault. An
/// [`std::io::Error`] does not count what it wraps among its sources.
fn stranger(error: &reqwest::Error) -> Option<&Stranger> {
    let mut next: Option<&(dyn StdError + 'static)> = StdError::source(error);
    while let Some(cause) = next {
        if let Some(found) = cause.downcast_ref().and_then(Stranger::of) {
            return Some(found);
        }
        let wrapped = cause
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        next = match wrapped {
            Some(inner) => Some(inner),
            None => cause.source(),
        };
    }
    None
}

fn cut(host: &str, error: &reqwest::Error) -> Error {
    Error::Broken {
        host: host.to_owned(),
        why: chain(error),
    }
}

/// An error and its causes on one line, without addresses: those carry queries.
fn chain(error: &reqwest::Error) -> String {
    let mut out = String::new();
    let mut next = StdError::source(error);
    while let Some(cause) = next {
        if !out.is_empty() {
            out.push_str(": ");
        }
        out.push_str(&cause.to_string());
        next = cause.source();
    }
    if out.is_empty() {
        out.push_str(if error.is_timeout() {
            "no answer in time"
        } else {
            "unknown cause"
        });
    }
    crate::credentials::entra::short(&out)
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("cloud", &self.inner.cloud.name())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Carried {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reading the system's roots is most of it; the bound only finds a mistake of kind.
    #[test]
    fn what_the_client_costs_is_shown() {
        let start = Instant::now();
        let network = Network::default();
        let routes = Routes::new(&network);
        assert!(client(&Cloud::public(), &network.extra_ca, &routes).is_ok());
        let took = start.elapsed();
        println!("client with the system's roots: {took:?}");
        assert!(took < Duration::from_secs(5));
    }

    #[tokio::test]
    async fn a_token_goes_to_the_resource_manager_only() {
        let observer: Observer = Arc::new(|_| {});
        let transport = Transport::new(
            Cloud::public(),
            Network::default(),
            observer,
            super::super::wait::real(),
        );
        for host in [
            "https://login.microsoftonline.com/x",
            "https://evil.example/",
            "https://management.azure.com:8443/",
        ] {
            let out = Outgoing {
                token: Some(Secret::new("t")),
                ..outgoing(Method::GET, Url::parse(host).unwrap(), None)
            };
            let sent = transport.send(out).await;
            assert!(matches!(sent, Err(Error::ForeignHost { .. })), "{host}");
        }
        let out = outgoing(
            Method::GET,
            Url::parse("https://evil.example/").unwrap(),
            None,
        );
        assert!(matches!(
            transport.send(out).await,
            Err(Error::ForeignHost { .. })
        ));
    }
}
