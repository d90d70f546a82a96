//! A browser without a screen: it follows the pages' real forms as a person would, up to the application's loopback port.

mod fetch;
mod forms;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::error::Error;
use fetch::Fetcher;
use forms::{Form, Page};

/// More pages than any sign-in has: beyond that it goes round in circles.
const MOST: usize = 30;

/// A person at a browser. Cookies last from one visit to the next, so a second one may find itself signed in.
///
/// Only loopback addresses are ever visited. `localhost` is tried on `::1` first and then on `127.0.0.1`.
///
/// ```no_run
/// # async fn example(sim: &azure_sim::Sim, page: &str) -> Result<(), azure_sim::Error> {
/// let mut visitor = azure_sim::Visitor::trusting(sim.ca_pem())?
///     .signing_in_as("admin@contoso.example")
///     .approving();
/// let visit = visitor.visit(page).await?;
/// assert!(visit.arrived(), "{}", visit.said);
/// # Ok(()) }
/// ```
pub struct Visitor {
    fetcher: Fetcher,
    person: Option<String>,
    approves: bool,
    refuses: bool,
    code: Option<String>,
    lands: bool,
}

impl std::fmt::Debug for Visitor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Visitor")
            .field("person", &self.person)
            .finish_non_exhaustive()
    }
}

/// How a visit ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Where it ended.
    pub end: End,
    /// HTTP status of the last page.
    pub status: u16,
    /// The words of the last page.
    pub said: String,
    /// Names of the simulator's pages on the way, in order: `account`, `sign-in`, `mfa`, `consent`, `code`, `confirm`,
    /// `continue`, `refused`, `done`, `declined`, `signed-out`.
    pub pages: Vec<String>,
    /// The address that the simulator sent the browser to, with whatever stands in its query. Tests only: it holds the code.
    pub redirect: Option<String>,
}

/// Where a visit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// At the application's loopback port: it got a code or an error.
    Application,
    /// At a last page of the simulator, after which nothing comes.
    Page,
    /// At a page that this visitor cannot or may not answer.
    Stuck,
}

impl Visit {
    /// Whether it came to an end that a person would take for one.
    pub fn arrived(&self) -> bool {
        match self.end {
            End::Application => true,
            End::Page => self.status < 400,
            End::Stuck => false,
        }
    }
}

/// What the visitor does with a page.
struct Move {
    post: bool,
    action: String,
    fields: Vec<(String, String)>,
}

impl Visitor {
    /// Visits http pages only; picks the first account that is offered.
    ///
    /// # Errors
    ///
    /// [`Error::Visit`] when HTTP cannot be set up.
    pub fn new() -> Result<Self, Error> {
        Self::with(None)
    }

    /// Visits https pages too, whose certificates come from these authorities (PEM, as in a cloud definition).
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] when the text is no such PEM.
    pub fn trusting(ca_pem: &str) -> Result<Self, Error> {
        Self::with(Some(ca_pem))
    }

    fn with(ca_pem: Option<&str>) -> Result<Self, Error> {
        Ok(Self {
            fetcher: Fetcher::new(ca_pem)?,
            person: None,
            approves: false,
            refuses: false,
            code: None,
            lands: true,
        })
    }

    /// Signs in as this person, whether the picker offers them or not.
    #[must_use]
    pub fn signing_in_as(mut self, upn: &str) -> Self {
        self.person = Some(upn.into());
        self
    }

    /// Approves when more than a name is asked for; without this the visit is stuck there.
    #[must_use]
    pub fn approving(mut self) -> Self {
        self.approves = true;
        self
    }

    /// Presses "Cancel" or "Deny" on the first page that has it.
    #[must_use]
    pub fn refusing(mut self) -> Self {
        self.refuses = true;
        self
    }

    /// Enters this code at the device page.
    #[must_use]
    pub fn entering(mut self, code: &str) -> Self {
        self.code = Some(code.into());
        self
    }

    /// Stops before the application's port, whose address is in [`Visit::redirect`].
    #[must_use]
    pub fn not_landing(mut self) -> Self {
        self.lands = false;
        self
    }

    /// Visits an address and does what the pages ask for, up to the end.
    ///
    /// # Errors
    ///
    /// [`Error::NotLoopback`] for an address elsewhere, at the start or on the way, [`Error::Invalid`] for one that is none,
    /// [`Error::Visit`] when nobody answers.
    pub async fn visit(&mut self, address: &str) -> Result<Visit, Error> {
        let mut url = parse(address)?;
        let start = url.origin();
        let mut fields: Option<Vec<(String, String)>> = None;
        let mut visit = Visit {
            end: End::Stuck,
            status: 0,
            said: String::new(),
            pages: Vec::new(),
            redirect: None,
        };
        for _ in 0..MOST {
            let away = url.origin() != start;
            if away && visit.redirect.is_none() {
                visit.redirect = Some(url.to_string());
            }
            if away && !self.lands {
                visit.end = End::Application;
                return Ok(visit);
            }
            let fetched = self.fetcher.fetch(&url, fields.as_deref()).await?;
            visit.status = fetched.status;
            if let Some(next) = fetched.next {
                // 307 and 308 repeat the request; the others turn it into a GET, as browsers do.
                if !matches!(fetched.status, 307 | 308) {
                    fields = None;
                }
                url = join(&url, &next)?;
                continue;
            }
            let page = forms::read(&fetched.body);
            visit.said.clone_from(&page.words);
            if away {
                visit.end = End::Application;
                return Ok(visit);
            }
            let again = visit.pages.last() == Some(&page.name) && !page.name.is_empty();
            visit.pages.push(page.name.clone());
            if page.forms.is_empty() {
                visit.end = End::Page;
                return Ok(visit);
            }
            let Some(step) = self.answer(&page).filter(|_| !again) else {
                return Ok(visit);
            };
            url = join(&url, &step.action)?;
            if step.post {
                fields = Some(step.fields);
            } else {
                url.query_pairs_mut().clear().extend_pairs(&step.fields);
                fields = None;
            }
        }
        Ok(visit)
    }

    /// The form and the button that this person uses.
    fn answer(&self, page: &Page) -> Option<Move> {
        let button = |name: &str, value: &str| {
            page.forms.iter().find_map(|form| {
                let fits = |b: &&forms::Button| {
                    b.name == name && (value.is_empty() || b.value.eq_ignore_ascii_case(value))
                };
                form.buttons
                    .iter()
                    .find(fits)
                    .map(|b| (form, Some((b.name.clone(), b.value.clone()))))
            })
        };
        if self.refuses
            && let Some(pressed) = button("answer", "cancel").or_else(|| button("answer", "deny"))
        {
            return Some(press(pressed, None));
        }
        if let Some(form) = with_field(page, "user_code") {
            let code = self.code.as_deref()?;
            return Some(press((form, None), Some(("user_code", code))));
        }
        let person = self.person.as_deref().unwrap_or("");
        if let Some(listed) = button("account", person) {
            return Some(press(listed, None));
        }
        if let Some(form) = with_field(page, "account") {
            let sign_in = button("answer", "sign-in")?;
            let typed = self.person.as_deref().map(|upn| ("account", upn));
            return Some(press((form, sign_in.1), typed));
        }
        let approve = button("answer", "approve");
        if approve.is_some() && !self.approves {
            return None;
        }
        let usual = ["accept", "continue", "return", "other"];
        let usual = usual.iter().find_map(|value| button("answer", value));
        let lone = || page.forms.first().map(|form| (form, None));
        let pressed = approve.or(usual).or_else(lone)?;
        Some(press(pressed, None))
    }
}

fn with_field<'a>(page: &'a Page, name: &str) -> Option<&'a Form> {
    page.forms
        .iter()
        .find(|form| form.fields.iter().any(|f| f.open && f.name == name))
}

/// What a form sends when this button is pressed and this was typed.
fn press((form, button): (&Form, Option<(String, String)>), typed: Option<(&str, &str)>) -> Move {
    let mut fields = Vec::new();
    for field in &form.fields {
        let value = match typed {
            Some((name, text)) if field.open && field.name == name => text.to_owned(),
            _ => field.value.clone(),
        };
        fields.push((field.name.clone(), value));
    }
    fields.extend(button.filter(|(name, _)| !name.is_empty()));
    Move {
        post: form.post,
        action: form.action.clone(),
        fields,
    }
}

fn parse(address: &str) -> Result<Url, Error> {
    Url::parse(address).map_err(|_| invalid(address))
}

fn join(page: &Url, next: &str) -> Result<Url, Error> {
    if next.is_empty() {
        return Ok(page.clone());
    }
    page.join(next).map_err(|_| invalid(next))
}

fn invalid(address: &str) -> Error {
    Error::Invalid {
        what: "address",
        value: address.split('?').next().unwrap_or("").into(),
    }
}
