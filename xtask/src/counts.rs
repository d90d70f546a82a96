//! Passed, failed, skipped: what a group of checks closes with, and how others' closing lines are read.

use std::fmt;
use std::ops::{Add, AddAssign};

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Counts {
    /// One check that went well or did not.
    pub(crate) fn one(passed: bool) -> Self {
        Self {
            passed: u64::from(passed),
            failed: u64::from(!passed),
            skipped: 0,
        }
    }

    pub(crate) fn skipped(skipped: u64) -> Self {
        Self {
            skipped,
            ..Self::default()
        }
    }

    /// A program that ended badly without naming a failed check still counts as one.
    pub(crate) fn or_failed(mut self, succeeded: bool) -> Self {
        if !succeeded && self.failed == 0 {
            self.failed = 1;
        }
        self
    }

    /// Tests that told of their own skip: the harness took them for passed.
    pub(crate) fn not_passed_but_skipped(mut self, skips: u64) -> Self {
        self.passed = self.passed.saturating_sub(skips);
        self.skipped += skips;
        self
    }

    /// Sums nextest's summary lines and the `test result:` lines of the standard harness.
    pub(crate) fn from_tests(output: &str) -> Self {
        let mut sum = Self::default();
        for line in output.lines() {
            let line = plain(line);
            let line = line.trim();
            if let Some((_, rest)) = line.split_once("test result: ") {
                sum += Self::from_words(rest);
            } else if line.starts_with("Summary [") {
                let rest = line.split_once(':').map_or("", |(_, rest)| rest);
                sum += Self::from_words(rest);
            }
        }
        sum
    }

    /// Vitest's line about tests (the one about files says less): `Tests  1 failed | 12 passed | 2 skipped (15)`.
    pub(crate) fn from_vitest(output: &str) -> Self {
        let mut sum = Self::default();
        for line in output.lines().map(plain) {
            let Some(rest) = line.trim().strip_prefix("Tests ") else {
                continue;
            };
            for part in rest.split(['|', '(']) {
                sum += Self::from_words(part);
            }
        }
        sum
    }

    /// The last line of the form `N passed, N failed, N skipped`.
    pub(crate) fn from_closing_line(output: &str) -> Option<Self> {
        output.lines().rev().map(plain).find_map(|line| {
            let line = line.trim();
            let whole = line.split(", ").count() == 3
                && line.contains(" passed, ")
                && line.ends_with(" skipped");
            whole.then(|| Self::from_words(line))
        })
    }

    fn from_words(text: &str) -> Self {
        let mut counts = Self::default();
        for part in text.split([',', ';', '.']) {
            let words: Vec<&str> = part.split_whitespace().collect();
            for pair in words.windows(2) {
                let Ok(number) = pair[0].parse::<u64>() else {
                    continue;
                };
                match pair[1] {
                    "passed" => counts.passed += number,
                    "failed" | "timed" => counts.failed += number,
                    "skipped" | "ignored" | "todo" => counts.skipped += number,
                    _ => {}
                }
            }
        }
        counts
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.skipped
        )
    }
}

/// A line without its colours.
fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            letters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            text.push(letter);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_standard_harness() {
        let output = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
                      test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 7 filtered out; finished in 1.20s";
        assert_eq!(
            Counts::from_tests(output),
            Counts {
                passed: 7,
                failed: 2,
                skipped: 1
            }
        );
    }

    #[test]
    fn reads_nextest_with_colours() {
        let output = "\u{1b}[32;1m     Summary\u{1b}[0m [   0.512s] \u{1b}[1m12\u{1b}[0m tests run: \u{1b}[1m10\u{1b}[0m passed (1 slow), 1 failed, 1 timed out, 2 skipped";
        assert_eq!(
            Counts::from_tests(output),
            Counts {
                passed: 10,
                failed: 2,
                skipped: 2
            }
        );
    }

    #[test]
    fn reads_vitest() {
        let output = " Test Files  1 failed | 9 passed (10)\n      \u{1b}[2mTests\u{1b}[22m  1 failed | 61 passed | 2 skipped (64)\n   Duration  3.10s";
        assert_eq!(
            Counts::from_vitest(output),
            Counts {
                passed: 61,
                failed: 1,
                skipped: 2
            }
        );
        assert_eq!(Counts::from_vitest("no tests here"), Counts::default());
    }

    #[test]
    fn reads_a_closing_line_and_nothing_like_it() {
        let output = "ssh: 1 passed, nothing else\n7 passed, 1 failed, 2 skipped\ntranscript: lab/transcript.txt\n";
        assert_eq!(
            Counts::from_closing_line(output),
            Some(Counts {
                passed: 7,
                failed: 1,
                skipped: 2
            })
        );
        assert_eq!(Counts::from_closing_line("lab: 7 of 8 passed"), None);
    }

    #[test]
    fn a_crash_counts() {
        assert_eq!(Counts::default().or_failed(false).failed, 1);
        assert_eq!(Counts::one(false).or_failed(false).failed, 1);
    }
}
