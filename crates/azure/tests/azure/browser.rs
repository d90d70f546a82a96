//! The browser flow, from the page's address to the tokens.

use std::collections::HashMap;
use std::time::Duration;

use azure_sim::Tamper;
use gangway_azure::{Ask, BrowserSignIn, Claims, Error};
use gangway_engine::account::Way;
use gangway_engine::id::TenantId;
use jiff::SignedDuration;
use rstest::rstest;
use tokio::net::TcpStream;
use url::Url;

use crate::people::{ADMIN, people};

/// The query of a page.
pub(crate) fn query(page: &str) -> HashMap<String, String> {
    Url::parse(page)
        .unwrap()
        .query_pairs()
        .into_owned()
        .collect()
}

/// The port that a sign-in listens on.
pub(crate) fn port(sign_in: &BrowserSignIn) -> u16 {
    let redirect = query(sign_in.page()).remove("redirect_uri").unwrap();
    Url::parse(&redirect).unwrap().port().unwrap()
}

#[tokio::test]
async fn a_person_signs_in_and_the_token_serves_at_once() {
    let people = people().await;
    let signed_in = people.admin().await;
    assert_eq!(signed_in.username, ADMIN);
    assert_eq!(signed_in.name.as_deref(), Some("Admin (Contoso)"));
    assert_eq!(
        (&signed_in.tenant, signed_in.account.tenant()),
        (&people.home, people.home.clone())
    );
    assert_eq!(signed_in.stored, None, "the vault has it already");
    let kept = people.kept(&signed_in.account).await.unwrap();
    assert_eq!(kept.client_id, people.app.client_id);
    let tenants = people.azure.tenants(&people.home).await.unwrap();
    assert!(tenants.iter().any(|tenant| tenant.id == people.guest));
    assert_eq!(people.asked("token"), 1, "no second token was asked for");
    assert_eq!(people.azure.home_tenant().await.unwrap(), people.home);
}

#[tokio::test]
async fn the_page_asks_for_what_the_contract_says() {
    let people = people().await;
    let sign_in = people.page_open().await;
    let page = Url::parse(sign_in.page()).unwrap();
    assert_eq!(page.path(), "/organizations/oauth2/v2.0/authorize");
    let asked = query(sign_in.page());
    for (name, value) in [
        ("response_type", "code"),
        ("response_mode", "query"),
        ("prompt", "select_account"),
        ("code_challenge_method", "S256"),
        ("client_id", people.app.client_id.as_str()),
        (
            "scope",
            "https://management.azure.com//.default offline_access openid profile",
        ),
    ] {
        assert_eq!(asked.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert_eq!(
        asked["redirect_uri"],
        format!("http://localhost:{}", port(&sign_in))
    );
    assert!(asked["claims"].contains(r#""xms_cc":{"values":["cp1"]}"#));
    let other = people.page_open().await;
    let other = query(other.page());
    for once in ["state", "nonce", "code_challenge", "redirect_uri"] {
        assert!(
            asked[once].len() >= 16 && asked[once] != other[once],
            "{once}"
        );
    }
    let again = Ask {
        tenant: Some("contoso.example".to_owned()),
        login_hint: Some(ADMIN.to_owned()),
        claims: Claims::from_json(r#"{"access_token":{"acrs":{"values":["c1"]}}}"#.to_owned()),
        expect: Some(people.admin().await.account),
    };
    let again = people
        .azure
        .begin_browser(&people.app, &again)
        .await
        .unwrap();
    let again = query(again.page());
    assert_eq!(again["login_hint"], ADMIN);
    assert!(again["claims"].contains("acrs") && again["claims"].contains("cp1"));
    assert!(
        !again.contains_key("prompt"),
        "who is expected need not choose"
    );
}

#[tokio::test]
async fn a_tenant_that_is_none_is_refused_before_anything_is_opened() {
    let people = people().await;
    for tenant in ["", "a b", "x/../y", "..", "a?b", "a%2fb"] {
        let ask = people.at(&TenantId::new(tenant));
        let error = people
            .azure
            .begin_browser(&people.app, &ask)
            .await
            .unwrap_err();
        assert_eq!(error.problem().code(), "tenant-unknown", "{tenant}");
    }
}

#[tokio::test]
async fn a_browser_that_never_comes_back_runs_out_of_time() {
    let people = people().await;
    let sign_in = people.page_open().await;
    tokio::time::pause();
    let error = sign_in.wait().await.unwrap_err();
    assert_eq!(error, Error::SignInTimedOut { way: Way::Browser });
    assert_eq!(error.problem().code(), "sign-in-timed-out");
}

#[tokio::test]
async fn calling_it_off_closes_the_port() {
    let people = people().await;
    let sign_in = people.page_open().await;
    let port = port(&sign_in);
    drop(sign_in);
    let closed = async {
        while TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), closed)
        .await
        .unwrap();
}

#[tokio::test]
async fn who_says_no_has_said_no() {
    let people = people().await;
    let browser = people.browser(ADMIN).refusing();
    let error = people.sign_in(&Ask::default(), browser).await.unwrap_err();
    assert_eq!(error.problem().code(), "sign-in-refused", "{error:?}");
    assert_eq!(people.asked("token"), 0);
}

#[tokio::test]
async fn a_guest_is_the_account_it_is_at_home() {
    let people = people().await;
    let admin = people.admin().await;
    let ask = Ask {
        expect: Some(admin.account.clone()),
        login_hint: Some(ADMIN.to_owned()),
        ..people.at(&people.guest)
    };
    let guest = people.sign_in(&ask, people.browser(ADMIN)).await.unwrap();
    assert_eq!(guest.account, admin.account);
    assert_eq!(guest.tenant, people.guest);
}

#[rstest]
#[case(SignedDuration::from_hours(1))]
#[case(SignedDuration::from_hours(30))]
#[tokio::test]
async fn a_wrong_clock_of_ours_does_no_harm(#[case] ahead: SignedDuration) {
    let people = people().await;
    people.sim.advance(ahead).await;
    assert_eq!(people.admin().await.username, ADMIN);
}

#[tokio::test]
async fn nothing_shown_holds_a_secret() {
    let people = people().await;
    let sign_in = people.page_open().await;
    let state = query(sign_in.page()).remove("state").unwrap();
    let mut shown = format!("{sign_in:?} {:?}", people.azure);
    let mut browser = people.browser(ADMIN);
    let page = sign_in.page().to_owned();
    let (redirected, _) = tokio::join!(sign_in.redirected(), browser.visit(&page));
    shown.push_str(&format!("{:?}", redirected.unwrap()));
    let signed_in = people.admin().await;
    let kept = people.kept(&signed_in.account).await;
    people.sim.set(|s| s.tamper = Some(Tamper::Audience));
    let error = people
        .sign_in(&Ask::default(), people.browser(ADMIN))
        .await
        .unwrap_err();
    shown.push_str(&format!(
        "{signed_in:?} {kept:?} {error:?} {error} {:?} {:?}",
        error.problem(),
        people.vault
    ));
    for secret in people.sim.secrets().into_iter().chain([state]) {
        assert!(!shown.contains(&secret), "{secret} in {shown}");
    }
}
