//! VMs: lists of them, one of them, and what was asked for.

use gangway_engine::id::RequestId;
use gangway_engine::policy::{Source, Status, StatusReason};
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::query::{
    Freshness, GroupEntry, JitCoverage, Page, PlaceEntry, PortEntry, Query, RunningAccess,
    SettingEntry, SettingKind, SettingOrigin, VmDetails, VmEntry, VmFilter, VmPage,
};
use gangway_engine::request::{Access, Draft, Standing};
use gangway_engine::time::{mins, secs};
use jiff::Timestamp;

use super::{Answered, answered};
use crate::stage::estate::{LONG_VM, pinned, vm};

const NAMES: [&str; 9] = [
    "vm-web-01",
    "vm-web-02",
    "vm-sql-01",
    "vm-jump-01",
    "vm-build-03",
    "vm-legacy-01",
    "vm-appliance-01",
    LONG_VM,
    "vm-app-01",
];

pub(super) fn all() -> Vec<Answered> {
    let vms = |text: &str| Query::Vms {
        text: text.into(),
        offset: 0,
        limit: 50,
        freshness: Freshness::Cached,
        filter: VmFilter::default(),
    };
    let of = |name: &str| Query::Vm {
        vm: vm(name).vm.id,
        freshness: Freshness::Warm,
    };
    let history = |text: &str| Query::History {
        text: text.into(),
        limit: 200,
    };
    vec![
        answered("vms", vms(""), Page::Vms(estate())),
        answered("vms-found", vms("web"), Page::Vms(web())),
        answered(
            "vms-none",
            vms("zzz"),
            Page::Vms(VmPage {
                rows: vec![],
                matching: 0,
                ..estate()
            }),
        ),
        answered("vms-never-read", vms(""), Page::Vms(VmPage::default())),
        answered("vms-offline", vms(""), Page::Vms(offline())),
        answered("places", Query::Places, Page::Places { rows: places() }),
        answered(
            "find",
            Query::Find {
                name: "vm-web-01".into(),
            },
            Page::Found {
                exact: vec![vm("vm-web-01")],
                near: vec![vm("vm-web-02")],
            },
        ),
        answered("vm", of("vm-web-01"), Page::Vm(Box::new(web_01()))),
        answered(
            "vm-not-covered",
            of("vm-legacy-01"),
            Page::Vm(Box::new(legacy())),
        ),
        answered("vm-long", of(LONG_VM), Page::Vm(Box::new(long()))),
        answered(
            "history",
            history(""),
            Page::History {
                accesses: requests(),
            },
        ),
        answered(
            "history-none",
            history("zzz"),
            Page::History { accesses: vec![] },
        ),
    ]
}

fn now() -> Timestamp {
    "2026-03-02T14:20:00Z".parse().unwrap()
}

/// The whole estate: what is pinned first, then by name.
fn estate() -> VmPage {
    let mut rows = pinned(now());
    let more = NAMES.iter().map(|name| vm(name));
    let more = more.chain((2..=40).map(|n| vm(&format!("vm-app-{n:02}"))));
    let more: Vec<VmEntry> = more
        .filter(|it| !rows.iter().any(|known| known.vm.id == it.vm.id))
        .collect();
    rows.extend(more);
    VmPage {
        matching: rows.len(),
        rows,
        age: Some(mins(4)),
        problems: vec![],
    }
}

/// Where the estate lies: counted from its rows, so that both say the same.
fn places() -> Vec<PlaceEntry> {
    let mut rows: Vec<PlaceEntry> = Vec::new();
    for entry in estate().rows {
        let place = rows.iter_mut().position(|row| row.id == entry.subscription);
        let place = place.unwrap_or_else(|| {
            rows.push(PlaceEntry {
                id: entry.subscription.clone(),
                name: entry.subscription_name.clone(),
                vms: 0,
                groups: vec![],
            });
            rows.len() - 1
        });
        let place = &mut rows[place];
        place.vms += 1;
        let name = entry.vm.id.resource_group().unwrap_or_default();
        match place.groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.vms += 1,
            None => place.groups.push(GroupEntry {
                name: name.to_owned(),
                vms: 1,
            }),
        }
    }
    for place in &mut rows {
        place.groups.sort_by(|one, other| one.name.cmp(&other.name));
    }
    rows.sort_by(|one, other| one.name.cmp(&other.name));
    rows
}

fn web() -> VmPage {
    let rows = vec![vm("vm-web-01"), vm("vm-web-02")];
    VmPage {
        matching: rows.len(),
        rows,
        ..estate()
    }
}

fn offline() -> VmPage {
    let host = "management.azure.com".into();
    VmPage {
        age: Some(mins(190)),
        problems: vec![Problem::new(Cause::Offline { host })],
        ..estate()
    }
}

/// What Remote Desktop can share with a VM.
const SHARED: [&str; 11] = [
    "rdp.clipboard",
    "rdp.drives",
    "rdp.printers",
    "rdp.smart_cards",
    "rdp.sound",
    "rdp.microphone",
    "rdp.cameras",
    "rdp.webauthn",
    "rdp.usb",
    "rdp.com_ports",
    "rdp.location",
];

fn web_01() -> VmDetails {
    let running = |by: &str, source: &str, minutes, ours| RunningAccess {
        port: 22,
        by: Some(by.into()),
        source: source.into(),
        expires_at: now() + mins(minutes),
        ours,
    };
    let mut history = requests();
    history.retain(|access| access.vm_name == "vm-web-01");
    let option = |key: &str, value: &str, kind| SettingEntry {
        key: key.into(),
        value: value.into(),
        origin: if value.is_empty() {
            SettingOrigin::Default
        } else {
            SettingOrigin::File
        },
        kind,
        offered: vec![],
        here: true,
    };
    let choice = |of: &[&str]| SettingKind::Choice {
        of: of.iter().map(|&word| word.to_owned()).collect(),
    };
    VmDetails {
        entry: VmEntry {
            favourite: true,
            last_used: Some(now() - mins(180)),
            ..vm("vm-web-01")
        },
        ports: vec![
            PortEntry {
                port: 22,
                longest: mins(180),
                sources: vec!["*".into()],
            },
            PortEntry {
                port: 3389,
                longest: mins(60),
                sources: vec!["172.16.200.0/24".into(), "10.20.0.0/16".into()],
            },
        ],
        age: Some(secs(40)),
        running: vec![
            running("admin@contoso.example", "172.16.200.5", 37, true),
            running("help-desk@contoso.example", "172.16.200.77", 12, false),
        ],
        history,
        options: vec![
            option("protocol", "ssh", choice(&["rdp", "ssh", "port"])),
            option("ssh_port", "", SettingKind::Number),
            option("rdp_port", "", SettingKind::Number),
            option("port", "", SettingKind::Number),
            option("user", "azureuser", SettingKind::Text),
            option("duration", "", SettingKind::Time),
            option("name", "", SettingKind::Text),
            option("rdp.target", "", choice(&["automatic", "name", "address"])),
            option("rdp.entra_sign_in", "", SettingKind::Toggle),
            option(
                "rdp.protection",
                "",
                choice(&["off", "remote-guard", "restricted-admin"]),
            ),
            option("rdp.admin", "", SettingKind::Toggle),
            option("rdp.full_screen", "true", SettingKind::Toggle),
            option("rdp.all_monitors", "", SettingKind::Toggle),
            option("rdp.monitors", "", SettingKind::Text),
            option("rdp.width", "", SettingKind::Number),
            option("rdp.height", "", SettingKind::Number),
        ]
        .into_iter()
        .chain(SHARED.map(|key| option(key, "", SettingKind::Toggle)))
        .collect(),
        problems: vec![],
    }
}

fn legacy() -> VmDetails {
    VmDetails {
        entry: vm("vm-legacy-01"),
        ports: vec![],
        running: vec![],
        history: vec![],
        options: web_01().options.into_iter().map(unset).collect(),
        ..web_01()
    }
}

/// A VM whose policy may not be read.
fn long() -> VmDetails {
    let action = "Microsoft.Security/locations/jitNetworkAccessPolicies/read".into();
    let entry = vm(LONG_VM);
    let group = entry.vm.id.resource_group().unwrap_or_default();
    let scope = format!(
        "/subscriptions/{}/resourceGroups/{group}",
        entry.subscription
    );
    VmDetails {
        entry: VmEntry {
            jit: JitCoverage::Unknown,
            ..entry
        },
        age: None,
        problems: vec![Problem::new(Cause::CannotSeePolicy { action, scope })],
        ..legacy()
    }
}

fn unset(option: SettingEntry) -> SettingEntry {
    SettingEntry {
        value: String::new(),
        origin: SettingOrigin::Default,
        ..option
    }
}

/// What was asked for from this machine: every way that it can stand.
fn requests() -> Vec<Access> {
    let running = Standing::Running {
        started_at: now() - mins(23),
        expires_at: now() + mins(37),
        status: Status::Initiated,
    };
    let over = |reason, minutes| Standing::Over {
        reason,
        at: now() - mins(minutes),
        displaced: None,
    };
    let rows = [
        (
            "vm-web-01",
            22,
            23,
            Some("Ticket 4711: log files are full"),
            running,
        ),
        (
            "vm-sql-01",
            3389,
            180,
            None,
            over(StatusReason::Expired, 120),
        ),
        (
            "vm-web-01",
            22,
            1_500,
            Some("Patch"),
            over(StatusReason::NewerRequestInitiated, 1_470),
        ),
        (
            "vm-jump-01",
            3389,
            1_620,
            None,
            over(StatusReason::UserRequested, 1_600),
        ),
        ("vm-legacy-01", 3389, 2_900, None, Standing::Refused),
        (
            "vm-build-03",
            22,
            4_400,
            Some("=SUM(A1)\" is data"),
            Standing::Unanswered,
        ),
        (
            LONG_VM,
            22,
            9_000,
            Some("Month-end reconciliation"),
            over(StatusReason::Expired, 8_940),
        ),
    ];
    let count = u64::try_from(rows.len()).unwrap();
    let rows = (0..count).zip(rows);
    rows.map(|(index, row)| asked(RequestId(count - index), row))
        .collect()
}

type Row = (&'static str, u16, i64, Option<&'static str>, Standing);

fn asked(request: RequestId, (name, port, ago, reason, standing): Row) -> Access {
    let entry = vm(name);
    let group = entry.vm.id.resource_group().unwrap_or_default();
    let policy = format!(
        "/subscriptions/{}/resourceGroups/{group}/providers/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies/default",
        entry.subscription
    );
    let address = "172.16.200.5".parse().unwrap();
    Access {
        request,
        draft: Draft {
            vm: entry.vm.id,
            policy: policy.try_into().unwrap(),
            port,
            source: Source::address(address),
            tunnel_address: address,
            duration: mins(60),
            reason: reason.map(str::to_owned),
            consent: None,
        },
        vm_name: name.into(),
        asked_at: now() - mins(ago),
        standing,
        not_now: false,
    }
}
