//! The browser flow: authorization code with PKCE, and a redirect to this machine.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use gangway_engine::account::Way;
use oauth2::{AuthorizationCode, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl};

use super::finish::Flow;
use super::id_token::mistrusted;
use super::listener::Listener;
use super::protocol::{grant, ours, scopes, scopes_text};
use super::redirect::Brought;
use super::{Ask, SignedIn};
use crate::error::Error;
use crate::secret::Secret;

/// How long a person has. It ends a little before the five minutes that the engine gives,
/// so that what was seen meanwhile can be told.
pub const BROWSER_LIMIT: Duration = Duration::from_secs(5 * 60 - 5);

/// A sign-in that waits for a person in a browser. Dropping it calls it off and closes the port.
pub struct BrowserSignIn {
    page: String,
    asked: Asked,
    limit: Duration,
}

/// A sign-in whose answer has come and is good. Dropping it leaves the code unused.
pub struct Redirected {
    code: AuthorizationCode,
    asked: Asked,
}

/// What both hold: the port stays open to the end, so that a second hit gets its answer.
struct Asked {
    flow: Flow,
    listener: Listener,
    redirect: RedirectUrl,
    verifier: PkceCodeVerifier,
    nonce: Secret,
}

impl BrowserSignIn {
    pub(crate) async fn begin(flow: Flow, ask: &Ask) -> Result<Self, Error> {
        let state = CsrfToken::new_random();
        let nonce = CsrfToken::new_random();
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let listener = Listener::open(Secret::new(state.secret()))
            .await
            .map_err(|error| Error::Setup(format!("no port for the sign-in page: {error}")))?;
        let redirect = RedirectUrl::new(format!("http://localhost:{}", listener.port()))
            .map_err(|error| Error::Setup(error.to_string()))?;
        let mut request = flow
            .protocol
            .authorize_url(|| state)
            .set_pkce_challenge(challenge)
            .set_redirect_uri(Cow::Borrowed(&redirect))
            .add_scopes(scopes(&flow.scope))
            .add_extra_param("response_mode", "query")
            .add_extra_param("nonce", nonce.secret().clone())
            .add_extra_param("claims", flow.claims.clone())
            .add_extra_param("client_info", "1");
        // Whoever is expected is named; everybody else may choose.
        if let Some(hint) = &ask.login_hint {
            request = request.add_extra_param("login_hint", hint.clone());
        }
        if ask.expect.is_none() {
            request = request.add_extra_param("prompt", "select_account");
        }
        let page = request.url().0.to_string();
        let nonce = Secret::new(nonce.secret());
        Ok(Self {
            page,
            asked: Asked {
                flow,
                listener,
                redirect,
                verifier,
                nonce,
            },
            limit: BROWSER_LIMIT,
        })
    }

    /// The page that is to be opened.
    #[must_use]
    pub fn page(&self) -> &str {
        &self.page
    }

    /// Waits for the person, then for the tokens.
    ///
    /// # Errors
    /// As [`BrowserSignIn::redirected`] and [`Redirected::redeem`].
    pub async fn wait(self) -> Result<SignedIn, Error> {
        self.redirected().await?.redeem().await
    }

    /// Waits until the browser is back, for at most [`BROWSER_LIMIT`].
    ///
    /// # Errors
    /// [`Error::Entra`] where the page refused, [`Error::SignInTimedOut`] where nobody came
    /// back, and [`Error::SignInMistrusted`] where only answers to other questions did.
    pub async fn redirected(mut self) -> Result<Redirected, Error> {
        let answer = tokio::time::timeout(self.limit, self.asked.listener.answer()).await;
        match answer {
            Ok(Brought::Code(code)) => Ok(Redirected {
                code,
                asked: self.asked,
            }),
            Ok(Brought::Refused(refusal)) => {
                let refusal = self.asked.flow.authority.name(*refusal);
                Err(Error::Entra(Box::new(refusal)))
            }
            Ok(Brought::Stray | Brought::Nothing) => Err(Error::Setup(
                "the port of the sign-in page closed".to_owned(),
            )),
            Err(_) if self.asked.listener.strays() > 0 => {
                Err(mistrusted("only answers with a wrong state came"))
            }
            Err(_) => Err(Error::SignInTimedOut { way: Way::Browser }),
        }
    }
}

impl Redirected {
    /// Exchanges the answer for tokens and keeps them. Dropped before it is done, it has kept
    /// nothing, but the code is used up. Once it is done the account is kept, refresh token
    /// and access token: the caller finishes the sign-in with what is returned, in the same
    /// task and without a pause that may be called off, or forgets the account again.
    ///
    /// # Errors
    /// [`Error::Entra`] where Entra refuses, [`Error::SignInMistrusted`] where the answer is
    /// not to this sign-in, an error of the vault, or of the network.
    pub async fn redeem(self) -> Result<SignedIn, Error> {
        let Self { code, asked } = self;
        let Asked {
            flow,
            listener,
            redirect,
            verifier,
            nonce,
        } = asked;
        let answered = flow
            .protocol
            .exchange_code(code)
            .set_pkce_verifier(verifier)
            .set_redirect_uri(Cow::Borrowed(&redirect))
            .add_extra_param("scope", scopes_text(&flow.scope))
            .add_extra_param("claims", flow.claims.clone())
            .add_extra_param("client_info", "1")
            .request_async(&flow.authority)
            .await
            .map_err(|error| ours(error, &flow.authority))?;
        let signed_in = flow.finish(grant(&answered), Some(&nonce)).await;
        drop(listener);
        signed_in
    }
}

impl fmt::Debug for BrowserSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrowserSignIn")
            .field("port", &self.asked.listener.port())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Redirected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redirected").finish_non_exhaustive()
    }
}
