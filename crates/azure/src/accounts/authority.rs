//! Entra's endpoints behind `oauth2`: our own connection, the cloud's authority, listed calls.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use gangway_engine::id::TenantId;
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::Url;

use crate::calls::{self, Call, Repeat};
use crate::cloud::{host_of, same_place};
use crate::credentials::entra;
use crate::error::{EntraRefusal, Error};
use crate::http::entra::post_form;
use crate::http::transport::Transport;

/// Carries what `oauth2` makes. Neither a request nor an answer is ever shown: both hold tokens.
pub(crate) struct Authority {
    transport: Transport,
    tenant: TenantId,
    client_id: String,
    last: Mutex<Last>,
}

/// How the last request ended. `oauth2` knows of a device code's refusals only the standard
/// fields, and takes a broken connection for a reason to go on.
#[derive(Debug, Default)]
pub(crate) enum Last {
    #[default]
    Good,
    Refused(Box<EntraRefusal>),
    Failed(Error),
}

impl Authority {
    /// The authority for one tenant: a GUID, a domain or `organizations`.
    pub(crate) fn new(transport: Transport, tenant: TenantId, client_id: &str) -> Self {
        Self {
            transport,
            tenant,
            client_id: client_id.to_owned(),
            last: Mutex::default(),
        }
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    pub(crate) fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Whose refusal this is; a person is told the tenant and the app that was asked for.
    pub(crate) fn name(&self, mut refusal: EntraRefusal) -> EntraRefusal {
        refusal.tenant = Some(self.tenant.clone());
        refusal.client_id = Some(self.client_id.clone());
        refusal.consent_page = self.consent_page();
        refusal
    }

    fn consent_page(&self) -> Option<String> {
        let home = self.transport.cloud().authority();
        let mut page = home.join(&format!("{}/adminconsent", self.tenant)).ok()?;
        page.query_pairs_mut()
            .append_pair("client_id", &self.client_id);
        Some(page.into())
    }

    /// How the last request ended, once.
    pub(crate) fn take_last(&self) -> Last {
        std::mem::take(&mut *self.last.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn carry(&self, request: HttpRequest) -> Result<HttpResponse, Error> {
        let sent = self.send(request).await;
        let last = match &sent {
            Ok(answer) if answer.status().is_success() => Last::Good,
            Ok(answer) => match entra::refusal(answer.body(), &self.tenant) {
                Some(refusal) => Last::Refused(Box::new(self.name(refusal))),
                None => Last::Good,
            },
            Err(error) => Last::Failed(error.clone()),
        };
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = last;
        sent
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Error> {
        let home = self.transport.cloud().authority();
        let url = Url::parse(&request.uri().to_string())
            .map_err(|_| Error::Setup("an address of the authority is none".to_owned()))?;
        let call = same_place(home, &url)
            .then(|| listed(request.method().as_str(), url.path()))
            .flatten()
            .ok_or_else(|| Error::ForeignHost {
                host: host_of(&url),
                expected: host_of(home),
            })?;
        // A code is good once and a refresh token may be replaced by its use: what may have
        // been taken is not sent again by itself. To ask for one more device code harms nobody.
        let repeat = if call == calls::DEVICE_CODE {
            call.repeat
        } else {
            Repeat::OnlyIfNotTaken
        };
        let answer = post_form(&self.transport, call, url, request.into_body(), repeat).await?;
        let mut response = HttpResponse::new(answer.body);
        *response.status_mut() = reqwest::StatusCode::from_u16(answer.status)
            .map_err(|_| Error::Setup("an answer without a status".to_owned()))?;
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for Authority {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Error>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.carry(request))
    }
}

fn listed(method: &str, path: &str) -> Option<Call> {
    [calls::TOKEN, calls::DEVICE_CODE]
        .into_iter()
        .find(|call| call.matches(method, path))
}
