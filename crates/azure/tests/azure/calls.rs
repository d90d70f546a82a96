//! The list of calls: nothing else is ever sent, and SECURITY.md shows it.

use std::path::Path;

use gangway_azure::{App, Ask, Cloud, calls};
use gangway_engine::query::{READING_POLICIES, REQUESTING, SEEING_VMS};
use gangway_engine::request::TimeField;

use crate::stage::{US, demo};

const BEGIN: &str =
    "<!-- calls: begin (written by `UPDATE=1 cargo nextest run -p gangway-azure calls`) -->";
const END: &str = "<!-- calls: end -->";

#[tokio::test]
async fn everything_that_is_asked_stands_in_the_list() {
    let stage = demo().await;
    stage.sim.set(|s| s.page_size = Some(1));
    let (azure, tenant, vm) = (&stage.azure, &stage.tenant, stage.vm("vm-two-nics"));
    azure.warm_up(tenant).await.unwrap();
    azure.tenants(tenant).await.unwrap();
    azure.permissions(tenant, &vm.subscription()).await.unwrap();
    azure.inventory(tenant).await.unwrap();
    azure
        .policies_of_subscription(tenant, &vm.subscription())
        .await
        .unwrap();
    azure.policies_of_group(tenant, &vm).await.unwrap();
    let draft = stage.draft("vm-web-01", "westeurope");
    azure.initiate(tenant, &draft, TimeField::Duration).await;
    azure.initiate(tenant, &draft, TimeField::EndTime).await;
    azure.policy(tenant, &draft.policy).await.unwrap();
    let read = azure.vm(tenant, &vm, &[]).await.unwrap();
    let target = read.addresses[0].address;
    azure.explain(tenant, &vm, US, target).await.unwrap();
    stage.sim.fault(crate::stage::routed_subnet());
    stage.sim.fault(crate::stage::route_table());
    azure.explain(tenant, &vm, US, target).await.unwrap();
    let app = App {
        client_id: stage.sim.client_id(),
    };
    // Whatever becomes of it: it is asked.
    let _ = azure.begin_device_code(&app, &Ask::default()).await;
    let operation = azure
        .start_vm(tenant, &stage.vm("vm-stopped"))
        .await
        .unwrap();
    azure.finish(tenant, operation).await.unwrap();
    let mut used: Vec<&str> = Vec::new();
    for asked in stage.sim.asked() {
        let by_template = calls::ALL
            .iter()
            .find(|call| call.matches(&asked.method, &asked.path));
        let by_link = asked.method == "GET" && asked.route.starts_with("operation");
        assert!(
            by_template.is_some() || by_link,
            "{} {}",
            asked.method,
            asked.path
        );
        if let Some(call) = by_template {
            let paged = asked.query.contains("skiptoken");
            assert!(
                paged
                    || call.version.is_empty()
                    || asked
                        .query
                        .contains(&format!("api-version={}", call.version))
            );
            used.push(call.name);
        }
        let authority =
            by_template.is_some_and(|call| ["token", "device-code"].contains(&call.name));
        assert!(
            !(authority && asked.bearer),
            "no token goes to the authority"
        );
    }
    for call in calls::ALL
        .iter()
        .filter(|call| call.template.starts_with('/'))
    {
        assert!(used.contains(&call.name), "{} is never asked", call.name);
    }
}

/// What a person is told to need is what the calls need.
#[test]
fn the_rights_that_are_told_are_those_of_calls() {
    let rights = [SEEING_VMS, READING_POLICIES, REQUESTING].concat();
    for action in rights {
        let needed = calls::ALL.iter().any(|call| call.action == action);
        assert!(needed, "{action}");
    }
}

#[test]
fn security_md_shows_the_list() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../SECURITY.md");
    let written = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = written.split_once(BEGIN).expect("the section begins");
    let (section, after) = rest.split_once(END).expect("the section ends");
    let wanted = format!("\n{}\n{}\n", hosts(), calls::as_table());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{wanted}{END}{after}")).unwrap();
    } else {
        assert_eq!(section, wanted, "run with UPDATE=1");
    }
}

fn hosts() -> String {
    let mut out = String::from(
        "| cloud | authority (tokens, pages) | resource manager (all other calls) |\n|---|---|---|\n",
    );
    for cloud in [Cloud::public(), Cloud::us_government(), Cloud::china()] {
        out.push_str(&format!(
            "| {cloud} | `{}` | `{}` |\n",
            cloud.authority_host(),
            cloud.resource_manager_host()
        ));
    }
    out.push_str("| a definition file | the host it names; pages may have a loopback host of their own | the host it names |\n");
    out
}
