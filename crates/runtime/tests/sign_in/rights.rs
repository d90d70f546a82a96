//! What somebody may do in a subscription: by the account in use, asked when wanted only.

use azure_sim::{Fault, Wrong};
use gangway_engine::account::Account;
use gangway_engine::id::{SubscriptionId, TenantId};
use gangway_engine::intent::Intent;
use gangway_engine::problem::Problem;
use gangway_engine::query::{Freshness, Page, Query, Right, SubscriptionRights};
use gangway_runtime::Runtime;
use serde_json::json;

use crate::people::{ADMIN, People, WORKER, of, vms};
use crate::stage::until;

const HELP_DESK: &str = "helpdesk@contoso.example";
const YES: Right = Right::Yes;
const NO: Right = Right::NotWhole;
const UNSEEN: Right = Right::CannotSee;

async fn rights(runtime: &Runtime, of: &SubscriptionId) -> Result<[Right; 3], Problem> {
    let subscription = of.clone();
    match runtime.query(Query::Rights { subscription }).await? {
        Page::Rights(SubscriptionRights {
            subscription,
            sees_vms,
            reads_policies,
            may_request,
        }) => {
            assert_eq!(subscription, *of);
            Ok([sees_vms, reads_policies, may_request])
        }
        other => panic!("{other:?}"),
    }
}

async fn subscription(runtime: &Runtime, named: &str) -> SubscriptionId {
    let Page::Subscriptions { rows } = runtime.query(Query::Subscriptions).await.unwrap() else {
        panic!("another page");
    };
    let found = rows
        .into_iter()
        .find(|row| row.name.as_deref() == Some(named));
    found.unwrap().id
}

async fn switch_on(runtime: &Runtime, account: &Account, tenant: &TenantId) {
    let wish = Intent::SwitchTenant {
        account: account.id.clone(),
        tenant: tenant.clone(),
        on: true,
    };
    runtime.dispatch(wish).await;
    until(runtime, "switched", |snapshot| {
        let account = of(&snapshot.accounts, ADMIN);
        account.tenants.iter().any(|it| it.id == *tenant && it.on)
    })
    .await;
}

#[tokio::test]
async fn each_person_has_rights_of_their_own() {
    for (who, production, test) in [
        (ADMIN, [YES, YES, YES], [YES, YES, YES]),
        (WORKER, [YES, YES, YES], [YES, YES, YES]),
        // Reads the one; in the other everything in one resource group, nothing above it.
        (HELP_DESK, [YES, YES, NO], [NO, NO, NO]),
    ] {
        let people = People::demo().await;
        let runtime = people.open();
        people.sign_in(&runtime, who).await;
        let ids = [
            subscription(&runtime, "Contoso Production").await,
            subscription(&runtime, "Contoso Test").await,
        ];
        assert_eq!(people.sim().asked_on("permissions").len(), 0, "by itself");
        assert_eq!(
            rights(&runtime, &ids[0]).await.unwrap(),
            production,
            "{who}"
        );
        // Several roles come on several pages.
        people.sim().set(|switches| switches.page_size = Some(1));
        assert_eq!(
            rights(&runtime, &ids[0]).await.unwrap(),
            production,
            "{who}"
        );
        assert_eq!(rights(&runtime, &ids[1]).await.unwrap(), test, "{who}");
        // What is told there is what becomes of the reads: the group's VMs are seen all the same.
        let page = vms(&runtime, Freshness::Fresh).await;
        assert!(page.rows.iter().any(|row| row.vm.name == "vm-test-01"));
        runtime.close().await;
    }
}

#[tokio::test]
async fn another_tenants_subscription_is_asked_with_its_token() {
    let people = People::demo().await;
    let runtime = people.open();
    people.sign_in(&runtime, ADMIN).await;
    let snapshot = until(&runtime, "tenants", |snapshot| {
        of(&snapshot.accounts, ADMIN).tenants.len() == 2
    })
    .await;
    let account = of(&snapshot.accounts, ADMIN);
    switch_on(&runtime, &account, &account.tenants[1].id).await;
    vms(&runtime, Freshness::Fresh).await;
    let shared = subscription(&runtime, "Fabrikam Shared").await;
    assert_eq!(rights(&runtime, &shared).await.unwrap(), [YES; 3]);
    runtime.close().await;
}

#[tokio::test]
async fn what_azure_does_not_show_is_neither_yes_nor_no() {
    let people = People::demo().await;
    let runtime = people.open();
    people.sign_in(&runtime, WORKER).await;
    let id = subscription(&runtime, "Contoso Production").await;
    let forbidden = Fault::on("permissions", Wrong::Forbidden);
    people.sim().fault(forbidden.times(1));
    assert_eq!(rights(&runtime, &id).await.unwrap(), [UNSEEN; 3]);
    // A row that cannot be read may hold what the others do not.
    let body = json!({"value": [{"actions": ["*/read"], "notActions": []}, {"actions": "*"}]});
    let odd = Wrong::Json { status: 200, body };
    people.sim().fault(Fault::on("permissions", odd).times(1));
    assert_eq!(rights(&runtime, &id).await.unwrap(), [YES, YES, UNSEEN]);
    // Where Azure was not reached there is no answer, and the next one is the truth again.
    people
        .sim()
        .fault(Fault::on("permissions", Wrong::Html(200)).times(1));
    let problem = rights(&runtime, &id).await.unwrap_err();
    assert_eq!(problem.code(), "answer-unusable");
    assert_eq!(rights(&runtime, &id).await.unwrap(), [YES; 3]);
    runtime.close().await;
}
