//! Requests for one port, one after another: every variant of what a newer one does (contract 5.5).

use azure_sim::{Deed, EarlyShortening, NewerRequest};
use jiff::{SignedDuration, Timestamp};
use rstest::rstest;
use serde_json::Value;

use crate::kit::{Azure, JIT, ME, start, status_of};

const OTHER: &str = "127.0.0.9";

/// The last two requests of the policy: the older first.
async fn last_two(azure: &Azure) -> (Value, Value) {
    let got = azure.get(&azure.policy("vm-web-01"), JIT).await;
    let all = got.body["properties"]["requests"]
        .as_array()
        .unwrap()
        .clone();
    (all[all.len() - 2].clone(), all[all.len() - 1].clone())
}

async fn by_somebody_else(azure: &Azure, source: &str) {
    let deed = Deed::Request {
        vm: "vm-web-01".into(),
        port: None,
        source: source.into(),
        seconds: 3600,
        requestor: "worker@contoso.example".into(),
    };
    azure.sim.trigger(deed).await.unwrap();
}

#[rstest]
#[case(NewerRequest::ReplacesAll, OTHER, true)]
#[case(NewerRequest::ReplacesSameSource, OTHER, false)]
#[case(NewerRequest::ReplacesSameSource, ME, true)]
#[case(NewerRequest::ReplacesSamePerson, ME, false)]
#[case(NewerRequest::Adds, ME, false)]
#[tokio::test]
async fn somebody_elses_request(
    #[case] rule: NewerRequest,
    #[case] source: &str,
    #[case] displaced: bool,
) {
    let azure = Azure::still().await;
    azure.sim.set(|s| s.newer_request = rule);
    azure.ask("vm-web-01").await;
    by_somebody_else(&azure, source).await;
    let (mine, theirs) = last_two(&azure).await;
    let expected = if displaced {
        ("Revoked", "NewerRequestInitiated")
    } else {
        ("Initiated", "UserRequested")
    };
    assert_eq!(status_of(&mine), (expected.0.into(), expected.1.into()));
    assert_eq!(status_of(&theirs).0, "Initiated");
    assert_eq!(theirs["requestor"], "worker@contoso.example");
    assert_eq!(
        azure.rules_for("vm-web-01").await,
        if displaced { 1 } else { 2 }
    );
}

#[rstest]
#[case(NewerRequest::ReplacesAll, true)]
#[case(NewerRequest::ReplacesSamePerson, true)]
#[case(NewerRequest::Adds, false)]
#[tokio::test]
async fn ones_own_second_request(#[case] rule: NewerRequest, #[case] displaced: bool) {
    let azure = Azure::still().await;
    azure.sim.set(|s| s.newer_request = rule);
    azure.ask("vm-web-01").await;
    azure.ask_from("vm-web-01", OTHER, "PT1H").await;
    let (older, _) = last_two(&azure).await;
    assert_eq!(
        status_of(&older).0,
        if displaced { "Revoked" } else { "Initiated" }
    );
}

#[tokio::test]
async fn another_port_or_vm_is_not_displaced() {
    let azure = Azure::still().await;
    azure.ask("vm-web-01").await;
    azure.ask("vm-web-02").await;
    let (first, second) = last_two(&azure).await;
    assert_eq!(
        (status_of(&first).0, status_of(&second).0),
        ("Initiated".into(), "Initiated".into())
    );
}

#[rstest]
#[case(EarlyShortening::Accepted, 202, 10)]
#[case(EarlyShortening::Ignored, 202, 60)]
#[case(EarlyShortening::Refused, 400, 60)]
#[tokio::test]
async fn shortening(#[case] rule: EarlyShortening, #[case] status: u16, #[case] minutes: i64) {
    let azure = Azure::still().await;
    azure.sim.set(|s| s.early_shortening = rule);
    azure.ask("vm-web-01").await;
    assert_eq!(
        azure.ask_from("vm-web-01", ME, "PT10M").await.status,
        status
    );
    let newest = azure.newest("vm-web-01").await;
    let end: Timestamp = newest["virtualMachines"][0]["ports"][0]["endTimeUtc"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(
        end.duration_since(start()),
        SignedDuration::from_mins(minutes)
    );
}

#[tokio::test]
async fn everything_can_be_made_to_expire() {
    let azure = Azure::still().await;
    azure.ask("vm-web-01").await;
    let done = azure
        .sim
        .trigger(Deed::Expire {
            vm: "vm-web-01".into(),
        })
        .await
        .unwrap();
    assert_eq!(done["expired"], 1);
    assert_eq!(
        azure.status("vm-web-01").await,
        ("Revoked".into(), "Expired".into())
    );
    assert_eq!(azure.rules_for("vm-web-01").await, 0);
}
