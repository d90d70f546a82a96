//! Several runtimes on one store, as several processes would be.

use std::time::{Duration, Instant};

use gangway_engine::snapshot::StateName;

use crate::stage::{Stage, begin, until, until_state};

#[tokio::test]
async fn each_sees_within_a_second_what_the_others_did() {
    let stage = Stage::demo().await;
    let (one, other) = (stage.open(), stage.open());
    assert!(other.snapshot().accesses.is_empty());
    let id = begin(&one, stage.wish("vm-web-01")).await;
    until(&one, "running", |snapshot| !snapshot.accesses.is_empty()).await;
    let began = Instant::now();
    until(&other, "heard of", |snapshot| !snapshot.accesses.is_empty()).await;
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
    until_state(&one, id, StateName::Open).await;
    one.close().await;
    other.close().await;
}

#[tokio::test]
async fn two_that_want_one_vm_at_once_ask_once() {
    let stage = Stage::demo().await;
    let (one, other) = (stage.open(), stage.open());
    let (first, second) = tokio::join!(
        begin(&one, stage.wish("vm-web-01")),
        begin(&other, stage.wish("vm-web-01")),
    );
    let (a, b) = tokio::join!(
        until_state(&one, first, StateName::Open),
        until_state(&other, second, StateName::Open),
    );
    let asked = stage.sim.asked_on("jit.initiate");
    assert_eq!(asked.len(), 1, "{asked:#?} {a:#?} {b:#?}");
    one.close().await;
    other.close().await;
}

#[tokio::test]
async fn a_changed_setting_is_in_force_at_once() {
    let stage = Stage::demo().await;
    let runtime = stage.open();
    // The engine runs from here on, and with it the bell.
    let mut changes = runtime.changes();
    changes.borrow_and_update();
    let home = gangway_runtime::Home::at(stage.home.path());
    gangway_runtime::settings::set(&home, &runtime.settings(), "duration", "2h").unwrap();
    let id = begin(&runtime, stage.wish("vm-web-01")).await;
    until_state(&runtime, id, StateName::Open).await;
    let access = &runtime.snapshot().accesses[0].access;
    assert_eq!(access.draft.duration.as_hours(), 2);
    runtime.close().await;
}
