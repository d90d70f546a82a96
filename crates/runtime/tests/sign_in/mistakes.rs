//! Mistakes in policy and set-up: what they close, what they say, and that they can be mended.

use std::fs;

use gangway_engine::problem::Cause;
use gangway_engine::query::{Freshness, Query};
use gangway_runtime::Runtime;
use gangway_runtime::settings::MachinePolicy;

use crate::people::{ADMIN, People, accounts, vms};

fn query() -> Query {
    Query::Vms {
        text: String::new(),
        offset: 0,
        limit: 9,
        freshness: Freshness::Fresh,
        filter: gangway_engine::query::VmFilter::default(),
    }
}

#[tokio::test]
async fn a_policy_with_a_mistake_lets_no_earlier_account_through() {
    let people = People::demo().await;
    let runtime = people.open();
    people.sign_in(&runtime, ADMIN).await;
    runtime.close().await;

    let file = people.stage.home.path().join("policy.json");
    for text in [
        "{\n  \"duration\": \"1h\",\n  \"sign_in_ways\": [\"browsre\"]\n}",
        "{\n\n  \"sign_in_way\": [\"browser\"]\n}",
    ] {
        fs::write(&file, text).unwrap();
        let mut options = people.options();
        options.policy = Some(MachinePolicy::in_file(&file.display().to_string()));
        let (runtime, problems) = Runtime::open(options).unwrap();
        assert_eq!(problems.len(), 1, "{problems:?}");
        let Cause::SettingRefused { place, .. } = &problems[0].cause else {
            panic!("{problems:?}");
        };
        assert!(place.ends_with("policy.json:3"), "{place}");
        let refreshes = people.sim().sign_ins().refreshes;
        assert_eq!(runtime.query(query()).await.unwrap_err(), problems[0]);
        assert_eq!(people.sim().sign_ins().refreshes, refreshes);
        let view = accounts(&runtime, 1).await;
        let told = &view.accounts[0].tenants[0].problem;
        assert_eq!(told.as_ref(), problems.first());
        runtime.close().await;
    }
    // Mended, the account serves as before.
    let runtime = people.open();
    assert!(vms(&runtime, Freshness::Fresh).await.matching >= 30);
    runtime.close().await;
}

#[tokio::test]
async fn what_kept_azure_from_being_set_up_does_so_only_while_it_lasts() {
    let people = People::demo().await;
    let there = people.stage.home.path().join("cloud.json");
    let cloud = people.stage.home.path().join("later.json");
    let mut options = people.stage.options();
    options.cloud = Some(cloud.display().to_string());
    let (runtime, _) = Runtime::open(options).unwrap();
    assert!(runtime.query(query()).await.is_err());
    fs::copy(there, cloud).unwrap();
    assert!(vms(&runtime, Freshness::Fresh).await.matching >= 30);
    runtime.close().await;
}
