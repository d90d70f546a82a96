//! The administrator's page, `docs/intune.md`: its table is written here, and its examples are tried.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::super::policy::MachinePolicy;
use super::read::{Admx, parse};
use super::{folder, policies};

const PAGE: &str = "docs/intune.md";

/// After this line everything is written.
const MARK: &str =
    "<!-- The rest of this page is written by a test of gangway-runtime (settings/admx). -->\n";

fn table() -> String {
    let mut table =
        "\n| policy | category | registry value | type |\n|---|---|---|---|\n".to_owned();
    for policy in policies() {
        let (name, of) = (policy.name(), policy.registry_type());
        let (category, key) = (policy.category, policy.key);
        let _written = writeln!(table, "| `{name}` | `{category}` | `{key}` | `{of}` |");
    }
    table
}

#[allow(
    clippy::disallowed_methods,
    reason = "the checked-in page is what these tests are about"
)]
fn page(file: &str) -> String {
    let root = folder().join("../../..");
    let text = std::fs::read_to_string(root.join(file)).unwrap();
    text.replace("\r\n", "\n")
}

/// A difference is written to the page, and the test fails once: look at it, check it in.
#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "the checked-in page is what this test is about"
)]
fn the_table_of_policies_is_whole() {
    let page = page(PAGE);
    let (before, found) = page.split_once(MARK).unwrap();
    if found != table() {
        let path = folder().join("../../..").join(PAGE);
        std::fs::write(path, format!("{before}{MARK}{}", table())).unwrap();
        panic!("{PAGE} was out of date and is written anew");
    }
}

#[test]
fn both_examples_of_a_company_are_read_and_say_the_same() {
    let page = page(PAGE);
    let commands = page.lines().filter(|line| line.starts_with("reg add "));
    let of_registry: Map<String, Value> = commands.map(command).collect();
    let json: Map<String, Value> = serde_json::from_str(&block(&page, "json")).unwrap();
    let read = |values: &Map<String, Value>| {
        let policy = MachinePolicy::from_values("example", values.clone());
        assert_eq!(policy.problems(), []);
        policy.demands()
    };
    assert!(json.len() >= 10);
    assert_eq!(read(&of_registry), read(&json));
}

/// `reg add KEY /v NAME /t TYPE [/s ,] /d DATA /f`
fn command(line: &str) -> (String, Value) {
    let rest = line
        .strip_prefix(r"reg add HKLM\Software\Policies\Gangway /v ")
        .unwrap();
    let rest = rest.strip_suffix(" /f").unwrap();
    let (name, rest) = rest.split_once(" /t ").unwrap();
    let (kind, data) = rest.split_once(" /d ").unwrap();
    let text = || data.strip_prefix('"').unwrap().strip_suffix('"').unwrap();
    let value = match kind {
        "REG_DWORD" => json!(data.parse::<u32>().unwrap()),
        "REG_SZ" => json!(text()),
        "REG_MULTI_SZ /s ," => json!(text().split(',').collect::<Vec<_>>()),
        other => panic!("{other}"),
    };
    (name.to_owned(), value)
}

#[test]
fn the_addresses_and_ids_for_device_management_are_those_of_the_files() {
    let page = page(PAGE);
    let admx = Admx::checked_in();
    let begin = "./Device/Vendor/MSFT/Policy/Config/Gangway~Policy~Gangway~";
    let mut tried = 0;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some((category, name)) = line.strip_prefix(begin).and_then(|of| of.split_once('/'))
        else {
            continue;
        };
        let policies = admx.policies();
        let policy = policies
            .iter()
            .find(|policy| policy.attribute("name") == name);
        let policy = policy.unwrap_or_else(|| panic!("{name} is no policy"));
        assert_eq!(policy.child("parentCategory").attribute("ref"), category);
        let set = parse(&format!("<set>{}</set>", lines.next().unwrap()));
        match set.all("data").next() {
            None => assert!(!policy.attributes.contains_key("presentation"), "{name}"),
            Some(data) => {
                let element = &policy.child("elements").children[0];
                assert_eq!(data.attribute("id"), element.attribute("id"));
            }
        }
        tried += 1;
    }
    assert_eq!(tried, 3);
}

#[test]
fn the_rule_for_applocker_is_well_formed() {
    let policy = parse(&block(&page(PAGE), "xml"));
    let rules = policy.child("RuleCollection");
    let rule = rules.child("FilePublisherRule");
    assert_eq!(rule.attribute("Action"), "Allow");
    let condition = rule.child("Conditions").child("FilePublisherCondition");
    assert!(condition.attribute("PublisherName").starts_with("O="));
    condition.child("BinaryVersionRange");
}

#[test]
fn the_page_finds_the_program_where_the_installer_puts_it() {
    let (page, installer) = (page(PAGE), page("packaging/windows/gangway.nsi"));
    let defined = |name: &str| {
        let begin = format!("!define {name} \"");
        let line = installer.lines().find_map(|line| line.strip_prefix(&begin));
        line.unwrap().strip_suffix('"').unwrap().to_owned()
    };
    let key = defined("UNINSTALL_KEY").replace("${ID}", &defined("ID"));
    assert!(
        page.contains(&format!(r"`HKEY_LOCAL_MACHINE\{key}`")),
        "{key}"
    );
    let uninstaller = defined("UNINSTALLER");
    assert!(page.contains(&format!("\\Gangway\\{uninstaller}\" /S")));
    for switch in ["\"/ALLUSERS\"", "\"DisplayVersion\""] {
        let here = installer.contains(switch) || scope().contains(switch);
        assert!(here && page.contains(switch.trim_matches('"')), "{switch}");
    }
}

fn scope() -> String {
    page("packaging/windows/scope.nsh")
}

/// The first block of this language on a page.
fn block(page: &str, language: &str) -> String {
    let begin = format!("```{language}\n");
    let (_, rest) = page.split_once(&begin).unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}
