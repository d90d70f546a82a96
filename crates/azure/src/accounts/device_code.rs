//! The device code flow: a code that is typed in on another device (contract 2.4).

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::DateTime;
use gangway_engine::account::Way;
use oauth2::{RequestTokenError, StandardDeviceAuthorizationResponse};
use reqwest::Url;
use tokio::time::Instant;

use super::SignedIn;
use super::authority::Last;
use super::finish::Flow;
use super::protocol::{grant, ours, scopes};
use crate::cloud::{host_of, is_loopback};
use crate::credentials::entra;
use crate::error::Error;

/// The longest that a code is waited for, whatever the answer says. Entra says 15 minutes.
const LONGEST: Duration = Duration::from_secs(60 * 60);
/// The longest pause between two looks where the network fails.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The longest code that is shown, in characters. Entra's have nine.
const LONGEST_CODE: usize = 32;

/// A sign-in that waits for somebody to type a code. Dropping it calls it off.
pub struct DeviceSignIn {
    flow: Flow,
    details: StandardDeviceAuthorizationResponse,
    user_code: String,
    page: String,
}

impl DeviceSignIn {
    pub(crate) async fn begin(flow: Flow) -> Result<Self, Error> {
        let details: StandardDeviceAuthorizationResponse = flow
            .protocol
            .exchange_device_code()
            .add_scopes(scopes(&flow.scope))
            .add_extra_param("claims", flow.claims.clone())
            .request_async(&flow.authority)
            .await
            .map_err(|error| ours(error, &flow.authority))?;
        let page = details.verification_uri().url().clone();
        let user_code = details.user_code().secret().clone();
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let fits = user_code.len() <= LONGEST_CODE && user_code.chars().all(plain);
        if user_code.is_empty() || !fits || !may_be_opened(&page, &flow) {
            return Err(Error::Unusable {
                host: host_of(flow.authority.transport().cloud().authority()),
                came: "a device code that cannot be shown".to_owned(),
                ids: Box::default(),
            });
        }
        Ok(Self {
            flow,
            details,
            user_code,
            page: page.to_string(),
        })
    }

    /// The code, to be shown large. It is worth nothing without the person.
    #[must_use]
    pub fn user_code(&self) -> &str {
        &self.user_code
    }

    /// The page where it is typed in.
    #[must_use]
    pub fn page(&self) -> &str {
        &self.page
    }

    /// How long the code is good, from when it was received.
    #[must_use]
    pub fn expires_in(&self) -> Duration {
        self.details.expires_in().min(LONGEST)
    }

    /// Waits until the code is used, as slowly as Entra asks, then keeps the tokens: all or
    /// nothing, as [`super::Redirected::redeem`].
    ///
    /// # Errors
    /// [`Error::SignInTimedOut`] where nobody used it, [`Error::Entra`] where Entra or the
    /// person refused, else as [`super::Redirected::redeem`].
    pub async fn wait(self) -> Result<SignedIn, Error> {
        let passed = Passed::new();
        let sleeper = self.flow.authority.transport().sleeper().clone();
        let slept = passed.slept.clone();
        let sleep = move |pause: Duration| {
            let (sleeper, slept) = (sleeper.clone(), slept.clone());
            async move {
                sleeper(pause).await;
                slept.fetch_add(millis(pause), Ordering::Relaxed);
            }
        };
        let answered = self
            .flow
            .protocol
            .exchange_device_access_token(&self.details)
            .add_extra_param("claims", self.flow.claims.clone())
            .add_extra_param("client_info", "1")
            .set_max_backoff_interval(LONGEST_PAUSE)
            .set_time_fn(move || passed.as_date())
            .request_async(&self.flow.authority, sleep, Some(self.expires_in()))
            .await;
        match answered {
            Ok(answered) => self.flow.finish(grant(&answered), None).await,
            Err(error) => Err(self.ended(&error)),
        }
    }

    /// Why there are no tokens. What `oauth2` keeps of a refusal is not all of it.
    fn ended<T>(&self, error: &RequestTokenError<Error, T>) -> Error
    where
        T: oauth2::ErrorResponse + 'static,
    {
        match self.flow.authority.take_last() {
            Last::Failed(error) => error,
            Last::Refused(refusal) if entra::is_lapsed(&refusal) => Error::SignInTimedOut {
                way: Way::DeviceCode,
            },
            Last::Refused(refusal) => Error::Entra(refusal),
            Last::Good => Error::Unusable {
                host: host_of(self.flow.authority.transport().cloud().authority()),
                came: match error {
                    RequestTokenError::Parse(..) => "JSON that is no token answer".to_owned(),
                    _ => "an answer that is no token answer".to_owned(),
                },
                ids: Box::default(),
            },
        }
    }
}

/// Time as this flow has seen it pass: by the clock, or by the pauses that were made, for
/// a test's pauses take none. No calendar is asked; the date only counts.
struct Passed {
    since: Instant,
    slept: Arc<AtomicU64>,
}

impl Passed {
    fn new() -> Self {
        Self {
            since: Instant::now(),
            slept: Arc::default(),
        }
    }

    fn as_date(&self) -> DateTime<chrono::Utc> {
        let passed = millis(self.since.elapsed()).max(self.slept.load(Ordering::Relaxed));
        i64::try_from(passed)
            .ok()
            .and_then(DateTime::from_timestamp_millis)
            .unwrap_or(DateTime::UNIX_EPOCH)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A page of somebody's browser: https, or the simulator's on this machine.
fn may_be_opened(page: &Url, flow: &Flow) -> bool {
    let cloud = flow.authority.transport().cloud();
    page.username().is_empty()
        && page.password().is_none()
        && (page.scheme() == "https"
            || page.scheme() == "http" && is_loopback(page) && cloud.is_loopback())
}

impl fmt::Debug for DeviceSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceSignIn")
            .field("page", &self.page)
            .finish_non_exhaustive()
    }
}
