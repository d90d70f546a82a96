//! A connection that waits for a person, or failed.

use gangway_engine::host::Reachability;
use gangway_engine::input::Observation;
use gangway_engine::policy::{AllowedSources, PolicyRequest, Status, StatusReason};
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::request::InitiateOutcome;
use gangway_engine::rules::Prefix;
use gangway_engine::settings::Settings;
use gangway_engine::snapshot::Shown;
use gangway_engine::time::{mins, secs};
use gangway_engine::vm::Service;

use crate::stage::Stage;
use crate::stage::told::{another_desk, rule};

const VM: &str = "vm-web-01";

pub fn all() -> Vec<(&'static str, Shown)> {
    vec![
        ("asking-vm-not-running", vm_not_running()),
        ("asking-pool-unknown", pool_unknown()),
        ("asking-may-displace", may_displace()),
        ("asking-which-service", which_service()),
        ("asking-whole-prefix", whole_prefix()),
        ("permission-missing", permission_missing()),
        ("jit-not-configured", jit_not_configured()),
        ("blocked-by-rule", blocked_by_rule()),
        ("failed", failed()),
        ("client-missing", client_missing()),
    ]
}

fn vm_not_running() -> Shown {
    let mut stage = Stage::ready();
    stage.click("vm-build-03", None);
    stage.settle();
    stage.shown()
}

fn pool_unknown() -> Shown {
    let mut stage = Stage::ready();
    stage.pools = Vec::new();
    stage.observe(Observation::Pools(Vec::new()));
    stage.click(VM, None);
    stage.settle();
    stage.shown()
}

fn may_displace() -> Shown {
    let mut stage = Stage::ready();
    let vm = stage.vm(VM).vm.id;
    stage.requests.push(PolicyRequest {
        vm,
        port: 22,
        source: another_desk(),
        started_at: stage.now - mins(12),
        expires_at: stage.now + mins(48),
        status: Status::Initiated,
        reason: StatusReason::UserRequested,
        requestor: Some("help-desk@contoso.example".into()),
        justification: Some("Ticket 4711".into()),
    });
    stage.click(VM, None);
    stage.asks();
    stage.shown()
}

fn which_service() -> Shown {
    let mut stage = Stage::ready();
    stage.click("vm-appliance-01", None);
    stage.settle();
    stage.shown()
}

fn whole_prefix() -> Shown {
    let mut stage = Stage::ready();
    stage.observe(Observation::Settings(Box::new(Settings {
        whole_prefix_allowed: true,
        ..Settings::default()
    })));
    stage.sources = AllowedSources::Prefixes(vec!["172.16.200.0/24".parse().unwrap()]);
    stage.click(VM, None);
    stage.asks();
    stage.initiate_ends(InitiateOutcome::NotASubset {
        words: "The request is not a subset of the policy".into(),
    });
    stage.settle();
    stage.shown()
}

fn permission_missing() -> Shown {
    let mut stage = Stage::ready();
    let vm = stage.vm(VM).vm;
    stage.click(VM, None);
    stage.asks();
    let action = "Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action";
    let problem = Problem::new(Cause::PermissionMissing {
        action: action.into(),
        scope: format!(
            "/subscriptions/{}/resourceGroups/rg-web",
            vm.id.subscription()
        ),
    });
    let problem = problem
        .on(vm.id.as_str())
        .correlated("6f1d2c3b-0000-4000-8000-9a8b7c6d5e4f");
    stage.initiate_ends(InitiateOutcome::Refused(problem));
    stage.shown()
}

fn jit_not_configured() -> Shown {
    let mut stage = Stage::ready();
    stage.covered = false;
    stage.click("vm-legacy-01", Some(Service::RDP));
    stage.asks();
    stage.after(secs(2));
    stage.shown()
}

fn blocked_by_rule() -> Shown {
    let mut stage = Stage::ready();
    stage.click(VM, None);
    stage.asks();
    stage.accepts();
    stage.in_force();
    stage.reaches(Reachability::Silent);
    stage.after(secs(61));
    let ours = Prefix::Block("172.16.200.5/32".parse().unwrap());
    stage.explained(vec![
        rule("deny-management", 90, false, Prefix::Any),
        rule("MicrosoftDefenderForCloud-JITRule_-1_A1", 100, true, ours),
    ]);
    stage.shown()
}

/// A problem that no answer helps against.
fn failed() -> Shown {
    let mut stage = Stage::ready();
    let mut vm = stage.vm("vm-sql-01");
    vm.vm.addresses.clear();
    stage.vms.insert("vm-sql-01".into(), vm);
    stage.click("vm-sql-01", None);
    stage.settle();
    stage.shown()
}

fn client_missing() -> Shown {
    let mut stage = Stage::ready();
    stage.click("vm-sql-01", None);
    stage.asks();
    stage.accepts();
    stage.in_force();
    stage.after(secs(20));
    stage.greets();
    stage.launched(Err(Problem::new(Cause::ClientMissing {
        protocol: gangway_engine::vm::Protocol::Rdp,
        looked_for: vec!["xfreerdp3".into(), "remmina".into()],
        install: Some("sudo apt install remmina remmina-plugin-rdp".into()),
    })));
    stage.shown()
}
