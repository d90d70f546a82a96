//! Resource Graph: the three queries, scopes, paging by `$skipToken`, refusals (contract 4).

use std::collections::HashSet;
use std::time::{Duration, Instant};

use azure_sim::{ClockKind, Deed, VmGround, estate};
use serde_json::{Value, json};

use crate::kit::{Azure, PARTNER, PROD, TEST, start};

const VMS: &str = "resources
| where type =~ 'microsoft.compute/virtualmachines'
| mv-expand nic = properties.networkProfile.networkInterfaces
| join kind=leftouter (resources | where type =~ 'microsoft.network/networkinterfaces' | project nicId = tolower(id)) on nicId
| project id, name, resourceGroup, nicId, privateIp
| order by id asc, nicId asc, privateIp asc";
const GATEWAYS: &str = "resources | where type =~ 'microsoft.network/virtualnetworkgateways' | project id, pools | order by id asc";
const WAN: &str =
    "resources | where type =~ 'microsoft.network/p2svpngateways' | project id, pools";

async fn rows(azure: &Azure, query: &str) -> Vec<Value> {
    let body = json!({"subscriptions": [PROD, TEST], "query": query, "options": {"$top": 1000, "resultFormat": "objectArray"}});
    azure.graph(&body).await.body["data"]
        .as_array()
        .unwrap()
        .clone()
}

fn named<'a>(rows: &'a [Value], name: &str) -> Vec<&'a Value> {
    rows.iter().filter(|row| row["name"] == name).collect()
}

#[tokio::test]
async fn vms_with_every_column_one_row_per_address() {
    let azure = Azure::still().await;
    let rows = rows(&azure, VMS).await;
    let plain = named(&rows, "vm-web-01")[0];
    for column in [
        "id",
        "name",
        "resourceGroup",
        "subscriptionId",
        "tenantId",
        "location",
        "osType",
        "computerName",
        "powerCode",
        "powerText",
        "nicId",
        "nicPrimary",
        "nicNsgId",
        "privateIp",
        "ipPrimary",
        "ipVersion",
        "subnetId",
        "publicIpId",
    ] {
        assert!(plain.get(column).is_some(), "{column}");
    }
    assert_eq!(plain["powerCode"], "PowerState/running");
    assert_eq!(named(&rows, "vm-two-nics").len(), 3);
    assert_eq!(
        named(&rows, "vm-without-power-state")[0]["powerCode"],
        Value::Null
    );
    assert_eq!(named(&rows, "vm-without-address")[0]["privateIp"], "");
    assert_eq!(named(&rows, "vm-unknown-os")[0]["osType"], "");
    assert_eq!(named(&rows, "jump-01").len(), 2);
    assert!(
        named(&rows, "vm-ipv6")
            .iter()
            .any(|row| row["ipVersion"] == "IPv6")
    );
    assert_eq!(named(&rows, "a\r\nfull address:s:evil").len(), 1);
}

#[tokio::test]
async fn gateways_with_pools_and_group_pools() {
    let azure = Azure::still().await;
    let rows = rows(&azure, GATEWAYS).await;
    let names: Vec<&str> = rows.iter().map(|r| r["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["gw-groups", "gw-prod", "gw-twin-a", "gw-twin-b"]);
    assert_eq!(
        rows[0]["groupPools"],
        json!([["172.16.202.0/25"], ["172.16.202.128/25"]])
    );
    assert_eq!(rows[1]["pools"], json!(["127.0.0.0/8"]));
}

#[tokio::test]
async fn a_gateway_may_change_its_pools() {
    let azure = Azure::still().await;
    let change = |gateway: &str| Deed::Pools {
        gateway: gateway.into(),
        pools: vec!["172.16.200.0/24".into()],
    };
    azure.sim.trigger(change("gw-prod")).await.unwrap();
    let rows = rows(&azure, GATEWAYS).await;
    assert_eq!(rows[1]["pools"], json!(["172.16.200.0/24"]));
    assert!(azure.sim.trigger(change("gw-none")).await.is_err());
}

#[tokio::test]
async fn virtual_wan_has_one_row_per_configuration() {
    let azure = Azure::still().await;
    let rows = rows(&azure, WAN).await;
    assert_eq!(rows.len(), 2);
    assert_eq!(
        rows[1]["pools"],
        json!(["172.16.211.0/24", "172.16.212.0/24"])
    );
}

#[tokio::test]
async fn networks_with_their_peerings() {
    let azure = Azure::still().await;
    let query =
        "resources | where type =~ 'microsoft.network/virtualnetworks' | project id, peerings";
    let rows = rows(&azure, query).await;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["peerings"].as_array().unwrap().len(), 2);
    let spoke = &rows[1]["peerings"][0]["properties"];
    assert_eq!(spoke["remoteVirtualNetwork"]["id"], rows[0]["id"]);
    assert_eq!(spoke["useRemoteGateways"], true);
}

#[tokio::test]
async fn a_tenants_token_does_not_see_another_tenants_subscription() {
    let azure = Azure::still().await;
    let got = azure
        .graph(&json!({"subscriptions": [PARTNER], "query": VMS}))
        .await;
    assert_eq!(got.status, 400);
    assert_eq!(
        got.body["error"]["details"][0]["code"],
        "NoValidSubscriptionsInQueryRequest"
    );
    let got = azure.graph(&json!({"query": VMS})).await;
    assert!(!got.body.to_string().contains(PARTNER));
}

#[tokio::test]
async fn an_unknown_query_is_invalid() {
    let azure = Azure::still().await;
    for query in [
        "resources | where type =~ 'microsoft.web/sites'",
        "nonsense",
        "",
    ] {
        let got = azure.graph(&json!({ "query": query })).await;
        assert_eq!((got.status, got.code()), (400, "BadRequest"));
        assert_eq!(got.body["error"]["details"][0]["code"], "InvalidQuery");
    }
}

#[tokio::test]
async fn with_a_skip_token_the_answer_calls_itself_complete() {
    let azure = Azure::still().await;
    let mut body = json!({"query": VMS, "options": {"$top": 7}});
    let mut ids = Vec::new();
    loop {
        let got = azure.graph(&body).await;
        assert_eq!(got.body["resultTruncated"], "false");
        ids.extend(
            got.body["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|r| r["id"].to_string() + &r["privateIp"].to_string()),
        );
        match got.body.get("$skipToken") {
            Some(token) => body["options"]["$skipToken"] = token.clone(),
            None => break,
        }
    }
    let distinct: HashSet<&String> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len());
    assert!(ids.is_sorted_by_key(|id| id.to_lowercase()));
}

#[tokio::test]
async fn without_id_there_is_no_token_and_the_rest_is_lost() {
    let azure = Azure::still().await;
    let query = VMS.replace("project id, name", "project name");
    let got = azure
        .graph(&json!({"query": query, "options": {"$top": 7}}))
        .await;
    assert_eq!(
        (
            got.body["resultTruncated"].as_str(),
            got.body.get("$skipToken")
        ),
        (Some("true"), None)
    );
}

#[tokio::test]
async fn the_default_page_is_a_hundred_and_tables_can_be_had() {
    let azure = Azure::of(
        estate::large(250),
        VmGround::Nothing,
        ClockKind::Manual(start()),
    )
    .await;
    assert_eq!(
        azure.graph(&json!({ "query": VMS })).await.body["count"],
        100
    );
    let got = azure
        .graph(&json!({"query": VMS, "options": {"$top": 5, "resultFormat": "table"}}))
        .await;
    assert_eq!(got.body["data"]["rows"].as_array().unwrap().len(), 5);
    assert!(got.header("x-ms-user-quota-remaining").is_some());
}

#[tokio::test]
async fn ten_thousand_vms_in_ten_pages_of_a_thousand() {
    let began = Instant::now();
    let azure = Azure::of(
        estate::large(10_000),
        VmGround::Nothing,
        ClockKind::Manual(start()),
    )
    .await;
    let built = began.elapsed();
    let mut body = json!({"query": VMS, "options": {"$top": 5000, "resultFormat": "objectArray"}});
    let mut pages = Vec::new();
    loop {
        let got = azure.graph(&body).await;
        pages.push(got.body["count"].as_u64().unwrap());
        match got.body.get("$skipToken") {
            Some(token) => body["options"]["$skipToken"] = token.clone(),
            None => break,
        }
    }
    assert_eq!(pages, [1000; 10]);
    assert!(
        built < Duration::from_secs(20),
        "took {built:?} even without optimisation"
    );
}

#[tokio::test]
async fn a_gateway_has_a_guid_of_its_own_that_stays() {
    const GATEWAYS: &str = "resources | where type =~ 'microsoft.network/virtualnetworkgateways' | project id, resourceGuid";
    let guids = async || {
        let azure = Azure::still().await;
        let got = azure.graph(&json!({ "query": GATEWAYS })).await;
        let rows = got.body["data"].as_array().unwrap().clone();
        rows.iter()
            .map(|row| row["resourceGuid"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let (first, again) = (guids().await, guids().await);
    assert_eq!(first, again);
    let distinct: HashSet<&String> = first.iter().collect();
    assert!(
        first.len() > 1 && distinct.len() == first.len(),
        "{first:?}"
    );
}
