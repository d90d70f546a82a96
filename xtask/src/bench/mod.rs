//! `cargo xtask bench`: how fast and how small, as a table beside what was promised.

mod azure;
mod desktop;
mod frames;
mod measure;
mod peer;
mod rdp;
mod rows;
mod sign_in;
mod tray;

use anyhow::Result;

use self::measure::Row;
use crate::place;
use crate::process::{run, say};
use crate::setup::{self, Group};
use crate::tools::cargo;
use crate::ui;

/// The command: all measurements when none is named. True when nothing is worse than promised.
pub(crate) fn command(yes: bool, names: &[String]) -> Result<bool> {
    let groups = [
        Group::Build,
        Group::Bench,
        Group::Lab,
        Group::Keyring,
        Group::Tray,
        Group::Ui,
        Group::UiPages,
        Group::Browser,
        Group::Desktop,
        Group::Package,
        Group::Windows,
    ];
    setup::offer(&groups, yes)?;
    // The tray carries the pages inside.
    ui::build()?;
    run(cargo().args(["build", "--quiet", "--release"]).args([
        "--package",
        "gangway-cli",
        "--package",
        "gangway-tray",
        "--package",
        "azure-sim",
        "--package",
        "gangway-tests",
        "--bins",
    ]))?;
    let mut table = Vec::new();
    let named = |name: &str| names.is_empty() || names.iter().any(|part| name.contains(part));
    for (name, measure) in rows::ALL.iter().filter(|(name, _)| named(name)) {
        say(&format!("measuring: {name}"));
        match measure(&place::target().join("release")) {
            Ok(rows) => table.extend(rows),
            Err(error) => table.push(Row::failed(name, &error)),
        }
    }
    say("");
    say(&format!(
        "{:<58} {:>12} {:>12}",
        "what", "measured", "promised"
    ));
    for row in &table {
        say(&row.to_string());
    }
    Ok(table.iter().all(Row::is_kept))
}
