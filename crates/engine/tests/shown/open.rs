//! Accesses that run, and what becomes of them.

use gangway_engine::host::Reachability;
use gangway_engine::input::Observation;
use gangway_engine::intent::Intent;
use gangway_engine::policy::{PolicyRequest, Status, StatusReason};
use gangway_engine::rules::Prefix;
use gangway_engine::snapshot::Shown;
use gangway_engine::time::{mins, secs};

use crate::stage::Stage;
use crate::stage::told::{another_desk, rule};

pub fn all() -> Vec<(&'static str, Shown)> {
    vec![
        ("open", open().shown()),
        ("open-several", several()),
        ("ends-soon", ends_soon()),
        ("extending", extending()),
        ("extended", extended()),
        ("end-lags", end_lags()),
        ("ended", ended()),
        ("session-outlives", outlived()),
        ("moved", moved()),
        ("tunnel-lost", tunnel_lost()),
        ("displaced", displaced()),
        ("vanished", vanished()),
        ("open-outside-jit", open_outside_jit()),
    ]
}

fn open() -> Stage {
    let mut stage = Stage::ready();
    stage.opens("vm-web-01");
    stage.after(mins(3));
    stage
}

fn several() -> Shown {
    let mut stage = open();
    stage.opens("vm-sql-01");
    stage.after(mins(14));
    stage.opens("vm-web-02");
    stage.after(secs(30));
    stage.shown()
}

fn ends_soon() -> Shown {
    let mut stage = open();
    stage.after(mins(53));
    stage.shown()
}

/// Asked for anew a while before the end; Azure has not answered yet.
fn extending() -> Shown {
    let mut stage = extends();
    stage.now += secs(1);
    stage.shown()
}

fn extended() -> Shown {
    let mut stage = extends();
    stage.accepts();
    stage.after(secs(2));
    stage.shown()
}

fn extends() -> Stage {
    let mut stage = Stage::ready();
    stage.opens("vm-sql-01");
    stage.after(mins(50));
    let request = stage.shown().snapshot.accesses[0].access.request;
    stage.wish(Intent::Extend {
        request,
        duration: None,
    });
    stage.asks();
    stage
}

/// The end has come, and Azure has not said so yet.
fn end_lags() -> Shown {
    let mut stage = open();
    stage.after(mins(56) + secs(38));
    stage.after(secs(2));
    stage.shown()
}

/// A session by SSH outlives its access.
fn outlived() -> Shown {
    over("vm-web-01")
}

fn ended() -> Shown {
    over("vm-sql-01")
}

fn over(name: &str) -> Shown {
    let mut stage = Stage::ready();
    stage.opens(name);
    stage.after(mins(58));
    stage.requests[0].status = Status::Revoked;
    stage.requests[0].reason = StatusReason::Expired;
    stage.after(mins(3));
    stage.shown()
}

fn moved() -> Shown {
    let mut stage = open();
    stage.tunnel(Some("172.16.200.9/24"));
    stage.shown()
}

fn tunnel_lost() -> Shown {
    let mut stage = open();
    stage.tunnel(None);
    stage.shown()
}

fn displaced() -> Shown {
    let mut stage = Stage::ready();
    stage.opens("vm-sql-01");
    stage.after(mins(10));
    stage.requests[0].status = Status::Revoked;
    stage.requests[0].reason = StatusReason::NewerRequestInitiated;
    let newer = PolicyRequest {
        source: another_desk(),
        started_at: stage.now,
        expires_at: stage.now + mins(60),
        status: Status::Initiated,
        reason: StatusReason::UserRequested,
        requestor: Some("help-desk@contoso.example".into()),
        ..stage.requests[0].clone()
    };
    stage.requests.insert(0, newer);
    stage.observe(Observation::Resumed);
    stage.settle();
    stage.shown()
}

/// The access runs, and its rule is gone.
fn vanished() -> Shown {
    let mut stage = Stage::ready();
    stage.click("vm-web-01", None);
    stage.asks();
    stage.accepts();
    stage.in_force();
    stage.reaches(Reachability::Silent);
    stage.after(secs(61));
    let closed = "MicrosoftDefenderForCloud-JITRule_1201_B2";
    stage.explained(vec![rule(closed, 4096, false, Prefix::Any)]);
    stage.shown()
}

/// The port was open before anything was asked for.
fn open_outside_jit() -> Shown {
    let mut stage = Stage::ready();
    stage.click("vm-web-01", None);
    stage.settle();
    stage.greets();
    stage.launched(Ok(()));
    stage.shown()
}
