//! A browser's session: a cookie, the people signed in there, and signing out.

use std::collections::BTreeMap;

use super::super::Desk;
use super::super::ledger::{Browser, Session};
use super::{Look, document};
use crate::http::answer::Answer;
use crate::http::front::Call;
use crate::world::World;

/// A browser while one of its requests is answered.
#[derive(Debug)]
pub(crate) struct Visit {
    cookie: String,
    id: String,
    /// The browser does not know its id yet.
    new: bool,
}

impl Visit {
    pub(in super::super) fn of(desk: &mut Desk<'_>, call: &Call) -> Self {
        let name = cookie_name(desk);
        let browsers = &mut desk.world.sign_ins.browsers;
        match cookie(call, &name).filter(|id| browsers.contains_key(*id)) {
            Some(id) => Self {
                id: id.into(),
                cookie: name,
                new: false,
            },
            None => Self {
                cookie: name,
                id: uuid::Uuid::new_v4().simple().to_string(),
                new: true,
            },
        }
    }

    pub(in super::super) fn accounts<'a>(&self, world: &'a World) -> &'a BTreeMap<usize, Session> {
        static NOBODY: BTreeMap<usize, Session> = BTreeMap::new();
        let browser = world.sign_ins.browsers.get(&self.id);
        browser.map_or(&NOBODY, |browser| &browser.accounts)
    }

    pub(in super::super) fn sign_in(&mut self, desk: &mut Desk<'_>, person: usize) {
        let browsers = &mut desk.world.sign_ins.browsers;
        let browser = browsers.entry(self.id.clone()).or_default();
        browser.accounts.entry(person).or_default();
    }

    /// Tells a new browser who it is, once somebody is signed in there.
    pub(in super::super) fn with_cookie(self, answer: Answer) -> Answer {
        if !self.new {
            return answer;
        }
        answer.header(
            "set-cookie",
            format!(
                "{}={}; Path=/; HttpOnly; SameSite=Lax",
                self.cookie, self.id
            ),
        )
    }
}

/// The person's telephone said yes. Counts only for who is signed in there.
pub(in super::super) fn approve(desk: &mut Desk<'_>, visit: &Visit, person: usize) {
    let ledger = &mut desk.world.sign_ins;
    let browser = ledger.browsers.get_mut(&visit.id);
    if let Some(session) = browser.and_then(|b: &mut Browser| b.accounts.get_mut(&person)) {
        session.mfa = true;
        ledger.counts.mfa_approved += 1;
    }
}

/// `GET /{tenant}/oauth2/v2.0/logout`: everybody is signed out of this browser; tokens stay what they are.
pub(in super::super) fn logout(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let name = cookie_name(desk);
    if let Some(id) = cookie(call, &name) {
        desk.world.sign_ins.browsers.remove(id);
    }
    let words = "<p>Nobody is signed in to this browser any more. You can close this page.</p>";
    document(&Look::end("signed-out", "You are signed out"), words).header(
        "set-cookie",
        format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"),
    )
}

/// Cookies know hosts and no ports, and several simulators may share this one: each has a name of its own.
fn cookie_name(desk: &Desk<'_>) -> String {
    let port = desk.pages.rsplit(':').next().unwrap_or("");
    format!("azure-sim-{port}")
}

fn cookie<'a>(call: &'a Call, name: &str) -> Option<&'a str> {
    call.cookie
        .split(';')
        .filter_map(|one| one.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, value)| value)
}
