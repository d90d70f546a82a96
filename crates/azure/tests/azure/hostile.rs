//! Answers from hell: nothing panics, nothing is believed, everything has a name.

use azure_sim::{Fault, Wrong};
use gangway_azure::{Azure, Cloud, Error};
use gangway_engine::problem::Cause;
use rstest::rstest;
use serde_json::json;

use crate::stage::{Stage, demo, secret};

async fn read(stage: &Stage) -> Error {
    let vm = stage.vm("vm-web-01");
    stage.azure.vm(&stage.tenant, &vm, &[]).await.unwrap_err()
}

#[rstest]
#[case::html(Wrong::Html(200), "an HTML page")]
#[case::html_forbidden(Wrong::Html(403), "an HTML page")]
#[case::redirect(Wrong::Html(302), "a redirect")]
#[case::truncated(Wrong::Truncated, "JSON that ends after")]
#[case::kind(Wrong::WrongContentType, "text/plain")]
#[case::other_json(Wrong::Json { status: 200, body: json!([1, 2]) }, "without a usable id")]
#[case::control_characters(Wrong::Json { status: 200, body: json!({"id": "/subscriptions/a\r\nb"}) }, "without a usable id")]
#[tokio::test]
async fn what_came_is_told_with_the_host(#[case] wrong: Wrong, #[case] says: &str) {
    let stage = demo().await;
    stage.sim.fault(Fault::on("vm.get", wrong));
    let problem = read(&stage).await.problem();
    let Cause::AnswerUnusable { host, came } = &problem.cause else {
        panic!("{problem:?}")
    };
    assert_eq!(*host, stage.azure.cloud().resource_manager_host());
    assert!(came.contains(says), "{came}");
}

#[tokio::test]
async fn ten_megabytes_are_not_read() {
    let stage = demo().await;
    let body = format!("{{\"id\":\"{}\"}}", "x".repeat(10 * 1024 * 1024));
    let wrong = Wrong::Text {
        status: 200,
        content_type: "application/json".to_owned(),
        body,
    };
    stage.sim.fault(Fault::on("vm.get", wrong));
    let error = read(&stage).await;
    assert!(
        matches!(&error, Error::Unusable { came, .. } if came == "more than 8 MiB"),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_next_link_to_another_host_is_not_followed() {
    let stage = demo().await;
    let vm = stage.vm("vm-web-01");
    for host in ["evil.example", "127.0.0.1:1", "127.0.0.1"] {
        stage.sim.set(|s| {
            s.page_size = Some(1);
            s.next_link_host = Some(host.to_owned());
        });
        let error = stage
            .azure
            .policies_of_subscription(&stage.tenant, &vm.subscription())
            .await
            .unwrap_err();
        assert!(
            matches!(&error, Error::ForeignHost { host: named, .. } if named == host),
            "{error:?}"
        );
        assert_eq!(error.problem().code(), "answer-unusable");
    }
}

#[tokio::test]
async fn a_circle_of_pages_ends() {
    let stage = demo().await;
    let link = format!("{}/tenants?api-version=2022-12-01", stage.sim.base());
    let wrong = Wrong::Json {
        status: 200,
        body: json!({"value": [], "nextLink": link}),
    };
    stage.sim.fault(Fault::on("tenants", wrong));
    let error = stage.azure.tenants(&stage.tenant).await.unwrap_err();
    assert!(
        matches!(&error, Error::Unusable { came, .. } if came.contains("500 pages")),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_list_that_is_none_is_told() {
    let stage = demo().await;
    stage.sim.fault(Fault::on(
        "tenants",
        Wrong::Json {
            status: 200,
            body: json!({"value": 3}),
        },
    ));
    assert_eq!(
        stage
            .azure
            .tenants(&stage.tenant)
            .await
            .unwrap_err()
            .problem()
            .code(),
        "answer-unusable"
    );
}

#[tokio::test]
async fn an_error_of_any_shape_keeps_its_ids_and_no_control_characters() {
    let stage = demo().await;
    let body = json!({"code": "Odd\u{1b}[2J", "message": "two\r\nlines"});
    stage
        .sim
        .fault(Fault::on("vm.get", Wrong::Json { status: 418, body }));
    let error = read(&stage).await;
    let Error::Refused(refusal) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(
        (refusal.code.as_str(), refusal.words.as_str()),
        ("Odd [2J", "two  lines")
    );
    assert!(refusal.ids.client_request.is_some() && refusal.ids.correlation.is_some());
    let asked = &stage.sim.asked_on("vm.get")[0];
    assert_eq!(asked.client_request_id, refusal.ids.client_request);
    assert_eq!(
        Some(&asked.correlation_id),
        refusal.ids.correlation.as_ref()
    );
}

#[tokio::test]
async fn a_proxy_that_wants_a_sign_in_is_named_so() {
    let stage = demo().await;
    stage.sim.fault(Fault::on("vm.get", Wrong::Html(407)));
    assert_eq!(read(&stage).await.problem().code(), "proxy-sign-in");
}

#[tokio::test]
async fn ids_that_fit_no_call_are_not_sent() {
    let stage = demo().await;
    let disk = stage
        .vm("vm-web-01")
        .as_str()
        .replace("virtualMachines", "disks");
    let id = gangway_engine::id::VmId::new(disk).unwrap();
    let error = stage.azure.vm(&stage.tenant, &id, &[]).await.unwrap_err();
    assert!(matches!(error, Error::UnfitId { .. }), "{error:?}");
    assert_eq!(stage.asked("vm.get") + stage.asked("unknown"), 0);
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_not_believed() {
    let (stage, other) = (demo().await, demo().await);
    // The other simulator's authority is trusted, this one's is not.
    let mut cloud = stage.sim.cloud();
    cloud["extra_ca"] = other.sim.cloud()["extra_ca"].clone();
    let cloud = Cloud::parse(&cloud.to_string(), "x").unwrap();
    let observer: gangway_azure::Observer = std::sync::Arc::new(|_| {});
    let sleeper: gangway_azure::Sleeper = std::sync::Arc::new(|_| Box::pin(std::future::ready(())));
    let azure = Azure::with_sleeper(cloud, secret(&stage.sim), observer, sleeper).unwrap();
    let problem = azure.tenants(&stage.tenant).await.unwrap_err().problem();
    let named = match &problem.cause {
        Cause::IssuerUnknown { issuer, .. } => issuer == "azure-sim CA",
        // Wine complains of the missing revocation list before it looks at the issuer.
        _ => std::env::consts::OS == "windows" && problem.code() == "offline",
    };
    assert!(named, "{problem:?}");
    assert!(stage.sim.asked().is_empty(), "not a byte was sent");
}
