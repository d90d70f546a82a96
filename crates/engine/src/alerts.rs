//! What wants a person's eye, from what is shown anyway: the same in tray, menu and views.

use crate::account::{AccountTenant, AccountsView};
use crate::id::{ConnectionId, RequestId, SignInId};
use crate::problem::{Cause, Problem};
use crate::snapshot::{AccessView, Alert, ConnectionView, Ending, LinkView, Snapshot, StateName};
use crate::time::Timestamp;
use crate::wish::WindowPage;

/// What alerts are found by, besides what is shown.
pub(crate) struct Seen<'a> {
    /// Ended connections whose problem a person saw.
    pub(crate) connections: &'a [ConnectionId],
    /// Sign-ins that a person wished for by themselves, and why they failed, until the
    /// person does something about it.
    pub(crate) sign_ins: &'a [(SignInId, Problem)],
    /// Accesses that end soon, by the times that a person is warned at.
    pub(crate) ending: &'a [(RequestId, Timestamp)],
}

/// The alerts, the most pressing first: what waits for a person, what is wrong with an
/// access, what ends, who is not signed in although somebody tried, and what is wrong with
/// this machine.
pub(crate) fn alerts(shown: &Snapshot, seen: &Seen<'_>) -> Vec<Alert> {
    let mut out: Vec<Alert> = shown.link.iter().map(of_link).collect();
    let connections = shown.connections.iter();
    out.extend(connections.filter_map(|it| of_connection(it, seen.connections)));
    let accesses = || shown.accesses.iter();
    out.extend(accesses().filter_map(|it| of_access(it, &shown.connections)));
    let mut ending: Vec<_> = accesses()
        .filter_map(|it| of_end(it, seen.ending))
        .collect();
    ending.sort_by_key(|(end, _)| *end);
    out.extend(ending.into_iter().map(|(_, alert)| alert));
    out.extend(seen.sign_ins.iter().cloned().map(of_sign_in));
    out.extend(of_machine(&shown.problems, &shown.accounts));
    out
}

/// Whether a person has to do something about this connection, or should hear how it ended.
pub(crate) fn wants_a_person(view: &ConnectionView) -> bool {
    match view.state {
        // It goes on by itself once a tunnel is there, and somebody has to dial one.
        StateName::Tunnel | StateName::Open => view.problem.is_some(),
        StateName::Asking => true,
        StateName::Ended => view.ending == Some(Ending::Failed) && view.problem.is_some(),
        StateName::Looking
        | StateName::Knocking
        | StateName::Starting
        | StateName::Requesting
        | StateName::Proving
        | StateName::Launching
        | StateName::SigningIn => false,
    }
}

fn of_sign_in((sign_in, problem): (SignInId, Problem)) -> Alert {
    Alert::SignIn { sign_in, problem }
}

fn of_link(link: &LinkView) -> Alert {
    let name = link.found.as_ref().map(|entry| entry.vm.name.clone());
    Alert::Link {
        link: link.id,
        vm_name: name.unwrap_or_else(|| link.vm.clone()),
    }
}

fn of_connection(view: &ConnectionView, seen: &[ConnectionId]) -> Option<Alert> {
    let wanted = wants_a_person(view) && !seen.contains(&view.id);
    wanted.then(|| Alert::Connection {
        connection: view.id,
        vm_name: view.vm_name.clone(),
        problem: view.problem.clone(),
    })
}

/// A connection that shows a problem with its access says more of it, and offers more.
fn of_access(view: &AccessView, connections: &[ConnectionView]) -> Option<Alert> {
    let request = view.access.request;
    let shown = |it: &ConnectionView| it.request == Some(request) && wants_a_person(it);
    let problem = view.problem.clone()?;
    (!connections.iter().any(shown)).then(|| Alert::Access {
        request,
        vm_name: view.access.vm_name.clone(),
        problem,
    })
}

fn of_end(view: &AccessView, ending: &[(RequestId, Timestamp)]) -> Option<(Timestamp, Alert)> {
    let request = view.access.request;
    let (_, expires_at) = ending.iter().find(|(it, _)| *it == request)?;
    let alert = Alert::EndsSoon {
        request,
        vm_name: view.access.vm_name.clone(),
        expires_at: *expires_at,
    };
    Some((*expires_at, alert))
}

fn of_machine(met: &[Problem], accounts: &AccountsView) -> Vec<Alert> {
    let looked_at = |it: &&AccountTenant| it.on && it.used;
    let tenants = accounts
        .accounts
        .iter()
        .flat_map(|account| &account.tenants);
    let of_tenants = tenants
        .filter(looked_at)
        .filter_map(|it| it.problem.as_ref());
    let mut told: Vec<Problem> = Vec::new();
    for problem in met.iter().chain(&accounts.problems).chain(of_tenants) {
        // A machine without a keyring stays one: that is said where somebody signs in.
        let lasting = matches!(problem.cause, Cause::KeyringMissing);
        if !lasting && !told.contains(problem) {
            told.push(problem.clone());
        }
    }
    told.into_iter().map(Alert::of_machine).collect()
}

impl Alert {
    /// Something is wrong with the files of this machine or with an account; it leads to the
    /// page that says most about it.
    #[must_use]
    pub fn of_machine(problem: Problem) -> Self {
        let page = page_of(&problem);
        Self::Machine { problem, page }
    }
}

/// The page that says most about a trouble of this machine's.
fn page_of(problem: &Problem) -> WindowPage {
    let cause = &problem.cause;
    if matches!(
        cause,
        Cause::SettingsInvalid { .. } | Cause::SettingRefused { .. }
    ) {
        return WindowPage::Settings;
    }
    if matches!(cause, Cause::ProfileUnreadable { .. }) {
        return WindowPage::Vpn;
    }
    let of_the_store = matches!(
        cause,
        Cause::StoreDamaged { .. }
            | Cause::StoreNewer { .. }
            | Cause::StoreNotWritable { .. }
            | Cause::NotDone { .. }
    );
    if of_the_store {
        return WindowPage::About;
    }
    WindowPage::Accounts
}
