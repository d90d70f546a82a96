//! The browser's way: pages, redirects, every parameter, and what the code gives (contract 2.3).

use azure_sim::{Consent, End, Fault, Switches, Wrong};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rstest::rstest;
use serde_json::Value;

use super::flow::*;

#[tokio::test]
async fn a_person_signs_in_and_the_client_gets_three_tokens() {
    let client = Client::new().await;
    let visit = client
        .visit(person(WORKER), "organizations", &client.asks())
        .await;
    assert_eq!(visit.pages, ["account", "sign-in"]);
    assert_eq!(sent_back(&visit)["state"], "the-state");
    let got = client.redeem("organizations", &code_of(&visit)).await;
    assert_eq!(got.status, 200, "{:?}", got.body);
    let worker = client.azure.sim.person(WORKER).unwrap();
    let id = payload(&got.body["id_token"]);
    assert_eq!(id["aud"], client.azure.sim.public_client_id());
    assert_eq!(
        id["iss"],
        format!("{}/{CONTOSO}/v2.0", client.azure.sim.base())
    );
    assert_eq!(
        (id["nonce"].as_str(), id["tid"].as_str()),
        (Some("the-nonce"), Some(CONTOSO))
    );
    assert_eq!(
        (id["oid"].as_str(), id["preferred_username"].as_str()),
        (Some(worker.oid.as_str()), Some(WORKER))
    );
    let now = client.azure.sim.now().as_second();
    assert!(id["nbf"].as_i64().unwrap() <= now && id["exp"].as_i64().unwrap() > now);
    let info = URL_SAFE_NO_PAD
        .decode(text(&got.body, "client_info"))
        .unwrap();
    let info: Value = serde_json::from_slice(&info).unwrap();
    assert_eq!(
        (&info["uid"], &info["utid"]),
        (&worker.oid.into(), &CONTOSO.into())
    );
    assert_eq!(got.body["expires_in"], 86_400, "cp1 was declared");
    assert!(!text(&got.body, "refresh_token").is_empty());
    let counts = client.azure.sim.sign_ins();
    assert_eq!(
        (counts.sign_ins, counts.live_refresh_tokens, counts.browsers),
        (1, 1, 1)
    );
}

#[tokio::test]
async fn only_what_was_asked_for_is_given() {
    let client = Client::new().await;
    let fields = with(
        client.asks(),
        "scope",
        "https://management.azure.com/.default",
    );
    let visit = client.visit(person(WORKER), CONTOSO, &fields).await;
    let mut redeems = with(client.redeems(&code_of(&visit)), "scope", "");
    redeems.retain(|(name, _)| !matches!(*name, "client_info" | "claims"));
    let got = client.post(CONTOSO, &redeems).await;
    for missing in ["refresh_token", "id_token", "client_info"] {
        assert!(got.body.get(missing).is_none(), "{missing}");
    }
    assert_eq!(got.body["expires_in"], 3900);
}

#[tokio::test]
async fn a_guest_has_another_object_id_and_the_same_home() {
    let client = Client::new().await;
    let body = client.sign_in(ADMIN, PARTNER).await;
    let admin = client.azure.sim.person(ADMIN).unwrap();
    let id = payload(&body["id_token"]);
    assert_eq!(id["tid"], PARTNER);
    assert_eq!(id["oid"], admin.oid_in(PARTNER));
    assert_ne!(id["oid"], admin.oid.as_str());
    let info = URL_SAFE_NO_PAD.decode(text(&body, "client_info")).unwrap();
    let info: Value = serde_json::from_slice(&info).unwrap();
    assert_eq!(info["uid"], admin.oid.as_str());
    assert_eq!(info["utid"], CONTOSO);
}

#[rstest]
#[case("response_type", "", "invalid_request")]
#[case("response_type", "token", "unsupported_response_type")]
#[case("response_mode", "fragment", "invalid_request")]
#[case("scope", "", "invalid_request")]
#[case("scope", "urn:nothing/.default", "invalid_resource")]
#[case("code_challenge", "", "invalid_request")]
#[case("code_challenge", "short", "invalid_request")]
#[case("code_challenge_method", "", "invalid_request")]
#[case("code_challenge_method", "plain", "invalid_request")]
#[case("prompt", "please", "invalid_request")]
#[case("claims", "{not json", "invalid_request")]
#[case("prompt", "none", "login_required")]
#[tokio::test]
async fn a_wrong_parameter_is_told_to_the_application(
    #[case] name: &'static str,
    #[case] value: &str,
    #[case] error: &str,
) {
    let client = Client::new().await;
    let fields = with(client.asks(), name, value);
    let visit = client.visit(person(WORKER), "common", &fields).await;
    let back = sent_back(&visit);
    assert_eq!(back["error"], error, "{back:?}");
    assert!(back["error_description"].starts_with("AADSTS"));
    assert_eq!(back["state"], "the-state");
    assert!(visit.pages.is_empty());
}

#[rstest]
#[case("client_id", "11111111-2222-4333-8444-555555555555", "AADSTS700016")]
#[case("redirect_uri", "http://127.0.0.1:50999", "AADSTS50011")]
#[case("redirect_uri", "http://[::1]:50999", "AADSTS50011")]
#[case("redirect_uri", "http://localhost:50999/callback", "AADSTS50011")]
#[case("redirect_uri", "https://login.example", "AADSTS50011")]
#[tokio::test]
async fn a_stranger_or_a_strange_redirect_stays_on_a_page(
    #[case] name: &'static str,
    #[case] value: &str,
    #[case] number: &str,
) {
    let client = Client::new().await;
    let fields = with(client.asks(), name, value);
    let visit = client.visit(person(WORKER), "common", &fields).await;
    assert_eq!((visit.end, visit.status), (End::Page, 400));
    assert!(visit.said.contains(number), "{}", visit.said);
    assert!(visit.redirect.is_none() && !visit.arrived());
}

#[tokio::test]
async fn an_unknown_tenant_and_a_single_tenant_registration_are_told() {
    let client = Client::new().await;
    let visit = client
        .visit(person(WORKER), "nobody.example", &client.asks())
        .await;
    assert!(visit.said.contains("AADSTS90002"), "{}", visit.said);
    client.azure.sim.set(|s| s.multi_tenant = false);
    for (tenant, number) in [("common", "AADSTS50194"), (PARTNER, "AADSTS700016")] {
        let visit = client.visit(person(WORKER), tenant, &client.asks()).await;
        assert!(visit.said.contains(number), "{}", visit.said);
    }
    client.sign_in(WORKER, "contoso.example").await;
}

#[tokio::test]
async fn the_person_may_cancel_or_deny() {
    let client = Client::new().await;
    let visit = client
        .visit(person(WORKER).refusing(), "common", &client.asks())
        .await;
    let back = sent_back(&visit);
    assert_eq!(
        (back["error"].as_str(), back["state"].as_str()),
        ("access_denied", "the-state")
    );
    assert_eq!(visit.pages, ["account"]);
}

#[tokio::test]
async fn mfa_is_asked_for_by_switch_and_by_claims_and_remembered_by_the_browser() {
    let client = Client::new().await;
    let fields = with(client.asks(), "claims", ACRS);
    let mut browser = person(WORKER).approving().not_landing();
    let page = client.page("common", &fields);
    let visit = browser.visit(&page).await.unwrap();
    assert_eq!(visit.pages, ["account", "sign-in", "mfa"]);
    let token = client.redeem("common", &code_of(&visit)).await.body;
    assert_eq!(
        payload(&token["access_token"])["amr"],
        serde_json::json!(["pwd", "mfa"])
    );
    let visit = browser.visit(&page).await.unwrap();
    assert!(
        visit.pages.is_empty() && visit.arrived(),
        "signed in already"
    );
    client.azure.sim.set(|s| s.mfa_at_sign_in = true);
    let visit = client.visit(person(ADMIN), "common", &client.asks()).await;
    assert_eq!((visit.end, visit.arrived()), (End::Stuck, false));
    assert_eq!(visit.pages.last().unwrap(), "mfa");
}

#[tokio::test]
async fn consent_is_asked_for_once_or_needs_an_administrator() {
    let client = Client::new().await;
    client.azure.sim.set(|s| s.consent = Consent::ByPerson);
    let visit = client.visit(person(WORKER), "common", &client.asks()).await;
    assert_eq!(visit.pages, ["account", "sign-in", "consent"]);
    assert!(sent_back(&visit).contains_key("code"));
    let visit = client.visit(person(WORKER), "common", &client.asks()).await;
    assert_eq!(visit.pages, ["account", "sign-in"]);
    client
        .azure
        .sim
        .set(|s| s.consent = Consent::ByAdministrator);
    let visit = client.visit(person(WORKER), "common", &client.asks()).await;
    assert_eq!(visit.pages, ["account", "sign-in", "refused"]);
    let back = sent_back(&visit);
    assert_eq!(back["error"], "consent_required");
    assert!(back["error_description"].starts_with("AADSTS90094: "));
}

#[tokio::test]
async fn an_account_of_elsewhere_a_disabled_one_and_an_unknown_one() {
    let client = Client::new().await;
    let visit = client
        .visit(person(STRANGER), CONTOSO, &client.asks())
        .await;
    assert!(sent_back(&visit)["error_description"].starts_with("AADSTS50020: "));
    let disable = azure_sim::Deed::Disable {
        upn: WORKER.into(),
        disabled: true,
    };
    client.azure.sim.trigger(disable).await.unwrap();
    let visit = client.visit(person(WORKER), CONTOSO, &client.asks()).await;
    assert!(sent_back(&visit)["error_description"].starts_with("AADSTS50057: "));
    let nobody = person("nobody@contoso.example");
    let visit = client.visit(nobody, CONTOSO, &client.asks()).await;
    assert_eq!(visit.end, End::Stuck);
    assert!(visit.said.contains("AADSTS50034"), "{}", visit.said);
}

#[tokio::test]
async fn prompts_decide_what_is_shown() {
    let client = Client::new().await;
    let mut browser = person(WORKER).not_landing();
    let plain = client.page("common", &client.asks());
    browser.visit(&plain).await.unwrap();
    for (prompt, hint, pages) in [
        ("", "", vec![]),
        ("none", "", vec![]),
        ("none", WORKER, vec![]),
        ("", ADMIN, vec!["sign-in"]),
        ("select_account", "", vec!["account"]),
        ("login", WORKER, vec!["sign-in"]),
        ("consent", WORKER, vec!["consent"]),
    ] {
        let fields = with(with(client.asks(), "prompt", prompt), "login_hint", hint);
        let visit = browser
            .visit(&client.page("common", &fields))
            .await
            .unwrap();
        assert_eq!(visit.pages, pages, "{prompt} {hint}");
        assert!(sent_back(&visit).contains_key("code"));
    }
}

#[tokio::test]
async fn signing_out_ends_the_browser_and_not_the_tokens() {
    let client = Client::new().await;
    let mut browser = person(WORKER).not_landing();
    let page = client.page("common", &client.asks());
    let visit = browser.visit(&page).await.unwrap();
    let body = client.redeem("common", &code_of(&visit)).await.body;
    let out = format!("{}/common/oauth2/v2.0/logout", client.azure.sim.pages());
    let visit = browser.visit(&out).await.unwrap();
    assert_eq!(visit.pages, ["signed-out"]);
    assert!(visit.arrived());
    let visit = browser.visit(&page).await.unwrap();
    assert_eq!(visit.pages, ["account", "sign-in"]);
    let token = text(&body, "refresh_token");
    assert_eq!(client.refresh(CONTOSO, &token, CP1).await.status, 200);
}

#[tokio::test]
async fn form_post_carries_the_code_in_a_form() {
    let client = Client::new().await;
    let fields = with(client.asks(), "response_mode", "form_post");
    let visit = client.visit(person(WORKER), "common", &fields).await;
    assert_eq!(visit.pages.last().unwrap(), "continue");
    assert_eq!(visit.redirect.as_deref(), Some("http://localhost:50999/"));
}

#[tokio::test]
async fn pages_answer_themselves_and_refusals_may_stay_there() {
    let client = Client::new().await;
    client.azure.sim.set(|s: &mut Switches| {
        s.answers_itself = Some(WORKER.into());
        s.mfa_at_sign_in = true;
        s.consent = Consent::ByPerson;
    });
    let fields = with(client.asks(), "prompt", "select_account");
    let visit = client.visit(person(ADMIN), "common", &fields).await;
    assert!(visit.pages.is_empty() && sent_back(&visit).contains_key("code"));
    client.azure.sim.set(|s| s.refusals_stay_on_page = true);
    client
        .azure
        .sim
        .fault(Fault::on("authorize", Wrong::entra(53003)));
    let visit = client.visit(person(WORKER), "common", &fields).await;
    assert_eq!((visit.end, visit.status), (End::Page, 400));
    assert!(visit.said.contains("AADSTS53003"));
}

#[tokio::test]
async fn the_pages_are_the_same_over_tls_and_no_token_comes_without_it() {
    let client = Client::new().await;
    let sim = &client.azure.sim;
    let page = client.page("common", &client.asks());
    let secure = page.replace(sim.pages(), sim.base());
    let mut browser = azure_sim::Visitor::trusting(sim.ca_pem())
        .unwrap()
        .signing_in_as(WORKER)
        .not_landing();
    let visit = browser.visit(&secure).await.unwrap();
    let code = code_of(&visit);
    let plain = format!("{}/common/oauth2/v2.0/token", sim.pages());
    let sent = client.azure.http.post(plain).form(&client.redeems(&code));
    assert_eq!(sent.send().await.unwrap().status(), 403);
    assert_eq!(client.redeem("common", &code).await.status, 200);
}
