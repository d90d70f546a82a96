//! The arrows of the house: which crate may reach which, read from `cargo tree`.

use std::collections::BTreeSet;

use anyhow::Result;

use super::Tree;
use crate::process::read;
use crate::tools::cargo;

/// Nobody else may name, in a normal dependency of its own, what stands on the left.
const ONLY_THESE_NAME: &[(&str, &[&str])] = &[
    ("reqwest", &["gangway-azure", "azure-sim"]),
    ("hyper", &["gangway-azure", "azure-sim"]),
    ("hyper-util", &["gangway-azure", "azure-sim"]),
    ("axum", &["azure-sim"]),
    ("tauri", &["gangway-tray"]),
    ("tauri-plugin-opener", &["gangway-tray"]),
    ("tauri-plugin-single-instance", &["gangway-tray"]),
    ("tray-icon", &["gangway-tray"]),
    ("notify-rust", &["gangway-tray"]),
    ("arboard", &["gangway-tray"]),
    ("azure-sim", &["gangway-tests", "xtask"]),
    ("gangway-azure", &["gangway-runtime"]),
    ("gangway-vpn", &["gangway-runtime"]),
    ("gangway-launch", &["gangway-runtime"]),
];

/// The left never reaches the right, by whatever way.
const NEVER_REACHES: &[(&str, &[&str])] = &[
    (
        "gangway-azure",
        &[
            "gangway-vpn",
            "gangway-launch",
            "gangway-runtime",
            "azure-sim",
        ],
    ),
    (
        "gangway-vpn",
        &[
            "gangway-azure",
            "gangway-launch",
            "gangway-runtime",
            "azure-sim",
        ],
    ),
    (
        "gangway-launch",
        &[
            "gangway-azure",
            "gangway-vpn",
            "gangway-runtime",
            "azure-sim",
        ],
    ),
    (
        "gangway-runtime",
        &["gangway-cli", "gangway-tray", "azure-sim"],
    ),
    ("gangway-cli", &["gangway-tray", "azure-sim", "xtask"]),
    ("gangway-tray", &["gangway-cli", "azure-sim", "xtask"]),
    (
        "azure-sim",
        &[
            "gangway-engine",
            "gangway-azure",
            "gangway-vpn",
            "gangway-launch",
            "gangway-runtime",
            "gangway-cli",
            "gangway-tray",
        ],
    ),
];

/// All that the decisions may lean on: words and values, no clock, no files, no network.
const ENGINE_MAY_USE: &[&str] = &["ipnet", "jiff", "serde", "serde_json", "thiserror"];

/// `ring` is the one TLS provider of the program; these would bring a second.
const NOT_IN_THE_TREE: &[&str] = &[
    "aws-lc-rs",
    "aws-lc-sys",
    "openssl",
    "openssl-sys",
    "native-tls",
];

const TRAY_TARGETS: [&str; 3] = [
    "x86_64-unknown-linux-gnu",
    "x86_64-pc-windows-msvc",
    "aarch64-apple-darwin",
];

pub(super) fn follow_the_arrows(_: &Tree) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for (name, allowed) in ONLY_THESE_NAME {
        for ours in dependents(name, "1")?
            .iter()
            .filter(|package| is_ours(package) && package != name)
        {
            if !allowed.contains(&ours.as_str()) {
                faults.push(format!("{ours} must not name {name}"));
            }
        }
    }
    for (name, never) in NEVER_REACHES {
        let reached = dependencies(name, None)?;
        faults.extend(
            never
                .iter()
                .filter(|other| reached.contains(**other))
                .map(|other| format!("{name} reaches {other}")),
        );
    }
    Ok(faults)
}

pub(super) fn of_engine_are_few(_: &Tree) -> Result<Vec<String>> {
    let used = dependencies("gangway-engine", Some("1"))?;
    let more = used
        .iter()
        .filter(|name| *name != "gangway-engine" && !ENGINE_MAY_USE.contains(&name.as_str()));
    Ok(more.map(|name| format!("engine uses {name}")).collect())
}

/// On every system that the tray is built for. (For telephones tauri brings an HTTP client of its own; the table above
/// looks at what a crate of ours names, this at what the program contains.)
pub(super) fn of_the_tray_lead_to_azure(_: &Tree) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for target in TRAY_TARGETS {
        let printed = read(cargo().args([
            "tree",
            "--quiet",
            "--package",
            "gangway-tray",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
            "--depth",
            "1",
            "--target",
            target,
            "--invert",
            "reqwest",
        ]))?;
        let users = names(&printed);
        let others = users
            .iter()
            .filter(|name| !["reqwest", "gangway-azure"].contains(&name.as_str()));
        faults.extend(others.map(|name| format!("{target}: {name} brings reqwest")));
    }
    Ok(faults)
}

pub(super) fn one_tls_library(tree: &Tree) -> Result<Vec<String>> {
    let lock: toml::Table = tree.text("Cargo.lock").parse()?;
    let packages = lock
        .get("package")
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten();
    let names = packages.filter_map(|package| package.get("name")?.as_str());
    let mut faults = Vec::new();
    for name in names.filter(|name| NOT_IN_THE_TREE.contains(name)) {
        // The lock file also keeps what no build takes; only what is built counts.
        let users = dependents(name, "1")?;
        if !users.is_empty() {
            faults.push(format!(
                "{name} is brought by {}",
                Vec::from_iter(users).join(", ")
            ));
        }
    }
    Ok(faults)
}

fn is_ours(package: &str) -> bool {
    package.starts_with("gangway-") || package == "azure-sim" || package == "xtask"
}

/// Who depends on a package, on any platform, in any of its versions; nobody when it is not in the tree.
fn dependents(name: &str, depth: &str) -> Result<BTreeSet<String>> {
    match cargo_tree(&["--invert", name, "--depth", depth]) {
        Ok(names) => Ok(names.into_iter().filter(|found| found != name).collect()),
        Err(error) => {
            let said = format!("{error:#}");
            if said.contains("did not match any packages") {
                return Ok(BTreeSet::new());
            }
            let versions = versions(&said, name);
            if versions.is_empty() {
                return Err(error);
            }
            let mut all = BTreeSet::new();
            for version in versions {
                all.extend(cargo_tree(&["--invert", &version, "--depth", depth])?);
            }
            all.remove(name);
            Ok(all)
        }
    }
}

/// The versions that cargo lists when a bare name fits several: `  hyper@0.14.32`.
fn versions(complaint: &str, name: &str) -> Vec<String> {
    let full = complaint
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with(&format!("{name}@")));
    full.map(str::to_owned).collect()
}

fn dependencies(name: &str, depth: Option<&str>) -> Result<BTreeSet<String>> {
    let mut arguments = vec!["--package", name];
    arguments.extend(depth.map(|depth| ["--depth", depth]).into_iter().flatten());
    cargo_tree(&arguments)
}

fn cargo_tree(arguments: &[&str]) -> Result<BTreeSet<String>> {
    let fixed = [
        "tree",
        "--quiet",
        "--workspace",
        "--edges",
        "normal",
        "--target",
        "all",
        "--prefix",
        "none",
    ];
    // `--package` narrows, which `--workspace` would undo.
    let fixed = fixed
        .iter()
        .filter(|word| **word != "--workspace" || !arguments.contains(&"--package"));
    let printed = read(
        cargo()
            .args(fixed)
            .args(["--format", "{p}"])
            .args(arguments),
    )?;
    Ok(names(&printed))
}

/// The first word of every line: `serde v1.0.228 (*)`.
fn names(printed: &str) -> BTreeSet<String> {
    printed
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names() {
        let printed = "reqwest v0.13.5\nazure-sim v0.1.0 (/somewhere)\n\nserde v1.0.228 (*)\n";
        assert_eq!(
            Vec::from_iter(names(printed)),
            ["azure-sim", "reqwest", "serde"]
        );
    }

    #[test]
    fn the_tables_name_crates_that_are_there() {
        for (name, never) in NEVER_REACHES {
            for name in never.iter().chain([name]) {
                assert!(dependencies(name, Some("1")).is_ok(), "{name}");
            }
        }
    }

    #[test]
    fn reads_versions_of_an_ambiguous_name() {
        let complaint =
            "error: There are multiple `hyper` packages\n  hyper@0.14.32\n  hyper@1.7.0";
        assert_eq!(
            versions(complaint, "hyper"),
            ["hyper@0.14.32", "hyper@1.7.0"]
        );
    }

    #[test]
    fn a_stranger_has_no_dependents() {
        assert!(dependents("no-such-crate-as-this", "1").unwrap().is_empty());
    }
}
