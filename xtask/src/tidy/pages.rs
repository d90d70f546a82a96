//! Rules about the pages and their tests: TypeScript, Svelte, style sheets, and what npm brings.

use anyhow::{Context, Result};
use serde_json::Value;

use super::Tree;

const LONGEST: usize = 400;

/// The one file that may know the shell.
const DOOR: &str = "ui/src/backend/tauri.ts";

/// Each kind of file with what its first line begins with.
const KINDS: [(&str, &str); 5] = [
    (".ts", "// "),
    (".js", "// "),
    (".mjs", "// "),
    (".svelte", "<!-- "),
    (".css", "/* "),
];

/// Ways by which what Azure sent could become markup.
const MARKUP: [&str; 4] = ["{@html", "innerHTML", "outerHTML", "insertAdjacentHTML"];

/// Ways past the type checker and the linter.
const ESCAPES: [&str; 8] = [
    ": any",
    " as any",
    "<any",
    "any[]",
    "@ts-ignore",
    "@ts-nocheck",
    "@ts-expect-error",
    "eslint-disable",
];

pub(super) fn begin_with_a_sentence(tree: &Tree) -> Result<Vec<String>> {
    let faults = tree.pages().filter(|(file, text)| {
        let mark = KINDS.iter().find(|(ending, _)| file.ends_with(ending));
        !mark.is_some_and(|(_, mark)| begins_with_a_sentence(text, mark))
    });
    Ok(faults.map(|(file, _)| file.to_owned()).collect())
}

pub(super) fn are_short(tree: &Tree) -> Result<Vec<String>> {
    let lengths = tree
        .pages()
        .map(|(file, text)| (file, text.lines().count()));
    Ok(lengths
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(file, lines)| format!("{file}: {lines} lines"))
        .collect())
}

pub(super) fn show_data_as_text(tree: &Tree) -> Result<Vec<String>> {
    Ok(tree
        .pages()
        .filter(|(file, _)| file.starts_with("ui/src/"))
        .flat_map(|(file, text)| found(file, &text, &MARKUP))
        .collect())
}

pub(super) fn have_one_door_to_the_shell(tree: &Tree) -> Result<Vec<String>> {
    // The tests look for what must not be in the pages, so they may name it.
    Ok(tree
        .pages()
        .filter(|(file, _)| file.starts_with("ui/") && *file != DOOR)
        .flat_map(|(file, text)| found(file, &text, &["@tauri-apps/", "__TAURI"]))
        .collect())
}

pub(super) fn keep_their_types(tree: &Tree) -> Result<Vec<String>> {
    Ok(tree
        .pages()
        .filter(|(file, _)| !file.ends_with(".css"))
        .flat_map(|(file, text)| found(file, &text, &ESCAPES))
        .collect())
}

/// Where a package was fetched from is each machine's own matter; which one it is, its checksum says.
pub(super) fn lock_files_are_plain(tree: &Tree) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for (file, packages) in locks(tree)? {
        for (name, package) in packages {
            if !package["resolved"].is_null() && package["link"] != true {
                faults.push(format!("{file}: {name} says where it came from"));
            }
            let fetched = !name.is_empty() && package["link"] != true;
            if fetched && package["inBundle"] != true && package["integrity"].is_null() {
                faults.push(format!("{file}: {name} has no checksum"));
            }
        }
    }
    Ok(faults)
}

/// What is shipped inside the program is under a licence that `deny.toml` allows; tools are not shipped.
pub(super) fn ship_what_we_may(tree: &Tree) -> Result<Vec<String>> {
    let deny: toml::Table = tree.text("deny.toml").parse()?;
    let allowed = deny["licenses"]["allow"].as_array();
    let allowed: Vec<&str> = allowed
        .into_iter()
        .flatten()
        .filter_map(toml::Value::as_str)
        .collect();
    let mut faults = Vec::new();
    for (file, packages) in locks(tree)?
        .into_iter()
        .filter(|(file, _)| file.starts_with("ui/"))
    {
        let shipped = packages
            .into_iter()
            .filter(|(name, package)| !name.is_empty() && package["dev"] != true);
        for (name, package) in shipped {
            let licence = package["license"].as_str().unwrap_or("none");
            if !is_allowed(licence, &allowed) {
                faults.push(format!("{file}: {name} is under {licence}"));
            }
        }
    }
    Ok(faults)
}

/// One of several is enough where the author leaves the choice.
fn is_allowed(licence: &str, allowed: &[&str]) -> bool {
    licence
        .trim_matches(['(', ')'])
        .split(" OR ")
        .any(|choice| allowed.contains(&choice))
}

type Packages = Vec<(String, Value)>;

fn locks(tree: &Tree) -> Result<Vec<(String, Packages)>> {
    let files = tree
        .files
        .iter()
        .filter(|file| file.ends_with("package-lock.json"));
    files
        .map(|file| {
            let lock: Value = serde_json::from_str(&tree.text(file))
                .with_context(|| format!("{file} is no JSON"))?;
            let packages = lock["packages"].as_object().cloned().unwrap_or_default();
            Ok((file.clone(), packages.into_iter().collect()))
        })
        .collect()
}

impl Tree {
    /// Everything of the pages and their tests that people write.
    fn pages(&self) -> impl Iterator<Item = (&str, String)> {
        self.files
            .iter()
            .filter(|file| file.starts_with("ui/") || file.starts_with("tests/ui/"))
            .filter(|file| KINDS.iter().any(|(ending, _)| file.ends_with(ending)))
            .map(|file| (file.as_str(), self.text(file)))
    }
}

fn begins_with_a_sentence(text: &str, mark: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    first
        .strip_prefix(mark)
        .is_some_and(|sentence| sentence.trim().len() > 10)
}

/// The lines of code, not of comment, that have one of these in them.
fn found(file: &str, text: &str, words: &[&str]) -> Vec<String> {
    let lines = text.lines().enumerate();
    let code = lines.filter(|(_, line)| {
        let line = line.trim_start();
        !["//", "*", "/*", "<!--"]
            .iter()
            .any(|mark| line.starts_with(mark))
    });
    let hits = code.filter_map(|(at, line)| Some((at, words.iter().find(|word| has(line, word))?)));
    hits.map(|(at, word)| format!("{file}:{}: {word}", at + 1))
        .collect()
}

/// Whether it stands in the line, and is not the beginning of a longer word.
fn has(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let after = line[at + word.len()..].chars().next();
        !(word.ends_with(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_a_comment_of_the_files_own_kind() {
        assert!(begins_with_a_sentence(
            "// The one store of the truth.\n",
            "// "
        ));
        assert!(begins_with_a_sentence(
            "<!-- The popover at the tray. -->\n",
            "<!-- "
        ));
        assert!(!begins_with_a_sentence("<script lang=\"ts\">\n", "<!-- "));
        assert!(!begins_with_a_sentence("//\n// Later.\n", "// "));
    }

    #[test]
    fn code_is_searched_and_comments_are_not() {
        let text = "// as any other\nconst a = b as any;\n<p>{@html name}</p>\n";
        assert_eq!(found("a.ts", text, &ESCAPES), ["a.ts:2:  as any"]);
        assert_eq!(found("a.svelte", text, &MARKUP), ["a.svelte:3: {@html"]);
        let style = "p { overflow-wrap: anywhere; }\nlet x: any;\n";
        assert_eq!(found("a.svelte", style, &ESCAPES), ["a.svelte:2: : any"]);
    }

    #[test]
    fn one_licence_of_several_is_enough() {
        let allowed = ["MIT", "Apache-2.0"];
        assert!(is_allowed("MIT", &allowed));
        assert!(is_allowed("(GPL-3.0 OR MIT)", &allowed));
        assert!(!is_allowed("GPL-3.0", &allowed));
        assert!(!is_allowed("none", &allowed));
    }
}
