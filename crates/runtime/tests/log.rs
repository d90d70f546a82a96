//! What the log tells of a connection. Alone in its program: a process has one log.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    dead_code,
    reason = "a test ends where something is not as it must be; not all of the stage is used"
)]

use azure_sim::{Fault, Wrong};
use gangway_engine::intent::Intent;
use gangway_engine::snapshot::StateName;

use crate::stage::{Stage, begin, until, until_state};

#[path = "road/stage.rs"]
mod stage;

#[tokio::test]
async fn the_log_tells_what_was_asked_and_what_came_of_it() {
    let stage = Stage::demo().await;
    stage
        .sim
        .fault(Fault::on("jit.initiate", Wrong::Forbidden).times(1));
    let runtime = stage.open();
    let id = begin(&runtime, stage.wish("vm-web-01")).await;
    until(&runtime, "refused", |snapshot| {
        let mut views = snapshot.connections.iter();
        views.any(|view| view.problem.is_some())
    })
    .await;
    runtime.dispatch(Intent::Cancel { connection: id }).await;
    until_state(&runtime, id, StateName::Ended).await;
    let id = begin(&runtime, stage.wish("vm-web-01")).await;
    until_state(&runtime, id, StateName::Open).await;
    runtime.close().await;
    let logs = std::fs::read_dir(stage.home.path().join("logs")).unwrap();
    let text: String = logs
        .map(|log| std::fs::read_to_string(log.unwrap().path()).unwrap())
        .collect();
    for told in [
        "request recorded",
        "initiate sent",
        "permission-missing",
        "correlation=",
        "azure took the request",
        "initiate accepted",
        "the host greeted",
        "state=Open",
    ] {
        assert!(text.contains(told), "{told:?} is not in the log:\n{text}");
    }
    assert!(!text.contains(&stage.sim.client_secret()), "{text}");
}
