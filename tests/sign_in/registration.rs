//! The command and the Bicep file of docs/azure.md register the same application, with one permission and no more.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

/// Azure Service Management and its delegated `user_impersonation`
/// (Microsoft's own msgraph-bicep-types and azure-docs name both ids).
const MANAGEMENT: &str = "797f4846-ba00-4fd7-ba43-dac1f8f63013";
const IMPERSONATION: &str = "41094075-9dad-400e-a0bd-54e686782033";
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";
const REDIRECT: &str = "http://localhost";

#[test]
fn the_command_registers_one_permission_in_one_tenant() {
    let page = document("azure.md");
    let words = command(&page, "az ad app create");
    let option = |name: &str| {
        let at = words.iter().position(|word| word == name).expect(name);
        words[at + 1].as_str()
    };
    assert_eq!(option("--sign-in-audience"), "AzureADMyOrg");
    assert_eq!(option("--public-client-redirect-uris"), REDIRECT);
    let wanted: Value = serde_json::from_str(option("--required-resource-accesses")).unwrap();
    let only = json!([{"resourceAppId": MANAGEMENT,
        "resourceAccess": [{"id": IMPERSONATION, "type": "Scope"}]}]);
    assert_eq!(wanted, only);
    let options = words.iter().filter(|word| word.starts_with("--"));
    assert_eq!(options.count(), 6, "{words:?}");
}

#[test]
fn the_bicep_file_registers_the_same() {
    let file = document("app-registration.bicep");
    assert!(is_well_formed(&file));
    let value = |key: &str| -> Vec<String> {
        let start = format!("{key}: ");
        let lines = file
            .lines()
            .filter_map(|line| line.trim().strip_prefix(&start));
        lines.map(|word| resolved(&file, word)).collect()
    };
    assert_eq!(value("signInAudience"), ["AzureADMyOrg"]);
    assert_eq!(value("isFallbackPublicClient"), ["false"]);
    assert_eq!(value("resourceAppId"), [MANAGEMENT]);
    assert_eq!(value("id"), [IMPERSONATION]);
    assert_eq!(value("type"), ["Scope"]);
    let redirects = file.split("redirectUris: [").nth(1).unwrap();
    let redirects = redirects.split(']').next().unwrap();
    assert_eq!(redirects.trim(), format!("'{REDIRECT}'"));
    for secret in ["passwordCredentials", "keyCredentials", "appRoles"] {
        assert!(!file.contains(secret), "{secret}");
    }
}

#[test]
fn neither_asks_for_anything_of_graph() {
    for name in ["azure.md", "app-registration.bicep"] {
        assert!(!document(name).contains(GRAPH), "{name}");
    }
}

#[test]
fn what_is_broken_is_not_well_formed() {
    let good =
        "param a string = 'it\\'s [fine'\n// don't mind\nvar b = [\n  a\n]\noutput c string = b\n";
    assert!(is_well_formed(good));
    for (what, with) in [
        ("]\n", "\n"),
        ("fine'", "fine"),
        ("= b", "= d"),
        ("  a\n", "  e\n"),
    ] {
        assert!(!is_well_formed(&good.replacen(what, with, 1)), "{what}");
    }
}

fn document(name: &str) -> String {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    fs::read_to_string(docs.join(name)).unwrap()
}

/// The words of the one line that begins so, as a shell takes them apart.
fn command(page: &str, beginning: &str) -> Vec<String> {
    let mut lines = page.lines().filter(|line| line.starts_with(beginning));
    let line = lines.next().expect("a command");
    assert!(lines.next().is_none(), "one command, not several");
    let quoted = line.split('\'').enumerate();
    let mut words = Vec::new();
    for (index, part) in quoted {
        match index % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

/// What a word of the file stands for: itself, or the value of its parameter or variable.
fn resolved(file: &str, word: &str) -> String {
    let declared = file.lines().find_map(|line| {
        let (left, value) = line.split_once(" = ")?;
        let mut left = left.split_whitespace();
        let kind = left.next()?;
        (matches!(kind, "param" | "var") && left.next()? == word).then_some(value)
    });
    declared.unwrap_or(word).trim_matches('\'').to_owned()
}

/// As far as can be told without Bicep: strings and brackets close, and every name that stands for a value is declared.
fn is_well_formed(file: &str) -> bool {
    let Some(bare) = without_strings(file) else {
        return false;
    };
    let mut open = Vec::new();
    for letter in bare.chars() {
        match letter {
            '[' | '{' | '(' => open.push(letter),
            ']' if open.pop() != Some('[') => return false,
            '}' if open.pop() != Some('{') => return false,
            ')' if open.pop() != Some('(') => return false,
            _ => {}
        }
    }
    let kinds = ["param", "var", "resource", "output"];
    let declared: BTreeSet<&str> = bare
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter(|(kind, _)| kinds.contains(kind))
        .filter_map(|(_, rest)| rest.split_whitespace().next())
        .chain(["true", "false", "string", "bool"])
        .collect();
    let values = bare.lines().map(|line| {
        let line = line.trim();
        let after = [": ", " = "].iter().find_map(|mark| line.split_once(mark));
        after.map_or(line, |(_, value)| value)
    });
    let names = values.filter(|value| {
        let mut letters = value.chars();
        letters.next().is_some_and(char::is_alphabetic)
            && letters.all(|letter| letter.is_alphanumeric() || letter == '.')
    });
    open.is_empty()
        && names
            .map(|name| name.split('.').next().unwrap_or(name))
            .all(|name| declared.contains(name))
}

/// The text with its comments and the insides of its strings taken out; nothing where a string does not close.
fn without_strings(file: &str) -> Option<String> {
    let mut bare = String::new();
    for line in file.lines() {
        let mut letters = line.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '/' if letters.peek() == Some(&'/') => break,
                '\'' => loop {
                    match letters.next()? {
                        '\\' => {
                            letters.next()?;
                        }
                        '\'' => {
                            bare.push_str("''");
                            break;
                        }
                        _ => {}
                    }
                },
                letter => bare.push(letter),
            }
        }
        bare.push('\n');
    }
    Some(bare)
}
