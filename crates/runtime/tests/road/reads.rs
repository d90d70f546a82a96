//! Lists: from Azure, from the cache, and with Azure out of reach.

use azure_sim::{Fault, Wrong};
use gangway_engine::query::{Freshness, JitCoverage, Page, Query, VmPage};

use crate::stage::Stage;

async fn vms(runtime: &gangway_runtime::Runtime, text: &str, freshness: Freshness) -> VmPage {
    let query = Query::Vms {
        text: text.to_owned(),
        offset: 0,
        limit: 100,
        freshness,
        filter: gangway_engine::query::VmFilter::default(),
    };
    match runtime.query(query).await {
        Ok(Page::Vms(page)) => page,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_cache_answers_without_asking_and_azure_is_asked_when_it_must_be() {
    let stage = Stage::demo().await;
    let runtime = stage.open();
    let first = vms(&runtime, "", Freshness::Cached).await;
    assert!(first.matching >= 30);
    let asked = stage.sim.asked().len();
    let again = vms(&runtime, "vm-web", Freshness::Warm).await;
    assert!(again.matching >= 1 && again.matching < first.matching);
    assert_eq!(stage.sim.asked().len(), asked);
    vms(&runtime, "", Freshness::Fresh).await;
    assert!(stage.sim.asked().len() > asked);
}

#[tokio::test]
async fn without_azure_the_cache_is_shown_with_what_is_wrong() {
    let stage = Stage::demo().await;
    let runtime = stage.open();
    let first = vms(&runtime, "", Freshness::Fresh).await;
    drop(runtime);
    stage
        .sim
        .fault(Fault::on("subscriptions", Wrong::Html(200)));
    let runtime = stage.open();
    let page = vms(&runtime, "", Freshness::Fresh).await;
    assert_eq!(page.matching, first.matching);
    assert!(
        page.problems.iter().any(|p| p.code() == "answer-unusable"),
        "{:?}",
        page.problems
    );
}

#[tokio::test]
async fn a_policy_that_the_subscriptions_list_hides_is_seen_and_none_is_a_fact() {
    let stage = Stage::demo().await;
    let runtime = stage.open();
    let page = vms(&runtime, "", Freshness::Fresh).await;
    let jit = |name: &str| {
        let row = page.rows.iter().find(|row| row.vm.name == name);
        row.unwrap().jit.clone()
    };
    assert!(matches!(jit("vm-hidden-policy"), JitCoverage::Ports(_)));
    assert_eq!(jit("vm-no-jit"), JitCoverage::NotConfigured);
    let of_group = stage.sim.asked_on("jit.list.group").len();
    assert!((1..=20).contains(&of_group), "{of_group}");
}

#[tokio::test]
async fn rows_that_cannot_be_used_are_told_now_and_from_the_cache() {
    let stage = Stage::demo().await;
    let runtime = stage.open();
    for freshness in [Freshness::Fresh, Freshness::Cached] {
        let page = vms(&runtime, "", freshness).await;
        let told: Vec<_> = page.problems.iter().map(|p| p.code()).collect();
        assert_eq!(told, ["answer-unusable"], "{:?}", page.problems);
        let came = format!("{:?}", page.problems[0]);
        assert!(came.contains("1 unusable row,"), "{came}");
    }
}

#[tokio::test]
async fn a_name_is_found_exactly_or_its_neighbours_are_told() {
    let stage = Stage::demo().await;
    let runtime = stage.open();
    let find = |name: &str| {
        let query = Query::Find {
            name: name.to_owned(),
        };
        let runtime = &runtime;
        async move {
            match runtime.query(query).await {
                Ok(Page::Found { exact, near }) => (exact, near),
                other => panic!("{other:?}"),
            }
        }
    };
    let (exact, near) = find("VM-WEB-01").await;
    assert_eq!((exact.len(), near.len()), (1, 0));
    let (exact, near) = find("vm-wbe-01").await;
    assert!(exact.is_empty());
    assert_eq!(near[0].vm.name, "vm-web-01");
    let (exact, _) = find(stage.vm("vm-web-01").as_str()).await;
    assert_eq!(exact[0].vm.name, "vm-web-01");
}

#[tokio::test]
async fn the_tunnel_is_shown_with_pools_and_verdict() {
    let stage = Stage::demo().await;
    let runtime = stage.open();
    vms(&runtime, "", Freshness::Fresh).await;
    let vm = Some(stage.vm("vm-web-01"));
    let Page::Tunnel { pools, view, .. } = runtime.query(Query::Tunnel { vm }).await.unwrap()
    else {
        panic!("another page");
    };
    assert!(!pools.is_empty());
    assert!(view.unwrap().verdict.is_ok());
}
