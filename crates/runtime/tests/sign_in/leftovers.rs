//! What nobody can sign out of any more, and how it goes all the same.

use std::sync::Arc;

use gangway_engine::intent::Intent;
use gangway_engine::query::{Freshness, Query};
use gangway_runtime::Runtime;

use crate::keeping::NoKeyring;
use crate::people::{ADMIN, People, WORKER, accounts, vms};

async fn is_anything_known(runtime: &Runtime) -> bool {
    let query = Query::Vms {
        text: String::new(),
        offset: 0,
        limit: 9,
        freshness: Freshness::Cached,
        filter: gangway_engine::query::VmFilter::default(),
    };
    runtime.query(query).await.is_ok()
}

async fn without_a_keyring() -> (People, Runtime) {
    let mut people = People::demo().await;
    people.keys = Arc::new(NoKeyring);
    let runtime = people.open();
    people.sign_in(&runtime, ADMIN).await;
    assert!(vms(&runtime, Freshness::Fresh).await.matching >= 30);
    (people, runtime)
}

#[tokio::test]
async fn what_an_account_in_memory_has_read_ends_with_the_process() {
    let (people, runtime) = without_a_keyring().await;
    runtime.close().await;
    let runtime = people.open();
    assert!(!is_anything_known(&runtime).await);
    runtime.close().await;
}

#[tokio::test]
async fn what_a_process_that_died_has_read_can_be_forgotten() {
    let (people, died) = without_a_keyring().await;
    drop(died);
    let runtime = people.open();
    assert!(is_anything_known(&runtime).await);
    assert_eq!(runtime.forget_leftovers().await, Ok(Vec::new()));
    assert!(!is_anything_known(&runtime).await);
    runtime.close().await;
}

#[tokio::test]
async fn who_is_signed_in_loses_nothing_and_the_last_one_leaves_nothing() {
    let people = People::demo().await;
    let home = people.stage.home.path();
    let file = home.join("tokens.bin");
    std::fs::write(&file, "what no key opens").unwrap();
    let runtime = Runtime::open(people.options()).unwrap().0;
    let account = people.sign_in(&runtime, WORKER).await.id;
    vms(&runtime, Freshness::Fresh).await;
    let aside = home.join("tokens.bin.unreadable-1");
    assert!(aside.exists() && file.exists());
    assert_eq!(runtime.forget_leftovers().await, Ok(Vec::new()));
    assert!(aside.exists() && is_anything_known(&runtime).await);
    let end_session = false;
    let out = Intent::SignOut {
        account,
        end_session,
    };
    runtime.dispatch(out).await;
    accounts(&runtime, 0).await;
    assert_eq!(runtime.forget_leftovers().await, Ok(vec![aside.clone()]));
    assert!(!aside.exists() && !file.exists());
    assert!(!is_anything_known(&runtime).await);
    runtime.close().await;
}
