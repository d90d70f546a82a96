//! Which VM is meant by a name, and what happens where that is unclear.

use crate::stage::Stage;

#[test]
fn a_near_name_is_never_taken_for_the_one_typed() {
    let stage = Stage::demo();
    let said = stage.gangway(&["connect", "sql-prod", "--json"]).ended(3);
    let result = said.result();
    assert_eq!(result["problem"]["code"], "vm-not-found");
    assert_eq!(result["exitCode"], 3);
    let names: Vec<&str> = result["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"sql-prod-1") && names.contains(&"sql-prod-10"));
    assert_eq!(stage.requests(), 0);
}

#[test]
fn an_exact_name_is_enough_in_whatever_case() {
    let stage = Stage::demo();
    let said = stage
        .gangway(&["connect", "SQL-prod-1", "--dry-run", "--json"])
        .ended(0);
    assert_eq!(said.result()["vm"], stage.id("sql-prod-1"));
}

#[test]
fn two_of_one_name_are_told_apart_by_their_ids() {
    let stage = Stage::demo();
    let said = stage.gangway(&["connect", "jump-01", "--json"]).ended(3);
    let result = said.result();
    assert_eq!(result["problem"]["code"], "vm-ambiguous");
    let candidates = result["candidates"].as_array().unwrap();
    assert_eq!(candidates.len(), 2, "{result}");
    let id = candidates[1]["id"].as_str().unwrap();
    let port = stage.port("vm-web-01");
    let said = stage
        .gangway(&[
            "connect",
            id,
            "--ssh",
            "--port",
            &port,
            "--dry-run",
            "--json",
        ])
        .ended(0);
    assert_eq!(said.result()["vm"], id);
}

#[test]
fn a_name_that_looks_like_an_option_is_a_usage_error_and_never_one_of_ssh() {
    let stage = Stage::demo();
    stage.gangway(&["connect", "-oProxyCommand=x"]).ended(2);
    let (id, port) = (stage.id("-oProxyCommand=x"), stage.port("-oProxyCommand=x"));
    let said = stage
        .gangway(&[
            "connect",
            &id,
            "--ssh",
            "--port",
            &port,
            "--dry-run",
            "--json",
        ])
        .ended(0);
    assert_eq!(said.result()["vmName"], "-oProxyCommand=x");
}

#[test]
fn candidates_are_told_to_people_too() {
    let stage = Stage::demo();
    let said = stage.gangway(&["connect", "vm-wen-01"]).ended(3);
    assert!(said.err.contains("[vm-not-found]"), "{said:?}");
    assert!(said.err.contains("vm-web-01"), "{said:?}");
}
