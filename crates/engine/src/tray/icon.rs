//! Which of the six icons: the one that matters most to a person.

use jiff::Timestamp;

use super::TrayIcon;
use super::words::running;
use crate::account::AccountsView;
use crate::snapshot::{ConnectionView, Snapshot, StateName, TunnelStanding};

pub(super) fn icon(shown: &Snapshot, now: Timestamp) -> TrayIcon {
    if !shown.alerts.is_empty() {
        return TrayIcon::Attention;
    }
    if is_signing_in(&shown.accounts) || shown.connections.iter().any(is_working) {
        return TrayIcon::Working;
    }
    if runs(shown, now) {
        return TrayIcon::AccessRunning;
    }
    if is_signed_out(&shown.accounts) {
        return TrayIcon::SignedOut;
    }
    match shown.tunnel {
        TunnelStanding::Down => TrayIcon::NoTunnel,
        // A machine that can tell no tunnel from another network still connects.
        TunnelStanding::Up { .. } | TunnelStanding::Unknown => TrayIcon::Ready,
    }
}

/// Whether it is being made. What waits for a person is an alert, and no work.
pub(super) fn is_working(view: &ConnectionView) -> bool {
    match view.state {
        StateName::Looking
        | StateName::Tunnel
        | StateName::Knocking
        | StateName::Starting
        | StateName::Requesting
        | StateName::Proving
        | StateName::Launching
        | StateName::SigningIn => true,
        StateName::Open | StateName::Asking | StateName::Ended => false,
    }
}

pub(super) fn is_signing_in(accounts: &AccountsView) -> bool {
    accounts.sign_ins.iter().any(|it| !it.stage.is_over())
}

/// Nobody, as far as that was looked at: before, no way of signing in is known either.
pub(super) fn is_signed_out(accounts: &AccountsView) -> bool {
    let looked = !accounts.ways.is_empty();
    looked && accounts.accounts.is_empty() && accounts.otherwise.is_none()
}

/// An access of ours, or one that was asked for elsewhere and carries a connection.
fn runs(shown: &Snapshot, now: Timestamp) -> bool {
    let carried = |it: &ConnectionView| {
        it.state == StateName::Open && it.expires_at.is_some_and(|end| end > now)
    };
    !running(shown, now).is_empty() || shown.connections.iter().any(carried)
}
