//! By the browser and by a device code; what happens when it does not go well.

use std::time::Duration;

use azure_sim::{Fault, Tamper, Visitor, Wrong};
use gangway_engine::account::{Kept, Way};
use gangway_engine::intent::Intent;
use gangway_engine::query::Freshness;
use gangway_engine::sign_in::{SignInStage, SignInWish};
use gangway_engine::snapshot::StateName;
use gangway_runtime::Runtime;
use rstest::rstest;

use crate::people::{ADMIN, People, WORKER, accounts, done, last, page, vms};
use crate::stage::{begin, until, until_state};

async fn wish(runtime: &Runtime, way: Way) {
    let wish = SignInWish {
        way: Some(way),
        ..SignInWish::default()
    };
    runtime.dispatch(Intent::SignIn(wish)).await;
}

/// How the last sign-in failed.
async fn failed(runtime: &Runtime) -> String {
    let snapshot = until(runtime, "over", |snapshot| {
        last(snapshot).is_some_and(|one| one.stage.is_over())
    })
    .await;
    let one = last(&snapshot).unwrap();
    assert_eq!(one.stage, SignInStage::Failed, "{one:#?}");
    assert!(snapshot.accounts.accounts.is_empty());
    one.problem.as_ref().unwrap().code().to_owned()
}

#[tokio::test]
async fn a_person_signs_in_by_the_browser_and_gets_onto_a_vm() {
    let people = People::demo().await;
    let runtime = people.open();
    assert!(accounts(&runtime, 0).await.accounts.is_empty());
    let account = people.sign_in(&runtime, ADMIN).await;
    assert_eq!((account.way, account.kept), (Way::Browser, Kept::Keyring));
    let found = vms(&runtime, Freshness::Warm).await;
    assert!(found.matching >= 30, "{}", found.matching);
    let id = begin(&runtime, people.stage.wish("vm-web-01")).await;
    until_state(&runtime, id, StateName::Open).await;
    runtime.close().await;

    // A later start knows the account, asks nobody, and goes on.
    let pages = people.sim().sign_ins().authorize_pages;
    let runtime = people.open();
    let kept = accounts(&runtime, 1).await;
    assert_eq!(kept.accounts[0].id, account.id);
    let id = begin(&runtime, people.stage.wish("vm-web-01")).await;
    until_state(&runtime, id, StateName::Open).await;
    assert_eq!(people.sim().sign_ins().authorize_pages, pages);
    assert_eq!(people.sim().sign_ins().rotated_reused, 0);
    runtime.close().await;
}

#[tokio::test]
async fn a_person_signs_in_by_a_code_on_another_device() {
    let people = People::demo().await;
    people.sim().set(|switches| switches.device_interval = 1);
    let runtime = people.open();
    wish(&runtime, Way::DeviceCode).await;
    let snapshot = until(&runtime, "a code", |snapshot| {
        let stage = last(snapshot).map(|one| &one.stage);
        matches!(stage, Some(SignInStage::Code { .. }))
    })
    .await;
    let one = last(&snapshot).unwrap();
    let SignInStage::Code {
        user_code, page, ..
    } = &one.stage
    else {
        panic!("{one:#?}");
    };
    assert!(one.until.is_some());
    let mut visitor = Visitor::trusting(people.sim().ca_pem()).unwrap();
    visitor = visitor
        .signing_in_as(WORKER)
        .entering(user_code)
        .approving();
    visitor.visit(page).await.unwrap();
    let account = done(&runtime, WORKER).await;
    assert_eq!(
        (account.way, account.kept),
        (Way::DeviceCode, Kept::Keyring)
    );
    runtime.close().await;
}

#[tokio::test]
async fn a_sign_in_is_cancelled_and_leaves_nothing() {
    let people = People::demo().await;
    let runtime = people.open();
    wish(&runtime, Way::Browser).await;
    let page = page(&runtime).await;
    let sign_in = last(&runtime.snapshot()).unwrap().id;
    runtime.dispatch(Intent::CancelSignIn { sign_in }).await;
    until(&runtime, "cancelled", |snapshot| {
        last(snapshot).is_some_and(|one| one.stage == SignInStage::Cancelled)
    })
    .await;
    // Nobody listens for the browser any more.
    let mut visitor = Visitor::new().unwrap().signing_in_as(ADMIN).approving();
    let visit = visitor.visit(&page).await;
    assert!(visit.is_err() || !visit.unwrap().arrived());
    assert!(runtime.snapshot().accounts.accounts.is_empty());
    assert!(!people.stage.home.path().join("tokens.bin").exists());
    runtime.close().await;
}

#[tokio::test]
async fn what_is_cancelled_too_late_is_told_as_it_came() {
    let people = People::demo().await;
    let slow = Fault::on("token.authorization_code", Wrong::DelayMs(1_000));
    people.sim().fault(slow);
    let runtime = people.open();
    wish(&runtime, Way::Browser).await;
    let page = page(&runtime).await;
    let visiting = tokio::spawn(async move {
        let mut visitor = Visitor::new().unwrap().signing_in_as(ADMIN).approving();
        visitor.visit(&page).await.unwrap();
    });
    until(&runtime, "redeeming", |snapshot| {
        last(snapshot).is_some_and(|one| one.stage == SignInStage::Redeeming)
    })
    .await;
    let sign_in = last(&runtime.snapshot()).unwrap().id;
    runtime.dispatch(Intent::CancelSignIn { sign_in }).await;
    done(&runtime, ADMIN).await;
    visiting.await.unwrap();
    runtime.close().await;
}

#[tokio::test]
async fn who_leaves_while_the_answer_is_exchanged_is_signed_in_with_a_name() {
    let people = People::demo().await;
    let slow = Fault::on("token.authorization_code", Wrong::DelayMs(1_000));
    people.sim().fault(slow);
    let runtime = people.open();
    wish(&runtime, Way::Browser).await;
    let page = page(&runtime).await;
    let visiting = tokio::spawn(async move {
        let mut visitor = Visitor::new().unwrap().signing_in_as(ADMIN).approving();
        visitor.visit(&page).await.unwrap();
    });
    until(&runtime, "redeeming", |snapshot| {
        last(snapshot).is_some_and(|one| one.stage == SignInStage::Redeeming)
    })
    .await;
    runtime.close().await;
    visiting.await.unwrap();
    let runtime = people.open();
    let view = accounts(&runtime, 1).await;
    assert_eq!(view.accounts[0].username, ADMIN);
    runtime.close().await;
}

#[rstest]
#[case::nonce(Tamper::Nonce)]
#[case::audience(Tamper::Audience)]
#[case::tenant(Tamper::Tenant)]
#[tokio::test]
async fn what_is_no_answer_to_this_sign_in_is_not_believed(#[case] tamper: Tamper) {
    let people = People::demo().await;
    people.sim().set(|switches| switches.tamper = Some(tamper));
    let runtime = people.open();
    let wish = SignInWish {
        way: Some(Way::Browser),
        tenant: Some(people.sim().tenant()),
        account: None,
    };
    runtime.dispatch(Intent::SignIn(wish)).await;
    let page = page(&runtime).await;
    let mut visitor = Visitor::new().unwrap().signing_in_as(ADMIN).approving();
    visitor.visit(&page).await.unwrap();
    assert_eq!(failed(&runtime).await, "sign-in-mistrusted");
    assert!(!people.stage.home.path().join("tokens.bin").exists());
    runtime.close().await;
}

#[tokio::test]
async fn a_refusal_has_its_name_and_nothing_is_kept() {
    let people = People::demo().await;
    people
        .sim()
        .fault(Fault::on("token.authorization_code", Wrong::entra(53003)));
    let runtime = people.open();
    wish(&runtime, Way::Browser).await;
    let page = page(&runtime).await;
    let mut visitor = Visitor::new().unwrap().signing_in_as(ADMIN).approving();
    visitor.visit(&page).await.unwrap();
    assert_eq!(failed(&runtime).await, "blocked-by-conditional-access");
    runtime.close().await;
}

#[tokio::test]
async fn a_way_that_is_forbidden_opens_no_page() {
    let people = People::demo().await;
    people.set("sign_in_ways = [\"device-code\"]");
    let runtime = people.open();
    wish(&runtime, Way::Browser).await;
    assert_eq!(failed(&runtime).await, "way-forbidden");
    assert_eq!(people.sim().sign_ins().authorize_pages, 0);
    runtime.close().await;
}

#[tokio::test]
async fn the_page_is_there_at_once() {
    let people = People::demo().await;
    let runtime = people.open();
    accounts(&runtime, 0).await;
    let began = std::time::Instant::now();
    wish(&runtime, Way::Browser).await;
    page(&runtime).await;
    println!("sign-in page after {:?}", began.elapsed());
    assert!(began.elapsed() < Duration::from_millis(300));
    runtime.close().await;
}
