//! From the authorize request to the redirect: which page comes next (contract 2.3).

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::authorize::{self, Prompt, Request};
use super::ledger::{Code, Session};
use super::pages::session::{self, Visit};
use super::pages::{self, Frame};
use super::refresh::{consented, may_sign_in};
use super::refusal::{Refusal, by_the_person};
use super::{Desk, Form};
use crate::clock::saturating;
use crate::http::answer::Answer;
use crate::http::front::Call;
use crate::switches::Consent;
use crate::world::World;

/// What is shown or done next.
enum Step {
    Picker,
    SignIn(Option<String>, Option<Refusal>),
    Mfa(usize),
    Consent(usize),
    /// Sent back at once.
    Refused(Refusal),
    /// Told to the person first, who then may go back.
    Explained(usize, Refusal),
    Done(usize),
}

/// `GET` and `POST /{tenant}/oauth2/v2.0/authorize`.
pub(super) fn page(desk: &mut Desk<'_>, tenant: &str, call: &Call) -> Answer {
    desk.world.sign_ins.counts.authorize_pages += 1;
    let request = match authorize::read(desk.world, tenant, &call.query) {
        Ok(request) => request,
        Err(wrong) => return sent_back(desk, wrong.back.as_ref(), &wrong.refusal),
    };
    let mut form = Form::read(if call.method == "POST" {
        &call.body
    } else {
        ""
    });
    let mut visit = Visit::of(desk, call);
    if let Some(upn) = desk.world.switches.answers_itself.clone() {
        press_everything(desk, &request, &mut visit, &upn);
        form.0.insert("account".into(), upn);
        form.0.insert("answer".into(), "accept".into());
    }
    note(desk, &request, &mut visit, &form);
    let step = walk(desk.world, &request, visit.accounts(desk.world), &form);
    let frame = Frame::of_authorize(desk, call, &request);
    let answer = match step {
        Step::Picker => pages::picker(&frame, desk.world, visit.accounts(desk.world)),
        Step::SignIn(hint, problem) => pages::sign_in(&frame, hint.as_deref(), problem.as_ref()),
        Step::Mfa(person) => pages::mfa(&frame, &desk.world.people[person]),
        Step::Consent(person) => pages::consent(&frame, &desk.world.people[person], &request.scope),
        Step::Refused(refusal) => sent_back(desk, Some(&request.back), &refusal),
        Step::Explained(_, refusal) if form.get("answer") == "return" => {
            sent_back(desk, Some(&request.back), &refusal)
        }
        Step::Explained(person, refusal) => {
            let upn = desk.world.people[person].upn.clone();
            let stays = desk.world.switches.refusals_stay_on_page;
            let way_back = (!stays).then_some((&frame, upn.as_str()));
            pages::refusal(desk, &refusal, way_back)
        }
        Step::Done(person) => {
            let code = code(desk, &request, &visit, person);
            request.back.with_code(desk, &code)
        }
    };
    visit.with_cookie(answer)
}

/// A refusal that a fault demands, before anybody is asked anything.
pub(super) fn refused(
    desk: &mut Desk<'_>,
    _tenant: &str,
    call: &Call,
    refusal: &Refusal,
) -> Answer {
    let back = authorize::way_back(&Form::read(&call.query)).ok();
    sent_back(desk, back.as_ref(), refusal)
}

fn sent_back(desk: &Desk<'_>, back: Option<&authorize::Back>, refusal: &Refusal) -> Answer {
    let stays = refusal.stays_on_page || desk.world.switches.refusals_stay_on_page;
    match back {
        Some(back) if !stays => back.with_refusal(&desk.world.switches, refusal, desk.now),
        _ => pages::refusal(desk, refusal, None),
    }
}

/// Takes down what the person just did.
fn note(desk: &mut Desk<'_>, request: &Request, visit: &mut Visit, form: &Form) {
    let Some(person) = form.some("account").and_then(|upn| desk.world.person(upn)) else {
        return;
    };
    match form.get("answer") {
        "sign-in" => visit.sign_in(desk, person),
        "approve" => session::approve(desk, visit, person),
        "accept" if visit.accounts(desk.world).contains_key(&person) => {
            let tenant = tenant_of(desk.world, request, person);
            let consents = &mut desk.world.sign_ins.consents;
            consents.insert((person, tenant.to_lowercase()));
        }
        _ => {}
    }
}

fn walk(
    world: &World,
    request: &Request,
    accounts: &BTreeMap<usize, Session>,
    form: &Form,
) -> Step {
    let answer = form.get("answer");
    match answer {
        "cancel" => return Step::Refused(by_the_person("The person cancelled the sign-in.")),
        "deny" => {
            return Step::Refused(by_the_person("The person did not approve the sign-in."));
        }
        "other" => return Step::SignIn(None, None),
        _ => {}
    }
    let person = match form.some("account") {
        None => match without_choice(world, request, accounts) {
            Ok(person) => person,
            Err(step) => return step,
        },
        Some(upn) => match world.person(upn) {
            Some(person) => person,
            None => return Step::SignIn(Some(upn.into()), Some(Refusal::of(50034))),
        },
    };
    let silent = request.prompt == Prompt::None;
    let Some(session) = accounts.get(&person) else {
        if silent {
            return Step::Refused(Refusal::of(50058));
        }
        return Step::SignIn(Some(world.people[person].upn.clone()), None);
    };
    let tenant = tenant_of(world, request, person);
    if let Err(refusal) = may_sign_in(world, person, &tenant) {
        return Step::Explained(person, refusal);
    }
    let mfa = request.claims.mfa() || world.switches.mfa_at_sign_in;
    if mfa && !session.mfa {
        if silent {
            return Step::Refused(Refusal::of(50076));
        }
        return Step::Mfa(person);
    }
    match consented(world, person, &tenant) {
        Err(refusal) if silent => return Step::Refused(refusal),
        Err(_) if world.switches.consent == Consent::ByPerson => return Step::Consent(person),
        Err(refusal) => return Step::Explained(person, refusal),
        Ok(()) if request.prompt == Prompt::Consent && answer != "accept" => {
            return Step::Consent(person);
        }
        Ok(()) => {}
    }
    Step::Done(person)
}

/// Whom the request and the browser mean when nobody pressed anything yet.
fn without_choice(
    world: &World,
    request: &Request,
    accounts: &BTreeMap<usize, Session>,
) -> Result<usize, Step> {
    let hint = request.login_hint.clone();
    let hinted = hint.as_deref().and_then(|upn| world.person(upn));
    let only = (accounts.len() == 1)
        .then(|| accounts.keys().next().copied())
        .flatten();
    match (request.prompt, &hint) {
        (Prompt::SelectAccount, _) => Err(Step::Picker),
        (Prompt::Login, _) => Err(Step::SignIn(hint, None)),
        (Prompt::None, Some(_)) => hinted.ok_or_else(|| Step::Refused(Refusal::of(50058))),
        (Prompt::None, None) if accounts.len() > 1 => Err(Step::Refused(Refusal::of(16000))),
        (Prompt::None, None) => only.ok_or_else(|| Step::Refused(Refusal::of(50058))),
        (_, Some(_)) => hinted.ok_or(Step::SignIn(hint, None)),
        (_, None) => only.ok_or(Step::Picker),
    }
}

fn tenant_of(world: &World, request: &Request, person: usize) -> String {
    let home = || world.people[person].home.clone();
    request.tenant.clone().unwrap_or_else(home)
}

fn code(desk: &mut Desk<'_>, request: &Request, visit: &Visit, person: usize) -> String {
    let id = || uuid::Uuid::new_v4().simple().to_string();
    let text = format!("1.A{}{}{}", desk.world.canary(), id(), id());
    let seconds = desk.world.switches.code_seconds;
    let code = Code {
        person,
        tenant: tenant_of(desk.world, request, person),
        redirect: request.back.written.clone(),
        challenge: request.challenge.clone(),
        nonce: request.nonce.clone(),
        scope: request.scope.clone(),
        mfa: visit
            .accounts(desk.world)
            .get(&person)
            .is_some_and(|session| session.mfa),
        expires: saturating(desk.now, SignedDuration::from_secs(seconds.into())),
        family: None,
    };
    desk.world.sign_ins.codes.insert(text.clone(), code);
    text
}

/// What `answers_itself` does in place of the person.
fn press_everything(desk: &mut Desk<'_>, request: &Request, visit: &mut Visit, upn: &str) {
    let Some(person) = desk.world.person(upn) else {
        return;
    };
    visit.sign_in(desk, person);
    if request.claims.mfa() || desk.world.switches.mfa_at_sign_in {
        session::approve(desk, visit, person);
    }
    let tenant = tenant_of(desk.world, request, person);
    let consents = &mut desk.world.sign_ins.consents;
    consents.insert((person, tenant.to_lowercase()));
}
