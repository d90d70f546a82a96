//! What is printed, compared with files: lines for people, and the JSON that scripts
//! read, whose shapes are a promise (docs/json.md).

use gangway_engine::account::AccountsView;
use gangway_engine::id::GatewayId;
use gangway_engine::policy::{Status, StatusReason};
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::query::{JitCoverage, VmPage};
use gangway_engine::request::{Access, Standing};
use gangway_engine::snapshot::{
    AccessView, ConnectionView, Ending, Snapshot, StateName, Step, StepStanding,
};
use gangway_engine::time::SignedDuration;
use gangway_engine::tunnel::{
    Evidence, Finding, Interface, InterfaceKind, LocalNetwork, Pool, PoolOrigin, TunnelPath,
    TunnelProof, TunnelView,
};
use gangway_engine::vm::{Os, Power};
use insta::assert_snapshot;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::effective::effective;
use crate::fixtures::{access, now, running, step, view, vm_entry, vm_id};
use crate::json::{
    AccessJson, AccessesJson, Answer, Candidate, Event, EventLine, ProblemJson, ResultJson,
    TunnelJson, VmsJson, failure,
};
use crate::show;

fn lines(lines: &[String]) -> String {
    lines.join("\n")
}

fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

fn page() -> VmPage {
    let mut odd = vm_entry("-oProxyCommand=x");
    odd.vm.name.push_str("\u{1b}[31m");
    odd.jit = JitCoverage::Unknown;
    odd.subscription_name = None;
    let mut windows = vm_entry("vm-win-01");
    windows.vm.os = Some(Os::Windows);
    windows.vm.power = Power::Deallocated;
    windows.vm.addresses.clear();
    windows.jit = JitCoverage::NotConfigured;
    VmPage {
        rows: vec![vm_entry("vm-web-01"), windows, odd],
        matching: 40,
        age: Some(SignedDuration::from_mins(7)),
        problems: vec![offline()],
    }
}

fn offline() -> Problem {
    Problem::new(Cause::Offline {
        host: "management.azure.com".to_owned(),
    })
    .correlated("c0ffee")
}

fn snapshot() -> Snapshot {
    let moved = Problem::new(Cause::TunnelMoved {
        before: [172, 16, 200, 5].into(),
        now: Some([172, 16, 200, 9].into()),
        until: Some("2026-03-01T10:20:00Z".parse().unwrap()),
    });
    Snapshot {
        accounts: AccountsView::default(),
        accesses: vec![
            AccessView {
                access: access(running()),
                for_this_address: Some(false),
                followed: false,
                over: false,
                problem: Some(moved),
            },
            AccessView {
                access: past_its_end(),
                for_this_address: Some(true),
                followed: false,
                over: true,
                problem: None,
            },
            AccessView {
                access: access(Standing::Unanswered),
                for_this_address: None,
                followed: false,
                over: false,
                problem: None,
            },
        ],
        ..Snapshot::default()
    }
}

/// One for another VM, of whose end Azure has not told yet.
fn past_its_end() -> Access {
    let mut access = access(Standing::Running {
        started_at: "2026-03-01T08:18:00Z".parse().unwrap(),
        expires_at: "2026-03-01T09:18:00Z".parse().unwrap(),
        status: Status::Initiated,
    });
    access.draft.vm = vm_id("vm-web-02");
    access.vm_name = "vm-web-02".to_owned();
    access
}

fn past() -> Standing {
    Standing::Over {
        reason: StatusReason::Expired,
        at: "2026-02-28T18:00:00Z".parse().unwrap(),
        displaced: None,
    }
}

fn tunnel() -> (LocalNetwork, Vec<Pool>, TunnelView) {
    let interface = |name: &str, kind, net: &str| Interface {
        name: name.to_owned(),
        kind,
        addresses: vec![net.parse().unwrap()],
        description: None,
        entry: None,
    };
    let gateway = "/subscriptions/s1/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworkGateways/gw-hub";
    let pool = Pool {
        prefix: "172.16.200.0/24".parse().unwrap(),
        origin: PoolOrigin::Gateway {
            id: GatewayId::new(gateway).unwrap(),
        },
    };
    let local = LocalNetwork {
        interfaces: vec![
            interface("eth0", InterfaceKind::Other, "192.168.1.20/24"),
            interface("tun0", InterfaceKind::Tunnel, "172.16.200.5/24"),
        ],
        default_route: Some("eth0".to_owned()),
        routes: Vec::new(),
    };
    let view = TunnelView {
        verdict: Ok(TunnelPath {
            interface: "tun0".to_owned(),
            source: [172, 16, 200, 5].into(),
            target: [10, 1, 0, 4].into(),
            proof: TunnelProof::InPool(pool.clone()),
        }),
        evidence: vec![
            Evidence {
                interface: "tun0".to_owned(),
                address: [172, 16, 200, 5].into(),
                finding: Finding::Chosen,
            },
            Evidence {
                interface: "eth0".to_owned(),
                address: [192, 168, 1, 20].into(),
                finding: Finding::CarriesDefaultRoute,
            },
        ],
    };
    (local, vec![pool], view)
}

#[test]
fn virtual_machines() {
    assert_snapshot!("vms", lines(&show::vms(&page())));
    assert_snapshot!(
        "vms.json",
        pretty(&Answer::new("vms", VmsJson::from(&page())))
    );
}

#[test]
fn open_accesses() {
    let snapshot = snapshot();
    let open = effective(&snapshot.accesses);
    let told = show::status(&open, now(), &TimeZone::UTC);
    assert_snapshot!("status", lines(&told));
    let accesses = open.into_iter().map(AccessJson::from).collect();
    let json = Answer::new("status", AccessesJson { accesses });
    assert_snapshot!("status.json", pretty(&json));
}

#[test]
fn past_accesses() {
    let all = [access(past()), access(Standing::Refused)];
    assert_snapshot!(
        "history",
        lines(&show::history(&all, now(), &TimeZone::UTC))
    );
    let accesses = all.iter().map(AccessJson::from).collect();
    let json = Answer::new("history", AccessesJson { accesses });
    assert_snapshot!("history.json", pretty(&json));
}

#[test]
fn the_tunnel() {
    let (local, pools, view) = tunnel();
    assert_snapshot!(
        "vpn",
        lines(&show::tunnel(&local, &pools, Some(&view), &TimeZone::UTC))
    );
    let json = Answer::new("vpn", TunnelJson::new(&local, &pools, Some(&view)));
    assert_snapshot!("vpn.json", pretty(&json));
}

#[test]
fn failures() {
    let problem = Problem::new(Cause::VmNotFound {
        query: "sql-prod-1".to_owned(),
        nearest: vec!["sql-prod-10".to_owned()],
    });
    let candidates = vec![Candidate::from(&vm_entry("sql-prod-10"))];
    assert_snapshot!(
        "problem",
        lines(&crate::say::problem_lines(&offline(), &TimeZone::UTC))
    );
    let json = failure(Some(&problem), None, candidates, 3);
    assert_snapshot!("failure.json", pretty(&json));
}

#[test]
fn events() {
    let (_, _, tunnel) = tunnel();
    let draft = access(running()).draft;
    let ended = ConnectionView {
        state: StateName::Ended,
        ending: Some(Ending::ClientEnded),
        client_code: Some(0),
        expires_at: Some("2026-03-01T11:00:00Z".parse().unwrap()),
        plan: Some(draft),
        tunnel: Some(tunnel),
        ..view()
    };
    let result = ResultJson {
        outcome: "done",
        clock_wrong_by_seconds: Some(-180),
        ..ResultJson::of(&ended)
    };
    let events = [
        Event::State {
            state: "tunnel".to_owned(),
        },
        Event::step(&step(Step::Tunnel, StepStanding::Done, 12)),
        Event::Problem {
            problem: Box::new(ProblemJson::from(&offline())),
        },
        Event::MayDisplace {
            by: None,
            until: now().to_string(),
        },
        Event::Access {
            access: Box::new(AccessJson::from(&access(running()))),
        },
        Event::notice(&gangway_engine::effect::Notice::Ended {
            request: gangway_engine::id::RequestId(7),
            vm_name: vm_id("vm-web-01").name().to_owned(),
        }),
        Event::Result(Box::new(result)),
    ];
    let told = events.map(|event| pretty(&EventLine::from(event)));
    assert_snapshot!("events.json", told.join("\n"));
}
