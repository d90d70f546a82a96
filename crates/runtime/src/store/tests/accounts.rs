//! Accounts, their tenants and hidden subscriptions, and the way from an older store.

use super::*;

fn account(text: &str) -> AccountId {
    AccountId::parse(text).unwrap()
}

fn tenant(text: &str) -> TenantId {
    TenantId::new(text)
}

fn standing(store: &Store, of: &str) -> Vec<(String, bool, bool)> {
    let all = store.account_tenants().unwrap();
    let of = all.get(&account(of)).cloned().unwrap_or_default();
    of.into_iter().map(|t| (t.id, t.on, t.used)).collect()
}

fn listed(ids: &[&str]) -> Vec<(TenantId, Option<String>, Option<String>)> {
    let of = |id: &&str| (tenant(id), Some(format!("name of {id}")), None);
    ids.iter().map(of).collect()
}

fn with_inventory(store: &Store, tenants: &[&str]) {
    let reads: Vec<SubscriptionRead> = tenants
        .iter()
        .map(|of| SubscriptionRead {
            id: SubscriptionId::new(format!("s-{of}")),
            tenant: tenant(of),
            name: Some(format!("Subscription {of}")),
            vms: Some(Vec::new()),
            policies: None,
            groups: Vec::new(),
            gateways: None,
            problems: Vec::new(),
        })
        .collect();
    let listed: Vec<_> = tenants.iter().map(|of| tenant(of)).collect();
    store.write_inventory(&reads, &listed, at(0)).unwrap();
}

fn known(store: &Store) -> Vec<String> {
    let rows = store.subscriptions().unwrap();
    rows.into_iter().map(|row| row.id.to_string()).collect()
}

#[test]
fn listed_tenants_are_off_until_a_person_switches_them_on() {
    let (_place, store) = store();
    store.use_account(&account("a.t1"), &tenant("t1")).unwrap();
    store
        .learn_tenants(&account("a.t1"), &listed(&["t1", "t2", "t3"]))
        .unwrap();
    let of = |id: &str, on, used| (id.to_owned(), on, used);
    assert_eq!(
        standing(&store, "a.t1"),
        [
            of("t1", true, true),
            of("t2", false, true),
            of("t3", false, true)
        ]
    );
    store
        .switch_tenant(&account("a.t1"), &tenant("t2"), true)
        .unwrap();
    // No longer listed: the one that is on stays, the other goes.
    store
        .learn_tenants(&account("a.t1"), &listed(&["t1"]))
        .unwrap();
    assert_eq!(
        standing(&store, "a.t1"),
        [of("t1", true, true), of("t2", true, true)]
    );
}

#[test]
fn of_two_accounts_in_a_tenant_exactly_one_is_used() {
    let (_place, store) = store();
    let (a, b, t) = (account("a.t1"), account("b.t2"), tenant("t1"));
    let used = |of: &str| {
        let all = standing(&store, of);
        all.iter().any(|(id, _, used)| id == "t1" && *used)
    };
    store.use_account(&a, &t).unwrap();
    store.use_account(&b, &t).unwrap();
    assert_eq!((used("a.t1"), used("b.t2")), (false, true));
    store.use_account(&a, &t).unwrap();
    assert_eq!((used("a.t1"), used("b.t2")), (true, false));
    // Switched off for the one that is used, the other serves.
    store.switch_tenant(&a, &t, false).unwrap();
    assert_eq!((used("a.t1"), used("b.t2")), (false, true));
    store.forget_account(&b).unwrap();
    assert_eq!((used("a.t1"), used("b.t2")), (true, false));
}

#[test]
fn what_only_one_account_could_see_goes_with_it() {
    let (_place, store) = store();
    let (a, b) = (account("a.t1"), account("b.t2"));
    store.use_account(&a, &tenant("t1")).unwrap();
    store.use_account(&a, &tenant("t2")).unwrap();
    store.use_account(&b, &tenant("t2")).unwrap();
    with_inventory(&store, &["t1", "t2", "t3"]);
    store.forget_account(&a).unwrap();
    assert_eq!(known(&store), ["s-t2", "s-t3"]);
    store.switch_tenant(&b, &tenant("t2"), false).unwrap();
    assert_eq!(known(&store), ["s-t3"]);
    assert!(standing(&store, "a.t1").is_empty());
}

#[test]
fn a_tenant_s_problem_stays_until_the_next_look_or_switch() {
    let (_place, store) = store();
    let (a, t) = (account("a.t1"), tenant("t1"));
    store.use_account(&a, &t).unwrap();
    let problem = Problem::new(Cause::NotSignedIn);
    store.note_tenant(&a, &t, Some(&problem)).unwrap();
    let of = |store: &Store| store.account_tenants().unwrap()[&a][0].problem.clone();
    assert_eq!(of(&store), Some(problem));
    assert!(!store.inventory_lacks_some().unwrap());
    store.note_tenant(&a, &t, None).unwrap();
    assert_eq!(of(&store), None);
    store.switch_tenant(&a, &t, true).unwrap();
    assert!(store.inventory_lacks_some().unwrap());
}

#[test]
fn a_hidden_subscription_is_emptied_and_can_be_taken_in_again() {
    let (_place, store) = store();
    with_inventory(&store, &["t1"]);
    let id = SubscriptionId::new("s-t1");
    store.hide_subscription(&id, true).unwrap();
    store
        .hide_subscription(&SubscriptionId::new("unseen"), true)
        .unwrap();
    let rows = store.subscriptions().unwrap();
    assert!(rows.iter().all(|row| row.hidden), "{rows:?}");
    assert_eq!(rows[0].name.as_deref(), Some("Subscription t1"));
    assert_eq!(known(&store), ["s-t1", "unseen"]);
    store.hide_subscription(&id, false).unwrap();
    assert!(!store.subscriptions().unwrap()[0].hidden);
    assert!(store.inventory_lacks_some().unwrap());
    assert_eq!(store.inventory_age(at(0)).unwrap(), None);
    with_inventory(&store, &["t1"]);
    assert!(!store.inventory_lacks_some().unwrap());
}

#[test]
fn a_store_of_the_first_version_is_brought_up_to_date() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("gangway.db");
    let store = Store::open(&path).unwrap().store;
    with_inventory(&store, &["t1"]);
    drop(store);
    let older = Connection::open(&path).unwrap();
    older
        .execute_batch(
            "DROP TABLE account_tenant; DROP TABLE lent_account; DROP TABLE hidden_subscription;
             ALTER TABLE request DROP COLUMN took;
             ALTER TABLE request DROP COLUMN not_now;
             DROP TABLE told;
             DROP TABLE button;
             PRAGMA user_version = 1;",
        )
        .unwrap();
    drop(older);
    let opened = Store::open(&path).unwrap();
    assert_eq!(opened.problems, []);
    assert_eq!(known(&opened.store), ["s-t1"]);
    opened
        .store
        .use_account(&account("a.t"), &tenant("t"))
        .unwrap();
    assert_eq!(standing(&opened.store, "a.t").len(), 1);
}
