//! Several accounts at once, tenants, subscriptions, and leaving.

use std::io::{BufRead, BufReader};
use std::process::Child;

use azure_sim::Deed;
use serde_json::Value;

use crate::person::{ADMIN, Browser, Person, accounts, interrupt};

const WORKER: &str = "worker@contoso.example";

/// Somebody who has signed in as the administrator.
fn admin() -> Option<Person> {
    let person = Person::with_keyring(Browser::SignsIn)?;
    person.gangway(&["login"]).ended(0);
    Some(person)
}

#[test]
fn two_accounts_live_in_one_tenant_and_one_of_them_is_used() {
    let Some(person) = admin() else { return };
    person.set(&person.settings(Browser::Worker, &person.stage.sim.public_client_id()));
    let said = person.gangway(&["login"]).ended(0);
    assert!(
        said.err
            .contains(&format!("gangway tenants --use {ADMIN} --in ")),
        "{said:?}"
    );
    assert_eq!(accounts(&person), [ADMIN, WORKER]);
    let used = |said: &Value| {
        let all = said["tenants"].as_array().unwrap().iter();
        let here = all.filter(|it| it["name"] == "Contoso" && it["used"] == true);
        let names: Vec<String> = here
            .map(|it| it["username"].as_str().unwrap().to_owned())
            .collect();
        names
    };
    // Who signed in last is used.
    let tenants = person.gangway(&["tenants", "--json"]).ended(0).json();
    assert_eq!(used(&tenants), [WORKER]);
    let words = ["tenants", "--use", ADMIN, "--in", "Contoso", "--json"];
    let tenants = person.gangway(&words).ended(0).json();
    assert_eq!(used(&tenants), [ADMIN]);

    let said = person.gangway(&["logout"]).ended(2);
    assert!(said.err.contains("--all"), "{said:?}");
    let said = person.gangway(&["logout", "nobody"]).ended(2);
    assert!(said.err.contains("nobody"), "{said:?}");
    person.gangway(&["logout", WORKER]).ended(0);
    assert_eq!(accounts(&person), [ADMIN]);
    let said = person.gangway(&["vms", "vm-web-01"]).ended(0);
    assert!(said.out.contains("vm-web-01"), "{said:?}");
}

#[test]
fn an_account_signs_in_again_by_its_name_and_nobody_else_in_its_place() {
    let Some(person) = admin() else { return };
    let said = person.gangway(&["login", "--account", WORKER]).ended(2);
    assert!(said.err.contains(WORKER), "{said:?}");
    person.gangway(&["login", "--account", ADMIN]).ended(0);
    assert_eq!(accounts(&person), [ADMIN]);
    person.set(&person.settings(Browser::Worker, &person.stage.sim.public_client_id()));
    let said = person.gangway(&["login", "--account", ADMIN]).ended(3);
    assert!(said.err.contains("[sign-in-mistrusted]"), "{said:?}");
    let way = format!("gangway login --account {ADMIN} and choose {ADMIN} on the page");
    assert!(said.err.contains(&way), "{said:?}");
    assert_eq!(accounts(&person), [ADMIN]);
}

#[test]
fn a_tenant_is_looked_at_only_once_it_was_switched_on() {
    let Some(person) = admin() else { return };
    let said = person.gangway(&["tenants", "--json"]).ended(0).json();
    let tenants = said["tenants"].as_array().unwrap();
    let (on, off): (Vec<_>, Vec<_>) = tenants.iter().partition(|it| it["on"] == true);
    assert_eq!((on.len(), off.len()), (1, 1), "{said:#}");
    assert_eq!(on[0]["name"], "Contoso");
    let second = off[0]["tenant"].as_str().unwrap();
    let vms = |person: &Person| {
        person
            .gangway(&["vms", "--fresh", "--json"])
            .ended(0)
            .json()
    };
    let is_there = |list: &serde_json::Value| {
        let all = list["vms"].as_array().unwrap();
        all.iter().any(|vm| vm["tenant"] == second)
    };
    assert!(!is_there(&vms(&person)));
    let said = person
        .gangway(&["vpn", "status", "vm-not-there-99"])
        .ended(3);
    assert!(said.err.contains("not looked at: 1"), "{said:?}");

    let said = person.gangway(&["tenants", "--on", second]).ended(0);
    assert_eq!(said.out.matches("on, used").count(), 2, "{said:?}");
    assert!(is_there(&vms(&person)));
    let said = person.gangway(&["tenants", "--off", second]).ended(0);
    assert!(said.out.contains("gangway tenants --on"), "{said:?}");
    assert!(!is_there(&vms(&person)));
    let said = person
        .gangway(&["tenants", "--on", "nowhere.example"])
        .ended(2);
    assert!(said.err.contains("nowhere.example"), "{said:?}");
}

#[test]
fn a_list_that_could_not_be_read_anew_is_shown_with_its_age_and_is_no_success() {
    let Some(person) = admin() else { return };
    person.gangway(&["vms", "vm-web-01"]).ended(0);
    person.stage.trigger(Deed::RevokeSessions {
        upn: ADMIN.to_owned(),
    });
    let said = person.gangway(&["vms", "vm-web-01", "--fresh"]).ended(3);
    assert!(said.out.contains("vm-web-01"), "{said:?}");
    assert!(said.out.contains(" ago."), "{said:?}");
    assert!(said.err.contains("[not-signed-in]"), "{said:?}");
    let said = person.gangway(&["accounts"]).ended(0);
    assert!(said.out.contains("on, used; sign in again"), "{said:?}");
}

#[test]
fn what_one_may_do_is_asked_where_it_was_said() {
    let Some(person) = admin() else { return };
    let said = person.gangway(&["subscriptions", "--json"]).ended(0);
    assert_eq!(said.json()["subscriptions"][0].get("rights"), None);
    assert_eq!(person.stage.sim.asked_on("permissions").len(), 0);
    let words = ["subscriptions", "--rights", "Contoso Production"];
    let said = person.gangway(&words).ended(0);
    assert_eq!(said.out.matches("Yes").count(), 3, "{said:?}");
    let said = person.gangway(&[&words[..], &["--json"]].concat()).ended(0);
    let rows = said.json()["subscriptions"].clone();
    let of = |name: &str| {
        let mut rows = rows.as_array().unwrap().iter();
        rows.find(|row| row["name"] == name).unwrap()["rights"].clone()
    };
    assert_eq!(of("Contoso Production")["mayRequest"], "yes");
    assert_eq!(of("Contoso Test"), Value::Null);
}

#[test]
fn a_hidden_subscription_is_in_no_list_until_it_is_shown_again() {
    let Some(person) = admin() else { return };
    let vms = person.gangway(&["vms", "vm-web-01", "--json"]).ended(0);
    let vm = vms.json()["vms"][0].clone();
    let id = vm["subscription"].as_str().unwrap();
    let said = person.gangway(&["subscriptions", "--hide", id]).ended(0);
    assert!(said.out.contains("hidden"), "{said:?}");
    let said = person.gangway(&["vms", "vm-web-01", "--fresh"]).ended(0);
    assert!(!said.out.contains("vm-web-01"), "{said:?}");
    let name = vm["subscriptionName"].as_str().unwrap();
    let said = person.gangway(&["subscriptions", "--show", name]).ended(0);
    assert!(!said.out.contains("hidden"), "{said:?}");
    let said = person.gangway(&["vms", "vm-web-01", "--fresh"]).ended(0);
    assert!(said.out.contains("vm-web-01"), "{said:?}");
}

#[test]
fn signing_out_while_an_access_runs_wants_a_yes() {
    let Some(person) = admin() else { return };
    let port = person.stage.port("vm-web-01");
    let words = ["connect", "vm-web-01", "--ssh", "--port", port.as_str()];
    let words = [&words[..], &["--no-launch", "--json"]].concat();
    opened(person.begin(&words));
    let said = person.gangway(&["logout"]).ended(2);
    assert!(said.err.contains("--yes"), "{said:?}");
    assert_eq!(accounts(&person), [ADMIN]);
    let words = ["logout", "--yes", "--everywhere", "--json"];
    let said = person.gangway(&words).ended(0).json();
    // The browser was sent to Entra's own sign-out, and forgets who was there.
    person.stage.hears("logout");
    assert_eq!(said["signedOut"][0]["username"], ADMIN);
    assert_eq!(said["accesses"][0]["vmName"], "vm-web-01");
    // Azure knows no earlier end, and Gangway hides none.
    let said = person.gangway(&["status"]).ended(0);
    assert!(said.out.contains("vm-web-01"), "{said:?}");
}

/// Waits until the port is open, and watches no longer.
fn opened(mut child: Child) {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let open = |line: &String| line.contains(r#""state":"open""#);
    let found = lines.by_ref().map(Result::unwrap).any(|line| open(&line));
    assert!(found);
    interrupt(child.id());
    for line in lines {
        line.unwrap();
    }
    child.wait().unwrap();
}
