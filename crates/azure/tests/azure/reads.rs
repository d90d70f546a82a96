//! Reads: tenants, subscriptions, inventory, policies, a VM, the rules on its way.

use azure_sim::Fault;
use azure_sim::Wrong;
use gangway_azure::serving;
use gangway_engine::id::{NicId, TenantId, VmId};
use gangway_engine::policy::{AllowedSources, Status};
use gangway_engine::request::{InitiateOutcome, TimeField};
use gangway_engine::vm::{Os, Power};

use crate::stage::{US, demo};

#[tokio::test]
async fn tenants_and_subscriptions_are_listed_over_several_pages() {
    let stage = demo().await;
    stage.sim.set(|s| s.page_size = Some(1));
    assert_eq!(stage.azure.home_tenant().await.unwrap(), stage.tenant);
    let tenants = stage.azure.tenants(&stage.tenant).await.unwrap();
    assert_eq!(tenants.len(), 2);
    assert_eq!(tenants[0].domain.as_deref(), Some("contoso.example"));
    assert_eq!(tenants[1].name, None);
    let subscriptions = stage.azure.subscriptions(&stage.tenant).await.unwrap();
    assert_eq!(subscriptions.len(), 2);
    assert!(
        subscriptions
            .iter()
            .all(|s| s.tenant == stage.tenant && s.writable)
    );
    let other = stage.azure.subscriptions(&tenants[1].id).await.unwrap();
    assert_eq!(other.len(), 1);
    assert_eq!(stage.asked("token"), 2);
}

#[tokio::test]
async fn the_inventory_holds_vms_gateways_and_pools_and_skips_what_has_no_id() {
    let stage = demo().await;
    stage.sim.set(|s| s.graph_page = 7);
    let inventory = stage.azure.inventory(&stage.tenant).await.unwrap();
    let expected = stage
        .sim
        .vms()
        .iter()
        .filter(|vm| vm.tenant == stage.tenant.as_str())
        .count();
    assert_eq!((inventory.vms.len(), inventory.skipped), (expected - 1, 1));
    let find = |name: &str| inventory.vms.iter().find(|vm| vm.name == name).unwrap();
    let web = find("vm-web-01");
    assert_eq!(
        (web.os, web.power, web.addresses.len()),
        (Some(Os::Linux), Power::Running, 1)
    );
    assert!(web.addresses[0].primary && web.addresses[0].nic_nsg.is_some());
    assert_eq!(find("vm-without-power-state").power, Power::Unknown);
    assert_eq!(find("vm-deallocated").power, Power::Deallocated);
    assert!(find("vm-without-address").addresses.is_empty());
    let two: Vec<_> = find("vm-two-nics")
        .addresses
        .iter()
        .map(|a| (a.address.to_string(), a.primary))
        .collect();
    assert_eq!(two[0], ("10.1.1.200".to_owned(), true));
    assert_eq!(two.len(), 3);
    assert_eq!(find("vm-ipv6").addresses.len(), 1);
    assert_eq!(
        find("-oProxyCommand=x").computer_name.as_deref(),
        Some("odd-dash")
    );
    assert!(
        inventory
            .pools()
            .iter()
            .any(|pool| pool.prefix.to_string() == "127.0.0.0/8")
    );
    let serving = inventory.serving(web);
    assert!(serving.is_none_or(|gateway| gateway.name().starts_with("gw-")));
}

#[tokio::test]
async fn group_pools_and_virtual_wan_pools_are_pools() {
    let stage = demo().await;
    let inventory = stage.azure.inventory(&stage.tenant).await.unwrap();
    let wan = inventory
        .gateways
        .iter()
        .find(|gateway| gateway.network.is_none())
        .unwrap();
    assert!(!wan.pools.is_empty());
    let most = inventory
        .gateways
        .iter()
        .map(|gateway| gateway.pools.len())
        .max()
        .unwrap();
    assert!(most > 1, "{:?}", inventory.gateways);
    assert!(serving(&[], &inventory.vms[0]).is_none());
}

#[tokio::test]
async fn policies_are_read_by_subscription_and_by_group() {
    let stage = demo().await;
    stage.sim.set(|s| s.page_size = Some(2));
    let web = stage.vm("vm-web-01");
    let group = stage
        .azure
        .policies_of_group(&stage.tenant, &web)
        .await
        .unwrap();
    let rule = gangway_engine::policy::find_rule(&group, &web, 22).unwrap();
    assert_eq!(rule.policy.name(), "default");
    assert_eq!(rule.rule.sources, AllowedSources::Any);
    let hidden = stage.vm("vm-hidden-policy");
    let whole = stage
        .azure
        .policies_of_subscription(&stage.tenant, &web.subscription())
        .await
        .unwrap();
    assert!(gangway_engine::policy::find_rule(&whole, &hidden, 22).is_none());
    let group = stage
        .azure
        .policies_of_group(&stage.tenant, &hidden)
        .await
        .unwrap();
    assert!(gangway_engine::policy::find_rule(&group, &hidden, 22).is_some());
    for name in ["vm-changed-case", "vm-lower-case"] {
        let vm = stage.vm(name);
        let group = stage
            .azure
            .policies_of_group(&stage.tenant, &vm)
            .await
            .unwrap();
        assert!(
            gangway_engine::policy::find_rule(&group, &vm, 22).is_some(),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_policy_read_back_shows_the_request() {
    let stage = demo().await;
    let draft = stage.draft("vm-web-01", "westeurope");
    let outcome = stage
        .azure
        .initiate(&stage.tenant, &draft, TimeField::Duration)
        .await;
    let InitiateOutcome::Accepted {
        started_at,
        expires_at,
        ..
    } = outcome
    else {
        panic!("{outcome:?}")
    };
    let policy = stage
        .azure
        .policy(&stage.tenant, &draft.policy)
        .await
        .unwrap();
    let request = policy
        .requests
        .iter()
        .find(|r| r.started_at == started_at)
        .unwrap();
    assert_eq!(
        (request.expires_at, &request.source, &request.status),
        (expires_at, &draft.source, &Status::Initiated)
    );
    assert_eq!(request.justification.as_deref(), Some("ticket 4711"));
    assert!(
        policy
            .requests
            .is_sorted_by(|a, b| a.started_at >= b.started_at)
    );
}

#[tokio::test]
async fn a_vm_is_read_in_one_round_trip_when_its_interfaces_are_known() {
    let stage = demo().await;
    let id = stage.vm("vm-two-nics");
    let vm = stage.azure.vm(&stage.tenant, &id, &[]).await.unwrap();
    assert_eq!((vm.power, vm.addresses.len()), (Power::Running, 3));
    assert_eq!((stage.asked("vm.get"), stage.asked("nic.get")), (1, 2));
    stage.sim.forget_asked();
    let stale = NicId::new(
        id.as_str()
            .replace("virtualMachines", "networkInterfaces")
            .replace("Microsoft.Compute", "Microsoft.Network"),
    )
    .unwrap();
    let known = [
        vm.addresses[0].nic.clone(),
        vm.addresses[1].nic.clone(),
        stale,
    ];
    let again = stage.azure.vm(&stage.tenant, &id, &known).await.unwrap();
    assert_eq!(again, vm);
    assert_eq!(stage.asked("nic.get"), 3);
}

#[tokio::test]
async fn a_vm_that_is_gone_has_that_name() {
    let stage = demo().await;
    let id = VmId::new(
        stage
            .vm("vm-web-01")
            .as_str()
            .replace("vm-web-01", "vm-web-99"),
    )
    .unwrap();
    let problem = stage
        .azure
        .vm(&stage.tenant, &id, &[])
        .await
        .unwrap_err()
        .problem();
    assert_eq!(problem.code(), "vm-gone");
    assert!(problem.details.correlation.is_some());
}

#[tokio::test]
async fn rights_at_one_group_only_leave_an_empty_gateway_list_and_a_readable_group() {
    let stage = demo().await;
    stage
        .sim
        .set(|s| s.rights_only_in = Some("rg-hidden".to_owned()));
    let hidden = stage.vm("vm-hidden-policy");
    let inventory = stage.azure.inventory(&stage.tenant).await.unwrap();
    assert_eq!(inventory.vms.len(), 1);
    assert!(inventory.gateways.is_empty());
    let whole = stage
        .azure
        .policies_of_subscription(&stage.tenant, &hidden.subscription())
        .await;
    assert_eq!(whole.unwrap_err().problem().code(), "cannot-see-policy");
    assert_eq!(
        stage
            .azure
            .policies_of_group(&stage.tenant, &hidden)
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn rules_are_explained_by_effective_rules_or_by_the_groups() {
    let stage = demo().await;
    let id = stage.vm("vm-web-01");
    let vm = stage.azure.vm(&stage.tenant, &id, &[]).await.unwrap();
    let target = vm.addresses[0].address;
    let merged = stage
        .azure
        .explain(&stage.tenant, &id, US, target)
        .await
        .unwrap();
    assert!(merged.effective && !merged.lists.is_empty());
    stage
        .sim
        .fault(Fault::on("nic.effective-rules", Wrong::Forbidden));
    let written = stage
        .azure
        .explain(&stage.tenant, &id, US, target)
        .await
        .unwrap();
    assert!(!written.effective);
    let rules: Vec<_> = written.lists.iter().flat_map(|list| &list.rules).collect();
    assert!(
        rules
            .iter()
            .any(|rule| !rule.allow && rule.name.contains("JITRule"))
    );
    assert!(rules.iter().any(|rule| rule.priority == 65500));
}

#[tokio::test]
async fn an_appliance_on_the_way_back_is_told() {
    let stage = demo().await;
    stage.sim.fault(crate::stage::routed_subnet());
    stage.sim.fault(crate::stage::route_table());
    let id = stage.vm("vm-web-01");
    let target = stage
        .azure
        .vm(&stage.tenant, &id, &[])
        .await
        .unwrap()
        .addresses[0]
        .address;
    let explained = stage
        .azure
        .explain(&stage.tenant, &id, US, target)
        .await
        .unwrap();
    assert_eq!(explained.appliance.unwrap().to_string(), "10.1.9.4");
    stage.sim.clear_faults();
    stage.sim.fault(crate::stage::routed_subnet());
    let explained = stage
        .azure
        .explain(&stage.tenant, &id, US, target)
        .await
        .unwrap();
    assert_eq!(explained.appliance, None);
}

#[tokio::test]
async fn a_token_of_another_tenant_is_told_with_the_right_one() {
    let stage = demo().await;
    let foreign = stage
        .sim
        .vms()
        .into_iter()
        .find(|vm| vm.tenant != stage.tenant.as_str())
        .unwrap();
    let vm = VmId::new(foreign.id).unwrap();
    let error = stage.azure.vm(&stage.tenant, &vm, &[]).await.unwrap_err();
    let gangway_azure::Error::WrongTenant { tenant, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(*tenant, TenantId::new(foreign.tenant));
    assert_eq!(error.problem().code(), "wrong-tenant");
}

#[tokio::test]
async fn one_connection_of_http_2_carries_everything() {
    let stage = demo().await;
    stage.azure.inventory(&stage.tenant).await.unwrap();
    assert!(
        stage
            .sim
            .asked()
            .iter()
            .all(|asked| asked.version == "HTTP/2.0")
    );
}

#[tokio::test]
async fn the_date_of_every_answer_is_told() {
    let stage = demo().await;
    stage.azure.tenants(&stage.tenant).await.unwrap();
    let dates = stage.dates.lock().unwrap().clone();
    assert_eq!(dates.len(), 2, "token and tenants");
    assert!(dates.iter().all(|date| date.asked <= date.answered));
}
