//! Signing in and out, and what a person sees of it.

use std::io::BufRead;

use crate::person::{ADMIN, Browser, Person, accounts, event, interrupt};
use crate::stage::Said;

#[test]
fn a_person_signs_in_by_browser_looks_round_and_signs_out() {
    let Some(person) = Person::with_keyring(Browser::SignsIn) else {
        return;
    };
    let said = person.gangway(&["vms"]).ended(3);
    assert!(said.err.contains("[not-signed-in]"), "{said:?}");
    assert!(said.err.contains("Sign in: gangway login"), "{said:?}");

    let said = person.gangway(&["login"]).ended(0);
    assert!(said.err.contains("Signing in by: browser."), "{said:?}");
    assert!(said.err.contains("The browser was opened."), "{said:?}");
    assert!(said.err.contains("\n  http://127.0.0.1:"), "{said:?}");
    assert!(
        said.err.contains("Waiting for the browser until"),
        "{said:?}"
    );
    assert!(
        said.out.contains(&format!("Signed in as {ADMIN}.")),
        "{said:?}"
    );
    assert!(said.err.contains("kept in the system keyring"), "{said:?}");

    let said = person.gangway(&["accounts"]).ended(0);
    assert!(said.out.contains(ADMIN), "{said:?}");
    assert!(said.out.contains("on, used"), "{said:?}");
    let said = person.gangway(&["vms", "vm-web"]).ended(0);
    assert!(said.out.contains("vm-web-01"), "{said:?}");

    let said = person.gangway(&["logout"]).ended(0);
    assert!(
        said.out.contains(&format!("Signed out: {ADMIN}.")),
        "{said:?}"
    );
    assert!(accounts(&person).is_empty());
    let said = person.gangway(&["accounts"]).ended(0);
    assert!(said.out.contains("Nobody is signed in"), "{said:?}");
    person.gangway(&["vms"]).ended(3);
    let said = person.gangway(&["logout"]).ended(0);
    assert!(said.out.contains("Nobody is signed in"), "{said:?}");
}

#[test]
fn events_tell_each_stage_and_the_result_who_signed_in() {
    let Some(person) = Person::with_keyring(Browser::SignsIn) else {
        return;
    };
    let events = person.gangway(&["login", "--json"]).ended(0).events();
    let names: Vec<&str> = events
        .iter()
        .map(|it| it["event"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["page", "waiting", "redeeming", "result"]);
    assert_eq!(events[0]["opened"], true);
    assert_eq!(events[1]["for"], "browser");
    let account = &events[3]["account"];
    assert_eq!(account["username"], ADMIN);
    assert_eq!(account["way"], "browser");
    assert_eq!(account["kept"], "keyring");
    let said = serde_json::to_string(&events).unwrap();
    for secret in person.stage.sim.secrets() {
        assert!(!said.contains(&secret), "a secret was printed");
    }
}

#[test]
fn a_code_is_shown_large_and_typed_in_elsewhere() {
    let Some(person) = Person::with_keyring(Browser::Nobody) else {
        return;
    };
    let mut child = person.begin(&["login", "--device-code", "--json"]);
    let (code, rest) = event(&mut child, "code");
    let word = |key: &str| code[key].as_str().unwrap().to_owned();
    person.types(&word("page"), &word("userCode"), &[]);
    let lines: Vec<String> = rest.lines().map(Result::unwrap).collect();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{lines:?}");
    let last: serde_json::Value = serde_json::from_str(lines.last().unwrap()).unwrap();
    assert_eq!(last["account"]["way"], "device-code");
    assert_eq!(accounts(&person), [ADMIN]);
}

#[test]
fn a_code_that_policy_blocks_is_explained() {
    let Some(person) = Person::with_keyring(Browser::Nobody) else {
        return;
    };
    person.stage.sim.set(|switches| {
        switches.device_code = azure_sim::DeviceCodeRule::BlockedAtStart;
    });
    let said = person.gangway(&["login", "--device-code"]).ended(3);
    let code = "[blocked-by-conditional-access]";
    assert!(said.err.contains(code), "{said:?}");
    assert!(said.err.contains("gangway login --browser"), "{said:?}");
    assert!(said.err.contains("correlation id: "), "{said:?}");
}

#[test]
fn a_code_that_nobody_types_in_lapses() {
    let Some(person) = Person::with_keyring(Browser::Nobody) else {
        return;
    };
    person.stage.sim.set(|switches| {
        switches.device_seconds = 1;
        switches.device_interval = 1;
    });
    let said = person.gangway(&["login", "--device-code"]).ended(3);
    assert!(said.err.contains("[sign-in-timed-out]"), "{said:?}");
    assert!(said.err.contains("a device code"), "{said:?}");
    assert!(said.err.contains("Sign in: gangway login"), "{said:?}");
}

#[test]
fn no_on_the_page_is_a_named_problem() {
    let Some(person) = Person::with_keyring(Browser::Refuses) else {
        return;
    };
    let said = person.gangway(&["login"]).ended(3);
    assert!(said.err.contains("[sign-in-refused]"), "{said:?}");
    assert!(said.err.contains("declined it on the page"), "{said:?}");
    assert!(accounts(&person).is_empty());
}

#[test]
fn ctrl_c_calls_a_sign_in_off() {
    let Some(person) = Person::with_keyring(Browser::Nobody) else {
        return;
    };
    let mut child = person.begin(&["login", "--json"]);
    let (waiting, rest) = event(&mut child, "waiting");
    assert_eq!(waiting["for"], "browser");
    assert!(waiting["until"].is_string(), "{waiting}");
    interrupt(child.id());
    let lines: Vec<String> = rest.lines().map(Result::unwrap).collect();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{lines:?}");
    let last: serde_json::Value = serde_json::from_str(lines.last().unwrap()).unwrap();
    assert_eq!(last["outcome"], "cancelled");
    assert!(accounts(&person).is_empty());
}

#[test]
fn a_registration_that_nobody_knows_is_named() {
    let Some(person) = Person::with_keyring(Browser::Nobody) else {
        return;
    };
    let unknown = "00000000-1111-2222-3333-444444444444";
    person.set(&person.settings(Browser::Nobody, unknown));
    let said = person.gangway(&["login", "--device-code"]).ended(3);
    assert!(said.err.contains("[app-misconfigured]"), "{said:?}");
    assert!(said.err.contains(unknown), "{said:?}");
    assert!(said.err.contains("docs/azure.md"), "{said:?}");
}

#[test]
fn a_way_that_cannot_be_used_says_why() {
    let Some(person) = Person::with_keyring(Browser::SignsIn) else {
        return;
    };
    person.set("");
    let said = person.gangway(&["login", "--browser"]).ended(3);
    assert!(said.err.contains("[way-forbidden]"), "{said:?}");
    assert!(said.err.contains("client_id"), "{said:?}");
    assert!(said.err.contains("docs/azure.md"), "{said:?}");
    let allowed = "sign_in_ways = [\"azure-cli\"]\n";
    let settings = person.settings(Browser::SignsIn, &person.stage.sim.public_client_id());
    person.set(&format!("{allowed}{settings}"));
    let said = person.gangway(&["login", "--browser"]).ended(3);
    assert!(said.err.contains("[way-forbidden]"), "{said:?}");
    assert!(said.err.contains("forbid"), "{said:?}");
    assert!(person.stage.sim.asked().is_empty());
}

#[test]
fn without_a_keyring_login_opens_nothing_and_says_why() {
    let Some(person) = Person::without_keyring(Browser::SignsIn) else {
        return;
    };
    let said = person.gangway(&["login"]).ended(3);
    assert!(said.err.contains("[keyring-missing]"), "{said:?}");
    assert!(!said.err.contains("http"), "{said:?}");
    assert!(person.stage.sim.asked().is_empty());
    let said = person.gangway(&["accounts"]).ended(0);
    assert!(said.out.contains("no keyring"), "{said:?}");
}

/// What `connect` says and does where nobody is signed in and nothing can be kept.
fn connect(person: &Person, more: &[&str]) -> Said {
    let (id, port) = (person.stage.id("vm-web-01"), person.stage.port("vm-web-01"));
    let mut words = vec!["connect", &id, "--ssh", "--port", &port];
    words.extend(more);
    person.gangway(&words)
}

#[test]
fn connect_signs_in_where_that_was_said_and_goes_on_to_the_end() {
    let Some(person) = Person::without_keyring(Browser::SignsIn) else {
        return;
    };
    let said = connect(&person, &["--dry-run", "--json"]).ended(3);
    assert_eq!(said.result()["problem"]["code"], "not-signed-in");
    assert_eq!(person.stage.sim.sign_ins().authorize_pages, 0);

    let said = connect(&person, &["--dry-run", "--sign-in"]).ended(0);
    assert!(said.err.contains("this sign-in is not kept"), "{said:?}");
    assert!(said.err.contains("The browser was opened."), "{said:?}");
    assert!(said.out.contains("Would request: vm-web-01"), "{said:?}");
    // What was read is known now, what signs in is not: it is told again.
    let said = connect(&person, &["--dry-run", "--json"]).ended(3);
    assert_eq!(said.result()["problem"]["code"], "not-signed-in");
    let said = connect(&person, &["--dry-run", "--sign-in"]).ended(0);
    assert!(said.err.contains("this sign-in is not kept"), "{said:?}");
    assert!(said.out.contains("Would request: vm-web-01"), "{said:?}");
}

#[test]
fn a_challenge_opens_the_browser_once_and_the_connection_goes_on() {
    let Some(person) = Person::without_keyring(Browser::Approves) else {
        return;
    };
    person
        .stage
        .sim
        .set(|switches| switches.mfa_on_writes = true);
    let (id, port) = (person.stage.id("vm-web-01"), person.stage.port("vm-web-01"));
    let words = ["connect", &id, "--ssh", "--port", &port];
    let mut words = words.to_vec();
    words.extend(["--no-launch", "--sign-in", "--json"]);
    let mut child = person.begin(&words);
    let mut lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
    let mut seen: Vec<String> = Vec::new();
    for line in lines.by_ref().map(Result::unwrap) {
        let open = line.contains(r#""state":"open""#);
        seen.push(line);
        if open {
            interrupt(child.id());
        }
    }
    assert_eq!(child.wait().unwrap().code(), Some(0), "{seen:#?}");
    let count = |text: &str| seen.iter().filter(|line| line.contains(text)).count();
    assert_eq!(count(r#""code":"mfa-required""#), 1, "{seen:#?}");
    assert_eq!(count(r#""state":"signing-in""#), 1, "{seen:#?}");
    // One page to sign in at all, one for what Azure asked for on the way.
    assert_eq!(count(r#""event":"page""#), 2, "{seen:#?}");
    assert_eq!(person.stage.requests(), 2, "{seen:#?}");
}

#[test]
fn after_a_no_at_a_challenge_no_page_opens_again() {
    let Some(person) = Person::with_keyring(Browser::SignsIn) else {
        return;
    };
    person.gangway(&["login"]).ended(0);
    let sim = &person.stage.sim;
    sim.set(|switches| switches.mfa_on_writes = true);
    person.set(&person.settings(Browser::Refuses, &sim.public_client_id()));
    let said = connect(&person, &["--no-launch", "--sign-in", "--json"]).ended(3);
    assert_eq!(said.result()["problem"]["code"], "sign-in-refused");
    let pages = said.out.matches(r#""event":"page""#).count();
    assert_eq!(pages, 1, "{said:?}");
    assert_eq!(person.stage.requests(), 1, "{said:?}");
}
