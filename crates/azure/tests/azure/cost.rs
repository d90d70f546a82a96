//! What it costs: printed, and bounded generously so that only a mistake of kind fails.

use std::sync::Arc;
use std::time::Instant;

use gangway_azure::{Ask, Azure};

use crate::people::people;
use crate::stage::{cloud, demo, on, secret};

#[tokio::test]
async fn construction_first_call_and_warm_call() {
    let stage = demo().await;
    let vm = stage.vm("vm-web-01");
    let start = Instant::now();
    let azure = Azure::new(cloud(&stage.sim), secret(&stage.sim), Arc::new(|_| {})).unwrap();
    let constructed = start.elapsed();
    azure.warm_up(&stage.tenant).await.unwrap();
    let warmed = start.elapsed();
    let before = Instant::now();
    azure.vm(&stage.tenant, &vm, &[]).await.unwrap();
    let first = before.elapsed();
    let before = Instant::now();
    azure.policies_of_group(&stage.tenant, &vm).await.unwrap();
    let warm = before.elapsed();
    println!(
        "construction {constructed:?}, client and token and TLS {warmed:?}, VM with interface {first:?}, policies {warm:?}"
    );
    assert!(constructed.as_millis() < 50, "construction does no work");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_vms_in_twenty_subscriptions() {
    let stage = on(azure_sim::estate::large(10_000)).await;
    stage.azure.warm_up(&stage.tenant).await.unwrap();
    let start = Instant::now();
    let inventory = stage.azure.inventory(&stage.tenant).await.unwrap();
    let took = start.elapsed();
    assert_eq!((inventory.vms.len(), inventory.skipped), (10_000, 0));
    // Five queries of four subscriptions, two pages each, and three for the networks.
    let asked = stage.asked("graph");
    println!("inventory of 10,000 VMs: {took:?} in {asked} queries");
    assert_eq!(asked, 13);
}

#[tokio::test]
async fn a_page_and_a_silent_start() {
    let people = people().await;
    let start = Instant::now();
    let sign_in = people
        .azure
        .begin_browser(&people.app, &Ask::default())
        .await
        .unwrap();
    let page = start.elapsed();
    drop(sign_in);
    people.admin().await;
    let azure = people.another_process();
    let start = Instant::now();
    azure.warm_up(&people.home).await.unwrap();
    let silent = start.elapsed();
    println!("page {page:?}, first token from the vault with TLS and the simulator {silent:?}");
    assert!(page.as_millis() < 100, "the page asks nobody");
    assert_eq!(people.sim.sign_ins().refreshes, 1);
}
