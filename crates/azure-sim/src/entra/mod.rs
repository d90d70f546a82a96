//! Entra: the token endpoint, the device code endpoint, and the pages where people sign in (contract 2).

mod app;
mod application;
mod assertion;
mod authorize;
mod code;
mod codes;
mod device;
mod device_page;
mod issue;
mod ledger;
mod metadata;
mod pages;
mod refresh;
mod refusal;
mod steps;
mod token;
mod wanted;

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::Value;

pub(crate) use assertion::Certificate;
pub use ledger::Counts;
pub(crate) use ledger::Ledger;
pub(crate) use token::{Wish, hand_out};

use crate::http::answer::Answer;
use crate::http::front::Call;
use crate::http::route::Found;
use crate::stage::Stage;
use crate::world::World;
use refusal::Refusal;

/// Routes that are pages: the only ones on the plain address, where no token ever is.
const PAGES: [&str; 5] = [
    "authorize",
    "authorize.answer",
    "devicelogin",
    "devicelogin.answer",
    "logout",
];

/// What an answer of Entra is made with.
pub(crate) struct Desk<'a> {
    pub(crate) world: &'a mut World,
    /// `https://127.0.0.1:PORT`.
    pub(crate) authority: &'a str,
    /// `http://127.0.0.1:PORT`.
    pub(crate) pages: &'a str,
    pub(crate) now: Timestamp,
}

pub(crate) fn is_page(route: &str) -> bool {
    PAGES.contains(&route)
}

/// Whether Entra answers this route, and not ARM.
pub(crate) fn is_entra(route: &str) -> bool {
    is_page(route) || matches!(route, "openid" | "token" | "devicecode")
}

pub(crate) fn answer(
    world: &mut World,
    stage: &Stage,
    found: &Found,
    call: &Call,
    now: Timestamp,
) -> Answer {
    let mut desk = Desk {
        world,
        authority: &stage.base,
        pages: &stage.pages,
        now,
    };
    let desk = &mut desk;
    let tenant = found.param("tenant");
    match found.template.name {
        "openid" => metadata::openid(desk, tenant),
        "token" => token::token(desk, tenant, &call.body),
        "devicecode" => device::begin(desk, tenant, &call.body),
        "authorize" | "authorize.answer" => steps::page(desk, tenant, call),
        "logout" => pages::session::logout(desk, call),
        _ => device_page::page(desk, call),
    }
}

/// The answer of a fault that names an AADSTS number: where this route can say it, and how.
pub(crate) fn played(
    world: &mut World,
    stage: &Stage,
    (route, tenant): (&str, &str),
    call: &Call,
    (number, claims): (u32, Option<&Value>),
    now: Timestamp,
) -> Answer {
    let mut refusal = Refusal::of(number);
    if let Some(claims) = claims {
        refusal = refusal.with_claims(claims.clone());
    }
    let mut desk = Desk {
        world,
        authority: &stage.base,
        pages: &stage.pages,
        now,
    };
    match route {
        "authorize" | "authorize.answer" => steps::refused(&mut desk, tenant, call, &refusal),
        "devicelogin" | "devicelogin.answer" | "logout" => pages::refusal(&desk, &refusal, None),
        _ => refusal.json(now),
    }
}

/// An error of the token endpoint that says what it is told to.
pub(crate) fn refusal(
    status: u16,
    error: &str,
    number: u32,
    words: &str,
    now: Timestamp,
) -> Answer {
    let refusal = Refusal {
        suberror: None,
        claims: None,
        ..Refusal::of(number)
            .called(error)
            .saying(words)
            .status(status)
    };
    refusal.json(now)
}

/// Which grant a body asks for, as part of a fault's route: `token.refresh_token`.
pub(crate) fn grant_name(body: &str) -> String {
    let form = Form::read(body);
    match form.get("grant_type") {
        token::DEVICE => "device_code".into(),
        other => other.into(),
    }
}

/// The fields of a form or a query. Of a name that comes twice the first counts.
#[derive(Debug, Default)]
struct Form(HashMap<String, String>);

impl Form {
    fn read(text: &str) -> Self {
        let mut all = HashMap::new();
        for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
            all.entry(name.into_owned())
                .or_insert_with(|| value.into_owned());
        }
        Self(all)
    }

    /// Empty where it is missing.
    fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// None where it is missing or empty.
    fn some(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|text| !text.is_empty())
    }

    /// A field that has to be there.
    fn needed(&self, name: &str) -> Result<&str, Refusal> {
        self.some(name)
            .ok_or_else(|| Refusal::malformed(format!("The parameter '{name}' is missing.")))
    }
}
