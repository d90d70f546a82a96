//! Rules about a file as a whole: how it begins, how long it is, what it is called.

use std::path::Path;

use anyhow::Result;

use super::Tree;
use super::source::{code, words};

const LONGEST: usize = 400;

/// Names that would fit any code at all.
const SAYS_NOTHING: &[&str] = &[
    "core", "common", "shared", "utils", "util", "helpers", "helper", "manager", "service",
];

pub(super) fn begin_with_a_sentence(tree: &Tree) -> Result<Vec<String>> {
    Ok(tree
        .rust()
        .filter(|(_, text)| !begins_with_a_sentence(text))
        .map(|(file, _)| file.to_owned())
        .collect())
}

pub(super) fn are_short(tree: &Tree) -> Result<Vec<String>> {
    let lengths = tree.rust().map(|(file, text)| (file, text.lines().count()));
    Ok(lengths
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(file, lines)| format!("{file}: {lines} lines"))
        .collect())
}

pub(super) fn have_telling_names(tree: &Tree) -> Result<Vec<String>> {
    let mut faults: Vec<String> = tree
        .files
        .iter()
        .filter(|file| path_says_nothing(file))
        .cloned()
        .collect();
    for (file, text) in tree.rust() {
        faults.extend(
            modules_that_say_nothing(&code(&text)).map(|name| format!("{file}: mod {name}")),
        );
    }
    Ok(faults)
}

/// Half of the Rust files are at most this long.
pub(super) fn median_length(tree: &Tree) -> usize {
    let mut lengths: Vec<usize> = tree.rust().map(|(_, text)| text.lines().count()).collect();
    lengths.sort_unstable();
    lengths.get(lengths.len() / 2).copied().unwrap_or_default()
}

fn begins_with_a_sentence(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    first
        .strip_prefix("//! ")
        .is_some_and(|sentence| sentence.trim().len() > 10)
}

fn path_says_nothing(file: &str) -> bool {
    let path = Path::new(file);
    let stem = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default();
    let folders = path.parent().into_iter().flat_map(Path::components);
    let mut folders = folders.filter_map(|folder| folder.as_os_str().to_str());
    SAYS_NOTHING.contains(&stem) || folders.any(|folder| SAYS_NOTHING.contains(&folder))
}

fn modules_that_say_nothing(code: &str) -> impl Iterator<Item = &str> {
    let all: Vec<&str> = words(code).collect();
    let named: Vec<&str> = all
        .windows(2)
        .filter(|pair| pair[0] == "mod")
        .map(|pair| pair[1])
        .collect();
    named.into_iter().filter(|name| SAYS_NOTHING.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_more_than_slashes() {
        assert!(begins_with_a_sentence("//! Sees the tunnel.\nuse a;"));
        assert!(!begins_with_a_sentence("//!\n//! Sees the tunnel.\n"));
        assert!(!begins_with_a_sentence("use a;\n//! Sees the tunnel.\n"));
    }

    #[test]
    fn names_are_looked_at_in_paths_and_modules() {
        assert!(path_says_nothing("crates/vpn/src/utils.rs"));
        assert!(path_says_nothing("crates/common/src/lib.rs"));
        assert!(!path_says_nothing("crates/vpn/src/score.rs"));
        assert_eq!(
            modules_that_say_nothing("pub mod helpers { mod route; }").collect::<Vec<_>>(),
            ["helpers"]
        );
    }
}
