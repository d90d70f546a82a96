//! One line: what wants a person's eye, else the soonest end, else the state in words.

use super::icon::{is_signed_out, is_signing_in, is_working};
use super::words::{Said, of_vm, running, words};
use super::{LONGEST_TOOLTIP, Snapshot};
use crate::snapshot::{Alert, TunnelStanding};
use crate::text::{fit, text};

/// What stands between an alert and the soonest end takes so many characters at most.
const BETWEEN: usize = 5;

pub(super) fn tooltip(shown: &Snapshot, said: Said<'_>) -> String {
    let end = soonest_end(shown, said);
    let line = match (shown.alerts.first(), end) {
        // It says an end itself.
        (Some(alert @ Alert::EndsSoon { .. }), _) => said.alert(alert, LONGEST_TOOLTIP),
        (Some(alert), Some(end)) => {
            // The end is never cut: the alert's words are.
            let room = LONGEST_TOOLTIP.saturating_sub(end.chars().count() + BETWEEN);
            let params = [("alert", said.alert(alert, room)), ("end", end)];
            text("tray.alert-and-end", &params.into())
        }
        (Some(alert), None) => said.alert(alert, LONGEST_TOOLTIP),
        (None, Some(end)) => end,
        (None, None) => state(shown),
    };
    fit::sentence(&line, LONGEST_TOOLTIP)
}

fn soonest_end(shown: &Snapshot, said: Said<'_>) -> Option<String> {
    let running = running(shown, said.now);
    let (end, first) = running.first()?;
    let until = ("until", said.clock(*end));
    Some(match running.len() {
        1 => of_vm("tray.until", &first.vm_name, &[until]),
        count => {
            let more = ("count", (count - 1).to_string());
            of_vm("tray.until-and-more", &first.vm_name, &[until, more])
        }
    })
}

fn state(shown: &Snapshot) -> String {
    if let Some(view) = shown.connections.iter().rfind(|it| is_working(it)) {
        return of_vm("tray.working", &view.vm_name, &[]);
    }
    if is_signing_in(&shown.accounts) {
        return words("tray.signing-in");
    }
    if is_signed_out(&shown.accounts) {
        return words("tray.signed-out");
    }
    words(match shown.tunnel {
        TunnelStanding::Down => "tray.no-tunnel",
        TunnelStanding::Up { .. } | TunnelStanding::Unknown => "tray.ready",
    })
}
