//! House rules that no compiler holds, each a function that names what breaks it.

mod citations;
mod edges;
mod files;
mod pages;
mod platforms;
mod source;
mod words;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::counts::Counts;
use crate::place;
use crate::process::{read, say};

/// The files that are, or are about to be, part of the repository.
struct Tree {
    root: PathBuf,
    /// Paths below the root, with forward slashes.
    files: Vec<String>,
}

impl Tree {
    fn here() -> Result<Self> {
        let root = place::root();
        let listed = read(
            Command::new("git")
                .args([
                    "ls-files",
                    "-z",
                    "--cached",
                    "--others",
                    "--exclude-standard",
                ])
                .current_dir(&root),
        )?;
        let files = listed
            .split('\0')
            .filter(|file| !file.is_empty() && root.join(file).is_file());
        Ok(Self {
            files: files.map(str::to_owned).collect(),
            root,
        })
    }

    fn rust(&self) -> impl Iterator<Item = (&str, String)> {
        self.files
            .iter()
            .filter(|file| file.ends_with(".rs"))
            .map(|file| (file.as_str(), self.text(file)))
    }

    /// A file's text; of a picture or the like only what happens to be text.
    fn text(&self, file: impl AsRef<Path>) -> String {
        std::fs::read(self.root.join(file))
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }
}

type Check = fn(&Tree) -> Result<Vec<String>>;

/// Every rule with the sentence it is known by.
const RULES: &[(&str, Check)] = &[
    (
        "a Rust file begins with a //! sentence",
        files::begin_with_a_sentence,
    ),
    ("no Rust file is longer than 400 lines", files::are_short),
    (
        "a file of the pages begins with a sentence",
        pages::begin_with_a_sentence,
    ),
    (
        "no file of the pages is longer than 400 lines",
        pages::are_short,
    ),
    ("the pages show data as text only", pages::show_data_as_text),
    (
        "one file of the pages knows the shell",
        pages::have_one_door_to_the_shell,
    ),
    ("no way past the type checker", pages::keep_their_types),
    (
        "npm's lock files name checksums and no hosts",
        pages::lock_files_are_plain,
    ),
    (
        "what the pages ship is under an allowed licence",
        pages::ship_what_we_may,
    ),
    (
        "no file or module has a name that says nothing",
        files::have_telling_names,
    ),
    ("a platform is a file", platforms::are_files),
    (
        "unsafe stands only in platform/windows.rs",
        platforms::keep_unsafe_in_windows,
    ),
    (
        "programs are started where no console flashes",
        platforms::start_programs_by_known_doors,
    ),
    ("no test and no program sleeps", words::no_sleeping),
    (
        "no names of registries, mirrors or machine paths",
        words::no_places,
    ),
    ("nothing is marked as unfinished", words::nothing_unfinished),
    (
        "the lock file names only the crates index",
        words::lock_file_is_plain,
    ),
    (
        "the README names the two commands",
        words::readme_names_commands,
    ),
    (".ci/run calls the checks", words::ci_runs_the_checks),
    (
        "what a comment cites of the contract is there",
        citations::have_a_heading,
    ),
    (
        "crates depend only along the arrows",
        edges::follow_the_arrows,
    ),
    ("engine depends on an allow-list", edges::of_engine_are_few),
    (
        "nothing of the tray speaks HTTP but gangway-azure",
        edges::of_the_tray_lead_to_azure,
    ),
    ("one TLS library", edges::one_tls_library),
];

/// The command, and the group of `cargo xtask test`.
pub(crate) fn command() -> Result<bool> {
    Ok(checks()?.failed == 0)
}

/// Runs every rule and prints what breaks it.
pub(crate) fn checks() -> Result<Counts> {
    let tree = Tree::here()?;
    let mut counts = Counts::default();
    for (rule, check) in RULES {
        let faults = check(&tree)?;
        say(&format!(
            "{} {rule}",
            if faults.is_empty() {
                "ok    "
            } else {
                "BROKEN"
            }
        ));
        for fault in &faults {
            say(&format!("         {fault}"));
        }
        counts += Counts::one(faults.is_empty());
    }
    say(&format!(
        "median length of a Rust file: {} lines",
        files::median_length(&tree)
    ));
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_is_tidy() {
        let tree = Tree::here().unwrap();
        let broken: Vec<String> = RULES
            .iter()
            .flat_map(|(rule, check)| {
                check(&tree)
                    .unwrap()
                    .into_iter()
                    .map(move |fault| format!("{rule}: {fault}"))
            })
            .collect();
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    }
}
