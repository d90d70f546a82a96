//! The pages that people see: plain HTML forms, no scripts, readable without sight and by programs.

mod html;
pub(super) mod session;

use std::collections::BTreeMap;

pub(super) use html::{Look, document, escape};

use super::authorize::Request;
use super::ledger::Session;
use super::refusal::Refusal;
use super::{Desk, app};
use crate::estate::Person;
use crate::http::answer::Answer;
use crate::http::front::Call;
use crate::world::World;

/// Most people on one picker: a page with thousands helps nobody.
const LISTED: usize = 30;

/// What all pages of one walk share.
#[derive(Debug)]
pub(super) struct Frame {
    /// Where the forms go.
    action: String,
    /// What each form carries along.
    hidden: Vec<(&'static str, String)>,
    app: String,
    tenant: String,
}

impl Frame {
    pub(super) fn of_authorize(desk: &Desk<'_>, call: &Call, request: &Request) -> Self {
        Self {
            action: format!("{}?{}", call.path, call.query),
            hidden: Vec::new(),
            app: desk.world.app.name.clone(),
            tenant: tenant_name(desk.world, request.tenant.as_deref()),
        }
    }

    pub(super) fn of_device(desk: &Desk<'_>, user_code: &str, tenant: Option<&str>) -> Self {
        Self {
            action: "/devicelogin".into(),
            hidden: vec![("user_code", user_code.into())],
            app: desk.world.app.name.clone(),
            tenant: tenant_name(desk.world, tenant),
        }
    }

    /// A form with what it carries along.
    fn form(&self, inside: &str, account: Option<&str>) -> String {
        let account = account.map(|upn| ("account", upn.to_owned()));
        let hidden: String = self
            .hidden
            .iter()
            .cloned()
            .chain(account)
            .map(|(name, value)| hidden(name, &value))
            .collect();
        let action = escape(&self.action);
        format!("<form method=\"post\" action=\"{action}\">{hidden}{inside}</form>")
    }

    fn look<'a>(&'a self, page: &'a str, title: &'a str) -> Look<'a> {
        Look {
            page,
            title,
            tenant: &self.tenant,
            status: 200,
        }
    }
}

/// "Pick an account".
pub(super) fn picker(frame: &Frame, world: &World, here: &BTreeMap<usize, Session>) -> Answer {
    let mut list = String::new();
    for (index, person) in world.people.iter().enumerate().take(LISTED) {
        let note = if here.contains_key(&index) {
            "<span class=\"note\">Signed in</span>"
        } else {
            ""
        };
        list.push_str(&format!(
            "<li><button class=\"account\" name=\"account\" value=\"{upn}\"><span class=\"face\" aria-hidden=\"true\">\
             {initial}</span><span class=\"who\"><b>{name}</b><span>{upn}</span></span>{note}</button></li>",
            upn = escape(&person.upn),
            name = escape(&person.name),
            initial = escape(&person.name.chars().take(1).collect::<String>()),
        ));
    }
    let form = frame.form(
        &format!(
            "<ul class=\"accounts\">{list}</ul><div class=\"row\"><button name=\"answer\" value=\"other\">Use another \
             account</button><button name=\"answer\" value=\"cancel\">Cancel</button></div>"
        ),
        None,
    );
    let body = format!("<p>to go on to <b>{}</b></p>{form}", escape(&frame.app));
    document(&frame.look("account", "Pick an account"), &body)
}

/// "Sign in": a name, no password.
pub(super) fn sign_in(frame: &Frame, hint: Option<&str>, problem: Option<&Refusal>) -> Answer {
    let problem = problem.map_or_else(String::new, |refusal| {
        format!(
            "<p class=\"problem\" role=\"alert\" id=\"problem\">This account is not known here (AADSTS{}).</p>",
            refusal.number
        )
    });
    let form = frame.form(
        &format!(
            "{problem}<label for=\"account\">Account</label><input id=\"account\" name=\"account\" type=\"text\" \
             inputmode=\"email\" autocomplete=\"username\" required autofocus value=\"{}\"><p class=\"small\">No password \
             is asked for, and none should be given to this page.</p><div class=\"row\"><button class=\"main\" \
             name=\"answer\" value=\"sign-in\">Sign in</button><button name=\"answer\" value=\"cancel\" formnovalidate>\
             Cancel</button></div>",
            escape(hint.unwrap_or(""))
        ),
        None,
    );
    document(&frame.look("sign-in", "Sign in"), &form)
}

/// "Approve the sign-in": what a telephone would ask.
pub(super) fn mfa(frame: &Frame, person: &Person) -> Answer {
    let form = frame.form(
        "<div class=\"row\"><button class=\"main\" name=\"answer\" value=\"approve\">Approve</button><button \
         name=\"answer\" value=\"deny\">Deny</button></div>",
        Some(&person.upn),
    );
    let body = format!(
        "<p><b>{}</b></p><p>More than a name is needed to go on to <b>{}</b>. Your telephone would ask you now; here this \
         page does.</p>{form}",
        escape(&person.upn),
        escape(&frame.app)
    );
    document(&frame.look("mfa", "Approve the sign-in"), &body)
}

/// "Permissions": what the application wants.
pub(super) fn consent(frame: &Frame, person: &Person, scope: &str) -> Answer {
    let wants: String = scope
        .split_whitespace()
        .map(|one| format!("<li><code>{}</code></li>", escape(one)))
        .collect();
    let form = frame.form(
        "<div class=\"row\"><button class=\"main\" name=\"answer\" value=\"accept\">Accept</button><button \
         name=\"answer\" value=\"cancel\">Cancel</button></div>",
        Some(&person.upn),
    );
    let body = format!(
        "<p><b>{}</b></p><p><b>{}</b> asks to act for you:</p><ul class=\"wants\">{wants}</ul>{form}",
        escape(&person.upn),
        escape(&frame.app)
    );
    document(&frame.look("consent", "Permissions requested"), &body)
}

/// "Enter the code" of a device.
pub(super) fn code(problem: Option<&str>) -> Answer {
    let problem = problem.map_or_else(String::new, |words| {
        format!("<p class=\"problem\" role=\"alert\">{}</p>", escape(words))
    });
    let body = format!(
        "<p>Enter the code that your application shows.</p><form method=\"post\" action=\"/devicelogin\">{problem}<label \
         for=\"user_code\">Code</label><input id=\"user_code\" name=\"user_code\" type=\"text\" class=\"code\" \
         autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\" required autofocus><p \
         class=\"small\">Never enter a code that somebody else gave you.</p><div class=\"row\"><button \
         class=\"main\">Next</button></div></form>"
    );
    document(&Look::plain("code", "Enter the code"), &body)
}

/// "Is it you?" before a device is let in.
pub(super) fn confirm(frame: &Frame, person: &Person) -> Answer {
    let form = frame.form(
        "<div class=\"row\"><button class=\"main\" name=\"answer\" value=\"continue\">Continue</button><button \
         name=\"answer\" value=\"cancel\">Cancel</button></div>",
        Some(&person.upn),
    );
    let body = format!(
        "<p><b>{}</b></p><p>Are you signing in to <b>{}</b> on another device? Go on only if you started it \
         yourself.</p>{form}",
        escape(&person.upn),
        escape(&frame.app)
    );
    document(&frame.look("confirm", "Is it you?"), &body)
}

/// The end of a walk that leads nowhere else.
pub(super) fn end(page: &str, title: &str, words: &str) -> Answer {
    document(
        &Look::end(page, title),
        &format!("<p>{}</p>", escape(words)),
    )
}

/// A refusal, with a way back to the application where there is one.
pub(super) fn refusal(
    desk: &Desk<'_>,
    refusal: &Refusal,
    way_back: Option<(&Frame, &str)>,
) -> Answer {
    let fields = refusal.fields(desk.now);
    let described = fields.iter().find(|(n, _)| *n == "error_description");
    let described = described.map_or("", |(_, text)| text.as_str());
    let (said, ids) = described
        .split_once(" Trace ID: ")
        .unwrap_or((described, ""));
    let form = way_back.map_or_else(String::new, |(frame, upn)| {
        let buttons = "<div class=\"row\"><button class=\"main\" name=\"answer\" value=\"return\">Back to the \
                       application</button></div>";
        // Named again, because the browser may know several people.
        frame.form(buttons, Some(upn))
    });
    let body = format!(
        "<p class=\"problem\" role=\"alert\">{}</p><p class=\"small\">Trace ID: {}</p>{form}",
        escape(said),
        escape(ids)
    );
    let mut look = Look::end("refused", "This sign-in was refused");
    look.status = if way_back.is_some() { 200 } else { 400 };
    document(&look, &body)
}

/// `response_mode=form_post`: the fields travel in a form, which the person sends on.
pub(super) fn form_post(action: &str, fields: &[(&'static str, String)]) -> Answer {
    let fields: String = fields.iter().map(|(name, v)| hidden(name, v)).collect();
    let body = format!(
        "<p>One more step.</p><form method=\"post\" action=\"{}\">{fields}<div class=\"row\"><button class=\"main\">\
         Continue</button></div></form>",
        escape(action)
    );
    document(&Look::plain("continue", "Back to the application"), &body)
}

fn hidden(name: &str, value: &str) -> String {
    format!(
        "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
        escape(value)
    )
}

fn tenant_name(world: &World, tenant: Option<&str>) -> String {
    let Some(id) = tenant.and_then(|t| app::tenant_id(world, t)) else {
        return "Work accounts of any tenant".into();
    };
    let found = world.tenants.iter().find(|t| t.id == id);
    found
        .and_then(|t| t.display_name.clone())
        .unwrap_or_else(|| format!("tenant {id}"))
}
