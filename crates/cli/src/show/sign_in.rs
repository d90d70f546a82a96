//! A sign-in that is under way: what is said at each stage, and the line that counts.

use std::time::Duration;

use gangway_engine::account::Way;
use gangway_engine::sign_in::{SignInStage, SignInView};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::time::{left, when};
use crate::say::say;

/// After so long a person may look at a refusal that only the page in the browser tells.
const LONG: SignedDuration = SignedDuration::from_secs(20);

/// A line, and how it wants to be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    /// A sentence.
    Text(String),
    /// A code, to be read from afar and typed.
    Code(String),
    /// An address or a command, exactly as it is, on a line of its own.
    Exact(String),
}

/// The one that is shown: one runs at a time, the others wait for it.
pub(crate) fn sign_in_under_way(all: &[SignInView]) -> Option<&SignInView> {
    let mut going_on = all.iter().filter(|view| !view.stage.is_over());
    let runs = |view: &&SignInView| view.stage != SignInStage::Waiting;
    going_on.clone().find(runs).or_else(|| going_on.next())
}

/// What a person has to know at this stage; they are needed even where progress is unwanted.
pub(crate) fn sign_in_stage(view: &SignInView) -> Vec<Told> {
    let text = |key: &str, params: &[(&'static str, &str)]| Told::Text(say(key, params));
    match &view.stage {
        SignInStage::Browser { page, opened: true } => vec![
            text("cli.login.browser-opened", &[]),
            Told::Exact(page.clone()),
        ],
        SignInStage::Browser { page, .. } => vec![
            text("cli.login.browser-not-opened", &[]),
            Told::Exact(page.clone()),
        ],
        SignInStage::Code {
            user_code,
            page,
            opened,
        } => {
            let key = if *opened {
                "cli.login.code-opened"
            } else {
                "cli.login.code"
            };
            vec![
                text(key, &[("page", page)]),
                Told::Code(user_code.clone()),
                text("cli.login.code-own", &[]),
            ]
        }
        SignInStage::Cli { command } => {
            vec![text("cli.login.cli", &[]), Told::Exact(command.clone())]
        }
        SignInStage::Waiting
        | SignInStage::Opening
        | SignInStage::Redeeming
        | SignInStage::Done { .. }
        | SignInStage::Failed
        | SignInStage::Cancelled => Vec::new(),
    }
}

/// What is told once of a stage where no line can be redrawn.
pub(crate) fn waiting_once(view: &SignInView, now: Timestamp, zone: &TimeZone) -> Option<String> {
    let until = view.until.map(|at| when(at, now, zone));
    let key = match &view.stage {
        SignInStage::Waiting => return Some(say("cli.login.another-first", &[])),
        SignInStage::Redeeming => return Some(say("cli.login.redeeming", &[])),
        SignInStage::Browser { .. } => "cli.login.browser-until",
        SignInStage::Code { .. } => "cli.login.code-until",
        SignInStage::Cli { .. } => "cli.login.cli-until",
        SignInStage::Opening
        | SignInStage::Done { .. }
        | SignInStage::Failed
        | SignInStage::Cancelled => return None,
    };
    Some(say(key, &[("until", &until?)]))
}

/// The line that is redrawn: for how long somebody is waited for, and how long at most.
pub(crate) fn waiting_line(view: &SignInView, so_far: Duration, now: Timestamp) -> Option<String> {
    let so_far = SignedDuration::try_from(so_far).unwrap_or_default();
    let still = view.until.map(|at| at.duration_since(now));
    let key = match &view.stage {
        SignInStage::Waiting => return Some(say("cli.login.another-first", &[])),
        SignInStage::Opening => return Some(say("cli.login.opening", &[])),
        SignInStage::Redeeming => return Some(say("cli.login.redeeming", &[])),
        SignInStage::Browser { .. } if so_far >= LONG => "cli.login.waiting-browser-long",
        SignInStage::Browser { .. } => "cli.login.waiting-browser",
        SignInStage::Code { .. } => "cli.login.waiting-code",
        SignInStage::Cli { .. } => "cli.login.waiting-cli",
        SignInStage::Done { .. } | SignInStage::Failed | SignInStage::Cancelled => return None,
    };
    Some(say(
        key,
        &[("so-far", &left(so_far)), ("left", &left(still?))],
    ))
}

/// A code with room between its characters, so that none is misread: `A B C D - 1 2 3 4`.
pub(crate) fn spaced(code: &str) -> String {
    let mut out = String::with_capacity(code.len() * 2);
    for character in code.chars() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push(character);
    }
    out
}

/// How a way is called in a sentence.
pub(crate) fn way_name(way: Way) -> String {
    crate::say::word("sign-in-way", way)
}
