//! Answers that are none, and Azure out of reach.

use azure_sim::{Fault, Wrong};

use crate::stage::Stage;

#[test]
fn a_page_of_a_proxy_is_not_taken_for_an_answer() {
    let stage = Stage::demo();
    stage.sim.fault(Fault::on("graph*", Wrong::Html(200)));
    let said = stage.gangway(&["vms", "--json"]).ended(3).json();
    assert_eq!(said["kind"], "failure");
    assert_eq!(said["problem"]["code"], "answer-unusable");
    assert_eq!(said["exitCode"], 3);
}

#[test]
fn out_of_reach_is_told_and_the_list_comes_from_the_store() {
    let stage = Stage::demo();
    stage.gangway(&["vms"]).ended(0);
    stage.sim.fault(Fault::on("*", Wrong::Reset));
    let said = stage.gangway(&["vms", "--fresh", "--json"]).ended(3).json();
    assert!(!said["vms"].as_array().unwrap().is_empty());
    let problems = said["problems"].as_array().unwrap();
    let out_of_reach = |code: &str| ["offline", "azure-unavailable"].contains(&code);
    let codes = || problems.iter().filter_map(|it| it["code"].as_str());
    assert!(codes().any(out_of_reach), "{said}");
}

#[test]
fn a_secret_that_is_not_the_registrations_is_said_so() {
    let stage = Stage::demo();
    let cloud = stage.home.path().join("cloud.json");
    let words = ["--cloud", cloud.to_str().unwrap(), "vms", "--json"];
    let mut command = stage.command(&words);
    command.env("AZURE_CLIENT_SECRET", "wrong");
    let said = crate::stage::Said::of(command).ended(3).json();
    assert_eq!(said["problem"]["code"], "app-misconfigured");
    assert!(!said.to_string().contains("wrong"), "{said}");
}
