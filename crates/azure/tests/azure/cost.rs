//! What it costs: printed, and bounded generously so that only a mistake of kind fails.

use std::sync::Arc;
use std::time::Instant;

use gangway_azure::Azure;

use crate::stage::{cloud, demo, secret};

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
