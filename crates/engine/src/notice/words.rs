//! What a notice says, offers and leads to.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Button, LONGEST_BODY, LONGEST_TITLE, NoticeView};
use crate::effect::Notice;
use crate::id::{ConnectionId, RequestId, SignInId, VmId};
use crate::intent::{Answer, Intent};
use crate::problem::WayOut;
use crate::request::Access;
use crate::sign_in::SignInWish;
use crate::snapshot::{ConnectionView, Snapshot};
use crate::text::{fit, moment, problem_here, text};
use crate::tray::{extend, of_vm, reconnect};
use crate::wish::{WindowPage, WindowWish, Wish};

pub(super) fn view(
    notice: &Notice,
    shown: &Snapshot,
    now: Timestamp,
    zone: &TimeZone,
) -> NoticeView {
    let vm = vm_of(notice, shown);
    let (title, body) = said(notice, now, zone);
    NoticeView {
        slot: slot(notice, vm.as_ref()),
        title: fit::sentence(&title, LONGEST_TITLE),
        body: fit::sentence(&body, LONGEST_BODY),
        buttons: buttons(notice, shown),
        click: Wish::Window(click(notice, vm)),
    }
}

pub(super) fn over() -> NoticeView {
    NoticeView {
        slot: "over".to_owned(),
        title: words("notice.over-title"),
        body: words("notice.over-body"),
        buttons: Vec::new(),
        click: Wish::Window(WindowWish::Popover),
    }
}

/// Title and body.
fn said(notice: &Notice, now: Timestamp, zone: &TimeZone) -> (String, String) {
    match notice {
        Notice::EndsSoon {
            vm_name,
            expires_at,
            left,
            ..
        } => {
            let until = moment::clock(*expires_at, now, zone);
            // A warning comes a moment late; nobody counts that.
            let left = moment::minutes(left.saturating_add(crate::time::secs(30)));
            (
                of_vm("notice.ends-soon-title", vm_name, &[("until", until)]),
                of_vm("notice.ends-soon-body", vm_name, &[("left", left)]),
            )
        }
        Notice::Ended { vm_name, .. } => (
            of_vm("notice.ended-title", vm_name, &[]),
            of_vm("notice.ended-body", vm_name, &[]),
        ),
        Notice::Ready {
            vm_name,
            expires_at,
            ..
        } => {
            let body = match expires_at {
                Some(end) => {
                    let until = ("until", moment::clock(*end, now, zone));
                    of_vm("notice.ready-until", vm_name, &[until])
                }
                None => of_vm("notice.ready-open", vm_name, &[]),
            };
            (of_vm("notice.ready-title", vm_name, &[]), body)
        }
        Notice::Asks { vm_name, .. } => (
            of_vm("notice.trouble-title", vm_name, &[]),
            of_vm("notice.asks-body", vm_name, &[]),
        ),
        Notice::Trouble {
            vm_name, problem, ..
        } => {
            let body = problem_here(problem, now, zone);
            (of_vm("notice.trouble-title", vm_name, &[]), body)
        }
        Notice::SignIn { problem, .. } => (
            words("notice.sign-in-title"),
            problem_here(problem, now, zone),
        ),
    }
}

fn slot(notice: &Notice, vm: Option<&VmId>) -> String {
    match (vm, notice) {
        (Some(vm), _) => format!("vm:{}", vm.key()),
        (None, Notice::EndsSoon { request, .. } | Notice::Ended { request, .. }) => {
            format!("request:{request}")
        }
        (None, Notice::SignIn { .. }) => "sign-in".to_owned(),
        (None, Notice::Ready { connection, .. } | Notice::Asks { connection, .. }) => {
            format!("connection:{connection}")
        }
        (
            None,
            Notice::Trouble {
                connection,
                request,
                ..
            },
        ) => match (connection, request) {
            (Some(connection), _) => format!("connection:{connection}"),
            (None, Some(request)) => format!("request:{request}"),
            (None, None) => "machine".to_owned(),
        },
    }
}

fn buttons(notice: &Notice, shown: &Snapshot) -> Vec<Button> {
    match notice {
        Notice::EndsSoon { request, .. } => {
            let (label, wish) = extend(*request, shown);
            let not_now = Intent::Dismiss { request: *request };
            vec![
                button("extend", label, wish),
                button("not-now", words("notice.not-now"), Wish::Engine(not_now)),
            ]
        }
        Notice::Ended { request, .. } => {
            let access = access_of(*request, shown);
            let wish = access.map(|access| reconnect(access, shown));
            let label = words("tray.reconnect");
            wish.map(|wish| button("reconnect", label, wish))
                .into_iter()
                .collect()
        }
        Notice::Ready { .. } | Notice::Asks { .. } => Vec::new(),
        Notice::Trouble { connection, .. } => {
            let renew = WayOut::Answer {
                answer: Answer::Renew,
            };
            let view = connection.and_then(|id| connection_of(id, shown));
            let offered = view.filter(|view| view.ways_out.contains(&renew));
            let wish = offered.map(|view| Intent::Answer {
                connection: view.id,
                answer: Answer::Renew,
            });
            let label = words("notice.renew");
            wish.map(|wish| button("renew", label, Wish::Engine(wish)))
                .into_iter()
                .collect()
        }
        Notice::SignIn { sign_in, .. } => {
            let label = words("notice.sign-in-again");
            sign_in_again(*sign_in, shown)
                .map(|wish| button("again", label, Wish::Engine(wish)))
                .into_iter()
                .collect()
        }
    }
}

/// The same wish once more, where that can help.
fn sign_in_again(id: SignInId, shown: &Snapshot) -> Option<Intent> {
    let mut known = shown.accounts.sign_ins.iter();
    let view = known.find(|view| view.id == id)?;
    let again = WayOut::Answer {
        answer: Answer::SignIn,
    };
    view.ways_out.contains(&again).then(|| {
        Intent::SignIn(SignInWish {
            way: Some(view.way),
            tenant: view.tenant.clone(),
            account: view.account.clone(),
        })
    })
}

/// What goes on is shown by the popover; what is over, or no connection of this process
/// speaks for, by the VM's page; a sign-in by the page about accounts.
fn click(notice: &Notice, vm: Option<VmId>) -> WindowWish {
    let over = match notice {
        Notice::SignIn { .. } => {
            let page = WindowPage::Accounts;
            return WindowWish::Show { page };
        }
        Notice::EndsSoon { .. } | Notice::Ready { .. } | Notice::Asks { .. } => false,
        Notice::Ended { .. } => true,
        Notice::Trouble { connection, .. } => connection.is_none(),
    };
    match vm.filter(|_| over) {
        Some(vm) => WindowWish::Show {
            page: WindowPage::Vm { vm },
        },
        None => WindowWish::Popover,
    }
}

fn vm_of(notice: &Notice, shown: &Snapshot) -> Option<VmId> {
    let (connection, request) = match notice {
        Notice::EndsSoon { request, .. } | Notice::Ended { request, .. } => (None, Some(*request)),
        Notice::Ready { connection, .. } | Notice::Asks { connection, .. } => {
            (Some(*connection), None)
        }
        Notice::Trouble {
            connection,
            request,
            ..
        } => (*connection, *request),
        Notice::SignIn { .. } => (None, None),
    };
    let view = connection.and_then(|id| connection_of(id, shown));
    let access = || request.and_then(|request| access_of(request, shown));
    let carried = || {
        let carried = |it: &&ConnectionView| request.is_some() && it.request == request;
        shown.connections.iter().rfind(carried)
    };
    view.map(|view| view.vm.clone())
        .or_else(|| access().map(|access| access.draft.vm.clone()))
        .or_else(|| carried().map(|view| view.vm.clone()))
}

fn connection_of(id: ConnectionId, shown: &Snapshot) -> Option<&ConnectionView> {
    shown.connections.iter().find(|view| view.id == id)
}

fn access_of(request: RequestId, shown: &Snapshot) -> Option<&Access> {
    let accesses = shown.accesses.iter().map(|view| &view.access);
    accesses
        .into_iter()
        .find(|access| access.request == request)
}

fn button(key: &str, label: String, wish: Wish) -> Button {
    Button {
        key: key.to_owned(),
        label,
        wish,
    }
}

fn words(key: &str) -> String {
    text(key, &std::collections::BTreeMap::new())
}
