//! Refusals of reads: who may not see what, and what is in the way.

use azure_sim::{Fault, Wrong};
use gangway_engine::problem::Cause;

use crate::stage::demo;

fn denied(action: &str, scope: &str) -> Wrong {
    Wrong::Error {
        status: 403,
        code: "AuthorizationFailed".to_owned(),
        message: format!(
            "The client 'x' with object id 'y' does not have authorization to perform action '{action}' over scope '{scope}' or the scope is invalid."
        ),
    }
}

#[tokio::test]
async fn a_missing_right_is_told_with_action_and_scope() {
    let stage = demo().await;
    let vm = stage.vm("vm-web-01");
    stage.sim.fault(Fault::on(
        "vm.get",
        denied("Microsoft.Compute/virtualMachines/read", "/subscriptions/s"),
    ));
    let problem = stage
        .azure
        .vm(&stage.tenant, &vm, &[])
        .await
        .unwrap_err()
        .problem();
    assert_eq!(
        problem.cause,
        Cause::PermissionMissing {
            action: "Microsoft.Compute/virtualMachines/read".to_owned(),
            scope: "/subscriptions/s".to_owned()
        }
    );
}

#[tokio::test]
async fn a_policy_that_may_not_be_read_is_not_a_policy_that_is_not_there() {
    let stage = demo().await;
    let vm = stage.vm("vm-web-01");
    let read = "Microsoft.Security/locations/jitNetworkAccessPolicies/read";
    stage
        .sim
        .fault(Fault::on("jit.list.group", denied(read, vm.as_str())));
    let problem = stage
        .azure
        .policies_of_group(&stage.tenant, &vm)
        .await
        .unwrap_err()
        .problem();
    assert_eq!(problem.code(), "cannot-see-policy");
    stage.sim.clear_faults();
    let wordless = Wrong::Json {
        status: 403,
        body: serde_json::json!({"error": {"code": "AuthorizationFailed"}}),
    };
    stage.sim.fault(Fault::on("jit.list.group", wordless));
    let problem = stage
        .azure
        .policies_of_group(&stage.tenant, &vm)
        .await
        .unwrap_err()
        .problem();
    assert!(
        matches!(&problem.cause, Cause::CannotSeePolicy { action, scope } if action == read && scope.contains("resourceGroups/rg-prod")),
        "{problem:?}"
    );
}

#[tokio::test]
async fn an_unregistered_provider_means_that_the_plan_was_never_on() {
    let stage = demo().await;
    let vm = stage.vm("vm-web-01");
    stage
        .sim
        .fault(Fault::on("jit.list.group", Wrong::ProviderNotRegistered));
    let problem = stage
        .azure
        .policies_of_group(&stage.tenant, &vm)
        .await
        .unwrap_err()
        .problem();
    assert_eq!(
        problem.cause,
        Cause::PlanMissing {
            subscription: vm.subscription().to_string()
        }
    );
}
