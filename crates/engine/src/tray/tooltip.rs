//! One line: what wants a person's eye, else the soonest end, else the state in words.

use super::icon::{is_signed_out, is_signing_in, is_working};
use super::words::{Said, of_vm, running, words};
use super::{LONGEST_TOOLTIP, Snapshot};
use crate::snapshot::TunnelStanding;
use crate::text::fit;

pub(super) fn tooltip(shown: &Snapshot, said: Said<'_>) -> String {
    let line = match shown.alerts.first() {
        Some(alert) => said.alert(alert, LONGEST_TOOLTIP),
        None => soonest_end(shown, said).unwrap_or_else(|| state(shown)),
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
