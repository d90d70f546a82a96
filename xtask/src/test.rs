//! `cargo xtask test`: every group of checks in order, a closing line for each, and one for all.

use std::time::Instant;

use anyhow::{Result, bail};

use crate::counts::Counts;
use crate::process::{say, tee};
use crate::setup::{self, Group, missing};
use crate::skips::Skips;
use crate::tools::cargo;
use crate::{lab, package, place, tidy, tray, ui, windows};

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
    // Before everything that compiles the tray: the pages lie inside of it.
    checks("ui", &[Group::Ui], |_| ui::checks()),
    checks("clippy", &[Group::Build, Group::Tray], |_| clippy()),
    checks(
        "tests",
        &[
            Group::Build,
            Group::Tray,
            Group::Tools,
            Group::Browser,
            Group::Proxy,
            Group::Keyring,
        ],
        |_| tests(),
    ),
    checks("documentation", &[Group::Build, Group::Tray], |_| {
        documentation()
    }),
    checks("licences", &[Group::Tools], |_| licences()),
    Checks {
        quick: false,
        ..checks(
            "ui-pages",
            &[Group::Ui, Group::UiPages, Group::Browser],
            |_| ui::browser_checks(),
        )
    },
    Checks {
        quick: false,
        ..checks(
            "app",
            &[
                Group::Build,
                Group::Tools,
                Group::Tray,
                Group::Ui,
                Group::Desktop,
                Group::Keyring,
            ],
            |_| tray::checks(),
        )
    },
    checks("lab", &[Group::Build, Group::Lab], lab::checks),
    Checks {
        quick: false,
        ..checks("windows", &[Group::Windows, Group::Ui], |_| {
            windows::checks(&[])
        })
    },
    Checks {
        quick: false,
        ..checks(
            "package",
            &[
                Group::Build,
                Group::Package,
                Group::Tray,
                Group::Ui,
                Group::Windows,
            ],
            |_| package::checks(),
        )
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
    let (members, mut counts) = tray::members();
    let (clean, _) = tee(cargo().args(["clippy", "--quiet"]).args(members).args(DENY))?;
    counts += Counts::one(clean);
    // Left out of what `--all-targets` means, as it is left out of a plain `cargo test`.
    if tray::app_exists() {
        let mut clippy = cargo();
        clippy.args(["clippy", "--quiet"]).args(members);
        clippy.args(["--test", tray::APP, "--", "--deny", "warnings"]);
        counts += Counts::one(tee(&mut clippy)?.0);
    }
    let mut clippy = cargo();
    clippy.args(["clippy", "--quiet", "--package", "gangway-tests"]);
    clippy.args(["--test", "windows", "--", "--deny", "warnings"]);
    counts += Counts::one(tee(&mut clippy)?.0);
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
    let (members, counts) = tray::members();
    Ok(counts + run_tests(members, &["--all-targets"], &[])?)
}

/// Tests of these packages, by nextest where it is; `plain` are words for the harness of cargo itself only.
pub(crate) fn run_tests(members: &[&str], plain: &[&str], more: &[&str]) -> Result<Counts> {
    let mut tests = cargo();
    if place::program("cargo-nextest").is_some() {
        tests
            .args(["nextest", "run"])
            .args(members)
            .args(["--no-fail-fast", "--status-level", "fail"])
            .args(["--final-status-level", "fail"]);
    } else {
        tests
            .args(["test", "--quiet"])
            .args(members)
            .args(plain)
            .arg("--no-fail-fast");
    }
    tests.args(more).env("CARGO_TERM_PROGRESS_WHEN", "never");
    let skips = Skips::of(&mut tests)?;
    let (succeeded, output) = tee(&mut tests)?;
    skips.take_off(Counts::from_tests(&output).or_failed(succeeded))
}

fn documentation() -> Result<Counts> {
    let (members, mut counts) = tray::members();
    let mut tests = cargo();
    tests.args(["test", "--quiet"]).args(members);
    let (succeeded, output) = tee(tests.args(["--doc", "--no-fail-fast"]))?;
    counts += Counts::from_tests(&output).or_failed(succeeded);
    let mut document = cargo();
    document
        .args(["doc", "--quiet"])
        .args(members)
        .args(["--no-deps", "--document-private-items"]);
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
