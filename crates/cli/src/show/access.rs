//! Accesses: the ones that are open, and the ones there were.

use gangway_engine::effect::Notice;
use gangway_engine::request::{Access, Standing};
use gangway_engine::snapshot::AccessView;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::table::table;
use super::time::{left, when};
use crate::json::{reason_text, source_text};
use crate::say::{problem_lines, problem_sentence, say};

/// Every access that is open, with what is wrong with it.
pub(crate) fn status(open: &[&AccessView], now: Timestamp, zone: &TimeZone) -> Vec<String> {
    if open.is_empty() {
        return vec![say("cli.status.none", &[])];
    }
    let rows: Vec<Vec<String>> = open
        .iter()
        .map(|view| cells(&view.access, now, zone))
        .collect();
    let mut lines = table(&["VM", "PORT", "SOURCE", "ACCESS"], &rows);
    for view in open {
        lines.extend(remarks(view, zone));
    }
    lines
}

/// One access on one line.
pub(crate) fn access_line(access: &Access, now: Timestamp, zone: &TimeZone) -> String {
    let cells = cells(access, now, zone);
    format!(
        "{}, port {}, {}: {}",
        cells[0], cells[1], cells[2], cells[3]
    )
}

/// What was requested from this machine.
pub(crate) fn history(accesses: &[Access], now: Timestamp, zone: &TimeZone) -> Vec<String> {
    if accesses.is_empty() {
        return vec![say("cli.history.none", &[])];
    }
    let rows: Vec<Vec<String>> = accesses
        .iter()
        .map(|access| {
            let mut row = vec![when(access.asked_at, now, zone)];
            row.extend(cells(access, now, zone));
            row.push(access.draft.reason.clone().unwrap_or_default());
            row
        })
        .collect();
    table(
        &["ASKED", "VM", "PORT", "SOURCE", "ACCESS", "REASON"],
        &rows,
    )
}

/// A notice in one sentence.
pub(crate) fn notice(notice: &Notice, now: Timestamp, zone: &TimeZone) -> String {
    match notice {
        Notice::EndsSoon {
            vm_name,
            expires_at,
            ..
        } => say(
            "notice.ends-soon",
            &[
                ("vm", vm_name),
                ("left", &left(expires_at.duration_since(now))),
                ("until", &when(*expires_at, now, zone)),
            ],
        ),
        Notice::Ended { vm_name, .. } => say("notice.ended", &[("vm", vm_name)]),
        Notice::Ready { vm_name, .. } => say("notice.ready", &[("vm", vm_name)]),
        Notice::Asks { vm_name, .. } => say("tray.asks", &[("vm", vm_name)]),
        Notice::Trouble {
            vm_name, problem, ..
        } => say(
            "notice.trouble",
            &[
                ("vm", vm_name),
                ("problem", &problem_sentence(problem, zone)),
            ],
        ),
        Notice::SignIn { problem, .. } => say(
            "tray.sign-in-failed",
            &[("problem", &problem_sentence(problem, zone))],
        ),
    }
}

fn cells(access: &Access, now: Timestamp, zone: &TimeZone) -> Vec<String> {
    vec![
        access.vm_name.clone(),
        access.draft.port.to_string(),
        source_text(&access.draft.source),
        standing(&access.standing, now, zone),
    ]
}

fn standing(standing: &Standing, now: Timestamp, zone: &TimeZone) -> String {
    match standing {
        Standing::Unanswered => say("access.unanswered", &[]),
        // The clock says so; Azure has the word.
        Standing::Running { expires_at, .. } if *expires_at <= now => say(
            "access.past-its-end",
            &[("at", &when(*expires_at, now, zone))],
        ),
        Standing::Running { expires_at, .. } => say(
            "access.running",
            &[
                ("until", &when(*expires_at, now, zone)),
                ("left", &left(expires_at.duration_since(now))),
            ],
        ),
        Standing::Refused => say("access.refused", &[]),
        Standing::Over { reason, at, .. } => format!(
            "{} ({}, {})",
            say("access.over", &[]),
            reason_text(reason),
            when(*at, now, zone)
        ),
    }
}

fn remarks(view: &AccessView, zone: &TimeZone) -> Vec<String> {
    let name = &view.access.vm_name;
    let mut lines = Vec::new();
    if view.for_this_address == Some(false) {
        let remark = say("access.for-another-address", &[]);
        lines.push(format!("{name}: {remark}"));
    }
    if let Some(problem) = &view.problem {
        let said = problem_lines(problem, zone);
        lines.extend(said.into_iter().map(|line| format!("{name}: {line}")));
    }
    lines
}
