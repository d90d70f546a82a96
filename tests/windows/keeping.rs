//! What Windows keeps for Gangway: the key in Credential Manager, and certificates that can sign.

use std::fs;
use std::process::Command;

use crate::certificate::Certificate;
use crate::machine::Machine;
use crate::stage::{Said, Stage, beside};

/// Where Wine keeps credentials.
const CREDENTIALS: &str = r"HKCU\Software\Wine\Credential Manager";

/// The program as a person starts it who signs in by a browser.
fn person(stage: &Stage, words: &[&str]) -> Said {
    let cloud = stage.home.path().join("cloud.json");
    let mut all = vec!["--cloud", cloud.to_str().unwrap()];
    all.extend(words);
    let mut command: Command = stage.command(&all);
    for name in ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"] {
        command.env_remove(name);
    }
    command.env("AZURE_CONFIG_DIR", stage.home.path().join("azure"));
    Said::of(command)
}

fn signs_in_as(stage: &Stage, who: &str) {
    let visitor = beside("azure-sim").display().to_string();
    let browser = [visitor.as_str(), "visit", "--as", who];
    let client = stage.sim.public_client_id();
    let text = format!("client_id = {client:?}\nbrowser = {browser:?}\n");
    fs::write(stage.home.path().join("settings.toml"), text).unwrap();
    person(stage, &["login", "--json"]).ended(0);
}

#[test]
fn a_sign_in_outlasts_the_program_and_its_key_stays_on_this_computer() {
    let Some(machine) = Machine::ours() else {
        return;
    };
    let before = machine.told(CREDENTIALS);
    let stage = Stage::demo();
    for who in ["admin@contoso.example", "worker@contoso.example"] {
        signs_in_as(&stage, who);
    }
    let kept = machine.told(CREDENTIALS);
    let entry = kept.replace(&before, "");
    assert!(entry.contains("dev.gangway.Gangway"), "{entry}");
    // Local machine: it does not roam with the person's profile.
    let persists = entry.lines().find(|line| line.contains("Persist"));
    assert!(
        persists.is_some_and(|line| line.trim_end().ends_with("0x2")),
        "{entry}"
    );
    let said = person(&stage, &["accounts", "--json"]).ended(0).json();
    assert_eq!(said["accounts"].as_array().unwrap().len(), 2, "{said}");
    let refreshed = person(&stage, &["vms", "--fresh", "--json"]);
    refreshed.ended(0);
    person(&stage, &["logout", "--all"]).ended(0);
    let left = machine.told(CREDENTIALS);
    assert_eq!(
        left.matches("dev.gangway.Gangway").count(),
        before.matches("dev.gangway.Gangway").count(),
        "{left}"
    );
}

#[test]
fn a_certificate_that_can_sign_is_listed_by_name_and_chosen_by_it() {
    let Some(_machine) = Machine::ours() else {
        return;
    };
    let certificate = Certificate::in_store("Contoso RDP (tests)");
    let stage = Stage::demo();
    let listed = stage.gangway(&["settings", "rdp", "--json"]).ended(0);
    let listed = listed.json();
    let found = listed["certificates"].as_array().unwrap();
    let ours = found.iter().find(|it| it["name"] == "Contoso RDP (tests)");
    let ours = ours.unwrap_or_else(|| panic!("{listed:#}"));
    assert_eq!(ours["thumbprint"], certificate.thumbprint());
    assert_eq!(ours["chosen"], false);
    let words = ["settings", "rdp", "--choose", "no such name"];
    stage.gangway(&words).ended(2);
    let words = ["settings", "rdp", "--choose", "contoso rdp (tests)"];
    let said = stage.gangway(&words).ended(0);
    assert!(said.out.contains("Contoso RDP (tests)"), "{said:?}");
    let text = fs::read_to_string(stage.home.path().join("settings.toml")).unwrap();
    assert!(text.contains(certificate.thumbprint()), "{text}");
    let said = stage
        .gangway(&["settings", "rdp", "--json"])
        .ended(0)
        .json();
    let mut found = said["certificates"].as_array().unwrap().iter();
    assert!(found.any(|it| it["chosen"] == true), "{said:#}");
}
