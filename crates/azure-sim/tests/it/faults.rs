//! Faults: wrong answers, lost answers, late answers, by route and count.

use std::time::Duration;

use azure_sim::{Fault, Wrong};
use jiff::SignedDuration;
use reqwest::Method;
use rstest::rstest;
use serde_json::json;

use crate::kit::{Azure, JIT, ME, read};

#[rstest]
#[case(Wrong::Status(503), 503, "ServiceUnavailable")]
#[case(Wrong::Throttled(Some(7)), 429, "TooManyRequests")]
#[case(Wrong::LockedByOther, 429, "RetryableErrorDueToAnotherOperation")]
#[case(Wrong::Forbidden, 403, "AuthorizationFailed")]
#[case(Wrong::ScopeLocked, 409, "ScopeLocked")]
#[case(Wrong::DisallowedByPolicy, 403, "RequestDisallowedByPolicy")]
#[case(Wrong::DenyAssignment, 403, "DenyAssignmentAuthorizationFailed")]
#[case(Wrong::ProviderNotRegistered, 409, "MissingSubscriptionRegistration")]
#[case(Wrong::WrongTenant, 401, "InvalidAuthenticationTokenTenant")]
#[case(Wrong::Error { status: 400, code: "Odd".into(), message: "odd".into() }, 400, "Odd")]
#[tokio::test]
async fn an_error_once_and_then_the_right_answer(
    #[case] wrong: Wrong,
    #[case] status: u16,
    #[case] code: &str,
) {
    let azure = Azure::still().await;
    azure.sim.fault(Fault::on("jit.initiate", wrong).times(1));
    let got = azure.ask("vm-web-01").await;
    assert_eq!((got.status, got.code()), (status, code));
    assert_eq!(azure.rules_for("vm-web-01").await, 0);
    assert_eq!(azure.ask("vm-web-01").await.status, 202);
    assert_eq!(azure.sim.asked_on("jit.initiate").len(), 2);
}

#[tokio::test]
async fn throttling_with_and_without_retry_after() {
    let azure = Azure::still().await;
    azure
        .sim
        .fault(Fault::on("jit.*", Wrong::Throttled(Some(7))).times(1));
    azure
        .sim
        .fault(Fault::on("jit.*", Wrong::Throttled(None)).times(1));
    let path = azure.policy("vm-web-01");
    assert_eq!(azure.get(&path, JIT).await.header("retry-after"), Some("7"));
    let second = azure.get(&path, JIT).await;
    assert_eq!((second.status, second.header("retry-after")), (429, None));
    assert_eq!(azure.get(&path, JIT).await.status, 200);
}

#[tokio::test]
async fn an_answer_can_be_lost_after_its_effect() {
    let azure = Azure::still().await;
    azure.sim.fault(
        Fault::on("jit.initiate", Wrong::Reset)
            .times(1)
            .after_effect(),
    );
    let body = json!({"virtualMachines": [{"id": azure.id("vm-web-01"), "ports": [
        {"number": 22, "duration": "PT1H", "allowedSourceAddressPrefix": ME}]}]});
    let path = format!("{}/initiate", azure.policy("vm-web-01"));
    let failed = azure.raw(Method::POST, &path, JIT, Some(&body)).await;
    assert!(failed.is_err(), "{failed:?}");
    assert_eq!(azure.status("vm-web-01").await.0, "Initiated");
}

#[tokio::test]
async fn a_body_can_be_cut_with_the_connection_or_look_complete() {
    let azure = Azure::still().await;
    let path = azure.policy("vm-web-01");
    azure
        .sim
        .fault(Fault::on("jit.get", Wrong::CutMidBody).times(1));
    let got = azure.raw(Method::GET, &path, JIT, None).await.unwrap();
    assert_eq!(got.status(), 200);
    assert!(got.text().await.is_err());
    azure
        .sim
        .fault(Fault::on("jit.get", Wrong::Truncated).times(1));
    let text = azure
        .raw(Method::GET, &path, JIT, None)
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(text.starts_with('{') && serde_json::from_str::<serde_json::Value>(&text).is_err());
}

#[tokio::test]
async fn html_and_a_wrong_content_type() {
    let azure = Azure::still().await;
    let path = azure.policy("vm-web-01");
    azure.sim.fault(Fault::on("*", Wrong::Html(200)).times(1));
    let got = read(azure.raw(Method::GET, &path, JIT, None).await.unwrap()).await;
    assert_eq!(
        (got.status, got.header("content-type")),
        (200, Some("text/html"))
    );
    assert!(got.body.as_str().unwrap().starts_with("<!DOCTYPE html>"));
    azure
        .sim
        .fault(Fault::on("jit.get", Wrong::WrongContentType).times(1));
    let got = azure.get(&path, JIT).await;
    assert_eq!(got.header("content-type"), Some("text/plain"));
    assert_eq!(got.body["name"], "default");
}

#[tokio::test]
async fn an_answer_can_be_late_by_the_simulators_clock() {
    let azure = Azure::still().await;
    azure
        .sim
        .fault(Fault::on("jit.get", Wrong::DelayMs(5000)).times(1));
    let path = azure.policy("vm-web-01");
    let mut call = Box::pin(azure.get(&path, JIT));
    assert!(
        tokio::time::timeout(Duration::from_millis(200), &mut call)
            .await
            .is_err()
    );
    azure.sim.advance(SignedDuration::from_secs(5)).await;
    assert_eq!(call.await.status, 200);
}

#[tokio::test]
async fn faults_choose_by_path_and_after_a_count() {
    let azure = Azure::still().await;
    azure.sim.fault(
        Fault::on("vm.get", Wrong::Status(500))
            .path_contains("/VM-WEB-02")
            .skip(1)
            .header("x-odd", "1"),
    );
    let (one, two) = (azure.id("vm-web-01"), azure.id("vm-web-02"));
    assert_eq!(azure.get(&one, "2024-07-01").await.status, 200);
    assert_eq!(azure.get(&two, "2024-07-01").await.status, 200);
    let got = azure.get(&two, "2024-07-01").await;
    assert_eq!((got.status, got.header("x-odd")), (500, Some("1")));
    azure.sim.clear_faults();
    assert_eq!(azure.get(&two, "2024-07-01").await.status, 200);
}

#[tokio::test]
async fn waiting_for_a_call_to_be_heard() {
    let azure = Azure::still().await;
    let path = azure.policy("vm-web-01");
    let (_, got) = tokio::join!(azure.sim.heard("jit.get", 1), azure.get(&path, JIT));
    assert_eq!(got.status, 200);
}
