//! Two gateways that hand out one pool: an imported profile says which one was dialled.

use gangway_azure::{Azure, Cloud};
use gangway_engine::id::TenantId;
use gangway_engine::problem::Cause;
use gangway_engine::query::{Freshness, Page, Query};
use gangway_engine::tunnel::TunnelView;
use gangway_runtime::Runtime;

use crate::stage::Stage;

/// The demo estate, in which a second gateway, of another network, hands out the same pool.
async fn stage() -> Stage {
    let mut estate = azure_sim::estate::demo();
    let production = &mut estate.tenants[0].subscriptions[0];
    let mut other = production.gateways[0].clone();
    assert_eq!(other.name, "gw-prod");
    other.name = "gw-lab".to_owned();
    other.network = "vnet-gw-lab".to_owned();
    production.gateways.push(other);
    Stage::with(estate).await
}

async fn verdict(runtime: &Runtime, stage: &Stage) -> TunnelView {
    let vm = Some(stage.vm("vm-web-01"));
    match runtime.query(Query::Tunnel { vm }).await {
        Ok(Page::Tunnel { view, .. }) => view.unwrap(),
        other => panic!("{other:?}"),
    }
}

/// The host that profiles of this gateway name.
async fn host(stage: &Stage, name: &str) -> String {
    let options = stage.options();
    let cloud = Cloud::find(&options.cloud.unwrap()).unwrap();
    let azure = Azure::new(cloud, options.sign_in.unwrap(), std::sync::Arc::new(|_| {})).unwrap();
    let tenant = TenantId::new(stage.sim.tenant());
    let of = [stage.vm("vm-web-01").subscription()];
    let gateways = azure.gateways(&tenant, &of).await.unwrap();
    let found = gateways
        .iter()
        .find(|gateway| gateway.name == name)
        .unwrap();
    let guid = found.guid.as_deref().unwrap();
    format!("azuregateway-{guid}-0a1b2c3d4e5f.vpn.azure.com")
}

fn import(stage: &Stage, runtime: &Runtime, host: &str) {
    let file = stage.home.path().join("VpnSettings.xml");
    let text = format!(
        "<VpnProfile><VpnServer>{host}</VpnServer><VpnType>IkeV2</VpnType>\
         <Routes>127.0.0.0/8</Routes></VpnProfile>"
    );
    std::fs::write(&file, text).unwrap();
    let profiles = runtime.import_profiles(&file).unwrap();
    assert_eq!(profiles[0].gateway.as_deref(), Some(host));
}

#[tokio::test]
async fn a_profile_settles_which_of_two_gateways_with_one_pool_was_dialled() {
    let stage = stage().await;
    let runtime = stage.open();
    let fresh = Query::Vms {
        text: String::new(),
        offset: 0,
        limit: 1,
        freshness: Freshness::Fresh,
        filter: gangway_engine::query::VmFilter::default(),
    };
    runtime.query(fresh).await.unwrap();
    let problem = verdict(&runtime, &stage).await.verdict.unwrap_err();
    assert!(
        matches!(&problem.cause, Cause::PoolUnknown { .. }),
        "{problem:?}"
    );
    let prod = host(&stage, "gw-prod").await;
    import(&stage, &runtime, &prod);
    let view = verdict(&runtime, &stage).await;
    assert!(view.verdict.is_ok(), "{view:?}");
    // The second gateway's profile takes the answer away again, and keeps the first one's.
    let lab = host(&stage, "gw-lab").await;
    import(&stage, &runtime, &lab);
    assert!(verdict(&runtime, &stage).await.verdict.is_err());
}
