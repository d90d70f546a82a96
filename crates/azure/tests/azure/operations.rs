//! Long-running operations in every shape of their headers, and failures only the polled status tells.

use std::time::Duration;

use azure_sim::{Fault, OperationHeaders, Wrong};
use gangway_engine::vm::Power;
use rstest::rstest;
use serde_json::json;

use crate::stage::{US, demo};

#[rstest]
#[tokio::test]
async fn a_start_is_taken_and_can_be_waited_for(
    #[values(
        OperationHeaders::Both,
        OperationHeaders::AsyncOperation,
        OperationHeaders::Location
    )]
    headers: OperationHeaders,
) {
    let stage = demo().await;
    stage.sim.set(|s| s.operation_headers = headers);
    let vm = stage.vm("vm-stopped");
    let operation = stage.azure.start_vm(&stage.tenant, &vm).await.unwrap();
    stage.azure.finish(&stage.tenant, operation).await.unwrap();
    let read = stage.azure.vm(&stage.tenant, &vm, &[]).await.unwrap();
    assert!(
        matches!(read.power, Power::Running | Power::Starting),
        "{:?}",
        read.power
    );
}

#[rstest]
#[tokio::test]
async fn a_failure_in_the_polled_status_has_azures_code(
    #[values(
        OperationHeaders::Both,
        OperationHeaders::AsyncOperation,
        OperationHeaders::Location
    )]
    headers: OperationHeaders,
) {
    let stage = demo().await;
    stage.sim.set(|s| {
        s.operation_headers = headers;
        s.start_fails_with = Some("AllocationFailed".to_owned());
    });
    let vm = stage.vm("vm-deallocated");
    let operation = stage.azure.start_vm(&stage.tenant, &vm).await.unwrap();
    let error = stage
        .azure
        .finish(&stage.tenant, operation)
        .await
        .unwrap_err();
    let problem = error.problem();
    assert_eq!(problem.params()["code"], "AllocationFailed", "{error:?}");
}

#[rstest]
#[tokio::test]
async fn effective_rules_are_fetched_through_every_shape(
    #[values(
        OperationHeaders::Both,
        OperationHeaders::AsyncOperation,
        OperationHeaders::Location
    )]
    headers: OperationHeaders,
) {
    let stage = demo().await;
    stage.sim.set(|s| s.operation_headers = headers);
    let id = stage.vm("vm-web-01");
    let target = stage
        .azure
        .vm(&stage.tenant, &id, &[])
        .await
        .unwrap()
        .addresses[0]
        .address;
    let explained = stage
        .azure
        .explain(&stage.tenant, &id, US, target)
        .await
        .unwrap();
    assert!(explained.effective && explained.lists.iter().all(|list| !list.rules.is_empty()));
}

#[tokio::test]
async fn the_pause_is_azures_or_grows_from_two_seconds() {
    let stage = demo().await;
    let running = Wrong::Json {
        status: 200,
        body: json!({"status": "InProgress"}),
    };
    stage.sim.set(|s| {
        s.operation_headers = OperationHeaders::AsyncOperation;
        s.operation_retry_after = None;
    });
    stage
        .sim
        .fault(Fault::on("operation*", running.clone()).times(3));
    stage.sim.fault(
        Fault::on("operation*", running)
            .header("retry-after", "9")
            .times(1),
    );
    let vm = stage.vm("vm-stopped");
    let operation = stage.azure.start_vm(&stage.tenant, &vm).await.unwrap();
    stage.azure.finish(&stage.tenant, operation).await.unwrap();
    let seconds: Vec<_> = stage.slept().iter().map(Duration::as_secs).collect();
    assert_eq!(seconds, [2, 2, 4, 6, 9]);
}

#[tokio::test]
async fn an_operation_on_another_host_is_not_followed() {
    let stage = demo().await;
    for header in ["azure-asyncoperation", "location"] {
        let wrong = Wrong::Json {
            status: 202,
            body: json!({}),
        };
        let fault =
            Fault::on("vm.start", wrong).header(header, "https://evil.example/operations/1");
        stage.sim.clear_faults();
        stage.sim.fault(fault);
        let vm = stage.vm("vm-stopped");
        let operation = stage.azure.start_vm(&stage.tenant, &vm).await.unwrap();
        let error = stage
            .azure
            .finish(&stage.tenant, operation)
            .await
            .unwrap_err();
        assert!(
            matches!(&error, gangway_azure::Error::ForeignHost { host, .. } if host == "evil.example"),
            "{error:?}"
        );
        assert_eq!(error.problem().code(), "answer-unusable");
    }
}
