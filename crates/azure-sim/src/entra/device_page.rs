//! `/devicelogin`: the code, the account, and whether it is meant (contract 2.4).

use super::ledger::{Ledger, Outcome};
use super::pages::session::{self, Visit};
use super::pages::{self, Frame};
use super::refresh::{consented, may_sign_in};
use super::refusal::{Refusal, by_the_person};
use super::wanted::Claims;
use super::{Desk, Form};
use crate::http::answer::Answer;
use crate::http::front::Call;
use crate::switches::{Consent, DeviceCodeRule};

const UNKNOWN: &str =
    "That code is not known, or it has expired. Look again, or ask your application for a new one.";

pub(super) fn page(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let form = Form::read(if call.method == "POST" {
        &call.body
    } else {
        ""
    });
    let newest = desk
        .world
        .switches
        .answers_itself
        .as_ref()
        .and_then(|_| newest(&desk.world.sign_ins));
    let Some(typed) = form.some("user_code").or(newest.as_deref()) else {
        return pages::code(None);
    };
    let typed: String = typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_uppercase();
    let now = desk.now;
    let devices = &desk.world.sign_ins.devices;
    let fits = devices.iter().find(|(_, device)| {
        device.user_code == typed
            && device.expires > now
            && matches!(device.outcome, Outcome::Pending)
    });
    let Some(key) = fits.map(|(key, _)| key.clone()) else {
        return pages::code(Some(UNKNOWN));
    };
    let mut visit = Visit::of(desk, call);
    let answer = walk(desk, &key, &mut visit, &form);
    visit.with_cookie(answer)
}

/// The code that was given out last and still waits.
fn newest(ledger: &Ledger) -> Option<String> {
    let pending = ledger.devices.values();
    let pending = pending.filter(|device| matches!(device.outcome, Outcome::Pending));
    let last = pending.max_by_key(|device| device.expires)?;
    Some(last.user_code.clone())
}

fn walk(desk: &mut Desk<'_>, key: &str, visit: &mut Visit, form: &Form) -> Answer {
    let Some(device) = desk.world.sign_ins.devices.get(key).cloned() else {
        return pages::code(Some(UNKNOWN));
    };
    let frame = Frame::of_device(desk, &device.user_code, device.tenant.as_deref());
    let answer = form.get("answer");
    if matches!(answer, "cancel" | "deny") {
        let declined = by_the_person("The person declined.").called("authorization_declined");
        decide(desk, key, Outcome::Refused(declined));
        let words = "The application was not let in. You can close this page.";
        return pages::end("declined", "You declined", words);
    }
    if answer == "other" {
        return pages::sign_in(&frame, None, None);
    }
    let itself = desk.world.switches.answers_itself.clone();
    let Some(upn) = form.some("account").map(str::to_owned).or(itself.clone()) else {
        return pages::picker(&frame, desk.world, visit.accounts(desk.world));
    };
    let Some(person) = desk.world.person(&upn) else {
        return pages::sign_in(&frame, Some(&upn), Some(&Refusal::of(50034)));
    };
    if answer == "sign-in" || itself.is_some() {
        visit.sign_in(desk, person);
    }
    if answer == "approve" || itself.is_some() {
        session::approve(desk, visit, person);
    }
    let Some(session) = visit.accounts(desk.world).get(&person).copied() else {
        return pages::sign_in(&frame, Some(&upn), None);
    };
    let home = || desk.world.people[person].home.clone();
    let tenant = device.tenant.clone().unwrap_or_else(home);
    if let Err(refusal) = may_sign_in(desk.world, person, &tenant) {
        return pages::refusal(desk, &refusal, None);
    }
    if desk.world.switches.device_code == DeviceCodeRule::BlockedAtPage {
        let blocked = Refusal::of(53003);
        decide(desk, key, Outcome::Refused(blocked.clone()));
        return pages::refusal(desk, &blocked, None);
    }
    let wants_mfa = Claims::read(&device.claims).is_ok_and(|claims| claims.mfa())
        || desk.world.switches.mfa_at_sign_in;
    if wants_mfa && !session.mfa {
        return pages::mfa(&frame, &desk.world.people[person]);
    }
    let agrees = matches!(answer, "accept" | "continue") || itself.is_some();
    if agrees && desk.world.switches.consent == Consent::ByPerson {
        let consents = &mut desk.world.sign_ins.consents;
        consents.insert((person, tenant.to_lowercase()));
    }
    match consented(desk.world, person, &tenant) {
        Err(_) if desk.world.switches.consent == Consent::ByPerson => {
            return pages::consent(&frame, &desk.world.people[person], &device.scope);
        }
        Err(refusal) => return pages::refusal(desk, &refusal, None),
        Ok(()) => {}
    }
    if answer != "continue" && itself.is_none() {
        return pages::confirm(&frame, &desk.world.people[person]);
    }
    let mfa = session.mfa;
    decide(desk, key, Outcome::Approved { person, mfa });
    let words = "You are signed in on the other device. You can close this page.";
    pages::end("done", "Done", words)
}

fn decide(desk: &mut Desk<'_>, key: &str, outcome: Outcome) {
    if let Some(device) = desk.world.sign_ins.devices.get_mut(key) {
        device.outcome = outcome;
    }
}
