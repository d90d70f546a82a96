//! Device codes: the code, the page, the polls (contract 2.4).

use azure_sim::{Consent, DeviceCodeRule, End};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::Value;

use super::flow::*;
use crate::kit::{Got, read};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

impl Client {
    async fn device_code(&self, tenant: &str, claims: &str) -> Got {
        let sim = &self.azure.sim;
        let url = format!("{}/{tenant}/oauth2/v2.0/devicecode", sim.base());
        let fields = [
            ("client_id", sim.public_client_id()),
            ("scope", SCOPE.into()),
            ("claims", claims.into()),
        ];
        read(
            self.azure
                .http
                .post(url)
                .form(&fields)
                .send()
                .await
                .unwrap(),
        )
        .await
    }

    async fn poll(&self, tenant: &str, code: &Value) -> Got {
        let fields = vec![
            ("grant_type", GRANT.to_owned()),
            ("client_id", self.azure.sim.public_client_id()),
            ("device_code", text(code, "device_code")),
        ];
        self.post(tenant, &fields).await
    }

    async fn pass(&self, seconds: i64) {
        let by = SignedDuration::from_secs(seconds);
        self.azure.sim.advance(by).await;
    }
}

#[tokio::test]
async fn a_code_is_entered_and_the_poll_gets_tokens_once() {
    let client = Client::new().await;
    let code = client.device_code("organizations", CP1).await;
    assert_eq!(code.status, 200, "{:?}", code.body);
    let code = code.body;
    assert_eq!(
        (&code["expires_in"], &code["interval"]),
        (&900.into(), &5.into())
    );
    assert!(text(&code, "message").contains(&text(&code, "user_code")));
    assert!(code.get("verification_uri_complete").is_none());
    let page = text(&code, "verification_uri");
    assert_eq!(page, format!("{}/devicelogin", client.azure.sim.pages()));
    let got = client.poll("organizations", &code).await;
    assert_eq!(
        (got.status, got.body["error"].as_str()),
        (400, Some("authorization_pending"))
    );
    let typed = text(&code, "user_code").to_lowercase();
    let mut browser = person(WORKER).entering(&typed);
    let visit = browser.visit(&page).await.unwrap();
    assert_eq!(
        visit.pages,
        ["code", "account", "sign-in", "confirm", "done"]
    );
    assert!(visit.arrived());
    client.pass(5).await;
    let got = client.poll("organizations", &code).await;
    assert_eq!(got.status, 200, "{:?}", got.body);
    assert!(!text(&got.body, "refresh_token").is_empty());
    assert_eq!(got.body["expires_in"], 86_400);
    client.pass(5).await;
    let got = client.poll("organizations", &code).await;
    assert_eq!(got.body["error"], "bad_verification_code");
}

#[tokio::test]
async fn polls_that_come_too_fast_have_to_slow_down() {
    let client = Client::new().await;
    let code = client.device_code("common", "").await.body;
    let polls = [
        (0, "authorization_pending"),
        (4, "slow_down"),
        (5, "slow_down"),
        (15, "authorization_pending"),
    ];
    for (wait, error) in polls {
        client.pass(wait).await;
        let got = client.poll("common", &code).await;
        assert_eq!(got.body["error"], error, "after {wait}");
    }
    assert_eq!(client.azure.sim.sign_ins().polled_too_fast, 2);
    assert_eq!(client.azure.sim.sign_ins().refused, 0);
}

#[tokio::test]
async fn a_code_expires_for_both_sides() {
    let client = Client::new().await;
    let code = client.device_code("common", "").await.body;
    client.pass(900).await;
    let got = client.poll("common", &code).await;
    assert_eq!(got.body["error"], "expired_token");
    let mut browser = person(WORKER).entering(&text(&code, "user_code"));
    let visit = browser
        .visit(&text(&code, "verification_uri"))
        .await
        .unwrap();
    assert_eq!((visit.end, visit.pages.len()), (End::Stuck, 2));
    assert!(visit.said.contains("not known"));
}

#[tokio::test]
async fn the_person_declines() {
    let client = Client::new().await;
    let code = client.device_code("common", "").await.body;
    let mut browser = person(WORKER)
        .entering(&text(&code, "user_code"))
        .refusing();
    let visit = browser
        .visit(&text(&code, "verification_uri"))
        .await
        .unwrap();
    assert_eq!(visit.pages, ["code", "account", "declined"]);
    let got = client.poll("common", &code).await;
    assert_eq!(got.body["error"], "authorization_declined");
}

#[tokio::test]
async fn policy_forbids_device_codes_at_the_start_or_at_the_page() {
    let client = Client::new().await;
    client
        .azure
        .sim
        .set(|s| s.device_code = DeviceCodeRule::BlockedAtStart);
    let got = client.device_code("common", "").await;
    assert_eq!(
        (got.status, &got.body["error_codes"][0]),
        (400, &53003.into())
    );
    assert_eq!(got.body["suberror"], "message_only");
    client
        .azure
        .sim
        .set(|s| s.device_code = DeviceCodeRule::BlockedAtPage);
    let code = client.device_code("common", "").await.body;
    let mut browser = person(WORKER).entering(&text(&code, "user_code"));
    let visit = browser
        .visit(&text(&code, "verification_uri"))
        .await
        .unwrap();
    assert_eq!((visit.end, visit.arrived()), (End::Page, false));
    assert!(visit.said.contains("AADSTS53003"));
    let got = client.poll("common", &code).await;
    assert_eq!(got.body["error_codes"][0], 53003);
}

#[rstest]
#[case(true, Consent::Given, "mfa")]
#[case(false, Consent::ByPerson, "consent")]
#[tokio::test]
async fn the_device_page_asks_what_the_sign_in_page_asks(
    #[case] mfa: bool,
    #[case] consent: Consent,
    #[case] page: &str,
) {
    let client = Client::new().await;
    client.azure.sim.set(|s| s.consent = consent);
    let claims = if mfa { ACRS } else { CP1 };
    let code = client.device_code("common", claims).await.body;
    let mut browser = person(WORKER)
        .approving()
        .entering(&text(&code, "user_code"));
    let visit = browser
        .visit(&text(&code, "verification_uri"))
        .await
        .unwrap();
    assert!(visit.arrived(), "{visit:?}");
    assert!(visit.pages.contains(&page.to_owned()), "{visit:?}");
    let got = client.poll("common", &code).await;
    assert_eq!(got.status, 200, "{:?}", got.body);
    let amr = &payload(&got.body["access_token"])["amr"];
    assert_eq!(amr.as_array().unwrap().len(), if mfa { 2 } else { 1 });
}

#[tokio::test]
async fn without_public_flows_there_is_no_token() {
    let client = Client::new().await;
    client.azure.sim.set(|s| s.public_flows = false);
    let code = client.device_code("common", "").await.body;
    let got = client.poll("common", &code).await;
    assert_eq!(
        (got.status, got.body["error"].as_str()),
        (401, Some("invalid_client"))
    );
    assert_eq!(got.body["error_codes"][0], 7_000_218);
}

#[tokio::test]
async fn the_device_page_may_answer_itself() {
    let client = Client::new().await;
    client
        .azure
        .sim
        .set(|s| s.answers_itself = Some(WORKER.into()));
    let code = client.device_code("common", ACRS).await.body;
    let mut browser = azure_sim::Visitor::new().unwrap();
    let visit = browser
        .visit(&text(&code, "verification_uri"))
        .await
        .unwrap();
    assert_eq!(visit.pages, ["done"]);
    let got = client.poll("common", &code).await;
    assert_eq!(payload(&got.body["access_token"])["upn"], WORKER);
}
