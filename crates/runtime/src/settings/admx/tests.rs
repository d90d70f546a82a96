//! The policy files are those of the settings, whole, and what a policy editor takes.

use std::collections::{BTreeMap, BTreeSet};

use gangway_engine::query::SettingKind;
use serde_json::{Value, json};

use super::super::policy::MachinePolicy;
use super::super::{file, kind};
use super::read::{Admx, Node, parse, text_of};
use super::words::{LANGUAGES, Words};
use super::*;

/// A difference is written to the files, and the test fails once: look at them, check them in.
#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "the checked-in files are what this test is about"
)]
fn the_policy_files_are_those_of_the_settings() {
    let mut written = Vec::new();
    for (name, wanted) in write::files() {
        let path = folder().join(&name);
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        if found.replace("\r\n", "\n") != wanted {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, wanted).unwrap();
            written.push(name);
        }
    }
    assert!(
        written.is_empty(),
        "out of date and written anew: {written:?}"
    );
}

#[test]
fn every_setting_has_its_policy_and_every_policy_its_setting() {
    let admx = Admx::checked_in();
    let of_files: BTreeSet<&str> = admx.policies().into_iter().map(value_name).collect();
    assert_eq!(of_files.len(), admx.policies().len(), "a value twice");
    let of_policy = fields::of_policy();
    let of_policy: BTreeSet<&str> = of_policy.iter().map(String::as_str).collect();
    let listed = in_force::in_force(&Settings::default());
    let listed: BTreeSet<&str> = listed.into_iter().map(|(key, _)| key).collect();
    assert_eq!(of_files, of_policy);
    assert_eq!(of_files, listed);
    // What a person can set, policy can set, but for the tables of single VMs.
    let of_person = fields::of_person();
    let of_person: BTreeSet<&str> = of_person.iter().map(String::as_str).collect();
    let here_only = of_files.iter().filter(|key| kind::is_by_policy_only(key));
    let all: BTreeSet<&str> = of_person.iter().chain(here_only).copied().collect();
    assert_eq!(of_files, all);
}

#[test]
fn every_element_fits_its_setting() {
    for policy in Admx::checked_in().policies() {
        let key = value_name(policy);
        let kind = kind::of(key).unwrap();
        assert_eq!(policy.attribute("class"), "Both", "{key}");
        assert_eq!(policy.attribute("key"), KEY, "{key}");
        let Some(element) = element(policy) else {
            assert_eq!(kind, SettingKind::Toggle, "{key}");
            for (state, value) in [("enabledValue", "1"), ("disabledValue", "0")] {
                let decimal = policy.child(state).child("decimal");
                assert_eq!(decimal.attribute("value"), value, "{key}");
            }
            continue;
        };
        assert_eq!(element.attribute("required"), "true", "{key}");
        let fits = match (&kind, element.name.as_str()) {
            (SettingKind::Choice { of }, "enum") => {
                let items = element.all("item");
                let values = items.map(|item| item.child("value").child("string").text.clone());
                values.collect::<Vec<_>>() == *of
            }
            (SettingKind::Number, "decimal")
            | (SettingKind::Time | SettingKind::Text, "text")
            | (SettingKind::List, "multiText") => true,
            _ => false,
        };
        assert!(fits, "{key}: {kind:?} and {element:?}");
    }
}

#[test]
fn the_reader_takes_what_the_limits_allow_and_nothing_beyond() {
    let problem = |key: &str, value: Value| {
        let values = [(key.to_owned(), value)].into_iter().collect();
        MachinePolicy::from_values("test", values)
            .problems()
            .first()
            .cloned()
    };
    for policy in Admx::checked_in().policies() {
        let key = value_name(policy);
        let Some(element) = element(policy) else {
            assert!(problem(key, json!(2)).is_some(), "{key}");
            continue;
        };
        match element.name.as_str() {
            "decimal" => {
                let limit = |name| element.attribute(name).parse::<u32>().unwrap();
                let (least, most) = (limit("minValue"), limit("maxValue"));
                assert_eq!(problem(key, json!(least)), None, "{key}");
                assert_eq!(problem(key, json!(most)), None, "{key}");
                assert!(problem(key, json!(most + 1)).is_some(), "{key}");
                if let Some(below) = least.checked_sub(1) {
                    assert!(problem(key, json!(below)).is_some(), "{key}");
                }
            }
            "enum" => assert!(problem(key, json!("none-of-these")).is_some(), "{key}"),
            "text" => {
                let longest: usize = element.attribute("maxLength").parse().unwrap();
                let of = |length| longest_text(key, length);
                assert_eq!(problem(key, json!(of(longest))), None, "{key}");
                let is_bounded = ["client_id", "tenant", "language"].contains(&key);
                assert_eq!(is_bounded, longest < LONGEST_TEXT, "{key}");
                assert_eq!(
                    is_bounded,
                    problem(key, json!(of(longest + 1))).is_some(),
                    "{key}"
                );
            }
            _ => assert_eq!(
                problem(key, json!(["", ""])).is_some(),
                is_checked(key),
                "{key}"
            ),
        }
    }
}

/// A text of that length, or the longest there is of its kind, that fits the setting.
fn longest_text(key: &str, length: usize) -> String {
    match key {
        "duration" | "rule_late_after" => "1h".to_owned() + &" ".repeat(length - 2),
        "client_id" => format!(
            "{:0>8}-0000-0000-0000-000000000000",
            "0".repeat(length - 28)
        ),
        "language" => {
            let parts = "de-aaaaaaaa-bbbbbbbb-cccccccc-dddddddd-e";
            parts[..length].to_owned()
        }
        "proxy" => "http://proxy.contoso.example:8080".to_owned(),
        "rdp.monitors" => vec!["0"; length.div_ceil(2)].join(","),
        _ => "a".repeat(length),
    }
}

/// Whether the entries of a list are more than any text.
fn is_checked(key: &str) -> bool {
    !["tenants", "browser"].contains(&key)
}

#[test]
fn every_policy_is_read_as_it_is_written() {
    for other in [false, true] {
        let values = enabled(other);
        let policy = MachinePolicy::from_values("test", values.clone());
        assert_eq!(policy.problems(), []);
        let settings = super::super::merge::merge(file::File::default(), &policy);
        let locked: BTreeSet<&str> = settings.locked.iter().copied().collect();
        assert_eq!(locked, values.keys().map(String::as_str).collect());
        for (key, value) in in_force::in_force(&settings) {
            let read = words::plain(&value.unwrap());
            // Pools are shown as what they are, times in one way.
            let wanted = match &values[key] {
                Value::Array(entries) => {
                    let entries = entries.iter().map(|entry| entry.as_str().unwrap());
                    entries.collect::<Vec<_>>().join(", ")
                }
                Value::Number(number) if form(key) == Form::Toggle => {
                    (number.as_u64() == Some(1)).to_string()
                }
                Value::String(text) => text.clone(),
                number => number.to_string(),
            };
            let (read, wanted) = (read.replace("1m 30s", "90s"), wanted);
            assert_eq!(read, wanted, "{key}");
        }
    }
}

#[test]
fn names_are_unique_and_references_lead_somewhere() {
    let admx = Admx::checked_in();
    let categories = admx.root.child("categories");
    let names: Vec<&str> = categories
        .all("category")
        .map(|of| of.attribute("name"))
        .collect();
    assert_unique(&names);
    let definitions = admx.root.child("supportedOn").child("definitions");
    let supported: Vec<&str> = definitions
        .all("definition")
        .map(|of| of.attribute("name"))
        .collect();
    assert_eq!(supported.len(), 1);
    for category in categories.all("category") {
        match category.all("parentCategory").next() {
            Some(parent) => assert_eq!(parent.attribute("ref"), "Gangway"),
            None => assert_eq!(category.attribute("name"), "Gangway"),
        }
    }
    for policy in admx.policies() {
        let category = policy.child("parentCategory").attribute("ref");
        assert!(
            names.contains(&category) && category != "Gangway",
            "{category}"
        );
        assert_eq!(policy.child("supportedOn").attribute("ref"), supported[0]);
        // A part of the address at which device management sets it.
        let name = policy.attribute("name");
        assert!(
            name.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            "{name}"
        );
    }
    let policies = admx.policies();
    assert_unique(
        &policies
            .iter()
            .map(|of| of.attribute("name"))
            .collect::<Vec<_>>(),
    );
    let used = names.iter().filter(|name| **name != "Gangway");
    let with_policies: BTreeSet<&str> = policies
        .iter()
        .map(|of| of.child("parentCategory").attribute("ref"))
        .collect();
    assert_eq!(with_policies, used.copied().collect());
    // Intune takes a file only after those whose names it uses.
    assert_eq!(admx.root.child("policyNamespaces").all("using").count(), 0);
    let target = admx.root.child("policyNamespaces").child("target");
    assert_eq!(target.attribute("namespace"), "dev.gangway.Gangway");
}

#[test]
fn every_language_has_every_text_and_no_other() {
    let admx = Admx::checked_in();
    let wanted: BTreeSet<String> = references(&admx.root, "string");
    let presentations: BTreeSet<String> = references(&admx.root, "presentation");
    for language in LANGUAGES {
        let root = adml(language);
        let resources = root.child("resources");
        let strings = resources.child("stringTable");
        let ids: Vec<&str> = strings.all("string").map(|of| of.attribute("id")).collect();
        assert_unique(&ids);
        assert_eq!(
            wanted,
            ids.into_iter().map(str::to_owned).collect(),
            "{language}"
        );
        for string in strings.all("string") {
            assert!(!string.text.trim().is_empty(), "{language}: {string:?}");
            assert!(!string.text.contains(['{', '}']), "{language}: {string:?}");
        }
        let tables = resources.child("presentationTable");
        let ids: Vec<&str> = tables
            .all("presentation")
            .map(|of| of.attribute("id"))
            .collect();
        assert_unique(&ids);
        assert_eq!(
            presentations,
            ids.into_iter().map(str::to_owned).collect(),
            "{language}"
        );
        assert!(!root.child("displayName").text.is_empty());
        assert_eq!(root.attribute("revision"), admx.root.attribute("revision"));
    }
    let fallback = admx.root.child("resources").attribute("fallbackCulture");
    assert_eq!(fallback, LANGUAGES[0]);
}

#[test]
fn every_element_has_its_control() {
    let admx = Admx::checked_in();
    for language in LANGUAGES {
        let root = adml(language);
        let tables = root.child("resources").child("presentationTable");
        let controls: BTreeMap<&str, &Node> = tables
            .all("presentation")
            .map(|of| (of.attribute("id"), of))
            .collect();
        for policy in admx.policies() {
            let Some(element) = element(policy) else {
                assert!(!policy.attributes.contains_key("presentation"));
                continue;
            };
            let name = policy.attribute("name");
            assert_eq!(
                policy.attribute("presentation"),
                format!("$(presentation.{name})")
            );
            let children = controls[name].children.iter();
            let controls: Vec<&Node> = children.filter(|child| child.name != "text").collect();
            assert_eq!(controls.len(), 1, "{language}: {name}");
            let wanted = match element.name.as_str() {
                "enum" => "dropdownList",
                "decimal" => "decimalTextBox",
                "text" => "textBox",
                _ => "multiTextBox",
            };
            assert_eq!(controls[0].name, wanted, "{language}: {name}");
            assert_eq!(controls[0].attribute("refId"), element.attribute("id"));
            filled_in(controls[0], element, name);
        }
    }
}

/// What stands in a field from the start fits it.
fn filled_in(control: &Node, element: &Node, name: &str) {
    let number = |text: &str| text.parse::<usize>().unwrap();
    match control.name.as_str() {
        "dropdownList" => {
            let at = number(control.attribute("defaultItem"));
            assert!(at < element.all("item").count(), "{name}");
        }
        "decimalTextBox" => {
            let value = number(control.attribute("defaultValue"));
            let least = number(element.attribute("minValue"));
            assert!(
                (least..=number(element.attribute("maxValue"))).contains(&value),
                "{name}"
            );
        }
        "textBox" => assert!(!control.child("label").text.is_empty(), "{name}"),
        _ => {}
    }
}

#[test]
fn both_languages_say_the_same_things() {
    let [english, german] = LANGUAGES.map(Words::of);
    assert!(english.categories.keys().eq(german.categories.keys()));
    assert!(english.policies.keys().eq(german.policies.keys()));
    for policy in policies() {
        let (one, two) = (english.policy(policy.key), german.policy(policy.key));
        assert!(one.choices.keys().eq(two.choices.keys()), "{}", policy.key);
        for words in [one, two] {
            let has_label = words.label.as_ref().is_some_and(|label| !label.is_empty());
            assert_eq!(has_label, policy.form != Form::Toggle, "{}", policy.key);
        }
        let (one, two) = (english.explanation(&policy), german.explanation(&policy));
        assert_ne!(one, two, "{}", policy.key);
        assert!(one.contains(policy.key) && two.contains(policy.key));
    }
}

#[test]
fn a_file_that_is_not_well_formed_is_noticed() {
    for text in [
        "<a><b></a>",
        "<a x=\"1\" x=\"2\"/>",
        "<a/><b/>",
        "<a>",
        "<a>&x;</a>",
    ] {
        assert!(std::panic::catch_unwind(|| parse(text)).is_err(), "{text}");
    }
}

fn adml(language: &str) -> Node {
    parse(&text_of(&format!("{language}/Gangway.adml")))
}

/// The name of a policy's registry value.
fn value_name(policy: &Node) -> &str {
    element(policy).unwrap_or(policy).attribute("valueName")
}

/// The one element of a policy that has any.
fn element(policy: &Node) -> Option<&Node> {
    let elements = policy.all("elements").next()?;
    assert_eq!(elements.children.len(), 1);
    elements.children.first()
}

/// The ids in `$(table.id)` below a node.
fn references(root: &Node, table: &str) -> BTreeSet<String> {
    let nodes = root.everything();
    let values = nodes.iter().flat_map(|node| node.attributes.values());
    let begin = format!("$({table}.");
    let ids = values.filter_map(|value| value.strip_prefix(&begin)?.strip_suffix(')'));
    ids.map(str::to_owned).collect()
}

fn assert_unique(names: &[&str]) {
    let set: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(set.len(), names.len(), "{names:?}");
}
