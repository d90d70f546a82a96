//! Tenants, subscriptions, policy lists: scopes, pages, a nextLink to somewhere else, api-versions, headers.

use reqwest::Method;
use serde_json::Value;

use crate::kit::{Azure, COMPUTE, JIT, PARTNER, PROD, TEST, read};

const LIST: &str = "providers/Microsoft.Security/jitNetworkAccessPolicies";

fn names(body: &Value, key: &str) -> Vec<String> {
    body["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v[key].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn tenants_all_subscriptions_of_one() {
    let azure = Azure::still().await;
    let tenants = azure.get("/tenants", "2022-12-01").await;
    assert_eq!(tenants.body["value"][0]["tenantCategory"], "Home");
    assert_eq!(tenants.body["value"][1].get("displayName"), None);
    let subs = azure.get("/subscriptions", "2022-12-01").await;
    assert_eq!(names(&subs.body, "subscriptionId"), [PROD, TEST]);
    let one = azure
        .get(&format!("/subscriptions/{PROD}"), "2022-12-01")
        .await;
    assert_eq!(one.body["displayName"], "Contoso Production");
    let places = azure
        .get(&format!("/subscriptions/{PROD}/locations"), "2022-12-01")
        .await;
    assert!(names(&places.body, "name").contains(&"westeurope".to_owned()));
    let other = azure
        .sign_in("72f988aa-2222-4000-8000-0000000000bb", None)
        .await;
    let azure = Azure {
        token: other,
        ..azure
    };
    assert_eq!(
        names(
            &azure.get("/subscriptions", "2022-12-01").await.body,
            "subscriptionId"
        ),
        [PARTNER]
    );
}

#[tokio::test]
async fn an_unknown_subscription_is_not_found() {
    let azure = Azure::still().await;
    let got = azure
        .get(&format!("/subscriptions/no-such/{LIST}"), JIT)
        .await;
    assert_eq!((got.status, got.code()), (404, "SubscriptionNotFound"));
}

#[tokio::test]
async fn four_scopes_and_a_policy_that_only_its_group_shows() {
    let azure = Azure::still().await;
    let base = format!("/subscriptions/{PROD}");
    let whole = azure.get(&format!("{base}/{LIST}"), JIT).await;
    assert!(!whole.body.to_string().contains("rg-hidden"));
    let group = azure
        .get(&format!("{base}/resourcegroups/RG-HIDDEN/{LIST}"), JIT)
        .await;
    assert_eq!(names(&group.body, "name"), ["default"]);
    let at = "providers/Microsoft.Security/locations/westeurope/jitNetworkAccessPolicies";
    let placed = azure.get(&format!("{base}/{at}"), JIT).await;
    assert_eq!(
        names(&placed.body, "name").len(),
        names(&whole.body, "name").len()
    );
    let both = azure
        .get(&format!("{base}/resourceGroups/rg-prod/{at}"), JIT)
        .await;
    assert_eq!(names(&both.body, "name"), ["default", "narrow"]);
    let elsewhere = azure
        .get(
            &format!("{base}/{}", at.replace("westeurope", "eastus")),
            JIT,
        )
        .await;
    assert_eq!(elsewhere.body["value"], serde_json::json!([]));
}

#[tokio::test]
async fn ids_come_in_changed_case() {
    let azure = Azure::still().await;
    let whole = azure
        .get(&format!("/subscriptions/{PROD}/{LIST}"), JIT)
        .await
        .body
        .to_string();
    assert!(whole.contains(
        "/resourcegroups/RG-CASE/providers/Microsoft.Compute/virtualMachines/vm-changed-case"
    ));
    assert!(whole.contains(
        "/resourcegroups/rg-lower/providers/microsoft.compute/virtualmachines/vm-lower-case"
    ));
}

#[tokio::test]
async fn pages_are_followed_to_the_end() {
    let azure = Azure::still().await;
    let path = format!("/subscriptions/{PROD}/{LIST}");
    let all = names(&azure.get(&path, JIT).await.body, "id");
    azure.sim.set(|s| s.page_size = Some(2));
    let mut seen = Vec::new();
    let mut got = azure.get(&path, JIT).await;
    loop {
        let page = names(&got.body, "id");
        assert!(page.len() <= 2);
        seen.extend(page);
        let Some(next) = got.body["nextLink"].as_str().map(str::to_owned) else {
            break;
        };
        assert!(next.starts_with(azure.sim.base()));
        got = read(azure.raw(Method::GET, &next, "", None).await.unwrap()).await;
    }
    assert_eq!(seen, all);
}

#[tokio::test]
async fn a_next_link_can_point_elsewhere() {
    let azure = Azure::still().await;
    azure.sim.set(|s| {
        s.page_size = Some(1);
        s.next_link_host = Some("evil.example".into());
    });
    let got = azure
        .get(&format!("/subscriptions/{PROD}/{LIST}"), JIT)
        .await;
    assert!(
        got.body["nextLink"]
            .as_str()
            .unwrap()
            .starts_with("https://evil.example/subscriptions/")
    );
}

#[tokio::test]
async fn api_versions_are_mandatory_and_known() {
    let azure = Azure::still().await;
    let path = format!("/subscriptions/{PROD}/{LIST}");
    for (version, code) in [
        ("", "MissingApiVersionParameter"),
        ("1999-01-01", "NoRegisteredProviderFound"),
        ("latest", "InvalidApiVersionParameter"),
    ] {
        let got = azure.get(&path, version).await;
        assert_eq!((got.status, got.code()), (400, code));
    }
}

#[tokio::test]
async fn every_answer_carries_date_ids_and_quota() {
    let azure = Azure::still().await;
    let got = azure.get(&azure.policy("vm-web-01"), JIT).await;
    assert_eq!(got.header("date"), Some("Thu, 20 Aug 2026 08:00:00 GMT"));
    assert_eq!(
        got.header("x-ms-ratelimit-remaining-subscription-resource-requests"),
        Some("749")
    );
    let correlation = got.header("x-ms-correlation-request-id").unwrap();
    assert!(got.header("x-ms-request-id").is_some());
    let asked = azure.sim.asked_on("jit.get");
    assert_eq!(asked[0].correlation_id, correlation);
    assert_eq!(
        azure
            .ask("vm-web-01")
            .await
            .header("x-ms-ratelimit-remaining-subscription-writes"),
        Some("1199")
    );
    assert_eq!(asked[0].version, "HTTP/2.0");
}

#[tokio::test]
async fn http_1_1_works_too() {
    let azure = Azure::still().await;
    let ca = reqwest::Certificate::from_pem(azure.sim.ca_pem().as_bytes()).unwrap();
    let old = reqwest::Client::builder()
        .tls_certs_only([ca])
        .no_proxy()
        .http1_only()
        .build()
        .unwrap();
    let azure = Azure { http: old, ..azure };
    assert_eq!(azure.get("/tenants", "2022-12-01").await.status, 200);
    assert_eq!(azure.sim.asked_on("tenants")[0].version, "HTTP/1.1");
}

#[tokio::test]
async fn unknown_paths_and_methods() {
    let azure = Azure::still().await;
    let got = read(
        azure
            .raw(Method::GET, "/nothing/here", COMPUTE, None)
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(got.status, 404);
    let got = read(
        azure
            .raw(Method::DELETE, &azure.policy("vm-web-01"), JIT, None)
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(got.status, 405);
}
