//! What may come to the loopback port instead of the answer, and answers that are not to be believed.

use std::time::Duration;

use azure_sim::{Fault, Tamper, Wrong};
use gangway_azure::Ask;
use gangway_engine::problem::Cause;
use rstest::rstest;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::browser::{port, query};
use crate::people::{ADMIN, WORKER, people};

/// Sends one request and gives all that comes back.
async fn hit(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

fn get(target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n")
}

#[rstest]
#[case(Tamper::Nonce)]
#[case(Tamper::NoNonce)]
#[case(Tamper::Audience)]
#[case(Tamper::Tenant)]
#[case(Tamper::Issuer)]
#[case(Tamper::Expired)]
#[case(Tamper::NotYet)]
#[case(Tamper::MalformedIdToken)]
#[case(Tamper::NoIdToken)]
#[tokio::test]
async fn an_answer_that_is_not_to_this_sign_in_is_not_believed(#[case] tamper: Tamper) {
    let people = people().await;
    people.sim.set(|s| s.tamper = Some(tamper));
    for ask in [people.at(&people.home), Ask::default()] {
        let browser = people.browser(ADMIN);
        let error = people.sign_in(&ask, browser).await.unwrap_err();
        assert_eq!(error.problem().code(), "sign-in-mistrusted", "{error:?}");
        assert!(!error.problem().ways_out().is_empty());
    }
    // Whoever is believed at `organizations` is so by the home that the answer tells.
    people.sim.set(|s| s.tamper = None);
    let admin = people.admin().await;
    assert_eq!(admin.tenant, people.home);
    assert_eq!(admin.account.tenant(), people.home);
}

#[tokio::test]
async fn a_sign_in_without_a_refresh_token_is_told() {
    let people = people().await;
    people.sim.set(|s| s.tamper = Some(Tamper::NoRefreshToken));
    let error = people
        .sign_in(&Ask::default(), people.browser(ADMIN))
        .await
        .unwrap_err();
    assert_eq!(error.problem().code(), "answer-unusable");
}

#[rstest]
#[case(Tamper::State, "sign-in-mistrusted")]
#[case(Tamper::NoState, "sign-in-mistrusted")]
#[case(Tamper::NoCode, "sign-in-mistrusted")]
#[tokio::test]
async fn a_wrong_state_is_turned_away_and_ends_as_mistrusted(
    #[case] tamper: Tamper,
    #[case] code: &str,
) {
    let people = people().await;
    people.sim.set(|s| s.tamper = Some(tamper));
    let sign_in = people.page_open().await;
    let visit = people.browser(ADMIN).visit(sign_in.page()).await.unwrap();
    assert_eq!(visit.status, 400, "{visit:?}");
    tokio::time::pause();
    let error = sign_in.wait().await.unwrap_err();
    assert_eq!(error.problem().code(), code);
}

#[tokio::test]
async fn strays_do_not_end_a_sign_in() {
    let people = people().await;
    let sign_in = people.page_open().await;
    let (page, port) = (sign_in.page().to_owned(), port(&sign_in));
    for (request, status) in [
        (get("/?code=x&state=y"), "400"),
        (get("/?error=access_denied&state=y"), "400"),
        (get("/?code=x"), "400"),
        (get("/favicon.ico"), "404"),
        (get("/other?code=x&state=y"), "404"),
        (get("/"), "404"),
        (
            "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n".to_owned(),
            "405",
        ),
        ("nonsense\r\n\r\n".to_owned(), "400"),
        (get(&format!("/?code={}", "x".repeat(20_000))), "431"),
    ] {
        let answer = hit(port, &request).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{request:.40}: {answer}"
        );
    }
    let mut browser = people.browser(ADMIN);
    let (signed_in, visit) = tokio::join!(sign_in.wait(), browser.visit(&page));
    assert_eq!(signed_in.unwrap().username, ADMIN);
    let visit = visit.unwrap();
    assert!(
        visit.arrived() && visit.said.contains("You can close this page"),
        "{visit:?}"
    );
}

#[tokio::test]
async fn a_second_hit_changes_nothing() {
    let people = people().await;
    let sign_in = people.page_open().await;
    let state = query(sign_in.page()).remove("state").unwrap();
    let port = port(&sign_in);
    people.browser(ADMIN).visit(sign_in.page()).await.unwrap();
    let redirected = sign_in.redirected().await.unwrap();
    for again in [
        format!("/?code=another&state={state}"),
        format!("/?error=access_denied&state={state}"),
        "/?code=x&state=y".to_owned(),
    ] {
        let answer = hit(port, &get(&again)).await;
        assert!(answer.starts_with("HTTP/1.1 410 "), "{answer}");
    }
    assert_eq!(redirected.redeem().await.unwrap().username, ADMIN);
    assert_eq!(people.sim.sign_ins().codes_reused, 0);
}

#[tokio::test]
async fn both_loopback_families_are_listened_on_and_the_page_says_nothing_of_the_request() {
    let people = people().await;
    let sign_in = people.page_open().await;
    let state = query(sign_in.page()).remove("state").unwrap();
    let port = port(&sign_in);
    let mut six = TcpStream::connect(("::1", port)).await.unwrap();
    let target = format!(
        "/?error=access_denied&error_description=AADSTS65004%3A+%3Cscript%3Ealert(1)%3C%2Fscript%3E%1b%5b2J&state={state}"
    );
    six.write_all(get(&target).as_bytes()).await.unwrap();
    let mut answer = String::new();
    six.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    for header in [
        "Cache-Control: no-store",
        "Content-Security-Policy: default-src 'none'",
        "X-Content-Type-Options: nosniff",
        "Referrer-Policy: no-referrer",
    ] {
        assert!(answer.contains(header), "{header}");
    }
    for word in [
        "script",
        "alert",
        "65004",
        "denied",
        state.as_str(),
        "\u{1b}",
    ] {
        assert!(!answer.contains(word), "{word}");
    }
    let problem = sign_in.wait().await.unwrap_err().problem();
    assert_eq!(problem.code(), "sign-in-refused");
    let seen = problem.details.observed.unwrap();
    assert!(!seen.chars().any(char::is_control), "{seen:?}");
}

#[tokio::test]
async fn slow_clients_hold_nobody_up() {
    let people = people().await;
    let sign_in = people.page_open().await;
    let (page, port) = (sign_in.page().to_owned(), port(&sign_in));
    let mut slow = Vec::new();
    for _ in 0..60 {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.write_all(b"GET /?co").await.unwrap();
        slow.push(stream);
    }
    let mut browser = people.browser(ADMIN);
    let all = async { tokio::join!(sign_in.wait(), browser.visit(&page)).0 };
    let signed_in = tokio::time::timeout(Duration::from_secs(4), all).await;
    assert!(signed_in.expect("held up").is_ok());
}

#[tokio::test]
async fn a_page_that_refuses_leads_to_its_problem() {
    let people = people().await;
    people.sim.set(|s| s.markup_in_errors = true);
    for (number, code) in [
        (53003, "blocked-by-conditional-access"),
        (53000, "device-not-compliant"),
        (50105, "sign-in-refused"),
        (65004, "sign-in-refused"),
        (90094, "consent-missing"),
        (500_213, "sign-in-refused"),
    ] {
        people.sim.clear_faults();
        let wrong = Wrong::Entra {
            code: number,
            claims: None,
        };
        people.sim.fault(Fault::on("authorize*", wrong));
        let error = people
            .sign_in(&Ask::default(), people.browser(ADMIN))
            .await
            .unwrap_err();
        let problem = error.problem();
        assert_eq!(problem.code(), code, "AADSTS{number}: {error:?}");
        assert!(problem.details.correlation.is_some(), "AADSTS{number}");
        if let Cause::ConsentMissing { page, .. } = &problem.cause {
            let page = page.as_deref().unwrap();
            assert!(page.starts_with(people.sim.base()), "{page}");
            assert!(page.contains("/adminconsent?client_id="), "{page}");
        }
        let seen = problem.details.observed.unwrap();
        assert!(
            seen.starts_with(&format!("AADSTS{number}")) && !seen.chars().any(char::is_control),
            "{seen}"
        );
    }
}

#[tokio::test]
async fn another_account_than_the_expected_one_is_not_taken() {
    let people = people().await;
    let admin = people.admin().await;
    let before = people.kept(&admin.account).await;
    let ask = Ask {
        expect: Some(admin.account.clone()),
        ..people.at(&people.home)
    };
    let error = people
        .sign_in(&ask, people.browser(WORKER))
        .await
        .unwrap_err();
    assert_eq!(error.problem().code(), "sign-in-mistrusted");
    assert_eq!(people.kept(&admin.account).await, before);
}

#[tokio::test]
async fn an_access_token_for_elsewhere_is_named() {
    let people = people().await;
    for tamper in [Tamper::AccessTokenTenant, Tamper::AccessTokenAudience] {
        people.sim.set(|s| s.tamper = Some(tamper));
        let failed = people.sign_in(&Ask::default(), people.browser(ADMIN)).await;
        let problem = failed.unwrap_err().problem();
        assert_eq!(problem.code(), "sign-in-mistrusted", "{tamper:?}");
    }
}
