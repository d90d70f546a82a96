//! Roles of people: the list of permissions says what the other routes then do (contract 14.1).

use super::flow::*;
use crate::kit::{PROD, TEST};

const HELP_DESK: &str = "helpdesk@contoso.example";
const VERSION: &str = "2022-04-01";

fn list(sub: &str) -> String {
    format!("/subscriptions/{sub}/providers/Microsoft.Authorization/permissions")
}

#[tokio::test]
async fn the_list_has_one_element_for_each_role_at_the_subscription() {
    let mut client = Client::new().await;
    for (upn, sub, actions) in [
        (ADMIN, PROD, vec!["*"]),
        (HELP_DESK, PROD, vec!["*/read"]),
        (HELP_DESK, TEST, vec![]),
    ] {
        let body = client.sign_in(upn, "common").await;
        client.azure.token = text(&body, "access_token");
        let got = client.azure.get(&list(sub), VERSION).await;
        let rows = got.body["value"].as_array().unwrap();
        let first: Vec<&str> = rows
            .iter()
            .filter_map(|row| row["actions"][0].as_str())
            .collect();
        assert_eq!(first, actions, "{upn}");
        assert!(rows.iter().all(|row| row["notActions"].is_array()));
    }
    let body = client.sign_in(WORKER, "common").await;
    client.azure.token = text(&body, "access_token");
    client.azure.sim.set(|s| s.page_size = Some(1));
    let got = client.azure.get(&list(PROD), VERSION).await;
    assert_eq!(got.body["value"].as_array().unwrap().len(), 1);
    assert!(
        got.body["nextLink"]
            .as_str()
            .unwrap()
            .contains("permissions")
    );
}

#[tokio::test]
async fn who_may_only_read_may_not_ask_and_a_groups_rights_end_with_it() {
    let mut client = Client::new().await;
    let body = client.sign_in(HELP_DESK, "common").await;
    client.azure.token = text(&body, "access_token");
    let refused = client.azure.ask("vm-web-01").await;
    assert_eq!(
        (refused.status, refused.code()),
        (403, "AuthorizationFailed")
    );
    assert_eq!(client.azure.ask("vm-test-01").await.status, 202);
    let policies = |sub: &str| {
        format!("/subscriptions/{sub}/providers/Microsoft.Security/jitNetworkAccessPolicies")
    };
    let whole = client.azure.get(&policies(TEST), crate::kit::JIT).await;
    assert_eq!(whole.status, 403);
    let group = format!("{TEST}/resourceGroups/rg-test");
    let group = client.azure.get(&policies(&group), crate::kit::JIT).await;
    assert_eq!(group.status, 200);
    let read = client.azure.get(&policies(PROD), crate::kit::JIT).await;
    assert_eq!(read.status, 200);
}
