//! The authorize request: every parameter looked at, and the way back to the application (contract 2.3).

use jiff::Timestamp;
use url::Url;

use super::refusal::Refusal;
use super::wanted::{Claims, Scopes};
use super::{Desk, Form, app, pages};
use crate::http::answer::Answer;
use crate::switches::{Switches, Tamper};
use crate::world::World;

/// A request in which everything is in order.
#[derive(Debug)]
pub(super) struct Request {
    /// The tenant of the path; none for `common` and `organizations`.
    pub(super) tenant: Option<String>,
    pub(super) back: Back,
    pub(super) scope: String,
    pub(super) nonce: Option<String>,
    pub(super) challenge: String,
    pub(super) prompt: Prompt,
    pub(super) login_hint: Option<String>,
    pub(super) claims: Claims,
}

/// What the person is to be asked in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prompt {
    /// Only what is needed.
    AsNeeded,
    SelectAccount,
    Login,
    Consent,
    /// Nothing at all.
    None,
}

/// Where the browser goes at the end.
#[derive(Debug, Clone)]
pub(super) struct Back {
    redirect: Url,
    /// As it was written: the token endpoint wants the same letters.
    pub(super) written: String,
    form_post: bool,
    state: Option<String>,
}

/// A request that is refused: with a way back to the application, or without where that way cannot be trusted.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) back: Option<Back>,
    pub(super) refusal: Refusal,
}

impl From<Refusal> for Wrong {
    fn from(refusal: Refusal) -> Self {
        Self {
            back: None,
            refusal,
        }
    }
}

pub(super) fn read(world: &World, tenant: &str, query: &str) -> Result<Request, Wrong> {
    let form = Form::read(query);
    let tenant = app::tenant(world, tenant)?;
    app::client(world, form.needed("client_id")?, tenant.as_deref())?;
    let back = way_back(&form)?;
    parameters(tenant, &form, &back).map_err(|refusal| Wrong {
        back: Some(back),
        refusal,
    })
}

/// The way back alone, for refusals that come before anything else is read.
pub(super) fn way_back(form: &Form) -> Result<Back, Refusal> {
    let written = form.needed("redirect_uri")?.to_owned();
    Ok(Back {
        redirect: app::redirect(&written)?,
        written,
        form_post: form.get("response_mode") == "form_post",
        state: form.some("state").map(str::to_owned),
    })
}

fn parameters(tenant: Option<String>, form: &Form, back: &Back) -> Result<Request, Refusal> {
    let wrong = |name: &str| Refusal::malformed(format!("The parameter '{name}' is not valid."));
    if form.needed("response_type")? != "code" {
        return Err(wrong("response_type").called("unsupported_response_type"));
    }
    if !matches!(form.get("response_mode"), "" | "query" | "form_post") {
        return Err(wrong("response_mode"));
    }
    let scope = form.needed("scope")?;
    Scopes::read(scope)?;
    let challenge = form.needed("code_challenge")?;
    if form.needed("code_challenge_method")? != "S256" {
        return Err(wrong("code_challenge_method"));
    }
    let letters = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if challenge.len() != 43 || !challenge.bytes().all(letters) {
        return Err(wrong("code_challenge"));
    }
    let prompt = match form.get("prompt") {
        "" => Prompt::AsNeeded,
        "select_account" => Prompt::SelectAccount,
        "login" => Prompt::Login,
        "consent" => Prompt::Consent,
        "none" => Prompt::None,
        _ => return Err(wrong("prompt")),
    };
    Ok(Request {
        tenant,
        back: back.clone(),
        scope: scope.into(),
        nonce: form.some("nonce").map(str::to_owned),
        challenge: challenge.into(),
        prompt,
        login_hint: form.some("login_hint").map(str::to_owned),
        claims: Claims::read(form.get("claims"))?,
    })
}

impl Back {
    /// Sends the browser back with a code.
    pub(super) fn with_code(&self, desk: &Desk<'_>, code: &str) -> Answer {
        let mut fields = vec![("session_state", uuid::Uuid::new_v4().to_string())];
        if desk.world.switches.tamper != Some(Tamper::NoCode) {
            fields.insert(0, ("code", code.to_owned()));
        }
        self.send(&desk.world.switches, fields)
    }

    /// Sends the browser back with an error.
    pub(super) fn with_refusal(
        &self,
        switches: &Switches,
        refusal: &Refusal,
        now: Timestamp,
    ) -> Answer {
        let mut fields = refusal.fields(now);
        if switches.markup_in_errors {
            for (_, text) in fields.iter_mut().filter(|(n, _)| *n == "error_description") {
                text.insert_str(
                    0,
                    "<script>document.title='taken'</script><b onclick=\"x\">&lt;</b> ",
                );
            }
        }
        self.send(switches, fields)
    }

    fn send(&self, switches: &Switches, mut fields: Vec<(&'static str, String)>) -> Answer {
        match (&self.state, switches.tamper) {
            (_, Some(Tamper::NoState)) | (None, _) => {}
            (Some(_), Some(Tamper::State)) => fields.push(("state", "another-state".into())),
            (Some(state), _) => fields.push(("state", state.clone())),
        }
        if self.form_post {
            return pages::form_post(self.redirect.as_str(), &fields);
        }
        let mut url = self.redirect.clone();
        url.query_pairs_mut().extend_pairs(&fields);
        Answer::empty(302).header("location", url.as_str())
    }
}
