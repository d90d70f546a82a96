//! Node.js and its packages: whether they are there, and of the right age.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::place;
use crate::process::read;

/// Major and minor version.
type Version = (u32, u32);

/// Whether the Node.js in PATH is at least what `ui/package.json` asks for, and brings npm.
pub(super) fn is_new_enough() -> bool {
    let Ok(told) = read(Command::new("node").arg("--version")) else {
        return false;
    };
    let npm = place::program("npm").is_some() || place::program("npm.cmd").is_some();
    npm && matches!((version(&told), wanted()), (Some(here), Some(wanted)) if here >= wanted)
}

/// What a person has to do.
pub(super) fn how_to_get_it() -> String {
    let (major, minor) = wanted().unwrap_or_default();
    format!("install Node.js {major}.{minor} or newer, from nodejs.org or your system's packages")
}

/// Whether what `package-lock.json` of a folder names was fetched, in those versions. Where there is no such file,
/// nothing is missing.
pub(super) fn packages_are_there(folder: &Path) -> bool {
    let Some(wanted) = lock(&folder.join("package-lock.json")) else {
        return true;
    };
    // npm's own note of what it last put there.
    lock(&folder.join("node_modules/.package-lock.json")).is_some_and(|got| fits(&wanted, &got))
}

fn lock(file: &Path) -> Option<Value> {
    serde_json::from_str(&fs::read_to_string(file).ok()?).ok()
}

/// Everything wanted is there in its version; what is optional may be absent, as it is meant for another system.
fn fits(wanted: &Value, got: &Value) -> bool {
    let packages = |lock: &Value| lock["packages"].as_object().cloned().unwrap_or_default();
    let got = packages(got);
    // The entry without a name is the folder itself.
    let mut wanted = packages(wanted)
        .into_iter()
        .filter(|(name, _)| !name.is_empty());
    wanted.all(|(name, package)| match got.get(&name) {
        Some(found) => found["version"] == package["version"],
        None => package["optional"] == true,
    })
}

fn wanted() -> Option<Version> {
    let manifest = lock(&place::root().join("ui/package.json"))?;
    version(manifest["engines"]["node"].as_str()?)
}

/// Of `v20.20.2` or `>=20.19` the first two numbers.
fn version(text: &str) -> Option<Version> {
    let digits = text
        .trim()
        .trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let mut numbers = digits.split('.').map(|number| number.parse().ok());
    Some((
        numbers.next()??,
        numbers.next().flatten().unwrap_or_default(),
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn versions_are_read_and_compared() {
        assert_eq!(version("v20.20.2\n"), Some((20, 20)));
        assert_eq!(version(">=20.19"), Some((20, 19)));
        assert_eq!(version("22"), Some((22, 0)));
        assert_eq!(version("none"), None);
        assert!(version("v18.19.0") < version(">=20.19"));
    }

    #[test]
    fn the_pages_say_which_node_they_want() {
        assert!(wanted().is_some());
    }

    #[test]
    fn packages_are_compared_one_by_one() {
        let wanted = json!({"packages": {
            "": {"version": "0.1.0"},
            "node_modules/svelte": {"version": "5.57.3"},
            "node_modules/for-another-system": {"version": "1.0.0", "optional": true},
        }});
        let got = |version| json!({"packages": {"node_modules/svelte": {"version": version}}});
        assert!(fits(&wanted, &got("5.57.3")));
        assert!(!fits(&wanted, &got("5.57.2")));
        assert!(!fits(&wanted, &json!({"packages": {}})));
        assert!(!fits(&wanted, &json!({})));
    }

    #[test]
    fn a_folder_without_packages_wants_none() {
        let folder = tempfile::tempdir().unwrap();
        assert!(packages_are_there(folder.path()));
        fs::write(
            folder.path().join("package-lock.json"),
            r#"{"packages": {"node_modules/a": {"version": "1.0.0"}}}"#,
        )
        .unwrap();
        assert!(!packages_are_there(folder.path()));
    }
}
