//! Sign-ins that are wrong on purpose: what a client has to notice.

use azure_sim::Tamper;
use rstest::rstest;
use serde_json::Value;

use super::flow::*;

#[rstest]
#[case(Tamper::State, Some("another-state"))]
#[case(Tamper::NoState, None)]
#[tokio::test]
async fn the_state_is_not_the_clients(#[case] tamper: Tamper, #[case] state: Option<&str>) {
    let client = Client::new().await;
    client.azure.sim.set(|s| s.tamper = Some(tamper));
    let visit = client.visit(person(WORKER), "common", &client.asks()).await;
    let back = sent_back(&visit);
    assert_eq!(back.get("state").map(String::as_str), state);
    assert!(back.contains_key("code"));
}

#[tokio::test]
async fn a_redirect_may_carry_nothing_or_markup() {
    let client = Client::new().await;
    client.azure.sim.set(|s| s.tamper = Some(Tamper::NoCode));
    let visit = client.visit(person(WORKER), "common", &client.asks()).await;
    let back = sent_back(&visit);
    assert!(!back.contains_key("code") && !back.contains_key("error"));
    client.azure.sim.set(|s| s.markup_in_errors = true);
    let visit = client
        .visit(person(WORKER).refusing(), "common", &client.asks())
        .await;
    assert!(sent_back(&visit)["error_description"].starts_with("<script>"));
}

/// What the id token says of the person, the tenant and its time, right or wrong.
fn look(client: &Client, id: &Value) -> Vec<Tamper> {
    let sim = &client.azure.sim;
    let (worker, now) = (sim.person(WORKER).unwrap(), sim.now().as_second());
    let mut wrong = Vec::new();
    let mut see = |what, right: bool| {
        if !right {
            wrong.push(what);
        }
    };
    see(Tamper::Audience, id["aud"] == sim.public_client_id());
    see(Tamper::Tenant, id["tid"] == CONTOSO);
    see(
        Tamper::Issuer,
        text(id, "iss").starts_with(&format!("{}/", sim.base())),
    );
    see(Tamper::Account, id["oid"] == worker.oid);
    see(Tamper::Expired, id["exp"].as_i64().unwrap() > now);
    see(Tamper::NotYet, id["nbf"].as_i64().unwrap() <= now);
    match id.get("nonce") {
        None => see(Tamper::NoNonce, false),
        Some(nonce) => see(Tamper::Nonce, nonce == "the-nonce"),
    }
    wrong
}

#[rstest]
#[case(Tamper::Audience)]
#[case(Tamper::Tenant)]
#[case(Tamper::Issuer)]
#[case(Tamper::Account)]
#[case(Tamper::Expired)]
#[case(Tamper::NotYet)]
#[case(Tamper::Nonce)]
#[case(Tamper::NoNonce)]
#[tokio::test]
async fn exactly_one_thing_is_wrong_with_the_id_token(#[case] tamper: Tamper) {
    let client = Client::new().await;
    let id = payload(&client.sign_in(WORKER, "common").await["id_token"]);
    assert!(look(&client, &id).is_empty());
    client.azure.sim.set(|s| s.tamper = Some(tamper));
    let id = payload(&client.sign_in(WORKER, "common").await["id_token"]);
    assert_eq!(look(&client, &id), [tamper]);
}

#[tokio::test]
async fn tokens_are_missing_malformed_or_for_somebody_else() {
    let mut client = Client::new().await;
    for (tamper, missing) in [
        (Tamper::NoIdToken, "id_token"),
        (Tamper::NoRefreshToken, "refresh_token"),
    ] {
        client.azure.sim.set(|s| s.tamper = Some(tamper));
        let body = client.sign_in(WORKER, "common").await;
        assert!(body.get(missing).is_none());
    }
    client
        .azure
        .sim
        .set(|s| s.tamper = Some(Tamper::MalformedIdToken));
    let body = client.sign_in(WORKER, "common").await;
    assert!(text(&body, "id_token").contains(".is-not-a."));
    for (tamper, code) in [
        (
            Tamper::AccessTokenTenant,
            "InvalidAuthenticationTokenTenant",
        ),
        (Tamper::AccessTokenAudience, "InvalidAuthenticationToken"),
    ] {
        client.azure.sim.set(|s| s.tamper = Some(tamper));
        let body = client.sign_in(WORKER, "common").await;
        client.azure.token = text(&body, "access_token");
        let path = format!("/subscriptions/{}", crate::kit::PROD);
        let got = client.azure.get(&path, "2022-12-01").await;
        assert_eq!((got.status, got.code()), (401, code));
    }
}
