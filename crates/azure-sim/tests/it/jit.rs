//! Initiate and its progress: 202 without a poll header, Initiating, Initiated, the rule, the end.

use azure_sim::Initiated;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::kit::{Azure, JIT, ME, start, status_of};

#[tokio::test]
async fn accepted_without_anything_to_poll() {
    let azure = Azure::still().await;
    let got = azure.ask("vm-web-01").await;
    assert_eq!(got.status, 202);
    for header in ["location", "azure-asyncoperation", "retry-after"] {
        assert_eq!(got.header(header), None);
    }
    assert_eq!(
        status_of(&got.body),
        ("Initiating".into(), "UserRequested".into())
    );
    assert_eq!(got.body["requestor"], "admin@contoso.example");
    assert_eq!(got.body["justification"], "ticket 4711");
    assert_eq!(got.body["startTimeUtc"], "2026-08-20T08:00:00.3658798Z");
    let end: Timestamp = got.body["virtualMachines"][0]["ports"][0]["endTimeUtc"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(end.duration_since(start()), SignedDuration::from_hours(1));
    assert_eq!(azure.status("vm-web-01").await.0, "Initiated");
}

#[tokio::test]
async fn initiated_comes_after_its_delay() {
    let azure = Azure::still().await;
    azure.sim.set(|s| s.initiated = Initiated::AfterMs(4000));
    azure.ask("vm-web-01").await;
    azure.sim.advance(SignedDuration::from_millis(3999)).await;
    assert_eq!(azure.status("vm-web-01").await.0, "Initiating");
    azure.sim.advance(SignedDuration::from_millis(1)).await;
    assert_eq!(azure.status("vm-web-01").await.0, "Initiated");
}

#[tokio::test]
async fn initiated_comes_at_the_third_get() {
    let azure = Azure::still().await;
    azure.sim.set(|s| s.initiated = Initiated::AfterGets(3));
    azure.ask("vm-web-01").await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(azure.status("vm-web-01").await.0);
    }
    assert_eq!(seen, ["Initiating", "Initiating", "Initiated"]);
}

#[tokio::test]
async fn initiated_never_comes() {
    let azure = Azure::still().await;
    azure.sim.set(|s| s.initiated = Initiated::Never);
    azure.ask("vm-web-01").await;
    azure.sim.advance(SignedDuration::from_mins(30)).await;
    assert_eq!(azure.status("vm-web-01").await.0, "Initiating");
}

#[tokio::test]
async fn the_requestor_may_be_empty() {
    let azure = Azure::still().await;
    azure.sim.set(|s| s.empty_requestor = true);
    assert_eq!(azure.ask("vm-web-01").await.body["requestor"], "");
}

#[tokio::test]
async fn an_end_time_is_taken_in_place_of_a_duration() {
    let azure = Azure::still().await;
    let port = json!({"number": 22, "allowedSourceAddressPrefix": ME, "endTimeUtc": "2026-08-20T09:30:00Z"});
    let got = azure.initiate("vm-web-01", &port).await;
    assert_eq!(got.status, 202);
    assert_eq!(
        got.body["virtualMachines"][0]["ports"][0]["endTimeUtc"],
        "2026-08-20T09:30:00.0000000Z"
    );
}

#[tokio::test]
async fn without_a_source_the_public_address_is_taken() {
    let azure = Azure::still().await;
    let got = azure
        .initiate("vm-web-01", &json!({"number": 22, "duration": "PT1H"}))
        .await;
    assert_eq!(
        got.body["virtualMachines"][0]["ports"][0]["allowedSourceAddressPrefix"],
        "203.0.113.7"
    );
}

#[tokio::test]
async fn several_sources_come_back_as_an_array() {
    let azure = Azure::still().await;
    let port = json!({"number": 22, "duration": "PT1H", "allowedSourceAddressPrefixes": [ME, "172.16.200.5"]});
    let got = azure.initiate("vm-web-01", &port).await;
    assert_eq!(
        got.body["virtualMachines"][0]["ports"][0]["allowedSourceAddressPrefixes"],
        json!([ME, "172.16.200.5"])
    );
}

#[tokio::test]
async fn access_expires_and_the_rule_lags() {
    let azure = Azure::still().await;
    azure.sim.set(|s| s.removal_delay_ms = 20_000);
    azure.ask("vm-web-01").await;
    assert_eq!(azure.rules_for("vm-web-01").await, 1);
    azure.sim.advance(SignedDuration::from_hours(1)).await;
    assert_eq!(
        azure.status("vm-web-01").await,
        ("Revoked".into(), "Expired".into())
    );
    assert_eq!(azure.rules_for("vm-web-01").await, 1);
    azure.sim.advance(SignedDuration::from_secs(20)).await;
    assert_eq!(azure.rules_for("vm-web-01").await, 0);
}

#[tokio::test]
async fn old_requests_stay_unsorted_with_unknown_values() {
    let azure = Azure::still().await;
    let got = azure.get(&azure.policy("vm-web-01"), JIT).await;
    let requests = got.body["properties"]["requests"]
        .as_array()
        .unwrap()
        .clone();
    let starts: Vec<&str> = requests
        .iter()
        .map(|r| r["startTimeUtc"].as_str().unwrap())
        .collect();
    assert!(!starts.is_sorted());
    assert!(requests.iter().any(|r| status_of(r).0 == "Suspended"));
    assert!(requests.iter().any(|r| r["requestor"] == ""));
    for text in starts {
        let fraction = text.split('.').nth(1).unwrap();
        assert_eq!(fraction.len(), 8, "seven digits and Z in {text}");
    }
}

#[tokio::test]
async fn the_simulator_can_shorten_every_access() {
    let azure = Azure::still().await;
    azure.sim.set(|s| s.access_seconds = Some(60));
    azure.ask("vm-web-01").await;
    azure.sim.advance(SignedDuration::from_secs(60)).await;
    assert_eq!(azure.status("vm-web-01").await.1, "Expired");
}

#[tokio::test]
async fn short_durations_only_by_the_switch() {
    let azure = Azure::still().await;
    assert_eq!(azure.ask_from("vm-web-01", ME, "PT1M").await.status, 400);
    azure.sim.set(|s| s.shortest_seconds = 1);
    assert_eq!(azure.ask_from("vm-web-01", ME, "PT1M").await.status, 202);
}

#[tokio::test]
async fn ids_in_the_request_may_be_in_any_case() {
    let azure = Azure::still().await;
    let body = json!({"virtualMachines": [{"id": azure.id("vm-web-01").to_uppercase(), "ports": [
        {"number": 22, "duration": "PT1H", "allowedSourceAddressPrefix": ME}]}]});
    let path = format!("{}/initiate", azure.policy("vm-web-01")).to_lowercase();
    assert_eq!(azure.post(&path, JIT, &body).await.status, 202);
}
