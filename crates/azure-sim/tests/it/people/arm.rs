//! What a person's token opens: tenants, subscriptions, requests in their name, challenges (contract 2.6, 3).

use azure_sim::{AddressRule, Deed};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::flow::*;
use crate::kit::{Got, PARTNER as PARTNER_SUB, PROD, TEST};

fn challenge(got: &Got) -> Value {
    assert_eq!(got.status, 401, "{:?}", got.body);
    let header = got.header("www-authenticate").unwrap();
    assert!(header.contains("error=\"insufficient_claims\""));
    let claims = header.split("claims=\"").nth(1).unwrap();
    let claims = claims.split('"').next().unwrap();
    serde_json::from_slice(&STANDARD.decode(claims).unwrap()).unwrap()
}

fn ids(got: &Got, name: &str) -> Vec<String> {
    let all = got.body["value"].as_array().unwrap();
    all.iter().map(|one| text(one, name)).collect()
}

#[tokio::test]
async fn tenants_are_the_persons_own_and_subscriptions_the_tokens() {
    let mut client = Client::new().await;
    for (upn, tenant, tenants, subs) in [
        (ADMIN, "common", vec![CONTOSO, PARTNER], vec![PROD, TEST]),
        (ADMIN, PARTNER, vec![CONTOSO, PARTNER], vec![PARTNER_SUB]),
        (WORKER, "common", vec![CONTOSO], vec![PROD, TEST]),
        (STRANGER, "common", vec![PARTNER], vec![PARTNER_SUB]),
    ] {
        let body = client.sign_in(upn, tenant).await;
        client.azure.token = text(&body, "access_token");
        let got = client.azure.get("/tenants", "2022-12-01").await;
        assert_eq!(ids(&got, "tenantId"), tenants, "{upn}");
        let home: Vec<&Value> = got.body["value"].as_array().unwrap().iter().collect();
        let home = home.iter().filter(|t| t["tenantCategory"] == "Home");
        let own = client.azure.sim.person(upn).unwrap().home;
        assert_eq!(home.map(|t| text(t, "tenantId")).collect::<Vec<_>>(), [own]);
        let got = client.azure.get("/subscriptions", "2022-12-01").await;
        assert_eq!(ids(&got, "subscriptionId"), subs, "{upn}");
    }
}

#[tokio::test]
async fn a_request_is_made_in_the_persons_name() {
    let mut client = Client::new().await;
    let body = client.sign_in(WORKER, "common").await;
    client.azure.token = text(&body, "access_token");
    assert_eq!(client.azure.ask("vm-web-01").await.status, 202);
    let newest = client.azure.newest("vm-web-01").await;
    assert_eq!(newest["requestor"], WORKER);
}

#[tokio::test]
async fn writes_want_mfa_and_pass_with_it() {
    let mut client = Client::new().await;
    client.azure.sim.set(|s| s.mfa_on_writes = true);
    let body = client.sign_in(WORKER, "common").await;
    client.azure.token = text(&body, "access_token");
    let claims = challenge(&client.azure.ask("vm-web-01").await);
    assert_eq!(claims["access_token"]["acrs"]["values"][0], "p1");
    let body = client
        .sign_in_with(WORKER, "common", &claims.to_string())
        .await;
    client.azure.token = text(&body, "access_token");
    assert_eq!(client.azure.ask("vm-web-01").await.status, 202);
}

#[tokio::test]
async fn a_revoked_person_is_challenged_only_where_the_client_can_take_it() {
    let mut client = Client::new().await;
    let able = text(&client.sign_in(WORKER, "common").await, "access_token");
    let unable = client.sign_in_with(WORKER, "common", "").await;
    let visit = client.visit(person(WORKER), "common", &client.asks()).await;
    let fields = with(client.redeems(&code_of(&visit)), "claims", "");
    let unable_to = client.post("common", &fields).await.body;
    drop(unable);
    let revoke = Deed::RevokeSessions { upn: WORKER.into() };
    client.azure.sim.trigger(revoke).await.unwrap();
    client.azure.token = text(&unable_to, "access_token");
    let path = format!("/subscriptions/{PROD}");
    assert_eq!(client.azure.get(&path, "2022-12-01").await.status, 200);
    client.azure.token = able;
    let claims = challenge(&client.azure.get(&path, "2022-12-01").await);
    let at = client.azure.sim.now().as_second().to_string();
    assert_eq!(claims["access_token"]["nbf"]["value"], at);
    let again = challenge(&client.azure.get(&path, "2022-12-01").await);
    assert_eq!(claims, again, "the same challenge in the same words");
    let body = client.sign_in(WORKER, "common").await;
    client.azure.token = text(&body, "access_token");
    assert_eq!(client.azure.get(&path, "2022-12-01").await.status, 200);
}

#[tokio::test]
async fn two_addresses_are_two_challenges() {
    let mut client = Client::new().await;
    client
        .azure
        .sim
        .set(|s| s.address_rule = AddressRule::Refresh);
    let mut body = client.sign_in(WORKER, "common").await;
    let path = format!("/subscriptions/{PROD}");
    let mut seen = Vec::new();
    for address in ["198.51.100.9", "203.0.113.7"] {
        client.azure.token = text(&body, "access_token");
        client
            .azure
            .sim
            .set(|s| s.caller_address = Some(address.into()));
        let claims = challenge(&client.azure.get(&path, "2022-12-01").await);
        assert_eq!(claims["access_token"]["xms_rp_ipaddr"]["value"], address);
        let token = text(&body, "refresh_token");
        let merged = claims.to_string().replacen(
            "{\"access_token\":{",
            "{\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]},",
            1,
        );
        body = client.refresh("common", &token, &merged).await.body;
        client.azure.token = text(&body, "access_token");
        assert_eq!(client.azure.get(&path, "2022-12-01").await.status, 200);
        seen.push(claims);
    }
    assert_ne!(seen[0], seen[1]);
}

#[tokio::test]
async fn an_address_may_need_the_person() {
    let client = Client::new().await;
    let token = text(&client.sign_in(WORKER, "common").await, "refresh_token");
    client.azure.sim.set(|s| {
        s.address_rule = AddressRule::Person;
        s.caller_address = Some("198.51.100.9".into());
    });
    let got = client.refresh("common", &token, CP1).await;
    assert_eq!(got.body["error"], "interaction_required");
    let token = text(&client.sign_in(WORKER, "common").await, "refresh_token");
    assert_eq!(client.refresh("common", &token, CP1).await.status, 200);
}

#[tokio::test]
async fn another_programs_token_is_handed_out_without_a_sign_in() {
    let mut client = Client::new().await;
    client.azure.sim.set(|s| s.mfa_on_writes = true);
    let control = client.azure.sim.control();
    let ask = async |wish: Value| {
        let wish = wish.to_string();
        azure_sim::control::call(&control, "token", Some(&wish)).await
    };
    let plain = ask(serde_json::json!({"upn": WORKER})).await.unwrap();
    client.azure.token = text(&plain, "access_token");
    challenge(&client.azure.ask("vm-web-01").await);
    let strong = serde_json::json!({"upn": ADMIN, "tenant": PARTNER, "mfa": true, "cae": true});
    let strong = ask(strong).await.unwrap();
    assert_eq!(payload(&strong["access_token"])["xms_cc"][0], "cp1");
    assert_eq!(payload(&strong["access_token"])["tid"], PARTNER);
    client.azure.token = text(&strong, "access_token");
    assert_eq!(client.azure.ask("vm-shared-01").await.status, 202);
    assert_eq!(client.azure.sim.sign_ins().sign_ins, 0);
    let state = azure_sim::control::call(&control, "state", None).await;
    let people = &state.unwrap()["sign_ins"]["people"];
    assert_eq!(people[0]["sign_ins"], 0);
    for wrong in [
        serde_json::json!({"upn": "nobody@contoso.example"}),
        serde_json::json!({"tenant": "nowhere"}),
        serde_json::json!({"password": "x"}),
    ] {
        ask(wrong).await.unwrap_err();
    }
}
