//! azure_core's HTTP client over our own connection, so that proxy and extra authorities hold, for one path only.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use azure_core::error::ErrorKind;
use azure_core::http::headers::{HeaderName, HeaderValue, Headers};
use azure_core::http::{AsyncRawResponse, Body, HttpClient, Request};
use reqwest::{Method, Url};

use super::answer::Answer;
use super::transport::{Carried, Outgoing, Transport, outgoing};
use super::wait::repeatedly;
use crate::calls::{self, Call, Repeat};
use crate::cloud::{host_of, same_place};
use crate::error::{Error, Refusal};

/// How long to wait when Entra says 429 without saying how long.
const REST: Duration = Duration::from_secs(5);

/// Carries requests for tokens to the cloud's authority, and nothing else.
#[derive(Debug)]
pub(crate) struct EntraClient {
    transport: Transport,
}

impl EntraClient {
    pub(crate) fn new(transport: Transport) -> Self {
        Self { transport }
    }

    /// What is to be sent, owned; nothing of the request is borrowed across an await.
    fn taken(&self, request: &Request) -> Result<(Url, Vec<u8>), Error> {
        let home = self.transport.cloud().authority();
        let url = request.url();
        if !same_place(home, url) || !calls::TOKEN.matches(request.method().as_ref(), url.path()) {
            return Err(Error::ForeignHost {
                host: host_of(url),
                expected: host_of(home),
            });
        }
        match request.body() {
            Body::Bytes(body) => Ok((url.clone(), body.to_vec())),
            Body::SeekableStream(_) => {
                Err(Error::Setup("a token is asked for in one piece".to_owned()))
            }
        }
    }

    async fn send(&self, taken: Result<(Url, Vec<u8>), Error>) -> Result<Answer, Error> {
        let (url, body) = taken?;
        let call = calls::TOKEN;
        post_form(&self.transport, call, url, body, call.repeat).await
    }
}

/// Posts a form to the authority. Its fields may be secrets: they are never shown.
pub(crate) async fn post_form(
    transport: &Transport,
    call: Call,
    url: Url,
    body: Vec<u8>,
    repeat: Repeat,
) -> Result<Answer, Error> {
    let attempt = || {
        let (transport, url, body) = (transport.clone(), url.clone(), body.clone());
        async move {
            let mut out: Outgoing = outgoing(Method::POST, url, Some(body));
            let form =
                reqwest::header::HeaderValue::from_static("application/x-www-form-urlencoded");
            out.headers.insert(reqwest::header::CONTENT_TYPE, form);
            usable(&transport, call, transport.send(out).await?)
        }
    };
    repeatedly(transport.sleeper(), repeat, attempt).await
}

#[async_trait]
impl HttpClient for EntraClient {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let taken = self.taken(request);
        match self.send(taken).await {
            Ok(answer) => {
                let headers: HashMap<HeaderName, HeaderValue> = answer
                    .headers
                    .iter()
                    .filter_map(|(name, value)| {
                        let value = value.to_str().ok()?.to_owned();
                        Some((
                            HeaderName::from(name.as_str().to_owned()),
                            HeaderValue::from(value),
                        ))
                    })
                    .collect();
                Ok(AsyncRawResponse::from_bytes(
                    answer.status.into(),
                    Headers::from(headers),
                    answer.body,
                ))
            }
            Err(error) => Err(azure_core::Error::with_error(
                ErrorKind::Other,
                Carried(error),
                "no token came",
            )),
        }
    }
}

/// Entra's own answers, good or bad, are JSON; what is not comes from somebody in between.
/// The body is never shown: it may hold a token.
fn usable(transport: &Transport, call: Call, answer: Answer) -> Result<Answer, Error> {
    match answer.status {
        429 => {
            let wait = answer.retry_after().unwrap_or(REST);
            let now = transport.dates().now();
            Err(Error::Throttled {
                until: now.checked_add(wait).unwrap_or(now),
                wait,
                ids: answer.ids,
            })
        }
        500.. => Err(Error::Refused(Box::new(Refusal {
            call,
            resource: answer.host.clone(),
            status: answer.status,
            code: String::new(),
            words: String::new(),
            policy: None,
            retry_after: answer.retry_after(),
            ids: answer.ids,
        }))),
        _ => answer.json::<serde_json::Value>().map(|_| answer),
    }
}
