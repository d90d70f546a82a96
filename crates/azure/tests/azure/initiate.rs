//! The access request: its body, its outcomes, and that it is never sent twice.

use azure_sim::{ChallengeShape, Fault, Initiated, SubsetRule, Wrong};
use gangway_engine::policy::{Source, Status};
use gangway_engine::request::{InitiateOutcome, TimeField};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

use crate::stage::demo;

#[tokio::test]
async fn it_is_accepted_and_tells_start_and_end() {
    let stage = demo().await;
    stage.sim.set(|s| s.initiated = Initiated::AfterGets(1));
    let draft = stage.draft("vm-web-01", "westeurope");
    let outcome = stage
        .azure
        .initiate(&stage.tenant, &draft, TimeField::Duration)
        .await;
    let InitiateOutcome::Accepted {
        started_at,
        expires_at,
        status,
    } = outcome
    else {
        panic!("{outcome:?}")
    };
    assert_eq!(
        expires_at.duration_since(started_at),
        SignedDuration::from_hours(1)
    );
    assert_eq!(status, Status::Initiating);
    let body: Value = serde_json::from_str(&stage.sim.asked_on("jit.initiate")[0].body).unwrap();
    assert_eq!(
        body,
        json!({"justification": "ticket 4711", "virtualMachines": [{"id": draft.vm.as_str(), "ports": [
            {"number": 22, "allowedSourceAddressPrefix": "172.16.200.5", "duration": "PT1H"}]}]})
    );
}

#[tokio::test]
async fn a_refused_duration_is_told_and_the_end_time_comes_from_azures_clock() {
    let stage = demo().await;
    stage.sim.set(|s| s.duration_refused = true);
    stage.sim.advance(SignedDuration::from_hours(50)).await;
    let draft = stage.draft("vm-web-01", "westeurope");
    let first = stage
        .azure
        .initiate(&stage.tenant, &draft, TimeField::Duration)
        .await;
    assert_eq!(first, InitiateOutcome::DurationRefused);
    let second = stage
        .azure
        .initiate(&stage.tenant, &draft, TimeField::EndTime)
        .await;
    let InitiateOutcome::Accepted {
        started_at,
        expires_at,
        ..
    } = second
    else {
        panic!("{second:?}")
    };
    let lasts = expires_at.duration_since(started_at).as_secs();
    assert!((3590..=3600).contains(&lasts), "{lasts}");
}

#[tokio::test]
async fn without_any_answer_yet_the_end_time_asks_azure_for_the_time_first() {
    let stage = demo().await;
    let draft = stage.draft("vm-web-01", "westeurope");
    let outcome = stage
        .azure
        .initiate(&stage.tenant, &draft, TimeField::EndTime)
        .await;
    assert!(
        matches!(outcome, InitiateOutcome::Accepted { .. }),
        "{outcome:?}"
    );
    assert_eq!(stage.asked("jit.get"), 1);
}

#[tokio::test]
async fn what_is_outside_the_policy_is_told_in_azures_words() {
    let stage = demo().await;
    stage.sim.set(|s| s.subset_rule = SubsetRule::Exact);
    let draft = stage.draft("vm-narrow-source", "westeurope");
    let outcome = stage
        .azure
        .initiate(&stage.tenant, &draft, TimeField::Duration)
        .await;
    let InitiateOutcome::NotASubset { words } = outcome else {
        panic!("{outcome:?}")
    };
    assert!(words.contains("not a subset of policy"));
    let whole = gangway_engine::request::Draft {
        source: Source::Blocks(vec!["172.16.200.0/24".parse().unwrap()]),
        ..draft
    };
    let outcome = stage
        .azure
        .initiate(&stage.tenant, &whole, TimeField::Duration)
        .await;
    assert!(
        matches!(outcome, InitiateOutcome::Accepted { .. }),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn without_a_source_nothing_is_sent() {
    let stage = demo().await;
    let mut draft = stage.draft("vm-web-01", "westeurope");
    for source in [Source::Other("*".to_owned()), Source::Blocks(Vec::new())] {
        draft.source = source;
        let outcome = stage
            .azure
            .initiate(&stage.tenant, &draft, TimeField::Duration)
            .await;
        assert!(
            matches!(outcome, InitiateOutcome::NotSent(_)),
            "{outcome:?}"
        );
    }
    assert_eq!(stage.asked("jit.initiate"), 0);
}

#[tokio::test]
async fn a_missing_policy_means_that_jit_is_not_configured() {
    let stage = demo().await;
    let draft = stage.draft("vm-web-01", "northeurope");
    let outcome = stage
        .azure
        .initiate(&stage.tenant, &draft, TimeField::Duration)
        .await;
    let InitiateOutcome::Refused(problem) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(problem.code(), "jit-not-configured");
}

/// After the call took effect or in the dark: one request, and nobody claims to know.
#[rstest]
#[case::server_error(Wrong::Status(500))]
#[case::bad_gateway(Wrong::Status(502))]
#[case::unavailable(Wrong::Status(503))]
#[case::reset(Wrong::Reset)]
#[case::cut(Wrong::CutMidBody)]
#[case::truncated(Wrong::Truncated)]
#[case::wrong_type(Wrong::WrongContentType)]
#[case::html(Wrong::Html(200))]
#[tokio::test]
async fn what_may_have_been_taken_is_unclear_and_never_sent_again(#[case] wrong: Wrong) {
    let stage = demo().await;
    stage.azure.tenants(&stage.tenant).await.unwrap();
    stage
        .sim
        .fault(Fault::on("jit.initiate", wrong).after_effect());
    let draft = stage.draft("vm-web-01", "westeurope");
    let outcome = stage
        .azure
        .initiate(&stage.tenant, &draft, TimeField::Duration)
        .await;
    assert!(
        matches!(outcome, InitiateOutcome::Unclear(_)),
        "{outcome:?}"
    );
    assert_eq!(stage.asked("jit.initiate"), 1);
    assert!(stage.slept().is_empty());
}

#[tokio::test]
async fn after_a_429_it_is_sent_again_once_the_pause_is_over() {
    let stage = demo().await;
    stage
        .sim
        .fault(Fault::on("jit.initiate", Wrong::Throttled(Some(3))).times(1));
    let draft = stage.draft("vm-web-01", "westeurope");
    let outcome = stage
        .azure
        .initiate(&stage.tenant, &draft, TimeField::Duration)
        .await;
    assert!(
        matches!(outcome, InitiateOutcome::Accepted { .. }),
        "{outcome:?}"
    );
    assert_eq!(stage.asked("jit.initiate"), 2);
    assert!(stage.slept()[0] >= std::time::Duration::from_secs(3));
}

#[tokio::test]
async fn a_long_pause_is_told_instead_of_waited_for() {
    let stage = demo().await;
    stage
        .sim
        .fault(Fault::on("jit.initiate", Wrong::Throttled(Some(60))));
    let draft = stage.draft("vm-web-01", "westeurope");
    for _ in 0..2 {
        let outcome = stage
            .azure
            .initiate(&stage.tenant, &draft, TimeField::Duration)
            .await;
        let InitiateOutcome::NotSent(problem) = outcome else {
            panic!("{outcome:?}")
        };
        assert_eq!(problem.code(), "throttled");
    }
    assert_eq!(
        stage.asked("jit.initiate"),
        1,
        "the second one was not even sent"
    );
}

#[rstest]
#[case(ChallengeShape::Plain)]
#[case(ChallengeShape::NoPadding)]
#[case(ChallengeShape::UrlSafe)]
#[case(ChallengeShape::SeveralHeaders)]
#[case(ChallengeShape::OtherOrder)]
#[tokio::test]
async fn a_claims_challenge_is_told_with_its_claims(#[case] shape: ChallengeShape) {
    let stage = demo().await;
    stage.sim.set(|s| {
        s.mfa_on_writes = true;
        s.challenge_shape = shape;
    });
    let draft = stage.draft("vm-web-01", "westeurope");
    let outcome = stage
        .azure
        .initiate(&stage.tenant, &draft, TimeField::Duration)
        .await;
    let InitiateOutcome::Refused(problem) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(problem.code(), "mfa-required");
    assert!(problem.details.correlation.is_some());
    let gangway_engine::problem::Cause::MfaRequired { tenant, claims } = problem.cause else {
        panic!()
    };
    assert_eq!(tenant, stage.tenant);
    assert!(
        gangway_azure::Claims::from_challenge(&claims)
            .unwrap()
            .json()
            .contains("acrs")
    );
    assert_eq!(stage.asked("jit.initiate"), 1);
}

#[rstest]
#[case(Wrong::Forbidden, "permission-missing")]
#[case(Wrong::ScopeLocked, "write-blocked")]
#[case(Wrong::DisallowedByPolicy, "write-blocked")]
#[case(Wrong::DenyAssignment, "write-blocked")]
#[case(Wrong::ProviderNotRegistered, "plan-missing")]
#[case(Wrong::WrongTenant, "wrong-tenant")]
#[case(Wrong::Error { status: 400, code: "InvalidInitiateInput".to_owned(), message: "contains a source IP address in IPv6 format, which is unsupported by Just-In-Time Network Access.".to_owned() }, "request-refused")]
#[case(Wrong::Error { status: 403, code: "RequestDisallowedByPolicy".to_owned(), message: "Resource was disallowed by policy. Reasons: MFA is required.".to_owned() }, "mfa-required")]
#[case(Wrong::Error { status: 400, code: "X".to_owned(), message: "This VM is not supported for Just-In-Time access.".to_owned() }, "jit-not-supported")]
#[tokio::test]
async fn a_refusal_has_a_name(#[case] wrong: Wrong, #[case] code: &str) {
    let stage = demo().await;
    stage.sim.fault(Fault::on("jit.initiate", wrong));
    let draft = stage.draft("vm-web-01", "westeurope");
    let outcome = stage
        .azure
        .initiate(&stage.tenant, &draft, TimeField::Duration)
        .await;
    let InitiateOutcome::Refused(problem) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(problem.code(), code, "{problem:?}");
    assert_eq!(stage.asked("jit.initiate"), 1);
}
