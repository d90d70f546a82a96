//! The browser's way, whole: a real Chromium signs in, and answers for a second factor while a connection waits.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use azure_sim::{Fault, Wrong};
use serde_json::{Value, json};

use crate::bus::Bus;
use crate::stage::{ADMIN, Cloud, Said, find};
use crate::visits::{Visits, has_browser, shots};

#[test]
fn a_person_signs_in_once_and_a_write_that_wants_more_goes_on_by_itself() {
    if !has_browser() {
        return;
    }
    let Some(bus) = Bus::with_keyring() else {
        return;
    };
    let (cloud, visits) = (Cloud::demo(), Visits::new());
    let settings = |name| {
        let folder = shots(name);
        cloud.with_browser(&visits, ADMIN, &["--shots", folder.to_str().unwrap()])
    };
    let home = cloud.home(&settings("first"));

    let said = home.on(&bus, &["login"]).ended(0);
    assert!(said.out.contains(ADMIN), "{said:?}");
    let visit = visits.next();
    assert!(
        visit["origin"]
            .as_str()
            .unwrap()
            .starts_with("http://localhost:"),
        "{visit:#}"
    );
    assert!(
        visit["text"].as_str().unwrap().contains("close"),
        "{visit:#}"
    );

    let said = home.on(&bus, &["vms"]).ended(0);
    assert!(said.out.contains("vm-web-01"), "{said:?}");
    let accounts = home.on(&bus, &["accounts", "--json"]).ended(0).json();
    let account = &accounts["accounts"][0];
    assert_eq!(account["username"], ADMIN);
    assert_eq!(account["way"], "browser");
    let on = |tenant: &Value| tenant["on"] == true;
    let tenants = account["tenants"].as_array().unwrap();
    assert_eq!(tenants.len(), 2, "{accounts:#}");
    assert_eq!(
        tenants.iter().filter(|it| on(it)).count(),
        1,
        "{accounts:#}"
    );
    assert_eq!(visits.count(), 1);

    if find("ssh").is_none() {
        gangway_skips::skip_without("there is no ssh");
        return;
    }
    cloud.sim.set(|switches| switches.mfa_on_writes = true);
    // Where nobody is there, nothing is opened.
    let words = cloud.connect("vm-web-01", &["--json", "--no-sign-in"]);
    let said = home.on(&bus, &words).ended(3);
    assert_eq!(last_problem(&said), "mfa-required", "{said:#?}");
    assert_eq!(visits.count(), 1);

    home.set(&settings("challenge"));
    let words = cloud.connect("vm-web-01", &["--json", "--sign-in"]);
    let said = home.on(&bus, &words).ended(0);
    let visit = visits.next();
    assert!(
        visit["titles"].to_string().contains("Approve the sign-in"),
        "{visit:#}"
    );
    assert_eq!(visits.count(), 2, "{said:#?}");
    let events = said.events();
    let asked = events
        .iter()
        .any(|event| event["problem"]["code"] == "mfa-required");
    assert!(asked, "{said:#?}");
    assert!(cloud.sim.asked_on("jit.initiate").len() >= 2);

    // Nobody is asked a second time: the account has what writes want.
    home.on(
        &bus,
        &cloud.connect("vm-web-01", &["--request", "--sign-in"]),
    )
    .ended(0);
    assert_eq!(visits.count(), 2);
    let counts = cloud.sign_ins();
    assert_eq!(
        (counts.rotated_reused, counts.codes_reused),
        (0, 0),
        "{counts:?}"
    );
}

#[test]
fn a_no_on_the_page_is_told_and_nothing_is_kept() {
    if !has_browser() {
        return;
    }
    let Some(bus) = Bus::with_keyring() else {
        return;
    };
    let (cloud, visits) = (Cloud::demo(), Visits::new());
    cloud.sim.set(|switches| switches.mfa_at_sign_in = true);
    let home = cloud.home(&cloud.with_browser(&visits, ADMIN, &["--refuse"]));
    let said = home.on(&bus, &["login", "--json"]).ended(3);
    assert_eq!(last_problem(&said), "sign-in-refused", "{said:#?}");
    let visit = visits.next();
    assert!(
        visit["origin"]
            .as_str()
            .unwrap()
            .starts_with("http://localhost:"),
        "{visit:#}"
    );
    assert!(!home.file("tokens.bin").exists());
    assert!(bus.secrets_of("dev.gangway.Gangway").is_empty());
}

#[test]
fn a_challenge_that_comes_again_after_it_was_answered_opens_no_second_page() {
    if !has_browser() {
        return;
    }
    let Some(bus) = Bus::with_keyring() else {
        return;
    };
    if find("ssh").is_none() {
        gangway_skips::skip_without("there is no ssh");
        return;
    }
    let (cloud, visits) = (Cloud::demo(), Visits::new());
    let home = cloud.home(&cloud.with_browser(&visits, ADMIN, &[]));
    home.on(&bus, &["login"]).ended(0);
    visits.next();
    let claims = json!({"access_token": {"acrs": {"essential": true, "values": ["p1"]}}});
    cloud
        .sim
        .fault(Fault::on("jit.initiate", Wrong::Claims(claims)));
    let words = cloud.connect("vm-web-01", &["--json", "--sign-in"]);
    let said = home.on(&bus, &words).ended(3);
    visits.next();
    assert_eq!(last_problem(&said), "mfa-required", "{said:#?}");
    assert_eq!(visits.count(), 2, "{said:#?}");
}

#[test]
fn a_code_is_typed_into_a_real_page() {
    if !has_browser() {
        return;
    }
    let Some(bus) = Bus::with_keyring() else {
        return;
    };
    let (cloud, visits) = (Cloud::demo(), Visits::new());
    cloud.sim.set(|switches| switches.device_interval = 1);
    // The page that is opened here stays as it is: the code is typed in on another device.
    let home = cloud.home(&cloud.with_browser_that_does_nothing());
    let mut login = home
        .command_on(&bus, &["login", "--device-code", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(login.stdout.take().unwrap()).lines();
    let event = lines
        .by_ref()
        .map_while(Result::ok)
        .filter_map(|line| serde_json::from_str::<Value>(&line).ok())
        .find(|event| event["event"] == "code")
        .expect("a code");
    let text = |key: &str| event[key].as_str().unwrap().to_owned();
    let shots = shots("device-code");
    let mut words = visits.browser(ADMIN, &["--shots", shots.to_str().unwrap()]);
    words.extend(["--code".to_owned(), text("userCode"), text("page")]);
    let visited = Command::new(&words[0]).args(&words[1..]).output().unwrap();
    assert!(visited.status.success(), "{visited:?}");
    let last = lines.map_while(Result::ok).last().unwrap();
    assert!(last.contains("\"done\"") && last.contains(ADMIN), "{last}");
    assert!(login.wait().unwrap().success());
    assert_eq!(bus.secrets_of("dev.gangway.Gangway").len(), 1);
}

fn last_problem(said: &Said) -> String {
    let last = said.events().pop().unwrap();
    last["problem"]["code"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}
