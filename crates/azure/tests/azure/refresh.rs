//! Tokens from a kept refresh token: per tenant, replaced at each use, challenged, revoked, shared by processes.

use std::time::Duration;

use azure_sim::{AddressRule, Fault, Tamper, Wrong};
use futures_util::future::join_all;
use gangway_azure::{Ask, Azure, Claims, Error};
use gangway_engine::problem::Cause;
use gangway_engine::request::{InitiateOutcome, TimeField};
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::people::{ADMIN, People, WORKER, people};
use crate::stage::draft_of;

#[tokio::test]
async fn one_refresh_token_serves_every_tenant_and_is_replaced_each_time() {
    let people = people().await;
    let admin = people.admin().await;
    let first = people.kept(&admin.account).await;
    assert!(people.azure.subscriptions(&people.guest).await.is_ok());
    let second = people.kept(&admin.account).await;
    assert_ne!(first, second);
    let again = people.another_process();
    assert!(again.subscriptions(&people.home).await.is_ok());
    assert_ne!(people.kept(&admin.account).await, second);
    let counts = people.sim.sign_ins();
    assert_eq!((counts.refreshes, counts.rotated_reused), (2, 0));
}

/// One round of callers, each at a process and a tenant; some go away early.
async fn round(people: &People, processes: &[Azure], callers: &[(usize, bool, Option<u64>)]) {
    let calls = callers.iter().map(|(process, guest, patience)| async move {
        let tenant = if *guest { &people.guest } else { &people.home };
        let call = processes[*process].subscriptions(tenant);
        match patience {
            None => call.await.map(drop),
            Some(millis) => tokio::time::timeout(Duration::from_millis(*millis), call)
                .await
                .map_or(Ok(()), |done| done.map(drop)),
        }
    });
    for done in join_all(calls).await {
        done.unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn processes_and_callers_at_once_never_send_a_replaced_token(
        rounds in prop::collection::vec(
            prop::collection::vec((0..3_usize, any::<bool>(), proptest::option::weighted(0.3, 0..20_u64)), 50),
            1..4,
        )
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let counts = runtime.block_on(async {
            let people = people().await;
            people.admin().await;
            people.sim.set(|s| {
                s.cae_seconds = 30;
                s.token_seconds = 30;
            });
            let processes: Vec<_> = (0..3).map(|_| people.another_process()).collect();
            for callers in &rounds {
                round(&people, &processes, callers).await;
                people.sim.advance(SignedDuration::from_secs(40)).await;
            }
            people.sim.sign_ins()
        });
        prop_assert_eq!(counts.rotated_reused, 0);
        prop_assert_eq!(counts.refused, 0);
    }
}

#[tokio::test]
async fn a_caller_that_goes_away_loses_no_token() {
    let people = people().await;
    let admin = people.admin().await;
    let before = people.kept(&admin.account).await;
    let other = people.another_process();
    people
        .sim
        .fault(Fault::on("token.refresh_token", Wrong::DelayMs(200)).times(1));
    let call = other.subscriptions(&people.home);
    let gone = tokio::time::timeout(Duration::from_millis(100), call).await;
    assert!(gone.is_err());
    other.settle().await;
    assert_ne!(people.kept(&admin.account).await, before);
    assert!(other.subscriptions(&people.home).await.is_ok());
    let counts = people.sim.sign_ins();
    assert_eq!((counts.refreshes, counts.rotated_reused), (2, 0));
}

#[tokio::test]
async fn a_revoked_token_is_sent_once_and_a_new_sign_in_helps() {
    let people = people().await;
    people.admin().await;
    let deed = azure_sim::control::Deed::RevokeSessions {
        upn: ADMIN.to_owned(),
    };
    people.sim.trigger(deed).await.unwrap();
    let other = people.another_process();
    for _ in 0..3 {
        let error = other.subscriptions(&people.home).await.unwrap_err();
        assert_eq!(error.problem().code(), "not-signed-in", "{error:?}");
    }
    assert_eq!(people.asked("token"), 2, "one sign-in, one refusal");
    people.admin().await;
    assert!(other.subscriptions(&people.home).await.is_ok());
}

#[tokio::test]
async fn an_answer_that_is_not_believed_costs_the_refresh_token() {
    let people = people().await;
    people.admin().await;
    people.sim.set(|s| s.tamper = Some(Tamper::Tenant));
    for tenant in [&people.guest, &people.home, &people.guest] {
        people.azure.forget(tenant).await;
        let error = people.azure.subscriptions(tenant).await.unwrap_err();
        assert_eq!(error.problem().code(), "sign-in-mistrusted", "{error:?}");
    }
    assert_eq!(
        people.asked("token"),
        2,
        "what was replaced is not sent again"
    );
    people.sim.set(|s| s.tamper = None);
    // Nor by a process that knows nothing of that answer.
    let other = people.another_process();
    let error = other.subscriptions(&people.home).await.unwrap_err();
    assert_eq!(error.problem().code(), "not-signed-in", "{error:?}");
    assert_eq!(people.asked("token"), 2);
    assert_eq!(people.sim.sign_ins().rotated_reused, 0);
    people.admin().await;
    assert!(people.azure.subscriptions(&people.guest).await.is_ok());
    assert!(other.subscriptions(&people.guest).await.is_ok());
}

#[tokio::test]
async fn one_tenant_that_refuses_does_not_stop_the_others() {
    let people = people().await;
    people.admin().await;
    let wrong = Wrong::Entra {
        code: 53003,
        claims: None,
    };
    let fault = Fault::on("token.refresh_token", wrong).path_contains(people.guest.as_str());
    people.sim.fault(fault);
    let error = people.azure.subscriptions(&people.guest).await.unwrap_err();
    let blocked = Cause::BlockedByConditionalAccess { entra_code: 53003 };
    assert_eq!(error.problem().cause, blocked);
    assert!(people.azure.subscriptions(&people.home).await.is_ok());
    assert!(
        people
            .another_process()
            .subscriptions(&people.home)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_challenge_is_answered_by_one_sign_in_with_its_claims() {
    let people = people().await;
    let admin = people.admin().await;
    people.sim.set(|s| s.mfa_on_writes = true);
    let draft = draft_of(&people.sim, "vm-web-01", "westeurope");
    let initiate = || {
        people
            .azure
            .initiate(&people.home, &draft, TimeField::Duration)
    };
    let InitiateOutcome::Refused(problem) = initiate().await else {
        panic!("taken without a challenge");
    };
    let Cause::MfaRequired { tenant, claims } = problem.cause else {
        panic!("no challenge");
    };
    assert_eq!(tenant, people.home);
    let ask = Ask {
        claims: Claims::from_challenge(&claims),
        expect: Some(admin.account),
        login_hint: Some(ADMIN.to_owned()),
        ..people.at(&tenant)
    };
    assert!(ask.claims.is_some());
    people
        .sign_in(&ask, people.browser(ADMIN).approving())
        .await
        .unwrap();
    let done = initiate().await;
    assert!(matches!(done, InitiateOutcome::Accepted { .. }), "{done:?}");
}

#[tokio::test]
async fn a_moved_address_is_answered_without_a_person_where_that_is_enough() {
    let people = people().await;
    let admin = people.admin().await;
    people.azure.subscriptions(&people.home).await.unwrap();
    people.sim.set(|s| {
        s.address_rule = AddressRule::Refresh;
        s.caller_address = Some("198.51.100.9".to_owned());
    });
    let calls = (0..20).map(|_| people.azure.subscriptions(&people.home));
    assert!(join_all(calls).await.iter().all(Result::is_ok));
    assert_eq!(people.sim.sign_ins().refreshes, 1, "one answer for all");
    people.sim.set(|s| {
        s.address_rule = AddressRule::Person;
        s.caller_address = Some("198.51.100.10".to_owned());
    });
    let error = people.azure.subscriptions(&people.home).await.unwrap_err();
    let Error::ClaimsNeeded(needed) = error else {
        panic!("{error:?}");
    };
    let ask = Ask {
        claims: needed.claims,
        expect: Some(admin.account),
        ..people.at(&people.home)
    };
    people.sign_in(&ask, people.browser(ADMIN)).await.unwrap();
    assert!(people.azure.subscriptions(&people.home).await.is_ok());
}

#[tokio::test]
async fn claims_in_a_refusal_go_on_to_the_person() {
    let people = people().await;
    people.admin().await;
    let claims =
        serde_json::json!({"access_token": {"capolids": {"essential": true, "values": ["p"]}}});
    let wrong = Wrong::Entra {
        code: 50076,
        claims: Some(claims),
    };
    people.sim.fault(Fault::on("token.refresh_token", wrong));
    let error = people.azure.subscriptions(&people.guest).await.unwrap_err();
    let Error::ClaimsNeeded(needed) = error else {
        panic!("{error:?}");
    };
    assert!(needed.claims.unwrap().json().contains("capolids"));
}

#[tokio::test]
async fn an_account_that_is_not_in_a_tenant_is_told_so() {
    let people = people().await;
    people
        .sign_in(&Ask::default(), people.browser(WORKER))
        .await
        .unwrap();
    let error = people.azure.subscriptions(&people.guest).await.unwrap_err();
    let wrong = Cause::WrongTenant {
        tenant: people.guest.clone(),
    };
    assert_eq!(error.problem().cause, wrong);
}

#[tokio::test]
async fn an_entra_that_asks_to_wait_is_left_alone() {
    for (wrong, code) in [
        (Wrong::Throttled(Some(600)), "throttled"),
        (
            Wrong::Entra {
                code: 50196,
                claims: None,
            },
            "sign-in-refused",
        ),
    ] {
        let people = people().await;
        people.admin().await;
        let fault = Fault::on("token.refresh_token", wrong).times(1);
        people.sim.fault(fault);
        for _ in 0..3 {
            let error = people.azure.subscriptions(&people.guest).await.unwrap_err();
            assert_eq!(error.problem().code(), code);
        }
        assert_eq!(people.asked("token"), 2, "the sign-in and one refusal");
        // What one tenant asks stops no other.
        people.azure.forget(&people.home).await;
        assert!(people.azure.subscriptions(&people.home).await.is_ok());
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(601)).await;
        tokio::time::resume();
        assert!(people.azure.subscriptions(&people.guest).await.is_ok());
    }
}

#[tokio::test]
async fn an_answer_that_was_lost_is_not_asked_for_again_by_itself() {
    let people = people().await;
    people.admin().await;
    people
        .sim
        .fault(Fault::on("token.refresh_token", Wrong::Reset));
    let error = people.azure.subscriptions(&people.guest).await.unwrap_err();
    assert_eq!(error.problem().code(), "offline", "{error:?}");
    assert_eq!(people.asked("token"), 2);
}

#[tokio::test]
async fn forgotten_tokens_are_asked_for_anew() {
    let people = people().await;
    people.admin().await;
    people.azure.tenants(&people.home).await.unwrap();
    people.azure.forget(&people.home).await;
    people.azure.tenants(&people.home).await.unwrap();
    assert_eq!(people.sim.sign_ins().refreshes, 1);
}

#[tokio::test]
async fn the_page_that_ends_a_session_is_entras() {
    let people = people().await;
    people.admin().await;
    let page = people
        .azure
        .sign_out_page(&people.home, Some(ADMIN))
        .unwrap();
    assert!(
        page.contains("/oauth2/v2.0/logout?logout_hint=admin%40contoso.example"),
        "{page}"
    );
    let visit = people.browser(ADMIN).visit(&page).await.unwrap();
    assert!(visit.arrived(), "{visit:?}");
}
