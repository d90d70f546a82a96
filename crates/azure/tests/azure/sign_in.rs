//! Tokens: fetched once, replaced in time, refused by Entra in all its ways.

use std::sync::Arc;

use async_trait::async_trait;
use azure_sim::{Fault, Wrong};
use gangway_azure::{AccessToken, Azure, Claims, Credentials, Error, Scope, Secret, SignIn};
use gangway_engine::id::TenantId;
use gangway_engine::request::{InitiateOutcome, TimeField};
use rstest::rstest;

use crate::stage::{cloud, demo, secret};

#[tokio::test]
async fn one_token_serves_many_calls_at_once() {
    let stage = demo().await;
    let vm = stage.vm("vm-web-01");
    let (a, b, c) = tokio::join!(
        stage.azure.vm(&stage.tenant, &vm, &[]),
        stage.azure.policies_of_group(&stage.tenant, &vm),
        stage.azure.tenants(&stage.tenant),
    );
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    assert_eq!(stage.asked("token"), 1);
    let asked = &stage.sim.asked_on("token")[0];
    assert!(
        asked
            .path
            .starts_with(&format!("/{}/oauth2/v2.0/token", stage.tenant))
    );
    assert!(
        asked
            .body
            .contains("scope=https%3A%2F%2Fmanagement.azure.com%2F%2F.default"),
        "{}",
        asked.body
    );
    assert!(!asked.bearer);
}

#[tokio::test]
async fn an_expired_token_is_replaced_and_the_call_made_again() {
    let stage = demo().await;
    stage.azure.tenants(&stage.tenant).await.unwrap();
    stage.sim.advance(jiff::SignedDuration::from_hours(3)).await;
    stage.azure.tenants(&stage.tenant).await.unwrap();
    assert_eq!((stage.asked("token"), stage.asked("tenants")), (2, 3));
}

#[tokio::test]
async fn a_token_that_is_refused_twice_means_not_signed_in() {
    let stage = demo().await;
    let wrong = Wrong::Error {
        status: 401,
        code: "InvalidAuthenticationToken".to_owned(),
        message: "no".to_owned(),
    };
    stage.sim.fault(Fault::on("tenants", wrong));
    let error = stage.azure.tenants(&stage.tenant).await.unwrap_err();
    assert_eq!(error.problem().code(), "not-signed-in");
    assert_eq!((stage.asked("token"), stage.asked("tenants")), (2, 2));
}

#[rstest]
#[case(Wrong::Status(503), 4, "azure-unavailable")]
#[case(Wrong::Html(200), 1, "answer-unusable")]
#[case(Wrong::Truncated, 1, "answer-unusable")]
#[tokio::test]
async fn a_token_endpoint_in_trouble_is_told(
    #[case] wrong: Wrong,
    #[case] times: usize,
    #[case] code: &str,
) {
    let stage = demo().await;
    stage.sim.fault(Fault::on("token", wrong));
    let error = stage.azure.tenants(&stage.tenant).await.unwrap_err();
    assert_eq!(error.problem().code(), code, "{error:?}");
    assert_eq!(stage.asked("token"), times);
}

#[tokio::test]
async fn no_error_and_no_debug_shows_a_secret() {
    let stage = demo().await;
    let SignIn::ClientSecret {
        tenant, client_id, ..
    } = secret(&stage.sim)
    else {
        panic!()
    };
    let sign_in = SignIn::ClientSecret {
        tenant,
        client_id,
        secret: Secret::new("hunter-2-secret"),
    };
    let shown = format!("{sign_in:?}");
    let azure = Azure::new(cloud(&stage.sim), sign_in, Arc::new(|_| {})).unwrap();
    let error = azure.tenants(&stage.tenant).await.unwrap_err();
    let all = format!("{shown} {azure:?} {error:?} {error} {:?}", error.problem());
    assert!(!all.contains("hunter-2"), "{all}");
    assert_eq!(error.problem().code(), "app-misconfigured");
}

/// Credentials that can satisfy claims, as an interactive sign-in will.
#[derive(Debug)]
struct Interactive {
    inner: Azure,
    weak: Secret,
    strong: Secret,
}

#[async_trait]
impl Credentials for Interactive {
    async fn token(
        &self,
        _: &TenantId,
        _: &Scope,
        claims: Option<&Claims>,
    ) -> Result<AccessToken, Error> {
        let secret = if claims.is_some() {
            &self.strong
        } else {
            &self.weak
        };
        assert_eq!(self.inner.cloud().name(), "azure-sim");
        Ok(AccessToken {
            secret: secret.clone(),
            valid_for: std::time::Duration::from_secs(3600),
        })
    }

    async fn home(&self, _: &Scope) -> Result<TenantId, Error> {
        Err(Error::NotSignedIn {
            observed: "not needed".to_owned(),
        })
    }
}

#[tokio::test]
async fn claims_that_can_be_satisfied_are_and_the_call_is_made_once_more() {
    let stage = demo().await;
    stage.sim.set(|s| s.mfa_on_writes = true);
    let tenant = stage.sim.tenant();
    let weak = Secret::new(crate::by_hand::token(&stage.sim, &tenant, None).await);
    let strong = Secret::new(
        crate::by_hand::token(&stage.sim, &tenant, Some(r#"{"access_token":{"acrs":{}}}"#)).await,
    );
    let credentials = Interactive {
        inner: stage.azure.clone(),
        weak,
        strong,
    };
    let azure = Azure::new(
        cloud(&stage.sim),
        SignIn::Other(Arc::new(credentials)),
        Arc::new(|_| {}),
    )
    .unwrap();
    let draft = stage.draft("vm-web-01", "westeurope");
    let outcome = azure
        .initiate(&stage.tenant, &draft, TimeField::Duration)
        .await;
    assert!(
        matches!(outcome, InitiateOutcome::Accepted { .. }),
        "{outcome:?}"
    );
    let statuses: Vec<_> = stage
        .sim
        .asked_on("jit.initiate")
        .iter()
        .map(|a| a.status)
        .collect();
    assert_eq!(statuses, [401, 202]);
    // The stronger token is kept: no second challenge.
    azure
        .initiate(&stage.tenant, &draft, TimeField::Duration)
        .await;
    assert_eq!(stage.asked("jit.initiate"), 3);
}
