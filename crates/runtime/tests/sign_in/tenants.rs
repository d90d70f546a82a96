//! Several tenants of one account: listed all, asked only where a person switched them on.

use azure_sim::{Fault, Wrong};
use gangway_engine::account::Account;
use gangway_engine::id::TenantId;
use gangway_engine::intent::Intent;
use gangway_engine::query::{Freshness, Page, Query, SubscriptionEntry};
use gangway_runtime::Runtime;

use crate::people::{ADMIN, PARTNER, People, WORKER, of, vms};
use crate::stage::{begin, until};

async fn with_tenants(runtime: &Runtime, count: usize) -> Account {
    let snapshot = until(runtime, "tenants", |snapshot| {
        let mut accounts = snapshot.accounts.accounts.iter();
        accounts.any(|one| one.username == ADMIN && one.tenants.len() == count)
    })
    .await;
    of(&snapshot.accounts, ADMIN)
}

async fn switch(runtime: &Runtime, account: &Account, tenant: &TenantId, on: bool) {
    let wish = Intent::SwitchTenant {
        account: account.id.clone(),
        tenant: tenant.clone(),
        on,
    };
    runtime.dispatch(wish).await;
    until(runtime, "switched", |snapshot| {
        let account = of(&snapshot.accounts, ADMIN);
        let mut tenants = account.tenants.iter();
        tenants.any(|it| it.id == *tenant && it.on == on)
    })
    .await;
}

/// How often a token of this tenant was asked for.
fn tokens_of(people: &People, tenant: &TenantId) -> usize {
    let asked = people.sim().asked();
    let of = |path: &str| path.contains("/oauth2/") && path.contains(tenant.as_str());
    asked.iter().filter(|one| of(&one.path)).count()
}

async fn subscriptions(runtime: &Runtime) -> Vec<SubscriptionEntry> {
    match runtime.query(Query::Subscriptions).await.unwrap() {
        Page::Subscriptions { rows } => rows,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_tenant_is_asked_once_it_is_switched_on_and_not_before() {
    let people = People::demo().await;
    let runtime = people.open();
    people.sign_in(&runtime, ADMIN).await;
    let account = with_tenants(&runtime, 2).await;
    let (home, other) = (&account.tenants[0], &account.tenants[1]);
    assert!(home.on && home.used && !other.on);
    assert_eq!(home.id, account.id.tenant());
    assert_eq!(home.domain.as_deref(), Some("contoso.example"));
    assert_eq!(home.name, "Contoso");
    let names = |page: gangway_engine::query::VmPage| {
        let rows = page.rows.into_iter();
        rows.map(|row| row.vm.name).collect::<Vec<_>>()
    };
    let before = names(vms(&runtime, Freshness::Fresh).await);
    assert!(!before.contains(&"vm-shared-01".to_owned()));
    assert_eq!(tokens_of(&people, &other.id), 0);

    switch(&runtime, &account, &other.id, true).await;
    let after = names(vms(&runtime, Freshness::Warm).await);
    assert!(after.contains(&"vm-shared-01".to_owned()), "{after:?}");
    assert_eq!(tokens_of(&people, &other.id), 1);
    assert_eq!(people.sim().sign_ins().rotated_reused, 0);

    switch(&runtime, &account, &other.id, false).await;
    let after = names(vms(&runtime, Freshness::Cached).await);
    assert!(!after.contains(&"vm-shared-01".to_owned()));
    runtime.close().await;
}

#[tokio::test]
async fn what_one_tenant_refuses_is_told_there_and_the_others_work() {
    let people = People::demo().await;
    let runtime = people.open();
    people.sign_in(&runtime, ADMIN).await;
    let account = with_tenants(&runtime, 2).await;
    let other = account.tenants[1].id.clone();
    switch(&runtime, &account, &other, true).await;
    // The home tenant's token is in memory; the next refresh is the other tenant's.
    people
        .sim()
        .fault(Fault::on("token.refresh_token", Wrong::entra(53003)));
    let page = vms(&runtime, Freshness::Fresh).await;
    assert!(page.matching >= 30, "{}", page.matching);
    let snapshot = until(&runtime, "told", |snapshot| {
        let account = of(&snapshot.accounts, ADMIN);
        account.tenants.iter().any(|it| it.problem.is_some())
    })
    .await;
    let account = of(&snapshot.accounts, ADMIN);
    assert_eq!(account.tenants[0].problem, None);
    let problem = account.tenants[1].problem.as_ref().unwrap();
    assert_eq!(problem.code(), "blocked-by-conditional-access");
    people.sim().clear_faults();
    vms(&runtime, Freshness::Fresh).await;
    until(&runtime, "well again", |snapshot| {
        let account = of(&snapshot.accounts, ADMIN);
        account.tenants.iter().all(|it| it.problem.is_none())
    })
    .await;
    runtime.close().await;
}

#[tokio::test]
async fn of_two_accounts_in_a_tenant_the_chosen_one_is_used() {
    let people = People::demo().await;
    let runtime = people.open();
    people.sign_in(&runtime, ADMIN).await;
    let admin = with_tenants(&runtime, 2).await;
    let other = admin.tenants[1].id.clone();
    let partner = people.sign_in(&runtime, PARTNER).await;
    switch(&runtime, &admin, &other, true).await;
    let used = |account: &Account| {
        let mut tenants = account.tenants.iter();
        tenants.any(|it| it.id == other && it.used)
    };
    let view = runtime.snapshot().accounts.clone();
    assert!(used(&of(&view, PARTNER)) && !used(&of(&view, ADMIN)));
    let wish = Intent::UseAccount {
        account: admin.id.clone(),
        tenant: other.clone(),
    };
    runtime.dispatch(wish).await;
    let snapshot = until(&runtime, "handed over", |snapshot| {
        used(&of(&snapshot.accounts, ADMIN))
    })
    .await;
    assert!(!used(&of(&snapshot.accounts, PARTNER)));
    vms(&runtime, Freshness::Fresh).await;
    // Signed out, the other one serves again, and the tenant's inventory stays.
    let out = Intent::SignOut {
        account: admin.id,
        end_session: false,
    };
    runtime.dispatch(out).await;
    let snapshot = until(&runtime, "signed out", |snapshot| {
        snapshot.accounts.accounts.len() == 1
    })
    .await;
    assert_eq!(snapshot.accounts.accounts[0].id, partner.id);
    assert!(used(&snapshot.accounts.accounts[0]));
    let left = subscriptions(&runtime).await;
    assert!(left.iter().all(|row| row.tenant.as_ref() == Some(&other)));
    assert_eq!(left.len(), 1);
    runtime.close().await;
}

#[tokio::test]
async fn after_a_switch_azure_sees_no_token_of_the_one_before() {
    let people = People::demo().await;
    let runtime = people.open();
    people.sign_in(&runtime, ADMIN).await;
    let admin = with_tenants(&runtime, 2).await;
    let other = admin.tenants[1].id.clone();
    switch(&runtime, &admin, &other, true).await;
    people.sign_in(&runtime, PARTNER).await;
    vms(&runtime, Freshness::Fresh).await;
    let wish = Intent::UseAccount {
        account: admin.id.clone(),
        tenant: other.clone(),
    };
    runtime.dispatch(wish).await;
    until(&runtime, "handed over", |snapshot| {
        let account = of(&snapshot.accounts, ADMIN);
        account.tenants.iter().any(|it| it.id == other && it.used)
    })
    .await;
    // From here on Azure refuses each token of theirs.
    let upn = PARTNER.into();
    let revoke = azure_sim::Deed::RevokeSessions { upn };
    people.sim().trigger(revoke).await.unwrap();
    people.sim().forget_asked();
    vms(&runtime, Freshness::Fresh).await;
    let asked = people.sim().asked();
    assert!(asked.iter().any(|one| one.bearer));
    let refused: Vec<_> = asked.iter().filter(|one| one.status == 401).collect();
    assert!(refused.is_empty(), "{refused:#?}");
    runtime.close().await;
}

#[tokio::test]
async fn a_subscription_is_left_out_and_taken_in_again() {
    let people = People::demo().await;
    let runtime = people.open();
    people.sign_in(&runtime, ADMIN).await;
    let all = vms(&runtime, Freshness::Fresh).await.matching;
    let rows = subscriptions(&runtime).await;
    let test = rows
        .iter()
        .find(|row| row.name.as_deref() == Some("Contoso Test"))
        .unwrap();
    let hide = |hidden| Intent::HideSubscription {
        subscription: test.id.clone(),
        hidden,
    };
    runtime.dispatch(hide(true)).await;
    let left = vms(&runtime, Freshness::Cached).await.matching;
    assert!(left < all);
    people.sim().forget_asked();
    assert_eq!(vms(&runtime, Freshness::Fresh).await.matching, left);
    let about = |one: &azure_sim::Asked| one.path.contains(test.id.as_str());
    assert_eq!(
        people.sim().asked().iter().filter(|one| about(one)).count(),
        0
    );
    let rows = subscriptions(&runtime).await;
    assert!(rows.iter().any(|row| row.id == test.id && row.hidden));
    runtime.dispatch(hide(false)).await;
    assert_eq!(vms(&runtime, Freshness::Warm).await.matching, all);
    runtime.close().await;
}

#[tokio::test]
async fn a_vm_of_another_tenant_leads_to_the_account_that_is_signed_in_there() {
    let people = People::demo().await;
    let runtime = people.open();
    people.sign_in(&runtime, WORKER).await;
    vms(&runtime, Freshness::Fresh).await;
    people.sign_in(&runtime, PARTNER).await;
    people.sim().forget_asked();
    // Nothing is known of the VM: its id comes from elsewhere, and the first account asks.
    let id = begin(&runtime, people.stage.wish("vm-shared-01")).await;
    let snapshot = until(&runtime, "past the wrong tenant", |snapshot| {
        let view = snapshot.connections.iter().find(|view| view.id == id);
        view.is_some_and(|view| view.plan.is_some() || view.problem.is_some())
    })
    .await;
    let view = snapshot.connections.iter().find(|view| view.id == id);
    let problem = view.unwrap().problem.as_ref();
    let code = problem.map(gangway_engine::problem::Problem::code);
    assert_ne!(code, Some("wrong-tenant"), "{view:#?}");
    assert_ne!(code, Some("not-signed-in"), "{view:#?}");
    let reads = people.sim().asked_on("vm.get");
    let answers: Vec<u16> = reads.iter().map(|read| read.status).collect();
    assert!(
        answers.contains(&401) && answers.contains(&200),
        "{answers:?}"
    );
    runtime.close().await;
}

/// The demo estate, in which the partner's subscription is delegated to the first tenant.
async fn delegated() -> People {
    let mut estate = azure_sim::estate::demo();
    let manager = estate.tenants[0].id.clone();
    estate.tenants[1].subscriptions[0].managed_by = vec![manager];
    People::with(estate).await
}

#[tokio::test]
async fn a_delegated_subscription_is_read_with_the_token_that_lists_it() {
    let people = delegated().await;
    let runtime = people.open();
    people.sign_in(&runtime, WORKER).await;
    let home = of(&runtime.snapshot().accounts, WORKER).id.tenant();
    let page = vms(&runtime, Freshness::Fresh).await;
    let has = |page: &gangway_engine::query::VmPage| {
        let rows = page.rows.iter();
        rows.filter(|row| row.vm.name == "vm-shared-01").count()
    };
    assert_eq!(has(&page), 1);
    let rows = subscriptions(&runtime).await;
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| row.tenant.as_ref() == Some(&home)));
    // Somebody of the owner's tenant signs in as well: it is listed twice and shown once.
    people.sign_in(&runtime, PARTNER).await;
    let page = vms(&runtime, Freshness::Fresh).await;
    assert_eq!(has(&page), 1);
    assert_eq!(subscriptions(&runtime).await.len(), 3);
    runtime.close().await;
}

#[tokio::test]
async fn a_guest_signs_in_where_it_is_a_guest_and_nowhere_else() {
    let people = People::demo().await;
    let partner = people.sim().person(PARTNER).unwrap().home;
    let runtime = people.open();
    let admin = people.sign_in_at(&runtime, ADMIN, Some(&partner)).await;
    // At home it has not been switched on, so nothing is asked there.
    let account = with_tenants(&runtime, 2).await;
    let on: Vec<_> = account.tenants.iter().filter(|it| it.on).collect();
    assert_eq!(on.len(), 1);
    assert_eq!(on[0].id.as_str(), partner);
    assert_ne!(admin.id.tenant().as_str(), partner);
    let page = vms(&runtime, Freshness::Fresh).await;
    assert!(page.rows.iter().any(|row| row.vm.name == "vm-shared-01"));
    assert!(page.rows.iter().all(|row| row.vm.name != "vm-web-01"));
    assert_eq!(tokens_of(&people, &admin.id.tenant()), 0);
    runtime.close().await;
}
