//! Claims challenges on writes, in every shape of the header (contract 2.6).

use azure_sim::{ChallengeShape, Fault, Wrong};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use rstest::rstest;
use serde_json::{Value, json};

use crate::kit::Azure;

fn claims_in(header: &str) -> Option<Value> {
    let encoded = header
        .split("claims=\"")
        .nth(1)?
        .split('"')
        .next()?
        .trim_end_matches('=');
    let bytes = STANDARD_NO_PAD
        .decode(encoded)
        .or_else(|_| URL_SAFE_NO_PAD.decode(encoded))
        .ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[rstest]
#[case(ChallengeShape::Plain)]
#[case(ChallengeShape::NoPadding)]
#[case(ChallengeShape::UrlSafe)]
#[case(ChallengeShape::SeveralHeaders)]
#[case(ChallengeShape::OtherOrder)]
#[tokio::test]
async fn a_write_wants_claims_and_passes_with_them(#[case] shape: ChallengeShape) {
    let mut azure = Azure::still().await;
    azure.sim.set(|s| {
        s.mfa_on_writes = true;
        s.challenge_shape = shape;
    });
    let got = azure.ask("vm-web-01").await;
    assert_eq!(got.status, 401);
    let headers: Vec<&str> = got
        .headers
        .get_all("www-authenticate")
        .iter()
        .filter_map(|h| h.to_str().ok())
        .collect();
    assert_eq!(
        headers.len(),
        if shape == ChallengeShape::SeveralHeaders {
            2
        } else {
            1
        }
    );
    let claims = headers.iter().find_map(|h| claims_in(h)).unwrap();
    assert!(
        headers
            .iter()
            .any(|h| h.contains("error=\"insufficient_claims\""))
    );
    assert_eq!(claims["access_token"]["acrs"]["values"][0], "p1");
    azure.token = azure
        .sign_in(&azure.sim.tenant(), Some(&claims.to_string()))
        .await;
    assert_eq!(azure.ask("vm-web-01").await.status, 202);
}

#[tokio::test]
async fn reads_pass_and_declaring_cp1_is_not_an_answer() {
    let mut azure = Azure::still().await;
    azure.sim.set(|s| s.mfa_on_writes = true);
    assert_eq!(
        azure
            .get(&azure.policy("vm-web-01"), "2020-01-01")
            .await
            .status,
        200
    );
    let cp1 = json!({"access_token": {"xms_cc": {"values": ["cp1"]}}}).to_string();
    azure.token = azure.sign_in(&azure.sim.tenant(), Some(&cp1)).await;
    assert_eq!(azure.ask("vm-web-01").await.status, 401);
}

#[tokio::test]
async fn any_claims_can_be_demanded_of_any_call() {
    let azure = Azure::still().await;
    let claims = json!({"access_token": {"nbf": {"essential": true, "value": "1502185177"}}});
    azure
        .sim
        .fault(Fault::on("jit.get", Wrong::Claims(claims.clone())).times(1));
    let got = azure.get(&azure.policy("vm-web-01"), "2020-01-01").await;
    assert_eq!(
        claims_in(got.header("www-authenticate").unwrap()),
        Some(claims)
    );
}
