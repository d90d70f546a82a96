//! Every AADSTS number of contract 2.7, at every place where a client can meet it.

use azure_sim::{Fault, Wrong};
use rstest::rstest;
use serde_json::Value;

use super::flow::*;
use crate::kit::read;

/// Number, `error` and `suberror` at the token endpoint, status, claims, `error` in a redirect.
const TABLE: &[(u32, &str, &str, u16, bool, &str)] = &[
    (
        16000,
        "interaction_required",
        "",
        400,
        false,
        "interaction_required",
    ),
    (50058, "login_required", "", 400, false, "login_required"),
    (50089, "invalid_grant", "", 400, false, "access_denied"),
    (50132, "invalid_grant", "", 400, false, "access_denied"),
    (50133, "invalid_grant", "", 400, false, "access_denied"),
    (50173, "invalid_grant", "", 400, false, "access_denied"),
    (
        70043,
        "invalid_grant",
        "token_expired",
        400,
        false,
        "access_denied",
    ),
    (
        70044,
        "invalid_grant",
        "token_expired",
        400,
        false,
        "access_denied",
    ),
    (700_082, "invalid_grant", "", 400, false, "access_denied"),
    (700_084, "invalid_grant", "", 400, false, "access_denied"),
    (
        50072,
        "interaction_required",
        "basic_action",
        400,
        true,
        "interaction_required",
    ),
    (
        50074,
        "interaction_required",
        "basic_action",
        400,
        true,
        "interaction_required",
    ),
    (
        50076,
        "interaction_required",
        "basic_action",
        400,
        true,
        "interaction_required",
    ),
    (
        50078,
        "interaction_required",
        "basic_action",
        400,
        true,
        "interaction_required",
    ),
    (
        50079,
        "interaction_required",
        "basic_action",
        400,
        true,
        "interaction_required",
    ),
    (
        50097,
        "interaction_required",
        "device_authentication_failed",
        400,
        false,
        "interaction_required",
    ),
    (
        50129,
        "interaction_required",
        "device_authentication_failed",
        400,
        false,
        "interaction_required",
    ),
    (
        50131,
        "interaction_required",
        "message_only",
        400,
        false,
        "interaction_required",
    ),
    (
        53000,
        "interaction_required",
        "message_only",
        400,
        true,
        "interaction_required",
    ),
    (
        53001,
        "interaction_required",
        "message_only",
        400,
        true,
        "interaction_required",
    ),
    (
        53003,
        "invalid_grant",
        "message_only",
        400,
        true,
        "access_denied",
    ),
    (50020, "invalid_grant", "", 400, false, "access_denied"),
    (50034, "invalid_grant", "", 400, false, "access_denied"),
    (50057, "invalid_grant", "", 400, false, "access_denied"),
    (50059, "invalid_request", "", 400, false, ""),
    (90002, "invalid_request", "", 400, false, ""),
    (50105, "invalid_grant", "", 400, false, "access_denied"),
    (50011, "invalid_request", "", 400, false, ""),
    (501_481, "invalid_grant", "", 400, false, "access_denied"),
    (50194, "invalid_request", "", 400, false, ""),
    (
        500_011,
        "invalid_resource",
        "",
        400,
        false,
        "invalid_resource",
    ),
    (500_212, "invalid_grant", "", 400, false, "access_denied"),
    (500_213, "invalid_grant", "", 400, false, "access_denied"),
    (
        65001,
        "invalid_grant",
        "consent_required",
        400,
        false,
        "consent_required",
    ),
    (
        90094,
        "invalid_grant",
        "consent_required",
        400,
        false,
        "consent_required",
    ),
    (700_016, "unauthorized_client", "", 400, false, ""),
    (
        7_000_218,
        "invalid_client",
        "",
        401,
        false,
        "unauthorized_client",
    ),
    (
        70016,
        "authorization_pending",
        "",
        400,
        false,
        "authorization_pending",
    ),
    (
        70018,
        "bad_verification_code",
        "",
        400,
        false,
        "bad_verification_code",
    ),
    (70019, "expired_token", "", 400, false, "expired_token"),
    (70020, "expired_token", "", 400, false, "expired_token"),
    (50196, "invalid_grant", "", 400, false, "access_denied"),
    (293_004, "invalid_grant", "", 400, false, "access_denied"),
];

fn check(body: &Value, line: &(u32, &str, &str, u16, bool, &str)) {
    let (number, error, suberror, _, claims, _) = *line;
    assert_eq!(body["error"], error, "{number}");
    assert_eq!(
        body["suberror"].as_str().unwrap_or(""),
        suberror,
        "{number}"
    );
    assert_eq!(body["error_codes"], serde_json::json!([number]));
    let said = text(body, "error_description");
    assert!(said.starts_with(&format!("AADSTS{number}: ")), "{said}");
    assert!(said.contains("Correlation ID: "));
    let inside: Option<Value> = body["claims"]
        .as_str()
        .map(|text| serde_json::from_str(text).unwrap());
    assert_eq!(inside.is_some(), claims, "{number}");
}

#[tokio::test]
async fn every_number_at_the_token_and_the_device_code_endpoint() {
    let client = Client::new().await;
    let token = text(&client.sign_in(WORKER, "common").await, "refresh_token");
    let sim = &client.azure.sim;
    let url = format!("{}/common/oauth2/v2.0/devicecode", sim.base());
    let fields = [
        ("client_id", sim.public_client_id()),
        ("scope", SCOPE.into()),
    ];
    for line in TABLE {
        let fault = |route: &str| Fault::on(route, Wrong::entra(line.0)).times(1);
        sim.fault(fault("token.refresh_token"));
        let got = client.refresh("common", &token, CP1).await;
        assert_eq!(got.status, line.3, "{}", line.0);
        check(&got.body, line);
        sim.fault(fault("devicecode"));
        let sent = client.azure.http.post(&url).form(&fields).send();
        let got = read(sent.await.unwrap()).await;
        assert_eq!(got.status, line.3, "{}", line.0);
        check(&got.body, line);
    }
    // None of them used the token up.
    assert_eq!(client.refresh("common", &token, CP1).await.status, 200);
}

#[tokio::test]
async fn every_number_at_the_authorize_endpoint() {
    let client = Client::new().await;
    for (number, _, suberror, _, _, error) in TABLE {
        let fault = Fault::on("authorize", Wrong::entra(*number)).times(1);
        client.azure.sim.fault(fault);
        let visit = client.visit(person(WORKER), "common", &client.asks()).await;
        if error.is_empty() {
            assert!(visit.redirect.is_none(), "{number}");
            assert!(visit.said.contains(&format!("AADSTS{number}: ")));
            continue;
        }
        let back = sent_back(&visit);
        assert_eq!(back["error"], *error, "{number}");
        assert_eq!(back.get("error_subcode").map_or("", |s| s), *suberror);
        assert_eq!(back["state"], "the-state");
        let said = &back["error_description"];
        assert!(said.starts_with(&format!("AADSTS{number}: ")), "{said}");
    }
}

#[rstest]
#[case("authorize.answer", 53000)]
#[case("token.authorization_code", 50076)]
#[tokio::test]
async fn a_number_may_come_after_the_person_has_picked(#[case] route: &str, #[case] number: u32) {
    let client = Client::new().await;
    client
        .azure
        .sim
        .fault(Fault::on(route, Wrong::entra(number)));
    let visit = client.visit(person(WORKER), "common", &client.asks()).await;
    if route == "authorize.answer" {
        assert_eq!(visit.pages, ["account"]);
        assert!(sent_back(&visit)["error_description"].contains("AADSTS53000"));
    } else {
        let got = client.redeem("common", &code_of(&visit)).await;
        assert_eq!(got.body["error_codes"][0], number);
    }
}

#[tokio::test]
async fn claims_of_ones_own_travel_with_a_number() {
    let client = Client::new().await;
    let token = text(&client.sign_in(WORKER, "common").await, "refresh_token");
    let claims =
        serde_json::json!({"access_token": {"acrs": {"essential": true, "values": ["c7"]}}});
    let wrong = Wrong::Entra {
        code: 50079,
        claims: Some(claims.clone()),
    };
    client.azure.sim.fault(Fault::on("token", wrong).times(1));
    let got = client.refresh("common", &token, CP1).await;
    assert_eq!(text(&got.body, "claims"), claims.to_string());
}

#[tokio::test]
async fn throttling_html_and_a_dead_line_come_here_as_everywhere() {
    let client = Client::new().await;
    let token = text(&client.sign_in(WORKER, "common").await, "refresh_token");
    let sim = &client.azure.sim;
    sim.fault(Fault::on("token.*", Wrong::Throttled(Some(7))).times(1));
    let got = client.refresh("common", &token, CP1).await;
    assert_eq!((got.status, got.header("retry-after")), (429, Some("7")));
    sim.fault(Fault::on("token", Wrong::Html(200)).times(1));
    let got = client.refresh("common", &token, CP1).await;
    assert!(got.body.as_str().unwrap().contains("<html>"));
    assert_eq!(client.refresh("common", &token, CP1).await.status, 200);
}
