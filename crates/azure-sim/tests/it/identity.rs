//! Tokens: what the token endpoint gives and refuses, and what ARM makes of them.

use azure_sim::{Fault, Wrong};
use jiff::SignedDuration;
use reqwest::Method;

use crate::kit::{Azure, JIT, PARTNER, read};

#[tokio::test]
async fn a_secret_gives_a_token_for_one_tenant() {
    let azure = Azure::still().await;
    let got = azure
        .token_request("contoso.example", &azure.form(None))
        .await;
    assert_eq!(got.status, 200);
    assert_eq!(got.body["token_type"], "Bearer");
    assert_eq!(got.body["expires_in"], 3900);
}

#[tokio::test]
async fn the_classic_audience_with_its_double_slash_is_taken() {
    let azure = Azure::still().await;
    for scope in [
        "https://management.core.windows.net//.default",
        "https://management.azure.com//.default",
    ] {
        let mut form = azure.form(None);
        form[3].1 = scope.into();
        assert_eq!(
            azure.token_request(&azure.sim.tenant(), &form).await.status,
            200,
            "{scope}"
        );
    }
}

#[tokio::test]
async fn a_token_for_another_audience_is_not_taken_by_arm() {
    let mut azure = Azure::still().await;
    let mut form = azure.form(None);
    form[3].1 = "https://graph.microsoft.com/.default".into();
    let got = azure.token_request(&azure.sim.tenant(), &form).await;
    azure.token = got.body["access_token"].as_str().unwrap().into();
    assert_eq!(
        azure.get("/subscriptions", "2022-12-01").await.code(),
        "InvalidAuthenticationToken"
    );
}

#[tokio::test]
async fn refusals_carry_their_aadsts_number() {
    let azure = Azure::still().await;
    let change = |index: usize, value: &str| {
        let mut form = azure.form(None);
        form[index].1 = value.into();
        form
    };
    let tenant = azure.sim.tenant();
    for (form, status, error, number) in [
        (change(0, "password"), 400, "unsupported_grant_type", 70003),
        (
            change(1, "someone-else"),
            400,
            "unauthorized_client",
            700_016,
        ),
        (change(2, "wrong"), 401, "invalid_client", 7_000_215),
        (
            change(3, "https://management.azure.com/"),
            400,
            "invalid_scope",
            1_002_012,
        ),
    ] {
        let got = azure.token_request(&tenant, &form).await;
        assert_eq!(
            (got.status, got.body["error"].as_str().unwrap()),
            (status, error)
        );
        assert_eq!(got.body["error_codes"][0], number);
        assert!(
            got.body["error_description"]
                .as_str()
                .unwrap()
                .starts_with(&format!("AADSTS{number}: "))
        );
    }
    let got = azure
        .token_request("nobody.example", &azure.form(None))
        .await;
    assert_eq!(got.body["error_codes"][0], 90002);
}

#[tokio::test]
async fn any_aadsts_number_can_be_played() {
    let azure = Azure::still().await;
    let wrong = Wrong::Aadsts {
        error: "invalid_grant".into(),
        number: 53003,
    };
    azure.sim.fault(Fault::on("token", wrong).times(1));
    let got = azure
        .token_request(&azure.sim.tenant(), &azure.form(None))
        .await;
    assert_eq!(
        (got.status, got.body["error_codes"][0].as_u64()),
        (400, Some(53003))
    );
    assert_eq!(
        azure
            .token_request(&azure.sim.tenant(), &azure.form(None))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn metadata_names_the_token_endpoint() {
    let azure = Azure::still().await;
    let path = format!(
        "/{}/v2.0/.well-known/openid-configuration",
        azure.sim.tenant()
    );
    let got = read(azure.raw(Method::GET, &path, "", None).await.unwrap()).await;
    let endpoint = got.body["token_endpoint"].as_str().unwrap();
    assert_eq!(
        endpoint,
        format!(
            "{}/{}/oauth2/v2.0/token",
            azure.sim.base(),
            azure.sim.tenant()
        )
    );
}

#[tokio::test]
async fn no_token_a_wrong_one_and_an_old_one_are_told_apart() {
    let mut azure = Azure::still().await;
    azure.sim.advance(SignedDuration::from_secs(3901)).await;
    assert_eq!(
        azure.get("/tenants", "2022-12-01").await.code(),
        "ExpiredAuthenticationToken"
    );
    azure.token = "nonsense".into();
    let got = azure.get("/tenants", "2022-12-01").await;
    assert_eq!(
        (got.status, got.code()),
        (401, "InvalidAuthenticationToken")
    );
    assert!(
        got.header("www-authenticate")
            .unwrap()
            .contains("authorization_uri=")
    );
    let url = format!("{}/tenants?api-version=2022-12-01", azure.sim.base());
    let got = read(azure.http.get(url).send().await.unwrap()).await;
    assert_eq!(got.code(), "AuthenticationFailed");
}

#[tokio::test]
async fn another_tenants_subscription_names_the_right_tenant() {
    let azure = Azure::still().await;
    let path =
        format!("/subscriptions/{PARTNER}/providers/Microsoft.Security/jitNetworkAccessPolicies");
    let got = azure.get(&path, JIT).await;
    assert_eq!(
        (got.status, got.code()),
        (401, "InvalidAuthenticationTokenTenant")
    );
    let named = got.header("www-authenticate").unwrap();
    assert!(
        named.contains(&format!("{}/72f988aa-2222", azure.sim.base())),
        "{named}"
    );
}

#[tokio::test]
async fn what_was_asked_is_kept_without_the_secret() {
    let azure = Azure::still().await;
    let asked = azure.sim.asked_on("token");
    assert_eq!(asked.len(), 1);
    assert!(asked[0].body.contains("grant_type=client_credentials"));
    assert!(!asked[0].body.contains("secret"));
    assert_eq!((asked[0].status, asked[0].bearer), (200, false));
}
