//! From a VM's name to an open port, and what is left of it.

use std::time::{Duration, Instant};

use azure_sim::{Fault, Wrong};
use gangway_engine::intent::Intent;
use gangway_engine::query::{Freshness, Page, Query};
use gangway_engine::request::Standing;
use gangway_engine::snapshot::StateName;

use tokio::time::timeout;

use crate::stage::{LIMIT, Stage, begin, until, until_state};

#[tokio::test]
async fn a_vm_is_proved_and_its_access_recorded() {
    let stage = Stage::demo().await;
    let runtime = stage.open();
    let id = begin(&runtime, stage.wish("vm-web-01")).await;
    let view = until_state(&runtime, id, StateName::Open).await;
    assert!(view.expires_at.is_some(), "{view:#?}");
    assert_eq!(stage.sim.asked_on("jit.initiate").len(), 1);
    let accesses = runtime.snapshot().accesses.clone();
    assert_eq!(accesses.len(), 1);
    runtime.close().await;

    // A later start knows the access, and a second connection uses it.
    let runtime = stage.open();
    let kept = runtime.snapshot().accesses.clone();
    assert_eq!(kept.len(), 1);
    assert!(matches!(kept[0].access.standing, Standing::Running { .. }));
    let began = Instant::now();
    let id = begin(&runtime, stage.wish("vm-web-01")).await;
    until_state(&runtime, id, StateName::Open).await;
    println!(
        "open with a cache and a running access after {:?}",
        began.elapsed()
    );
    assert_eq!(stage.sim.asked_on("jit.initiate").len(), 1);
    runtime.close().await;
}

#[tokio::test]
async fn with_a_warm_cache_the_port_is_open_right_after_the_silence() {
    let stage = Stage::demo().await;
    let runtime = stage.open();
    let query = Query::Vms {
        text: String::new(),
        offset: 0,
        limit: 100,
        freshness: Freshness::Fresh,
        filter: gangway_engine::query::VmFilter::default(),
    };
    let Page::Vms(page) = runtime.query(query).await.unwrap() else {
        panic!("another page");
    };
    assert!(page.matching >= 30, "{}", page.matching);
    let began = Instant::now();
    let id = begin(&runtime, stage.wish("vm-web-01")).await;
    until_state(&runtime, id, StateName::Open).await;
    println!("open with a warm cache after {:?}", began.elapsed());
    runtime.close().await;
}

#[tokio::test]
async fn with_a_warm_cache_no_read_stands_between_the_click_and_the_request() {
    let stage = Stage::demo().await;
    let runtime = stage.open();
    let query = Query::Vms {
        text: String::new(),
        offset: 0,
        limit: 1,
        freshness: Freshness::Fresh,
        filter: gangway_engine::query::VmFilter::default(),
    };
    runtime.query(query).await.unwrap();
    runtime.close().await;

    // Another process with that cache. Every read takes longer than the test waits.
    for route in [
        "vm.get",
        "nic.get",
        "jit.get",
        "jit.list.*",
        "graph",
        "subscriptions",
    ] {
        stage.sim.fault(Fault::on(route, Wrong::DelayMs(5_000)));
    }
    let runtime = stage.open();
    let began = Instant::now();
    begin(&runtime, stage.wish("vm-web-01")).await;
    let sent = timeout(Duration::from_secs(4), stage.sim.heard("jit.initiate", 1)).await;
    assert!(sent.is_ok(), "not sent after {:?}", began.elapsed());
    runtime.close().await;
}

#[tokio::test]
async fn an_rdp_host_is_proved_by_its_certificate() {
    let stage = Stage::demo().await;
    let Some(vm) = stage.sim.vms().into_iter().find(|vm| {
        vm.kind.as_deref() == Some("rdp") && vm.port.is_some() && vm.name.starts_with("vm-")
    }) else {
        panic!("the estate has no rdp host");
    };
    let runtime = stage.open();
    let id = begin(&runtime, stage.wish(&vm.name)).await;
    until_state(&runtime, id, StateName::Open).await;
    runtime.close().await;
}

#[tokio::test]
async fn a_refusal_is_a_problem_and_leaves_no_access() {
    let stage = Stage::demo().await;
    stage.sim.fault(Fault::on("jit.initiate", Wrong::Forbidden));
    let runtime = stage.open();
    let id = begin(&runtime, stage.wish("vm-web-01")).await;
    let snapshot = until(&runtime, "refused", |snapshot| {
        snapshot
            .connections
            .iter()
            .any(|view| view.problem.is_some())
    })
    .await;
    assert_eq!(
        snapshot.connections[0].problem.as_ref().unwrap().code(),
        "permission-missing"
    );
    runtime.dispatch(Intent::Cancel { connection: id }).await;
    until_state(&runtime, id, StateName::Ended).await;
    runtime.close().await;
    assert!(stage.open().snapshot().accesses.is_empty());
}

#[tokio::test]
async fn a_cancel_under_way_ends_it_and_what_was_sent_is_not_forgotten() {
    let stage = Stage::demo().await;
    let runtime = stage.open();
    let id = begin(&runtime, stage.wish("vm-web-01")).await;
    timeout(LIMIT, stage.sim.heard("jit.initiate", 1))
        .await
        .unwrap();
    runtime.dispatch(Intent::Cancel { connection: id }).await;
    until_state(&runtime, id, StateName::Ended).await;
    runtime.close().await;
    let kept = stage.open().snapshot().accesses.clone();
    assert_eq!(kept.len(), 1, "{kept:?}");
}
