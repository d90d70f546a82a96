//! What JIT writes into NSGs, and what the effective rules say of it (contract 6, 7).

use azure_sim::estate::{Rule, Subnet};
use azure_sim::{Deed, RulesGoTo, estate};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::kit::{Azure, ME, NETWORK, PROD, start};

const GROUP: &str = "/subscriptions/6f1d2c3b-0001-4000-8000-000000000001/resourceGroups/rg-prod/providers/Microsoft.Network";

impl Azure {
    /// The NSG of a VM's first interface, found the way a client finds it.
    pub(crate) async fn nsg_of(&self, vm: &str) -> Value {
        let nic = self
            .get(&format!("{GROUP}/networkInterfaces/{vm}-nic0"), NETWORK)
            .await;
        let id = nic.body["properties"]["networkSecurityGroup"]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        self.get(&id, NETWORK).await.body
    }

    /// How many JIT allow rules stand in the VM's NSG.
    pub(crate) async fn rules_for(&self, vm: &str) -> usize {
        let nsg = self.nsg_of(vm).await;
        let rules = nsg["properties"]["securityRules"].as_array().unwrap();
        rules
            .iter()
            .filter(|r| {
                r["properties"]["access"] == "Allow"
                    && r["name"].as_str().unwrap().contains("-JITRule-")
            })
            .count()
    }
}

#[tokio::test]
async fn one_deny_from_the_start_and_one_allow_by_a_request() {
    let azure = Azure::still().await;
    let nsg = azure.nsg_of("vm-web-01").await;
    let deny = &nsg["properties"]["securityRules"][0];
    assert!(
        deny["name"]
            .as_str()
            .unwrap()
            .starts_with("MicrosoftDefenderForCloud-JITRule_")
    );
    assert_eq!(deny["properties"]["access"], "Deny");
    assert_eq!(deny["properties"]["priority"], 4096);
    assert_eq!(deny["properties"]["destinationPortRange"], "22");
    assert_eq!(
        nsg["properties"]["defaultSecurityRules"]
            .as_array()
            .unwrap()
            .len(),
        3
    );

    azure.ask("vm-web-01").await;
    let nsg = azure.nsg_of("vm-web-01").await;
    let allow = &nsg["properties"]["securityRules"][1]["properties"];
    assert_eq!(
        (allow["access"].as_str(), allow["priority"].as_u64()),
        (Some("Allow"), Some(100))
    );
    assert_eq!(allow["sourceAddressPrefix"], ME);
    assert!(
        allow["description"]
            .as_str()
            .unwrap()
            .contains("of VM 'vm-web-01'")
    );
}

#[tokio::test]
async fn the_rule_comes_late() {
    let azure = Azure::still().await;
    azure.sim.set(|s| s.rule_delay_ms = 5000);
    azure.ask("vm-web-01").await;
    assert_eq!(azure.status("vm-web-01").await.0, "Initiated");
    assert_eq!(azure.rules_for("vm-web-01").await, 0);
    azure.sim.advance(SignedDuration::from_secs(5)).await;
    assert_eq!(azure.rules_for("vm-web-01").await, 1);
}

#[tokio::test]
async fn behind_a_lock_the_rule_never_comes() {
    let azure = Azure::still().await;
    azure.sim.set(|s| s.rule_never_comes = true);
    assert_eq!(azure.ask("vm-web-01").await.status, 202);
    azure.sim.advance(SignedDuration::from_mins(10)).await;
    assert_eq!(azure.rules_for("vm-web-01").await, 0);
}

#[tokio::test]
async fn a_redeploy_takes_the_rule_away_and_the_request_stays() {
    let azure = Azure::still().await;
    azure.ask("vm-web-01").await;
    let done = azure
        .sim
        .trigger(Deed::RemoveRules {
            vm: "vm-web-01".into(),
        })
        .await
        .unwrap();
    assert_eq!(done["removed"], 1);
    assert_eq!(azure.rules_for("vm-web-01").await, 0);
    assert_eq!(azure.status("vm-web-01").await.0, "Initiated");
}

#[tokio::test]
async fn rules_go_where_the_switch_says() {
    for (to, nic, subnet) in [
        (RulesGoTo::Nic, 2, 0),
        (RulesGoTo::Subnet, 0, 2),
        (RulesGoTo::Both, 2, 2),
    ] {
        let azure = with_both_groups(to).await;
        azure.ask("vm-web-01").await;
        let jit = |nsg: &Value| {
            let rules = nsg["properties"]["securityRules"].as_array().unwrap();
            rules
                .iter()
                .filter(|r| {
                    r["properties"]["description"]
                        .as_str()
                        .unwrap()
                        .contains("'vm-web-01'")
                })
                .count()
        };
        assert_eq!(jit(&azure.nsg_of("vm-web-01").await), nic, "{to:?}");
        let shared = azure
            .get(
                &format!("{GROUP}/networkSecurityGroups/subnet-nsg"),
                NETWORK,
            )
            .await;
        assert_eq!(jit(&shared.body), subnet, "{to:?}");
    }
}

#[tokio::test]
async fn a_subnet_names_its_group() {
    let azure = with_both_groups(RulesGoTo::Nic).await;
    let got = azure
        .get(
            &format!("{GROUP}/virtualNetworks/vnet-prod/subnets/servers"),
            NETWORK,
        )
        .await;
    let id = got.body["properties"]["networkSecurityGroup"]["id"]
        .as_str()
        .unwrap();
    assert!(id.ends_with("/subnet-nsg"));
}

#[tokio::test]
async fn old_names_by_the_switch() {
    let mut demo = estate::demo();
    demo.switches.old_rule_names = true;
    let azure = Azure::of(
        demo,
        azure_sim::VmGround::Nothing,
        azure_sim::ClockKind::Manual(start()),
    )
    .await;
    let nsg = azure.nsg_of("vm-web-01").await;
    assert!(
        nsg["properties"]["securityRules"][0]["name"]
            .as_str()
            .unwrap()
            .starts_with("SecurityCenter-JITRule_")
    );
}

#[tokio::test]
async fn effective_rules_are_an_operation_with_one_element_per_group() {
    let azure = with_both_groups(RulesGoTo::Both).await;
    azure.sim.set(|s| s.effective_ms = 3000);
    azure.ask("vm-web-01").await;
    let path = format!("{GROUP}/networkInterfaces/vm-web-01-nic0/effectiveNetworkSecurityGroups");
    let got = azure.send(Method::POST, &path, NETWORK, None).await;
    assert_eq!(got.status, 202);
    let place = got.header("location").unwrap().to_owned();
    assert_eq!(azure.get(&place, "").await.status, 202);
    azure.sim.advance(SignedDuration::from_secs(3)).await;
    let done = azure.get(&place, "").await;
    assert_eq!(done.status, 200);
    crate::spec::check("POST", &path, None, 200, &done.body);
    let elements = done.body["value"].as_array().unwrap();
    assert_eq!(elements.len(), 2);
    assert!(elements[0]["association"]["subnet"]["id"].is_string());
    assert!(elements[1]["association"]["networkInterface"]["id"].is_string());
    let first = &elements[1]["effectiveSecurityRules"][0];
    assert_eq!(first["sourceAddressPrefix"], format!("{ME}/32"));
    assert_eq!(first["destinationPortRange"], "22-22");
    assert!(
        first["name"]
            .as_str()
            .unwrap()
            .starts_with("securityRules/")
    );
    let default = elements[1]["effectiveSecurityRules"]
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["priority"] == 65000)
        .unwrap();
    assert!(
        default["expandedSourceAddressPrefix"]
            .as_array()
            .unwrap()
            .contains(&json!("127.0.0.0/8"))
    );
}

#[tokio::test]
async fn a_network_manager_has_an_element_of_its_own() {
    let azure = Azure::still().await;
    azure.sim.set(|s| s.network_manager_denies = Some(22));
    let path = format!("{GROUP}/networkInterfaces/vm-web-01-nic0/effectiveNetworkSecurityGroups");
    let got = azure.send(Method::POST, &path, NETWORK, None).await;
    let done = azure.get(got.header("location").unwrap(), "").await;
    crate::spec::check("POST", &path, None, 200, &done.body);
    let first = &done.body["value"][0];
    assert!(first["association"]["networkManager"]["id"].is_string());
    assert_eq!(first["effectiveSecurityRules"][0]["access"], "Deny");
}

#[tokio::test]
async fn effective_rules_need_a_running_vm() {
    let azure = Azure::still().await;
    let path = format!("{GROUP}/networkInterfaces/vm-stopped-nic0/effectiveNetworkSecurityGroups");
    assert_eq!(
        azure.send(Method::POST, &path, NETWORK, None).await.status,
        400
    );
}

/// The demo estate with an NSG on the production subnet besides those of the interfaces.
async fn with_both_groups(to: RulesGoTo) -> Azure {
    let mut demo = estate::demo();
    demo.switches.rules_go_to = to;
    let sub = &mut demo.tenants[0].subscriptions[0];
    assert_eq!(sub.id, PROD);
    sub.nsgs.push(azure_sim::estate::Nsg {
        name: "subnet-nsg".into(),
        resource_group: "rg-prod".into(),
        location: "westeurope".into(),
        rules: vec![Rule {
            name: "web".into(),
            priority: 300,
            allow: true,
            protocol: "Tcp".into(),
            source: vec!["Internet".into(), "10.0.0.0/8".into()],
            destination: vec!["*".into()],
            ports: vec!["80".into(), "443".into()],
            description: "plain web".into(),
        }],
        flush_connection: false,
    });
    let subnet: &mut Subnet = &mut sub.networks[0].subnets[0];
    subnet.nsg = Some("subnet-nsg".into());
    Azure::of(
        demo,
        azure_sim::VmGround::Nothing,
        azure_sim::ClockKind::Manual(start()),
    )
    .await
}
