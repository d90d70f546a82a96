//! Azure wants more in the middle of a connection: the page opens once, and it goes on by itself.

use azure_sim::Visitor;
use gangway_engine::intent::{ConnectWish, Intent};
use gangway_engine::query::Freshness;
use gangway_engine::snapshot::StateName;

use crate::people::{ADMIN, People, page, vms};
use crate::stage::{begin, until, until_state};

fn attended(people: &People) -> ConnectWish {
    ConnectWish {
        attended: true,
        ..people.stage.wish("vm-web-01")
    }
}

#[tokio::test]
async fn mfa_on_a_write_is_answered_and_the_connection_goes_on() {
    let people = People::demo().await;
    people.sim().set(|switches| switches.mfa_on_writes = true);
    let runtime = people.open();
    people.sign_in(&runtime, ADMIN).await;
    vms(&runtime, Freshness::Fresh).await;
    let pages = people.sim().sign_ins().authorize_pages;
    let id = begin(&runtime, attended(&people)).await;
    let view = until_state(&runtime, id, StateName::SigningIn).await;
    assert_eq!(view.problem.unwrap().code(), "mfa-required");
    let page = page(&runtime).await;
    let mut visitor = Visitor::new().unwrap().signing_in_as(ADMIN).approving();
    assert!(visitor.visit(&page).await.unwrap().arrived());
    until_state(&runtime, id, StateName::Open).await;
    let counts = people.sim().sign_ins();
    assert_eq!(counts.rotated_reused, 0);
    // The page itself and no second one.
    let opened = runtime.snapshot().accounts.sign_ins.len();
    assert_eq!(opened, 2, "{pages} {counts:?}");
    runtime.close().await;
}

#[tokio::test]
async fn where_nobody_is_there_the_connection_asks() {
    let people = People::demo().await;
    people.sim().set(|switches| switches.mfa_on_writes = true);
    let runtime = people.open();
    people.sign_in(&runtime, ADMIN).await;
    vms(&runtime, Freshness::Fresh).await;
    let id = begin(&runtime, people.stage.wish("vm-web-01")).await;
    let view = until_state(&runtime, id, StateName::Asking).await;
    assert_eq!(view.problem.unwrap().code(), "mfa-required");
    assert_eq!(runtime.snapshot().accounts.sign_ins.len(), 1);
    runtime.close().await;
}

#[tokio::test]
async fn a_revoked_session_leads_to_a_sign_in_and_on() {
    let people = People::demo().await;
    let runtime = people.open();
    people.sign_in(&runtime, ADMIN).await;
    vms(&runtime, Freshness::Fresh).await;
    let revoke = azure_sim::Deed::RevokeSessions { upn: ADMIN.into() };
    people.sim().trigger(revoke).await.unwrap();
    let id = begin(&runtime, attended(&people)).await;
    let snapshot = until(&runtime, "met", |snapshot| {
        let view = snapshot.connections.iter().find(|view| view.id == id);
        view.is_some_and(|view| matches!(view.state, StateName::SigningIn | StateName::Asking))
    })
    .await;
    let view = snapshot.connections.iter().find(|view| view.id == id);
    let view = view.unwrap();
    if view.state == StateName::Asking {
        // A session that is gone is no challenge: the person says so.
        assert_eq!(view.problem.as_ref().unwrap().code(), "not-signed-in");
        let answer = gangway_engine::intent::Answer::SignIn;
        runtime
            .dispatch(Intent::Answer {
                connection: id,
                answer,
            })
            .await;
    }
    let page = page(&runtime).await;
    let mut visitor = Visitor::new().unwrap().signing_in_as(ADMIN).approving();
    assert!(visitor.visit(&page).await.unwrap().arrived());
    until_state(&runtime, id, StateName::Open).await;
    assert_eq!(people.sim().sign_ins().rotated_reused, 0);
    runtime.close().await;
}
