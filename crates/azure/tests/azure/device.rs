//! The device code flow: polled as slowly as Entra asks, until somebody typed it, said no, or did nothing.

use std::time::Duration;

use azure_sim::{DeviceCodeRule, Fault, Wrong};
use gangway_azure::{Ask, DeviceSignIn, Error};
use gangway_engine::problem::Cause;
use serde_json::json;

use crate::people::{ADMIN, People, people};

async fn begin(people: &People) -> Result<DeviceSignIn, Error> {
    let ask = Ask::default();
    people.azure.begin_device_code(&people.app, &ask).await
}

async fn code(people: &People) -> DeviceSignIn {
    begin(people).await.unwrap()
}

fn polls(people: &People) -> Vec<u64> {
    let slept = people.slept.lock().unwrap();
    slept.iter().map(Duration::as_secs).collect()
}

#[tokio::test]
async fn a_code_is_typed_in_and_the_sign_in_goes_on() {
    let people = people().await;
    let sign_in = code(&people).await;
    assert_eq!(sign_in.expires_in(), Duration::from_secs(900));
    assert!(sign_in.page().ends_with("/devicelogin"));
    let mut browser = people.browser(ADMIN).entering(sign_in.user_code());
    browser.visit(sign_in.page()).await.unwrap();
    let signed_in = sign_in.wait().await.unwrap();
    assert_eq!(signed_in.username, ADMIN);
    assert!(people.kept(&signed_in.account).await.is_some());
    people.choice.set(&signed_in.account);
    assert!(people.azure.tenants(&people.home).await.is_ok());
    assert_eq!(people.sim.sign_ins().polled_too_fast, 0);
}

#[tokio::test]
async fn nobody_types_it() {
    let people = people().await;
    let sign_in = code(&people).await;
    let problem = sign_in.wait().await.unwrap_err().problem();
    assert_eq!(problem.code(), "sign-in-timed-out");
    let polls = polls(&people);
    assert!(polls.iter().all(|pause| *pause == 5), "{polls:?}");
    assert!((179..=181).contains(&polls.len()), "{}", polls.len());
    assert_eq!(people.sim.sign_ins().polled_too_fast, 0);
}

#[tokio::test]
async fn slow_down_means_five_seconds_more_each_time() {
    let people = people().await;
    people.sim.set(|s| s.device_seconds = 60);
    let slow = json!({"error": "slow_down", "error_description": "AADSTS70016: slower", "error_codes": [70016]});
    let wrong = Wrong::Json {
        status: 400,
        body: slow,
    };
    people
        .sim
        .fault(Fault::on("token.device_code", wrong).times(2));
    let problem = code(&people).await.wait().await.unwrap_err().problem();
    assert_eq!(problem.code(), "sign-in-timed-out");
    assert_eq!(polls(&people), [10, 15, 15, 15, 15]);
}

#[tokio::test]
async fn who_declines_ends_it() {
    let people = people().await;
    let sign_in = code(&people).await;
    let mut browser = people
        .browser(ADMIN)
        .entering(sign_in.user_code())
        .refusing();
    browser.visit(sign_in.page()).await.unwrap();
    let problem = sign_in.wait().await.unwrap_err().problem();
    assert_eq!(problem.code(), "sign-in-refused", "{problem:?}");
}

#[tokio::test]
async fn a_policy_against_codes_is_explained() {
    for rule in [
        DeviceCodeRule::BlockedAtStart,
        DeviceCodeRule::BlockedAtPage,
    ] {
        let people = people().await;
        people.sim.set(|s| s.device_code = rule);
        let error = match begin(&people).await {
            Err(error) => error,
            Ok(sign_in) => {
                let mut browser = people.browser(ADMIN).entering(sign_in.user_code());
                browser.visit(sign_in.page()).await.unwrap();
                sign_in.wait().await.unwrap_err()
            }
        };
        let problem = error.problem();
        let blocked = Cause::BlockedByConditionalAccess { entra_code: 53003 };
        assert_eq!(problem.cause, blocked);
        assert!(problem.details.correlation.is_some());
    }
}

#[tokio::test]
async fn an_app_that_may_not_is_told_so() {
    let people = people().await;
    people.sim.set(|s| s.public_flows = false);
    let sign_in = code(&people).await;
    let mut browser = people.browser(ADMIN).entering(sign_in.user_code());
    let _ = browser.visit(sign_in.page()).await;
    let problem = sign_in.wait().await.unwrap_err().problem();
    let Cause::AppMisconfigured {
        entra_code,
        client_id,
    } = problem.cause
    else {
        panic!("{problem:?}");
    };
    assert_eq!((entra_code, client_id), (7_000_218, people.app.client_id));
}

#[tokio::test]
async fn a_network_that_fails_in_between_ends_nothing() {
    let people = people().await;
    for wrong in [Wrong::Reset, Wrong::Status(503), Wrong::Html(200)] {
        people
            .sim
            .fault(Fault::on("token.device_code", wrong).times(1));
    }
    let sign_in = code(&people).await;
    let mut browser = people.browser(ADMIN).entering(sign_in.user_code());
    browser.visit(sign_in.page()).await.unwrap();
    assert_eq!(sign_in.wait().await.unwrap().username, ADMIN);
}

#[tokio::test]
async fn a_code_that_cannot_be_shown_is_refused() {
    let people = people().await;
    let with = |code: &str, page: &str| json!({"user_code": code, "device_code": "d", "verification_uri": page, "expires_in": 900, "interval": 5});
    for body in [
        with("A\u{1b}[2J", "https://microsoft.com/devicelogin"),
        with("", "https://microsoft.com/devicelogin"),
        with("ABCD", "http://evil.example/"),
        with("ABCD", "file:///etc/passwd"),
        with("ABCD", "https://user@microsoft.com/"),
        json!({"user_code": "ABCD"}),
    ] {
        people.sim.clear_faults();
        people
            .sim
            .fault(Fault::on("devicecode", Wrong::Json { status: 200, body }));
        let error = begin(&people).await.unwrap_err();
        assert_eq!(error.problem().code(), "answer-unusable", "{error:?}");
    }
}
