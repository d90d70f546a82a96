//! Rules about words that must, or must not, stand in tracked files.

use anyhow::Result;

use super::Tree;
use super::source::code;

/// clippy's `disallowed-methods` sees through names; this sees code that clippy does not compile here.
const SLEEPS: [&str; 3] = ["thread::sleep", "time::sleep(", "time::sleep;"];

const INDEX: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub(super) fn no_sleeping(tree: &Tree) -> Result<Vec<String>> {
    Ok(tree
        .rust()
        .flat_map(|(file, text)| lines_with(file, &code(&text), &SLEEPS))
        .collect())
}

/// Names of the machines that packages came from, and folders of one person's machine: neither holds elsewhere.
pub(super) fn no_places(tree: &Tree) -> Result<Vec<String>> {
    // Put together here, so that this file does not break its own rule.
    let places: Vec<String> = [
        ["deb", ".debian."],
        ["registry", ".npmjs"],
        ["index", ".crates."],
        ["static", ".crates."],
        ["py", "pi.org"],
        ["arti", "factory"],
        ["node", "source"],
        ["/wo", "rk/"],
        ["/fa", "rm/"],
        ["/tmp/", "bash_jobs"],
        ["/root/.", "cargo"],
    ]
    .iter()
    .map(|halves| halves.concat())
    .collect();
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    Ok(tree
        .files
        .iter()
        .flat_map(|file| lines_with(file, &tree.text(file), &places))
        .collect())
}

pub(super) fn nothing_unfinished(tree: &Tree) -> Result<Vec<String>> {
    let marks =
        [["TO", "DO"], ["FIX", "ME"], ["XX", "X:"], ["HA", "CK:"]].map(|halves| halves.concat());
    let marks = marks.each_ref().map(String::as_str);
    let code = tree.files.iter().filter(|file| {
        [".rs", ".ts", ".svelte", ".toml", ".yml"]
            .iter()
            .any(|end| file.ends_with(end))
    });
    Ok(code
        .flat_map(|file| lines_with(file, &tree.text(file), &marks))
        .collect())
}

pub(super) fn lock_file_is_plain(tree: &Tree) -> Result<Vec<String>> {
    let lock: toml::Table = tree.text("Cargo.lock").parse()?;
    let packages = lock
        .get("package")
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten();
    let sources = packages.filter_map(|package| {
        Some((
            package.get("name")?.as_str()?,
            package.get("source")?.as_str()?,
        ))
    });
    Ok(sources
        .filter(|(_, source)| *source != INDEX)
        .map(|(name, source)| format!("{name} from {source}"))
        .collect())
}

pub(super) fn readme_names_commands(tree: &Tree) -> Result<Vec<String>> {
    let readme = tree.text("README.md");
    let commands = ["cargo xtask demo", "cargo xtask test"];
    Ok(commands
        .iter()
        .filter(|command| !readme.contains(*command))
        .map(|command| format!("missing: {command}"))
        .collect())
}

pub(super) fn ci_runs_the_checks(tree: &Tree) -> Result<Vec<String>> {
    let runs = tree.text(".ci/run").contains("cargo xtask test");
    Ok(if runs {
        vec![]
    } else {
        vec!["`cargo xtask test` is not in it".to_owned()]
    })
}

fn lines_with(file: &str, text: &str, words: &[&str]) -> Vec<String> {
    let lines = text.lines().enumerate();
    let found = lines
        .filter_map(|(line, text)| Some((line, words.iter().find(|word| text.contains(**word))?)));
    found
        .map(|(line, word)| format!("{file}:{}: {word}", line + 1))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_named_with_its_number() {
        assert_eq!(
            lines_with("a.rs", "one\ntwo nap(1)\n", &["nap("]),
            ["a.rs:2: nap("]
        );
    }
}
