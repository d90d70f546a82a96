//! What is asked again, how long it rests, and who rests with it.

use std::time::Duration;

use azure_sim::{Fault, Wrong};
use rstest::rstest;

use crate::stage::demo;

#[rstest]
#[case(Wrong::Status(500))]
#[case(Wrong::Status(503))]
#[case(Wrong::Reset)]
#[case(Wrong::CutMidBody)]
#[case(Wrong::Throttled(None))]
#[case(Wrong::LockedByOther)]
#[tokio::test]
async fn a_read_is_asked_again(#[case] wrong: Wrong) {
    let stage = demo().await;
    stage.sim.fault(Fault::on("vm.get", wrong).times(2));
    let vm = stage.vm("vm-web-01");
    assert!(stage.azure.vm(&stage.tenant, &vm, &[]).await.is_ok());
    assert_eq!(stage.asked("vm.get"), 3);
    assert!(stage.slept().len() >= 2);
}

#[tokio::test]
async fn a_graph_query_is_a_read_although_it_is_a_post() {
    let stage = demo().await;
    stage
        .sim
        .fault(Fault::on("graph", Wrong::Status(503)).times(1));
    assert!(stage.azure.inventory(&stage.tenant).await.is_ok());
}

#[tokio::test]
async fn it_ends_after_four_times_and_says_what_it_was() {
    let stage = demo().await;
    stage.sim.fault(Fault::on("vm.get", Wrong::Status(503)));
    let vm = stage.vm("vm-web-01");
    let error = stage.azure.vm(&stage.tenant, &vm, &[]).await.unwrap_err();
    assert_eq!(stage.asked("vm.get"), 4);
    let problem = error.problem();
    assert_eq!(problem.code(), "azure-unavailable");
    assert!(problem.details.correlation.is_some());
    let slept = stage.slept();
    assert_eq!(slept.len(), 3);
    assert!(
        slept
            .iter()
            .all(|pause| *pause >= Duration::from_millis(200) && *pause <= Duration::from_secs(10))
    );
}

#[tokio::test]
async fn retry_after_is_kept_to() {
    let stage = demo().await;
    stage
        .sim
        .fault(Fault::on("vm.get", Wrong::Throttled(Some(7))).times(1));
    let vm = stage.vm("vm-web-01");
    stage.azure.vm(&stage.tenant, &vm, &[]).await.unwrap();
    let first = stage.slept()[0];
    assert!(
        first > Duration::from_secs(7) && first < Duration::from_secs(8),
        "{first:?}"
    );
}

#[tokio::test]
async fn a_throttled_subscription_rests_as_a_whole_and_others_do_not() {
    let stage = demo().await;
    stage
        .sim
        .fault(Fault::on("vm.get", Wrong::Throttled(Some(120))).times(1));
    let (web, test) = (stage.vm("vm-web-01"), stage.vm("vm-test-01"));
    let throttled = stage.azure.vm(&stage.tenant, &web, &[]).await.unwrap_err();
    assert_eq!(throttled.problem().code(), "throttled");
    let same = stage
        .azure
        .policies_of_group(&stage.tenant, &web)
        .await
        .unwrap_err();
    assert_eq!(same.problem().code(), "throttled");
    assert_eq!(stage.asked("jit.list.group"), 0);
    assert!(stage.azure.vm(&stage.tenant, &test, &[]).await.is_ok());
    let gangway_azure::Error::Throttled { until, .. } = throttled else {
        panic!()
    };
    let from_now = until.duration_since(stage.sim.now()).as_secs();
    assert!((100..=121).contains(&from_now), "{from_now}");
}

#[tokio::test]
async fn a_lock_pauses_nobody() {
    let stage = demo().await;
    stage.sim.fault(Fault::on("vm.get", Wrong::LockedByOther));
    let web = stage.vm("vm-web-01");
    let error = stage.azure.vm(&stage.tenant, &web, &[]).await.unwrap_err();
    assert_eq!(error.problem().code(), "request-refused");
    assert!(
        stage
            .azure
            .policies_of_group(&stage.tenant, &web)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_start_is_not_sent_twice_in_the_dark() {
    let stage = demo().await;
    stage.sim.fault(Fault::on("vm.start", Wrong::Status(503)));
    let vm = stage.vm("vm-stopped");
    assert!(stage.azure.start_vm(&stage.tenant, &vm).await.is_err());
    assert_eq!(stage.asked("vm.start"), 1);
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_sent_and_a_host_is_named() {
    let stage = demo().await;
    let vm = stage.vm("vm-web-01");
    let draft = stage.draft("vm-web-01", "westeurope");
    stage.azure.tenants(&stage.tenant).await.unwrap();
    let host = stage.azure.cloud().resource_manager_host();
    drop(stage.sim);
    let error = stage.azure.vm(&stage.tenant, &vm, &[]).await.unwrap_err();
    assert!(
        matches!(error.problem().code(), "offline" | "azure-unavailable"),
        "{error:?}"
    );
    let outcome = stage
        .azure
        .initiate(
            &stage.tenant,
            &draft,
            gangway_engine::request::TimeField::Duration,
        )
        .await;
    let gangway_engine::request::InitiateOutcome::NotSent(problem) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(
        problem.cause,
        gangway_engine::problem::Cause::Offline { host }
    );
}
