//! What pages and catalogue promise about the command line, held against its source.

use std::collections::BTreeSet;
use std::path::Path;

use clap::CommandFactory;
use gangway_engine::text::catalogue;
use serde_json::Value;

use crate::args::Args;

const README: &str = include_str!("../../../README.md");
const JSON_PAGE: &str = include_str!("../../../docs/json.md");

#[test]
fn the_readme_names_every_command_and_every_option_of_connect() {
    let args = Args::command();
    for command in args.get_subcommands() {
        let name = format!("`gangway {}", command.get_name());
        assert!(README.contains(&name), "{name}");
    }
    let connect = args.find_subcommand("connect").unwrap();
    for option in connect.get_opts().chain(args.get_opts()) {
        if let Some(long) = option.get_long() {
            assert!(README.contains(&format!("--{long}")), "--{long}");
        }
    }
}

#[test]
fn the_json_page_names_every_field_that_is_printed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/snapshots");
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if !path.to_string_lossy().ends_with(".json.snap") {
            continue;
        }
        files += 1;
        let text = std::fs::read_to_string(&path).unwrap();
        let (_, body) = text.trim_start_matches("---").split_once("---\n").unwrap();
        for value in serde_json::Deserializer::from_str(body).into_iter::<Value>() {
            fields(&value.unwrap(), &mut |field| {
                let named = JSON_PAGE.contains(&format!("`{field}`"))
                    || JSON_PAGE.contains(&format!("\"{field}\""));
                assert!(named, "{field} of {}", path.display());
            });
        }
    }
    assert!(files >= 5);
}

/// Every field's name; what is within `parameters` differs by problem and is not named.
fn fields(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map {
                found(name);
                if name != "parameters" {
                    fields(inner, found);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| fields(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_sentence_that_is_asked_for_is_there_and_every_one_of_ours_is_asked_for() {
    let mut named = BTreeSet::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut |text| {
            for part in text.split('"').skip(1).step_by(2) {
                if part.starts_with("cli.") {
                    named.insert(part.to_owned());
                }
            }
        },
    );
    let known: BTreeSet<String> = catalogue()
        .keys()
        .filter(|key| key.starts_with("cli."))
        .cloned()
        .collect();
    // The prefix stands in this test alone.
    named.remove("cli.");
    assert_eq!(named, known);
}

fn sources(folder: &Path, each: &mut impl FnMut(&str)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, each);
        } else if path.extension().is_some_and(|it| it == "rs") {
            each(&std::fs::read_to_string(&path).unwrap());
        }
    }
}
