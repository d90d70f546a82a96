//! Skips that tests tell of, counted: a test that returned early has not passed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::counts::Counts;
use crate::platform;
use crate::process::say;

/// Where one run's tests write a line for each skip (`gangway-skips` does it).
pub(crate) struct Skips {
    folder: TempDir,
}

const FILE: &str = "skips";

impl Skips {
    /// The tests that this command runs tell us.
    pub(crate) fn of(tests: &mut Command) -> Result<Self> {
        let folder = platform::private_folder("gangway-skips-").context("no temporary folder")?;
        tests.env("GANGWAY_SKIPS", folder.path().join(FILE));
        Ok(Self { folder })
    }

    /// Says `N skipped: why` for each reason, and takes the skips off what seemed to have passed.
    pub(crate) fn take_off(self, counts: Counts) -> Result<Counts> {
        let file = self.folder.path().join(FILE);
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error).context("cannot read the skips"),
        };
        let reasons = reasons(&text);
        for (why, tests) in &reasons {
            say(&format!("{tests} skipped: {why}"));
        }
        Ok(counts.not_passed_but_skipped(reasons.values().sum()))
    }
}

/// How many tests skipped for each reason. A test that tells the same twice skipped once.
fn reasons(text: &str) -> BTreeMap<&str, u64> {
    let lines: BTreeSet<&str> = text.lines().collect();
    let mut reasons = BTreeMap::new();
    for (_, why) in lines.iter().filter_map(|line| line.split_once(": ")) {
        *reasons.entry(why).or_default() += 1;
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skips_are_counted_by_reason_and_each_test_once() {
        let text = "it-1a hook::heard: needs a shell\n\
                    disk-2b full: needs Linux namespaces\n\
                    disk-2b read_only: needs Linux namespaces\n\
                    it-1a hook::heard: needs a shell\n";
        let told = reasons(text);
        assert_eq!(
            Vec::from_iter(told),
            [("needs Linux namespaces", 2), ("needs a shell", 1)]
        );
    }

    #[test]
    fn what_was_skipped_has_not_passed() {
        let mut tests = Command::new("true");
        let skips = Skips::of(&mut tests).unwrap();
        let file = tests.get_envs().next().unwrap().1.unwrap().to_owned();
        fs::write(file, "a one: no ssh\na two: no ssh\n").unwrap();
        let counts = Counts {
            passed: 5,
            failed: 1,
            skipped: 1,
        };
        let expected = Counts {
            passed: 3,
            failed: 1,
            skipped: 3,
        };
        assert_eq!(skips.take_off(counts).unwrap(), expected);
        let none = Skips::of(&mut tests).unwrap();
        assert_eq!(none.take_off(counts).unwrap(), counts);
    }
}
