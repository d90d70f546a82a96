//! Everything that initiate refuses, and in which order it looks (contract 5.5).

use azure_sim::SubsetRule;
use rstest::rstest;
use serde_json::{Value, json};

use crate::kit::{Azure, JIT, ME, PROD};

#[rstest]
#[case(json!({"number": 22, "allowedSourceAddressPrefix": ME}))]
#[case(json!({"number": 22, "allowedSourceAddressPrefix": ME, "duration": "PT1H", "endTimeUtc": "2026-08-20T09:00:00Z"}))]
#[tokio::test]
async fn exactly_one_of_end_and_duration_even_without_a_policy(#[case] port: Value) {
    let azure = Azure::still().await;
    let body = json!({"virtualMachines": [{"id": azure.id("vm-web-01"), "ports": [port]}]});
    for policy in ["default", "nothing-here"] {
        let path = azure
            .policy("vm-web-01")
            .replace("/default", &format!("/{policy}"));
        let got = azure.post(&format!("{path}/initiate"), JIT, &body).await;
        assert_eq!(
            (got.status, got.code()),
            (400, "InvalidInitiateInput"),
            "{policy}"
        );
        assert_eq!(
            got.message(),
            "Only one of fields 'EndTimeUtc' and 'Duration' can be set."
        );
    }
}

#[tokio::test]
async fn a_missing_policy_and_another_region_are_not_found() {
    let azure = Azure::still().await;
    let port = json!({"number": 22, "allowedSourceAddressPrefix": ME, "duration": "PT1H"});
    let body = json!({"virtualMachines": [{"id": azure.id("vm-web-01"), "ports": [port]}]});
    let right = azure.policy("vm-web-01");
    for path in [
        right.replace("/default", "/other"),
        right.replace("westeurope", "northeurope"),
    ] {
        let got = azure.post(&format!("{path}/initiate"), JIT, &body).await;
        assert_eq!((got.status, got.code()), (404, "PolicyNotFound"));
        assert_eq!(
            got.message(),
            format!("Just-In-Time Network Access Policy '{path}' does not exist.")
        );
        assert_eq!(azure.get(&path, JIT).await.code(), "PolicyNotFound");
    }
}

#[rstest]
#[case::port_not_in_the_policy(json!({"number": 5985, "allowedSourceAddressPrefix": ME, "duration": "PT1H"}))]
#[case::too_long(json!({"number": 22, "allowedSourceAddressPrefix": ME, "duration": "PT4H"}))]
#[tokio::test]
async fn not_a_subset(#[case] port: Value) {
    let azure = Azure::still().await;
    let got = azure.initiate("vm-web-01", &port).await;
    assert_eq!(got.status, 400);
    assert!(
        got.message()
            .contains("is not a subset of policy '/subscriptions/"),
        "{}",
        got.message()
    );
}

#[tokio::test]
async fn a_source_outside_the_policy_is_not_a_subset() {
    let azure = Azure::still().await;
    assert!(
        azure
            .ask("vm-other-source")
            .await
            .message()
            .contains("not a subset of policy")
    );
    assert_eq!(
        azure
            .ask_from("vm-other-source", "192.0.2.9", "PT1H")
            .await
            .status,
        202
    );
}

#[tokio::test]
async fn by_the_exact_rule_only_the_whole_block_is_taken() {
    let azure = Azure::still().await;
    azure.sim.set(|s| s.subset_rule = SubsetRule::Exact);
    assert_eq!(
        azure
            .ask_from("vm-narrow-source", "172.16.200.5", "PT1H")
            .await
            .status,
        400
    );
    assert_eq!(
        azure
            .ask_from("vm-narrow-source", "172.16.200.0/24", "PT1H")
            .await
            .status,
        202
    );
    assert_eq!(azure.ask("vm-web-01").await.status, 202);
}

#[tokio::test]
async fn ipv6_is_not_supported() {
    let azure = Azure::still().await;
    let got = azure.ask_from("vm-web-01", "fd00::5", "PT1H").await;
    assert_eq!(got.status, 400);
    assert!(got.message().contains("IPv6 format, which is unsupported"));
}

#[tokio::test]
async fn duration_can_be_refused() {
    let azure = Azure::still().await;
    azure.sim.set(|s| s.duration_refused = true);
    assert_eq!(azure.ask("vm-web-01").await.code(), "InvalidInitiateInput");
    let port = json!({"number": 22, "allowedSourceAddressPrefix": ME, "endTimeUtc": "2026-08-20T09:00:00Z"});
    assert_eq!(azure.initiate("vm-web-01", &port).await.status, 202);
}

#[tokio::test]
async fn an_end_in_the_past_and_a_body_that_is_none() {
    let azure = Azure::still().await;
    let port = json!({"number": 22, "allowedSourceAddressPrefix": ME, "endTimeUtc": "2026-08-20T07:00:00Z"});
    assert_eq!(azure.initiate("vm-web-01", &port).await.status, 400);
    let got = azure
        .post(
            &format!("{}/initiate", azure.policy("vm-web-01")),
            JIT,
            &json!({"ports": []}),
        )
        .await;
    assert_eq!(got.code(), "InvalidRequestContent");
}

#[tokio::test]
async fn both_forms_of_the_source_are_refused() {
    let azure = Azure::still().await;
    let port = json!({"number": 22, "duration": "PT1H", "allowedSourceAddressPrefix": ME, "allowedSourceAddressPrefixes": [ME]});
    assert_eq!(azure.initiate("vm-web-01", &port).await.status, 400);
}

#[tokio::test]
async fn rights_in_one_group_only() {
    let azure = Azure::still().await;
    azure
        .sim
        .set(|s| s.rights_only_in = Some("rg-narrow".into()));
    let base = format!("/subscriptions/{PROD}");
    let list = "providers/Microsoft.Security/jitNetworkAccessPolicies";
    let got = azure.get(&format!("{base}/{list}"), JIT).await;
    assert_eq!((got.status, got.code()), (403, "AuthorizationFailed"));
    let got = azure
        .get(&format!("{base}/resourceGroups/rg-narrow/{list}"), JIT)
        .await;
    assert_eq!(got.body["value"].as_array().unwrap().len(), 1);
    assert_eq!(azure.ask("vm-web-01").await.status, 403);
    assert_eq!(azure.ask("vm-narrow-source").await.status, 202);
    let query = "resources | where type =~ 'microsoft.network/virtualnetworkgateways' | project id";
    let got = azure
        .graph(&json!({"query": query, "options": {"resultFormat": "objectArray"}}))
        .await;
    assert_eq!(got.body["count"], 0);
}

#[tokio::test]
async fn the_subscription_list_alone_can_be_forbidden() {
    let azure = Azure::still().await;
    azure.sim.set(|s| s.subscription_list_forbidden = true);
    let list = "providers/Microsoft.Security/jitNetworkAccessPolicies";
    assert_eq!(
        azure
            .get(&format!("/subscriptions/{PROD}/{list}"), JIT)
            .await
            .status,
        403
    );
    assert_eq!(
        azure
            .get(
                &format!("/subscriptions/{PROD}/resourceGroups/rg-prod/{list}"),
                JIT
            )
            .await
            .status,
        200
    );
}
