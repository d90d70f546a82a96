//! The menu, from top to bottom: what wants a person's eye, what runs, where to go.

use jiff::Timestamp;

use super::icon::{is_signed_out, is_working};
use super::words::{Said, listed, of_vm, words};
use super::{LONGEST_LABEL, MenuEntry};
use crate::id::{RequestId, VmId};
use crate::intent::{ConnectWish, Intent};
use crate::query::{Offer, VmEntry};
use crate::request::Access;
use crate::snapshot::{Alert, ConnectionView, Snapshot};
use crate::text::{fit, moment, text};
use crate::vm::Service;
use crate::wish::{WindowPage, WindowWish, Wish};

/// So many VMs are offered to connect to.
const OFFERED: usize = 8;

pub(super) fn menu(shown: &Snapshot, said: Said<'_>) -> Vec<MenuEntry> {
    let groups = [
        alerts(shown, said),
        under_way(shown, said),
        places_to_go(shown),
        always(),
    ];
    let mut menu = Vec::new();
    for group in groups.into_iter().filter(|group| !group.is_empty()) {
        if !menu.is_empty() {
            menu.push(MenuEntry::Separator);
        }
        menu.extend(group);
    }
    menu
}

fn alerts(shown: &Snapshot, said: Said<'_>) -> Vec<MenuEntry> {
    let entry = |alert: &Alert| {
        let label = said.alert(alert, LONGEST_LABEL);
        item(label, Wish::Window(where_it_is_told(alert)))
    };
    shown.alerts.iter().map(entry).collect()
}

fn where_it_is_told(alert: &Alert) -> WindowWish {
    match alert {
        Alert::EndsSoon { .. }
        | Alert::Access { .. }
        | Alert::Connection { .. }
        | Alert::Link { .. } => WindowWish::Popover,
        Alert::SignIn { .. } => WindowWish::Show {
            page: WindowPage::Accounts,
        },
        Alert::Machine { page, .. } => WindowWish::Show { page: page.clone() },
    }
}

/// Connections that are being made, and accesses that run.
fn under_way(shown: &Snapshot, said: Said<'_>) -> Vec<MenuEntry> {
    let told = |view: &&ConnectionView| {
        let alerted = |it: &Alert| match it {
            Alert::Connection { connection, .. } => *connection == view.id,
            Alert::EndsSoon { .. }
            | Alert::Access { .. }
            | Alert::SignIn { .. }
            | Alert::Link { .. }
            | Alert::Machine { .. } => false,
        };
        is_working(view) && !shown.alerts.iter().any(alerted)
    };
    let working = shown.connections.iter().filter(told).map(|view| {
        let label = of_vm("tray.connecting", &view.vm_name, &[]);
        item(label, Wish::Window(WindowWish::Popover))
    });
    let running = listed(shown);
    let running = running
        .into_iter()
        .map(|(end, access)| of_access(end, access, shown, said));
    working.chain(running).collect()
}

fn of_access(end: Timestamp, access: &Access, shown: &Snapshot, said: Said<'_>) -> MenuEntry {
    let runs = end > said.now;
    let same = |(_, other): &(Timestamp, &Access)| {
        other.draft.vm == access.draft.vm && other.request != access.request
    };
    let label = if runs && listed(shown).iter().any(same) {
        let port = ("port", access.draft.port.to_string());
        let until = ("until", said.clock(end));
        of_vm("tray.until-of-port", &access.vm_name, &[port, until])
    } else if runs {
        of_vm("tray.until", &access.vm_name, &[("until", said.clock(end))])
    } else {
        of_vm("tray.ended", &access.vm_name, &[])
    };
    let mut entries = Vec::new();
    if runs {
        let (label, wish) = extend(access.request, shown);
        entries.push(item(label, wish));
    }
    let page = WindowPage::Vm {
        vm: access.draft.vm.clone(),
    };
    entries.extend([
        item(words("tray.reconnect"), reconnect(access, shown)),
        item(words("tray.details"), show(page)),
    ]);
    MenuEntry::Submenu { label, entries }
}

/// "Extend 1 h", by the length that is in force now: it is pressed later, perhaps when another
/// one is, and nobody asks for longer than what was read.
pub(crate) fn extend(request: RequestId, shown: &Snapshot) -> (String, Wish) {
    let duration = shown.settings.duration;
    let by = moment::minutes(duration);
    let label = text("tray.extend", &[("duration", by)].into());
    let duration = Some(duration);
    let wish = Wish::Engine(Intent::Extend { request, duration });
    (label, wish)
}

/// The same VM once more, by the service that the access was for.
pub(crate) fn reconnect(access: &Access, shown: &Snapshot) -> Wish {
    let carried = |it: &&ConnectionView| it.request == Some(access.request);
    let known = shown.connections.iter().find(carried);
    let service = known
        .and_then(|view| view.service)
        .or_else(|| Service::usual_at(access.draft.port));
    connect(access.draft.vm.clone(), service)
}

fn connect(vm: VmId, service: Option<Service>) -> Wish {
    Wish::Engine(Intent::Connect(ConnectWish::click(vm, service)))
}

/// Signing in where nobody is, else favourites and what was used last. What runs already
/// is reached from its own entry.
fn places_to_go(shown: &Snapshot) -> Vec<MenuEntry> {
    let mut out = Vec::new();
    if is_signed_out(&shown.accounts) {
        let page = WindowPage::Accounts;
        out.push(item(words("tray.sign-in"), show(page)));
    }
    let listed = listed(shown);
    let free = |it: &&VmEntry| !listed.iter().any(|(_, access)| access.draft.vm == it.vm.id);
    let mut offered = shown.pinned.iter().filter(free).take(OFFERED).peekable();
    if offered.peek().is_some() {
        out.push(MenuEntry::Item {
            label: words("tray.connect-to"),
            wish: None,
        });
    }
    out.extend(offered.map(|entry| item(offer(entry), connect(entry.vm.id.clone(), None))));
    out
}

fn offer(entry: &VmEntry) -> String {
    let key = match entry.offer {
        Offer::Connect | Offer::Unknown => "tray.vm",
        Offer::StartAndConnect => "tray.vm-start",
        Offer::NotProtected => "tray.vm-not-protected",
    };
    of_vm(key, &entry.vm.name, &[])
}

fn always() -> Vec<MenuEntry> {
    vec![
        item(words("tray.open"), Wish::Window(WindowWish::Popover)),
        item(words("tray.settings"), show(WindowPage::Settings)),
        item(words("tray.quit"), Wish::Window(WindowWish::Quit)),
    ]
}

fn show(page: WindowPage) -> Wish {
    Wish::Window(WindowWish::Show { page })
}

fn item(label: String, wish: Wish) -> MenuEntry {
    MenuEntry::Item {
        label: fit::sentence(&label, LONGEST_LABEL),
        wish: Some(wish),
    }
}
