//! Every code of Entra's that the contract lists leads to the problem it belongs to.

use azure_sim::{Fault, Wrong};
use gangway_engine::problem::{Cause, Problem, RefusedWhy};

use crate::stage::demo;

/// Contract 2.7, row by row: the codes, `error` as Entra sends it with them, and our problem.
const TABLE: &[(&[u32], &str, &str)] = &[
    (
        &[
            16000, 50058, 50089, 50132, 50133, 50173, 70043, 70044, 700_082, 700_084,
        ],
        "invalid_grant",
        "not-signed-in",
    ),
    (
        &[50072, 50074, 50076, 50078, 50079],
        "interaction_required",
        "mfa-required",
    ),
    (
        &[50097, 50129, 50131, 53000, 53001],
        "interaction_required",
        "device-not-compliant",
    ),
    (
        &[53003],
        "interaction_required",
        "blocked-by-conditional-access",
    ),
    (&[50020, 50034], "invalid_grant", "wrong-tenant"),
    (&[50057], "invalid_grant", "sign-in-refused"),
    (&[50059, 90002], "invalid_request", "tenant-unknown"),
    (&[50105], "interaction_required", "sign-in-refused"),
    (&[50011], "invalid_request", "app-misconfigured"),
    (&[501_481], "invalid_grant", "app-misconfigured"),
    (&[50194], "invalid_request", "app-misconfigured"),
    (&[500_011], "invalid_resource", "app-misconfigured"),
    (&[500_212, 500_213], "access_denied", "sign-in-refused"),
    (&[500_021], "access_denied", "tenant-restricted"),
    (&[65001], "invalid_grant", "consent-missing"),
    (&[90094], "interaction_required", "consent-missing"),
    (
        &[700_016, 7_000_218, 7_000_215],
        "unauthorized_client",
        "app-misconfigured",
    ),
    (&[70016], "authorization_pending", "sign-in-timed-out"),
    (&[70018], "bad_verification_code", "sign-in-refused"),
    (&[70019, 70020], "expired_token", "sign-in-timed-out"),
    (&[50196], "invalid_grant", "sign-in-refused"),
    (&[293_004], "invalid_grant", "sign-in-refused"),
];

async fn problem_of(error: &str, number: u32) -> (Problem, usize) {
    let stage = demo().await;
    let error = error.to_owned();
    stage
        .sim
        .fault(Fault::on("token", Wrong::Aadsts { error, number }));
    let refused = stage.azure.tenants(&stage.tenant).await.unwrap_err();
    (refused.problem(), stage.asked("token"))
}

#[tokio::test]
async fn each_code_has_its_problem() {
    for (numbers, error, code) in TABLE {
        for number in *numbers {
            let (problem, asked) = problem_of(error, *number).await;
            assert_eq!(problem.code(), *code, "AADSTS{number}: {problem:?}");
            assert_eq!(asked, 1, "AADSTS{number} was asked for again");
            assert!(problem.details.correlation.is_some());
            let seen = problem.details.observed.unwrap_or_default();
            assert!(seen.starts_with(&format!("AADSTS{number}: ")), "{seen}");
        }
    }
}

#[tokio::test]
async fn the_environments_client_id_is_told_with_its_secrets_trouble() {
    let stage = demo().await;
    let wrong = Wrong::Aadsts {
        error: "invalid_client".to_owned(),
        number: 7_000_215,
    };
    stage.sim.fault(Fault::on("token", wrong));
    let refused = stage.azure.tenants(&stage.tenant).await.unwrap_err();
    let problem = refused.problem();
    let Cause::AppMisconfigured { client_id, .. } = &problem.cause else {
        panic!("{problem:?}");
    };
    assert_eq!(client_id, &stage.sim.client_id());
    let first = problem.ways_out()[0].key();
    assert_eq!(first, "way-out.check-environment");
}

#[tokio::test]
async fn why_a_sign_in_was_refused_is_told() {
    for (number, wanted) in [
        (50057, RefusedWhy::Disabled),
        (50105, RefusedWhy::NotAssigned),
        (500_212, RefusedWhy::CrossTenant),
        (50196, RefusedWhy::Loop),
        (65004, RefusedWhy::Declined),
        (70018, RefusedWhy::Other),
    ] {
        let (problem, _) = problem_of("invalid_grant", number).await;
        let Cause::SignInRefused { why, entra_code } = problem.cause else {
            panic!("{problem:?}");
        };
        assert_eq!((why, entra_code), (wanted, Some(number)));
    }
}
