//! What ends in the programs: crates, packages of the pages, and the standard library.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::loader;
use crate::place;
use crate::process::read;
use crate::tools::cargo;

/// One thing that a program contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) kind: Kind,
    /// As its author wrote it down, in SPDX's words.
    pub(super) licence: String,
    /// Where its licence's text lies.
    pub(super) folder: Option<PathBuf>,
    /// Its archive's sum as the lock file has it: the algorithm and the sum.
    pub(super) sum: Option<(&'static str, String)>,
    /// What it leans on itself, by [`Part::id`].
    pub(super) needs: BTreeSet<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Of this repository
    Ours,
    Crate,
    Npm,
    /// Of Microsoft's registry
    Nuget,
    /// Rust's own library
    Rust,
}

impl Part {
    /// A package URL (<https://github.com/package-url/purl-spec>), or for what is in no registry a name like it.
    pub(super) fn id(&self) -> String {
        match self.kind {
            Kind::Npm => format!("pkg:npm/{}@{}", self.name.replace('@', "%40"), self.version),
            Kind::Nuget => format!("pkg:nuget/{}@{}", self.name, self.version),
            Kind::Crate => format!("pkg:cargo/{}@{}", self.name, self.version),
            Kind::Ours | Kind::Rust => format!("{}@{}", self.name, self.version),
        }
    }
}

/// All that these packages contain when this compiler builds them for this target, by their ids.
pub(super) fn of(packages: &[&str], target: &str, rustc: &Path) -> Result<BTreeMap<String, Part>> {
    let mut parts = crates(packages, target)?;
    loader::add(&mut parts, target)?;
    for part in npm(&place::root().join("ui"))? {
        parts.insert(part.id(), part);
    }
    let rust = rust(rustc)?;
    parts.insert(rust.id(), rust);
    Ok(parts)
}

fn crates(packages: &[&str], target: &str) -> Result<BTreeMap<String, Part>> {
    let mut tree = cargo();
    // What only runs while the programs are built ends in none of them.
    tree.args(["tree", "--quiet", "--edges", "normal,no-proc-macro"])
        .args(["--prefix", "none", "--format", "{p}", "--target", target])
        .args(packages.iter().flat_map(|name| ["--package", name]));
    let built = built(&read(&mut tree)?);
    let mut ask = cargo();
    ask.args(["metadata", "--quiet", "--format-version", "1"])
        .args(["--filter-platform", target]);
    let metadata: Value = serde_json::from_str(&read(&mut ask)?)?;
    let sums = sums()?;
    let mut parts = BTreeMap::new();
    let mut by_id = BTreeMap::new();
    for package in list(&metadata["packages"]) {
        let (name, version) = (text(&package["name"]), text(&package["version"]));
        if !built.contains(&(name.clone(), version.clone())) {
            continue;
        }
        let ours = package["source"].is_null();
        let folder = Path::new(&text(&package["manifest_path"]))
            .parent()
            .map(Path::to_owned);
        let part = Part {
            kind: if ours { Kind::Ours } else { Kind::Crate },
            licence: text(&package["license"]).replace('/', " OR "),
            folder: folder.filter(|_| !ours),
            sum: sums
                .get(&(name.clone(), version.clone()))
                .map(|sum| ("SHA-256", sum.clone())),
            needs: BTreeSet::new(),
            name,
            version,
        };
        by_id.insert(text(&package["id"]), part.id());
        parts.insert(part.id(), part);
    }
    for node in list(&metadata["resolve"]["nodes"]) {
        let Some(part) = by_id
            .get(&text(&node["id"]))
            .and_then(|id| parts.get_mut(id))
        else {
            continue;
        };
        let normal = list(&node["deps"])
            .filter(|needs| list(&needs["dep_kinds"]).any(|kind| kind["kind"].is_null()));
        part.needs = normal
            .filter_map(|needs| by_id.get(&text(&needs["pkg"])).cloned())
            .collect();
    }
    Ok(parts)
}

/// The names and versions of a tree: `serde v1.0.228 (*)`.
fn built(tree: &str) -> BTreeSet<(String, String)> {
    let named = tree.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        Some((name.to_owned(), version.to_owned()))
    });
    named.collect()
}

/// The sums of `Cargo.lock`.
fn sums() -> Result<BTreeMap<(String, String), String>> {
    let lock: toml::Table = fs::read_to_string(place::root().join("Cargo.lock"))?.parse()?;
    let packages = lock.get("package").and_then(toml::Value::as_array);
    let sum = |package: &toml::Value| {
        let word = |key| Some(package.get(key)?.as_str()?.to_owned());
        Some(((word("name")?, word("version")?), word("checksum")?))
    };
    Ok(packages.into_iter().flatten().filter_map(sum).collect())
}

/// What the pages' lock file does not keep for their making alone.
fn npm(folder: &Path) -> Result<Vec<Part>> {
    let file = folder.join("package-lock.json");
    let lock: Value = serde_json::from_str(&fs::read_to_string(&file)?)
        .with_context(|| format!("{} is no JSON", file.display()))?;
    let packages = lock["packages"].as_object().cloned().unwrap_or_default();
    let shipped = packages.iter().filter(|(path, package)| {
        !path.is_empty()
            && ["dev", "optional", "devOptional"]
                .iter()
                .all(|flag| package[*flag] != true)
    });
    shipped
        .map(|(path, package)| {
            let name = path
                .rsplit_once("node_modules/")
                .map_or(path.as_str(), |(_, name)| name);
            Ok(Part {
                name: name.to_owned(),
                version: text(&package["version"]),
                kind: Kind::Npm,
                licence: text(&package["license"]),
                folder: Some(folder.join(path)),
                sum: integrity(&text(&package["integrity"]))?,
                needs: BTreeSet::new(),
            })
        })
        .collect()
}

/// `sha512-` and the sum in base64, as npm has it, in the letters of everybody else.
fn integrity(said: &str) -> Result<Option<(&'static str, String)>> {
    use base64::Engine as _;
    let Some(sum) = said.strip_prefix("sha512-") else {
        return Ok(None);
    };
    let sum = base64::engine::general_purpose::STANDARD.decode(sum)?;
    Ok(Some(("SHA-512", super::hex(&sum))))
}

/// The compiler brings the library that everything stands on.
fn rust(rustc: &Path) -> Result<Part> {
    let mut rustc = Command::new(rustc);
    let said = read(rustc.arg("--version").current_dir(place::root()))?;
    let version = said
        .split_whitespace()
        .nth(1)
        .context("rustc names no version")?;
    Ok(Part {
        name: "rust-std".to_owned(),
        version: version.to_owned(),
        kind: Kind::Rust,
        licence: "MIT OR Apache-2.0".to_owned(),
        folder: None,
        sum: None,
        needs: BTreeSet::new(),
    })
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_names_what_is_built() {
        let tree = "gangway-cli v0.1.0 (/x)\nserde v1.0.228 (*)\n\nserde v1.0.228\n";
        let pair = |name: &str, version: &str| (name.to_owned(), version.to_owned());
        assert_eq!(
            built(tree),
            BTreeSet::from([pair("gangway-cli", "0.1.0"), pair("serde", "1.0.228")])
        );
    }

    #[test]
    fn a_sum_of_npm_is_written_as_others_write_it() {
        let (kind, sum) = integrity("sha512-AAEC/w==").unwrap().unwrap();
        assert_eq!((kind, sum.as_str()), ("SHA-512", "000102ff"));
        assert_eq!(integrity("sha1-AAAA").unwrap(), None);
    }

    #[test]
    fn the_programs_parts_are_known_with_licence_and_sum() {
        let parts = of(
            &["gangway-cli"],
            "x86_64-pc-windows-gnu",
            Path::new("rustc"),
        )
        .unwrap();
        let serde = parts.values().find(|part| part.name == "serde").unwrap();
        assert_eq!(serde.licence, "MIT OR Apache-2.0");
        assert!(serde.sum.is_some() && serde.folder.is_some());
        assert!(
            parts
                .values()
                .any(|part| part.kind == Kind::Npm && part.name == "svelte")
        );
        let ours = parts
            .values()
            .find(|part| part.name == "gangway-cli")
            .unwrap();
        let runtime = ours
            .needs
            .iter()
            .any(|id| id.starts_with("gangway-runtime@"));
        assert!(runtime, "{:?}", ours.needs);
        // What builds programs, or another program, is in none.
        for name in ["clap_derive", "tauri", "resvg", "proptest"] {
            assert!(parts.values().all(|part| part.name != name), "{name}");
        }
    }
}
