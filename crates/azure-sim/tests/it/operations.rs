//! Virtual machines: get, instance view, start in every header shape (contract 1.3, 8).

use azure_sim::OperationHeaders;
use jiff::SignedDuration;
use reqwest::Method;

use crate::kit::{Azure, COMPUTE, Got};

impl Azure {
    async fn start(&self, vm: &str) -> Got {
        self.send(
            Method::POST,
            &format!("{}/start", self.id(vm)),
            COMPUTE,
            None,
        )
        .await
    }

    async fn power(&self, vm: &str) -> Option<String> {
        let got = self
            .get(&format!("{}/instanceView", self.id(vm)), COMPUTE)
            .await;
        let statuses = got.body["statuses"].as_array().unwrap().clone();
        let codes = statuses.iter().filter_map(|s| {
            s["code"]
                .as_str()?
                .strip_prefix("PowerState/")
                .map(str::to_owned)
        });
        codes.collect::<Vec<_>>().pop()
    }
}

#[tokio::test]
async fn a_vm_with_and_without_its_instance_view() {
    let azure = Azure::still().await;
    let plain = azure.get(&azure.id("vm-win-01"), COMPUTE).await;
    assert_eq!(
        plain.body["properties"]["storageProfile"]["osDisk"]["osType"],
        "Windows"
    );
    assert_eq!(plain.body["properties"].get("instanceView"), None);
    let path = format!(
        "{}?api-version={COMPUTE}&$expand=instanceView",
        azure.id("vm-win-01")
    );
    let full = crate::kit::read(azure.raw(Method::GET, &path, "", None).await.unwrap()).await;
    crate::spec::check("GET", &azure.id("vm-win-01"), None, 200, &full.body);
    assert_eq!(
        full.body["properties"]["instanceView"]["statuses"][1]["code"],
        "PowerState/running"
    );
    assert_eq!(azure.power("vm-stopped").await.as_deref(), Some("stopped"));
    assert_eq!(azure.power("vm-without-power-state").await, None);
}

#[tokio::test]
async fn a_missing_vm_is_not_found() {
    let azure = Azure::still().await;
    let got = azure
        .get(
            &azure.id("vm-web-01").replace("vm-web-01", "vm-web-99"),
            COMPUTE,
        )
        .await;
    assert_eq!((got.status, got.code()), (404, "ResourceNotFound"));
}

#[tokio::test]
async fn starting_takes_its_time_and_is_polled_at_both_places() {
    let azure = Azure::still().await;
    azure.sim.set(|s| {
        s.start_ms = 20_000;
        s.operation_retry_after = Some(2);
    });
    let got = azure.start("vm-deallocated").await;
    assert_eq!(got.status, 202);
    assert_eq!(got.header("retry-after"), Some("2"));
    let status = got.header("azure-asyncoperation").unwrap().to_owned();
    let result = got.header("location").unwrap().to_owned();
    assert_eq!(azure.get(&status, "").await.body["status"], "InProgress");
    assert_eq!(azure.get(&result, "").await.status, 202);
    assert_eq!(
        azure.power("vm-deallocated").await.as_deref(),
        Some("starting")
    );
    azure.sim.advance(SignedDuration::from_secs(20)).await;
    assert_eq!(azure.get(&status, "").await.body["status"], "Succeeded");
    assert_eq!(azure.get(&result, "").await.status, 204);
    assert_eq!(
        azure.power("vm-deallocated").await.as_deref(),
        Some("running")
    );
}

#[tokio::test]
async fn only_one_of_the_headers_by_the_switch() {
    let azure = Azure::still().await;
    for (shape, status, result) in [
        (OperationHeaders::AsyncOperation, true, false),
        (OperationHeaders::Location, false, true),
    ] {
        azure.sim.set(|s| s.operation_headers = shape);
        let got = azure.start("vm-stopped").await;
        assert_eq!(got.header("azure-asyncoperation").is_some(), status);
        assert_eq!(got.header("location").is_some(), result);
    }
}

#[tokio::test]
async fn a_start_may_fail_in_the_polled_status_only() {
    let azure = Azure::still().await;
    azure
        .sim
        .set(|s| s.start_fails_with = Some("AllocationFailed".into()));
    let got = azure.start("vm-deallocated").await;
    assert_eq!(got.status, 202);
    let polled = azure
        .get(got.header("azure-asyncoperation").unwrap(), "")
        .await;
    assert_eq!(polled.body["status"], "Failed");
    assert_eq!(polled.code(), "AllocationFailed");
    assert_eq!(
        azure.power("vm-deallocated").await.as_deref(),
        Some("deallocated")
    );
}
