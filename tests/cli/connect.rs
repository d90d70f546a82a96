//! The whole way: from a name to a session, and what is reported of it.

use azure_sim::{Deed, Fault, Wrong};
use jiff::SignedDuration;

use crate::stage::{Running, Stage, has_ssh};

/// `connect vm-web-01 --ssh --port N …`, as the simulator's ports are not the usual ones.
fn connect(stage: &Stage, vm: &str, more: &[&str]) -> crate::stage::Said {
    let (id, port) = (stage.id(vm), stage.port(vm));
    let mut words = vec!["connect", id.as_str(), "--ssh", "--port", port.as_str()];
    words.extend(more);
    stage.gangway(&words)
}

/// The same, running beside the test.
fn begin(stage: &Stage, vm: &str, more: &[&str]) -> Running {
    let (id, port) = (stage.id(vm), stage.port(vm));
    let mut words = vec!["connect", id.as_str(), "--ssh", "--port", port.as_str()];
    words.extend(more);
    stage.begin(&words)
}

#[test]
fn a_remote_command_runs_on_the_vm_that_was_named() {
    if !has_ssh() {
        return;
    }
    let stage = Stage::demo();
    let said = connect(&stage, "vm-web-01", &["--", "hostname"]).ended(0);
    assert!(said.out.contains("vm-web-01"), "{said:?}");
    assert_eq!(stage.requests(), 1);
    let history = stage.gangway(&["history", "--json"]).ended(0).json();
    let access = &history["accesses"][0];
    assert_eq!(access["vmName"], "vm-web-01");
    assert_eq!(access["standing"], "running");
    assert_eq!(access["source"], access["tunnelAddress"]);
}

#[test]
fn an_access_that_still_runs_is_used_again() {
    if !has_ssh() {
        return;
    }
    let stage = Stage::demo();
    connect(&stage, "vm-web-01", &["--", "true"]).ended(0);
    connect(&stage, "vm-web-01", &["--", "true"]).ended(0);
    assert_eq!(stage.requests(), 1);
}

#[test]
fn a_dry_run_requests_nothing_and_says_what_it_would() {
    let stage = Stage::demo();
    let said = connect(&stage, "vm-web-01", &["--dry-run", "--json"]).ended(0);
    let result = said.result();
    assert_eq!(result["dryRun"], true);
    assert_eq!(result["ending"], "planned");
    assert_eq!(result["plan"]["source"], result["source"]);
    assert_eq!(result["plan"]["durationSeconds"], 3600);
    // What would be started, or why nothing could be.
    assert!(result["launch"].is_object(), "{said:?}");
    assert_eq!(stage.requests(), 0);
    let said = connect(&stage, "vm-web-01", &["--dry-run"]).ended(0);
    assert!(said.out.contains("Would request: vm-web-01"), "{said:?}");
    assert!(
        said.err.contains("Request access: not done (dry run)"),
        "{said:?}"
    );
    assert!(!said.err.contains("not needed"), "{said:?}");
}

#[test]
fn the_reason_and_the_time_reach_azure() {
    if !has_ssh() {
        return;
    }
    let stage = Stage::demo();
    let more = ["--for", "30m", "--reason", "ticket 4711", "--", "true"];
    connect(&stage, "vm-web-01", &more).ended(0);
    let asked = stage.sim.asked_on("jit.initiate");
    let body = serde_json::to_string(&asked[0]).unwrap();
    assert!(body.contains("ticket 4711"), "{body}");
    assert!(body.contains("PT30M") || body.contains("PT1800S"), "{body}");
}

#[test]
fn events_end_in_one_result_on_standard_error_beside_a_remote_command() {
    if !has_ssh() {
        return;
    }
    let stage = Stage::demo();
    let said = connect(&stage, "vm-web-01", &["--json", "--", "hostname"]).ended(0);
    assert!(said.out.contains("vm-web-01"), "{said:?}");
    let last: serde_json::Value = serde_json::from_str(said.err.lines().last().unwrap()).unwrap();
    assert_eq!(last["event"], "result", "{said:?}");
    assert_eq!(last["ending"], "client-ended");
    assert_eq!(last["clientCode"], 0);
}

#[test]
fn a_vm_named_like_an_option_of_ssh_is_reached_like_any_other() {
    if !has_ssh() {
        return;
    }
    let stage = Stage::demo();
    let said = connect(&stage, "-oProxyCommand=x", &["--", "hostname"]).ended(0);
    assert!(said.out.contains("odd-dash"), "{said:?}");
}

#[test]
fn a_longer_time_than_the_policy_allows_is_a_named_problem() {
    let stage = Stage::demo();
    let said = connect(&stage, "vm-web-01", &["--for", "8h", "--json"]).ended(3);
    assert_eq!(said.result()["problem"]["code"], "duration-too-long");
    assert_eq!(stage.requests(), 0);
}

#[test]
fn who_may_be_displaced_is_told_even_where_progress_is_unwanted() {
    if !has_ssh() {
        return;
    }
    let stage = Stage::demo();
    stage.trigger(Deed::Request {
        vm: "vm-web-01".to_owned(),
        port: stage.port("vm-web-01").parse().ok(),
        source: "127.0.0.9".to_owned(),
        seconds: 3600,
        requestor: "worker@contoso.example".to_owned(),
    });
    // Their rule opens the simulator's port for everybody on loopback.
    let more = ["--request", "--quiet", "--", "true"];
    let said = connect(&stage, "vm-web-01", &more).ended(0);
    assert!(said.err.contains("worker@contoso.example"), "{said:?}");
    assert_eq!(stage.requests(), 1);
}

#[test]
fn a_wrong_clock_is_told_once() {
    let stage = Stage::demo();
    stage.gangway(&["vms"]).ended(0);
    let right = connect(&stage, "vm-web-01", &["--dry-run", "--json"]).ended(0);
    assert!(right.result()["clockWrongBySeconds"].is_null(), "{right:?}");
    stage.advance(SignedDuration::from_mins(10));
    let said = connect(&stage, "vm-web-01", &["--dry-run", "--json"]).ended(0);
    let by = said.result()["clockWrongBySeconds"].as_i64();
    assert!(by.is_some_and(|by| (590..=610).contains(&by)), "{said:?}");
    let said = connect(&stage, "vm-web-01", &["--dry-run"]).ended(0);
    assert_eq!(said.err.matches("clock is").count(), 1, "{said:?}");
}

#[test]
fn a_refused_permission_is_a_named_problem() {
    let stage = Stage::demo();
    stage.sim.fault(Fault::on("jit.initiate", Wrong::Forbidden));
    let said = connect(&stage, "vm-web-01", &["--json"]).ended(3);
    let problem = &said.result()["problem"];
    assert_eq!(problem["code"], "permission-missing");
    assert!(
        problem["waysOut"]
            .as_array()
            .is_some_and(|ways| !ways.is_empty())
    );
}

#[test]
fn a_stopped_vm_is_not_started_without_a_person() {
    let stage = Stage::demo();
    let said = connect(&stage, "vm-stopped", &["--json"]).ended(3);
    assert_eq!(said.result()["problem"]["code"], "vm-not-running");
    assert!(stage.sim.asked_on("vm.start").is_empty());
}

#[test]
fn an_unknown_system_has_to_be_named_where_nobody_can_be_asked() {
    let stage = Stage::demo();
    let id = stage.id("vm-unknown-os");
    let said = stage.gangway(&["connect", &id, "--json"]).ended(2);
    assert!(said.result()["error"].as_str().unwrap().contains("--ssh"));
}

#[test]
fn ctrl_c_before_the_client_cancels_and_after_an_open_port_only_stops_watching() {
    if !has_ssh() {
        return;
    }
    let stage = Stage::demo();
    stage.sim.set(|switches| switches.rule_never_comes = true);
    let waiting = begin(&stage, "vm-web-01", &["--no-launch", "--json"]);
    let said = waiting.interrupted_after(r#""state":"proving""#).ended(130);
    assert_eq!(said.result()["outcome"], "cancelled");
    stage.sim.set(|switches| switches.rule_never_comes = false);
    let open = begin(&stage, "vm-web-03", &["--no-launch", "--json"]);
    let said = open.interrupted_after(r#""state":"open""#).ended(0);
    let result = said.result();
    assert_eq!(result["outcome"], "done");
    assert!(result["expiresAt"].is_string(), "{result}");
}

#[test]
fn an_access_is_requested_anew_where_that_is_wanted() {
    if !has_ssh() {
        return;
    }
    let stage = Stage::demo();
    connect(&stage, "vm-web-01", &["--", "true"]).ended(0);
    connect(&stage, "vm-web-01", &["--request", "--", "true"]).ended(0);
    assert_eq!(stage.requests(), 2);
}

#[test]
fn a_demanded_reason_that_is_missing_is_a_named_problem() {
    let stage = Stage::demo();
    stage
        .gangway(&["settings", "set", "reason_required", "true"])
        .ended(0);
    let said = connect(&stage, "vm-web-01", &["--json"]).ended(3);
    assert_eq!(said.result()["problem"]["code"], "reason-missing");
    assert_eq!(stage.requests(), 0);
    if has_ssh() {
        let more = ["--reason", "ticket 4711", "--", "true"];
        connect(&stage, "vm-web-01", &more).ended(0);
        assert_eq!(stage.requests(), 1);
    }
}

#[test]
fn what_runs_can_be_looked_at_and_extended_again_and_again() {
    if !has_ssh() {
        return;
    }
    let stage = Stage::demo();
    connect(&stage, "vm-web-01", &["--for", "30m", "--", "true"]).ended(0);
    let mut before = only_end(&stage);
    for (requests, time) in [(2, "1h"), (3, "2h")] {
        let said = stage.gangway(&["extend", "--for", time, "--json"]).ended(0);
        let result = said.result();
        assert_eq!(result["ending"], "extended");
        let end = only_end(&stage);
        assert!(end > before, "{end} {before}");
        assert_eq!(result["expiresAt"], end, "{result}");
        assert_eq!(stage.requests(), requests);
        before = end;
    }
    let said = stage.gangway(&["extend", "--for", "3h"]).ended(0);
    assert!(said.err.contains("now runs until"), "{said:?}");
    assert!(!said.err.contains('?'), "{said:?}");
}

/// When the one access ends that `status` tells of.
fn only_end(stage: &Stage) -> String {
    let status = stage.gangway(&["status", "--json"]).ended(0).json();
    let accesses = status["accesses"].as_array().unwrap();
    assert_eq!(accesses.len(), 1, "{status}");
    accesses[0]["expiresAt"].as_str().unwrap().to_owned()
}

#[test]
fn an_open_access_is_watched_until_somebody_stops_that() {
    if !has_ssh() {
        return;
    }
    let stage = Stage::demo();
    connect(&stage, "vm-web-01", &["--", "true"]).ended(0);
    let said = stage
        .begin(&["watch", "--json"])
        .interrupted_after(r#""event":"access""#)
        .ended(0);
    let events = said.events();
    assert_eq!(events[0]["access"]["standing"], "running");
    assert_eq!(events[0]["access"]["vmName"], "vm-web-01");
}

#[test]
fn without_an_access_there_is_nothing_to_extend_or_to_watch() {
    let stage = Stage::demo();
    let said = stage.gangway(&["extend", "--json"]).ended(1);
    assert!(said.result()["error"].is_string());
    let said = stage.gangway(&["watch", "--json"]).ended(0);
    assert_eq!(said.result()["outcome"], "done");
}
