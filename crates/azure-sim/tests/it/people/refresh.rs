//! Codes and refresh tokens: once, rotated, for other tenants, and not for ever (contract 2.3, 2.5).

use azure_sim::{Consent, Deed, Rotation};
use jiff::SignedDuration;
use rstest::rstest;

use super::flow::*;

#[rstest]
#[case(
    "code_verifier",
    "another-verifier-that-is-long-enough-to-be-one",
    501_481
)]
#[case("redirect_uri", "http://localhost:51000", 50011)]
#[case("client_id", "11111111-2222-4333-8444-555555555555", 700_016)]
#[case("code", "never-given", 70000)]
#[case("code_verifier", "", 900_144)]
#[tokio::test]
async fn a_code_needs_everything_that_belongs_to_it(
    #[case] name: &'static str,
    #[case] value: &str,
    #[case] number: u32,
) {
    let client = Client::new().await;
    let visit = client.visit(person(WORKER), "common", &client.asks()).await;
    let right = client.redeems(&code_of(&visit));
    let got = client.post("common", &with(right, name, value)).await;
    assert_eq!(
        (got.status, &got.body["error_codes"][0]),
        (400, &number.into())
    );
}

#[tokio::test]
async fn a_code_works_once_and_not_for_long() {
    let client = Client::new().await;
    let visit = client.visit(person(WORKER), "common", &client.asks()).await;
    let code = code_of(&visit);
    let first = client.redeem("common", &code).await;
    let second = client.redeem("common", &code).await;
    assert_eq!(second.body["error"], "invalid_grant");
    let counts = client.azure.sim.sign_ins();
    assert_eq!((counts.codes_reused, counts.live_refresh_tokens), (1, 0));
    let token = text(&first.body, "refresh_token");
    assert_eq!(client.refresh(CONTOSO, &token, CP1).await.status, 400);

    let visit = client.visit(person(WORKER), "common", &client.asks()).await;
    client
        .azure
        .sim
        .advance(SignedDuration::from_secs(601))
        .await;
    let late = client.redeem("common", &code_of(&visit)).await;
    assert_eq!(late.body["error_codes"][0], 70008);
}

#[tokio::test]
async fn a_rotated_token_ends_its_whole_family_and_is_counted() {
    let client = Client::new().await;
    let first = text(&client.sign_in(WORKER, "common").await, "refresh_token");
    let second = client.refresh(CONTOSO, &first, CP1).await;
    let second = text(&second.body, "refresh_token");
    assert_ne!(first, second);
    let third = client.refresh(CONTOSO, &second, CP1).await;
    let third = text(&third.body, "refresh_token");
    let reused = client.refresh(CONTOSO, &first, CP1).await;
    assert_eq!(
        (reused.status, reused.body["error"].as_str()),
        (400, Some("invalid_grant"))
    );
    let got = client.refresh(CONTOSO, &third, CP1).await;
    assert_eq!(got.body["error_codes"][0], 50173);
    let counts = client.azure.sim.sign_ins();
    assert_eq!(
        (
            counts.refreshes,
            counts.rotated_reused,
            counts.live_refresh_tokens
        ),
        (2, 1, 0)
    );
}

#[tokio::test]
async fn a_lenient_entra_takes_the_old_one_too() {
    let client = Client::new().await;
    client.azure.sim.set(|s| s.rotation = Rotation::Lenient);
    let token = text(&client.sign_in(WORKER, "common").await, "refresh_token");
    for _ in 0..3 {
        assert_eq!(client.refresh(CONTOSO, &token, CP1).await.status, 200);
    }
    assert_eq!(client.azure.sim.sign_ins().rotated_reused, 0);
}

#[tokio::test]
async fn one_token_serves_every_tenant_that_knows_the_person() {
    let client = Client::new().await;
    let token = text(&client.sign_in(ADMIN, "common").await, "refresh_token");
    let got = client.refresh(PARTNER, &token, CP1).await;
    assert_eq!(payload(&got.body["access_token"])["tid"], PARTNER);
    let token = text(&got.body, "refresh_token");
    let leave = Deed::Guest {
        upn: ADMIN.into(),
        tenant: PARTNER.into(),
        there: false,
    };
    client.azure.sim.trigger(leave).await.unwrap();
    let got = client.refresh(PARTNER, &token, CP1).await;
    assert_eq!(got.body["error_codes"][0], 50020);
    // A refusal does not rotate.
    assert_eq!(client.refresh("common", &token, CP1).await.status, 200);
}

#[tokio::test]
async fn ninety_days_unused_are_too_long() {
    let client = Client::new().await;
    let token = text(&client.sign_in(WORKER, "common").await, "refresh_token");
    let days = |n: i64| SignedDuration::from_hours(24 * n);
    client.azure.sim.advance(days(89)).await;
    let got = client.refresh("common", &token, CP1).await;
    let token = text(&got.body, "refresh_token");
    client.azure.sim.advance(days(89)).await;
    let got = client.refresh("common", &token, CP1).await;
    let token = text(&got.body, "refresh_token");
    client.azure.sim.advance(days(90)).await;
    let got = client.refresh("common", &token, CP1).await;
    assert_eq!(got.body["error_codes"][0], 700_082);
}

#[tokio::test]
async fn revoking_ends_tokens_and_browsers_until_somebody_signs_in_again() {
    let client = Client::new().await;
    let mut browser = person(WORKER).not_landing();
    let page = client.page("common", &client.asks());
    let visit = browser.visit(&page).await.unwrap();
    let body = client.redeem("common", &code_of(&visit)).await.body;
    let revoke = Deed::RevokeSessions { upn: WORKER.into() };
    let done = client.azure.sim.trigger(revoke).await.unwrap();
    assert_eq!(done["ended_refresh_tokens"], 1);
    let got = client
        .refresh("common", &text(&body, "refresh_token"), CP1)
        .await;
    assert_eq!(got.body["error"], "invalid_grant");
    assert_eq!(got.body["error_codes"][0], 50173);
    assert_eq!(client.azure.sim.sign_ins().rotated_reused, 0);
    let visit = browser.visit(&page).await.unwrap();
    assert_eq!(visit.pages, ["account", "sign-in"]);
    let body = client.redeem("common", &code_of(&visit)).await.body;
    let token = text(&body, "refresh_token");
    assert_eq!(client.refresh("common", &token, CP1).await.status, 200);
}

#[tokio::test]
async fn claims_that_ask_for_more_lead_to_the_person() {
    let client = Client::new().await;
    let token = text(&client.sign_in(WORKER, "common").await, "refresh_token");
    let got = client.refresh("common", &token, ACRS).await;
    assert_eq!(got.body["error"], "interaction_required");
    assert_eq!(got.body["error_codes"][0], 50076);
    assert_eq!(got.body["suberror"], "basic_action");
    let claims: serde_json::Value = serde_json::from_str(&text(&got.body, "claims")).unwrap();
    assert_eq!(claims["access_token"]["acrs"]["values"][0], "p1");
    assert!(claims["access_token"].get("xms_cc").is_none());
    let body = client.sign_in_with(WORKER, "common", ACRS).await;
    let got = client
        .refresh("common", &text(&body, "refresh_token"), ACRS)
        .await;
    assert_eq!(got.status, 200, "{:?}", got.body);
}

#[tokio::test]
async fn consent_is_missing_at_the_token_endpoint_too() {
    let client = Client::new().await;
    let token = text(&client.sign_in(WORKER, "common").await, "refresh_token");
    for (consent, number) in [
        (Consent::ByPerson, 65001),
        (Consent::ByAdministrator, 90094),
    ] {
        client.azure.sim.set(|s| s.consent = consent);
        let got = client.refresh("common", &token, CP1).await;
        assert_eq!(got.body["error_codes"][0], number);
        assert_eq!(got.body["suberror"], "consent_required");
    }
}

#[tokio::test]
async fn nothing_secret_is_kept_in_what_was_asked_or_told_by_the_state() {
    let client = Client::new().await;
    let token = text(&client.sign_in(WORKER, "common").await, "refresh_token");
    let next = client.refresh("common", &token, CP1).await;
    let next = text(&next.body, "refresh_token");
    let asked = format!("{:?}", client.azure.sim.asked());
    let control = client.azure.sim.control();
    let state = azure_sim::control::call(&control, "state", None)
        .await
        .unwrap();
    assert_eq!(state["sign_ins"]["refreshes"], 1);
    assert_eq!(state["sign_ins"]["people"][1]["live_refresh_tokens"], 1);
    for secret in [token.as_str(), next.as_str(), VERIFIER] {
        assert!(!asked.contains(secret) && !state.to_string().contains(secret));
    }
}

#[tokio::test]
async fn of_fifty_who_send_the_same_token_one_gets_a_new_one() {
    let client = Client::new().await;
    let token = text(&client.sign_in(WORKER, "common").await, "refresh_token");
    let all = (0..50).map(|_| client.refresh("common", &token, CP1));
    let all = futures_util::future::join_all(all).await;
    assert_eq!(all.iter().filter(|got| got.status == 200).count(), 1);
    assert_eq!(client.azure.sim.sign_ins().rotated_reused, 49);
}

#[tokio::test]
async fn a_canary_stands_in_everything_that_is_secret() {
    let client = Client::new().await;
    client.azure.sim.set(|s| s.canary = Some("CANARY".into()));
    let visit = client.visit(person(WORKER), "common", &client.asks()).await;
    let code = code_of(&visit);
    let body = client.redeem("common", &code).await.body;
    assert!(code.contains("CANARY"));
    for name in ["access_token", "refresh_token", "id_token"] {
        assert!(text(&body, name).contains("CANARY"), "{name}");
    }
    payload(&body["id_token"]);
}
