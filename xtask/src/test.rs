//! `cargo xtask test`: every group of checks in order, a closing line for each, and one for all.

use std::time::Instant;

use anyhow::{Result, bail};

use crate::counts::Counts;
use crate::process::{say, tee};
use crate::setup::{self, Group, missing};
use crate::skips::Skips;
use crate::tools::cargo;
use crate::{lab, place, tidy, windows};

/// One group: its name in the closing lines, whether `--quick` runs it, what it needs, and the checks.
struct Checks {
    name: &'static str,
    quick: bool,
    needs: &'static [Group],
    run: fn(quick: bool) -> Result<Counts>,
}

const fn checks(
    name: &'static str,
    needs: &'static [Group],
    run: fn(quick: bool) -> Result<Counts>,
) -> Checks {
    Checks {
        name,
        quick: true,
        needs,
        run,
    }
}

const GROUPS: &[Checks] = &[
    checks("format", &[], |_| format()),
    checks("tidy", &[], |_| tidy::checks()),
    checks("clippy", &[Group::Build], |_| clippy()),
    checks(
        "tests",
        &[
            Group::Build,
            Group::Tools,
            Group::Browser,
            Group::Proxy,
            Group::Keyring,
        ],
        |_| tests(),
    ),
    checks("documentation", &[Group::Build], |_| documentation()),
    checks("licences", &[Group::Tools], |_| licences()),
    checks("lab", &[Group::Build, Group::Lab], lab::checks),
    Checks {
        quick: false,
        ..checks("windows", &[Group::Windows], |_| windows::checks(&[]))
    },
];

/// The command. True when nothing failed.
pub(crate) fn command(quick: bool, yes: bool, only: &[String]) -> Result<bool> {
    if let Some(name) = only
        .iter()
        .find(|name| !GROUPS.iter().any(|group| group.name == **name))
    {
        let names: Vec<&str> = GROUPS.iter().map(|group| group.name).collect();
        bail!(
            "there is no group {name:?}; there are: {}",
            names.join(", ")
        );
    }
    let chosen = |group: &&Checks| match only {
        [] => group.quick || !quick,
        names => names.iter().any(|name| name == group.name),
    };
    let mut needed: Vec<Group> = Vec::new();
    for &group in GROUPS.iter().filter(chosen).flat_map(|group| group.needs) {
        if !needed.contains(&group) {
            needed.push(group);
        }
    }
    setup::offer(&needed, yes)?;
    let mut lines = Vec::new();
    let mut sum = Counts::default();
    for group in GROUPS.iter().filter(chosen) {
        say(&format!("\n== {} ==", group.name));
        let started = Instant::now();
        let counts = (group.run)(quick).unwrap_or_else(|error| {
            say(&format!("error: {error:#}"));
            Counts::one(false)
        });
        sum += counts;
        lines.push(format!(
            "{:<14} {counts} ({:.0} s)",
            group.name,
            started.elapsed().as_secs_f64()
        ));
    }
    say("");
    lines.iter().for_each(|line| say(line));
    // Read by machines: this line, exactly so, last.
    say(&sum.to_string());
    Ok(sum.failed == 0 && sum.passed > 0)
}

/// What a group whose packages are absent comes to: skipped, with the reason; a failure where nobody can add them.
pub(crate) fn absent(checks: u64, why: &str) -> Counts {
    say(&format!("{checks} skipped: {why}"));
    if place::in_ci() {
        Counts {
            failed: 1,
            ..Counts::skipped(checks)
        }
    } else {
        Counts::skipped(checks)
    }
}

fn format() -> Result<Counts> {
    let (clean, _) = tee(cargo().args(["fmt", "--all", "--check"]))?;
    Ok(Counts::one(clean))
}

fn clippy() -> Result<Counts> {
    const DENY: [&str; 4] = ["--all-targets", "--", "--deny", "warnings"];
    let (clean, _) = tee(cargo()
        .args(["clippy", "--quiet", "--workspace"])
        .args(DENY))?;
    let mut counts = Counts::one(clean);
    // The one feature that nothing turns on by itself.
    let mut clippy = cargo();
    clippy.args(["clippy", "--quiet", "--features", "gangway-cli/broker"]);
    for package in ["gangway-azure", "gangway-runtime", "gangway-cli"] {
        clippy.args(["--package", package]);
    }
    counts += Counts::one(tee(clippy.args(DENY))?.0);
    Ok(counts)
}

fn tests() -> Result<Counts> {
    let nextest = place::program("cargo-nextest").is_some();
    let words: &[&str] = if nextest {
        &[
            "nextest",
            "run",
            "--workspace",
            "--no-fail-fast",
            "--status-level",
            "fail",
            "--final-status-level",
            "fail",
        ]
    } else {
        &[
            "test",
            "--quiet",
            "--workspace",
            "--all-targets",
            "--no-fail-fast",
        ]
    };
    let mut tests = cargo();
    tests.args(words).env("CARGO_TERM_PROGRESS_WHEN", "never");
    let skips = Skips::of(&mut tests)?;
    let (succeeded, output) = tee(&mut tests)?;
    skips.take_off(Counts::from_tests(&output).or_failed(succeeded))
}

fn documentation() -> Result<Counts> {
    let (succeeded, output) =
        tee(cargo().args(["test", "--quiet", "--workspace", "--doc", "--no-fail-fast"]))?;
    let mut counts = Counts::from_tests(&output).or_failed(succeeded);
    let mut document = cargo();
    document.args([
        "doc",
        "--quiet",
        "--workspace",
        "--no-deps",
        "--document-private-items",
    ]);
    let (succeeded, _) = tee(document.env("RUSTDOCFLAGS", "--deny warnings"))?;
    counts += Counts::one(succeeded);
    Ok(counts)
}

fn licences() -> Result<Counts> {
    // The database of advisories is asked for by the GitHub workflow: it needs the network's other half.
    const CHECKS: [&str; 3] = ["licenses", "bans", "sources"];
    if place::program("cargo-deny").is_none() {
        let why = missing(Group::Tools).unwrap_or_else(|| "cargo-deny is absent".to_owned());
        return Ok(absent(CHECKS.len() as u64, &why));
    }
    let mut counts = Counts::default();
    for check in CHECKS {
        let (clean, _) = tee(cargo().args([
            "deny",
            "--log-level",
            "error",
            "check",
            "--hide-inclusion-graph",
            check,
        ]))?;
        counts += Counts::one(clean);
    }
    Ok(counts)
}
