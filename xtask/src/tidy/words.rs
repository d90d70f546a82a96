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

/// Hosts that packages come from. Which of them, or which mirror, is each machine's own
/// matter, so they are written here in their parts: no file, not even this one, has a whole name.
const REGISTRIES: [[&str; 3]; 7] = [
    ["deb", "debian", "org"],
    ["security", "debian", "org"],
    ["archive", "ubuntu", "com"],
    ["registry", "npmjs", "org"],
    ["index", "crates", "io"],
    ["static", "crates", "io"],
    ["files", "pythonhosted", "org"],
];

/// Below these lie people's own folders.
const HOMES: [&str; 3] = ["/home/", "/Users/", r"\Users\"];

/// Roles, not people: fixtures show paths as such a person would see them.
const ROLES: [&str; 4] = ["admin", "worker", "helpdesk", "partner"];

/// Where packages came from on one machine, and folders of one person: neither holds elsewhere.
pub(super) fn no_places(tree: &Tree) -> Result<Vec<String>> {
    let registries = REGISTRIES.map(|parts| parts.join("."));
    let registries = registries.each_ref().map(String::as_str);
    Ok(tree
        .files
        .iter()
        .flat_map(|file| {
            let text = tree.text(file);
            let mut faults = lines_with(file, &text, &registries);
            let homes = text.lines().enumerate().filter(|(_, line)| in_a_home(line));
            faults.extend(homes.map(|(line, _)| format!("{file}:{}: a home folder", line + 1)));
            faults
        })
        .collect())
}

/// Whether a line names an absolute path in the home of somebody in particular.
fn in_a_home(line: &str) -> bool {
    let part_of_a_name = |letter: char| letter.is_alphanumeric() || "._-".contains(letter);
    HOMES.iter().any(|home| {
        line.match_indices(home).any(|(at, _)| {
            let (before, rest) = (&line[..at], &line[at + home.len()..]);
            let absolute = home.starts_with('\\')
                || !before.ends_with(|letter| part_of_a_name(letter) || "}~/".contains(letter));
            // A backslash is written twice in a string.
            let rest = rest.trim_start_matches('\\');
            let after = rest.trim_start_matches(part_of_a_name);
            let name = &rest[..rest.len() - after.len()];
            let somebody = !name.is_empty() && !ROLES.contains(&name);
            absolute && somebody && after.starts_with(['/', '\\'])
        })
    })
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

    #[test]
    fn homes_are_known_and_what_looks_like_one_is_not() {
        for line in [
            concat!("see /ho", "me/somebody/project"),
            concat!("\"/Use", "rs/somebody/Library\""),
            concat!("C:\\Use", "rs\\somebody\\x"),
            concat!("\"C:\\\\Use", "rs\\\\somebody\\\\x\""),
        ] {
            assert!(in_a_home(line), "{line}");
        }
        for line in [
            "{RUN}/home/root/.ssh",
            "/home/a b/.ssh",
            "below /home/ somewhere",
            "graph/Users/me/photo",
            concat!("C:\\Use", "rs\\admin\\AppData"),
        ] {
            assert!(!in_a_home(line), "{line}");
        }
    }
}
