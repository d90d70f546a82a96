//! The tray among the checks: which packages can be compiled here, and the built program on a desktop without a screen.

use anyhow::Result;

use crate::counts::Counts;
use crate::place;
use crate::process::{run, say};
use crate::setup::{Group, missing};
use crate::test::{absent, run_tests};
use crate::tools::cargo;
use crate::ui;

/// The test target that drives the built program. It is left out of a plain `cargo test`: it wants the pages, a
/// desktop of its own and most of a minute for each road.
pub(crate) const APP: &str = "app";

const EVERYTHING: &[&str] = &["--workspace"];
const ALL_BUT_THE_TRAY: &[&str] = &["--workspace", "--exclude", "gangway-tray"];

/// The packages that can be compiled here, as cargo wants them named, and what that leaves out.
pub(crate) fn members() -> (&'static [&'static str], Counts) {
    match lacks_headers() {
        None => (EVERYTHING, Counts::default()),
        Some(why) => (ALL_BUT_THE_TRAY, absent(1, &format!("the tray, {why}"))),
    }
}

/// Whether there is anything to drive the program with.
pub(crate) fn app_exists() -> bool {
    place::root()
        .join("tests")
        .join(APP)
        .join("main.rs")
        .exists()
}

/// The group of `cargo xtask test`.
pub(crate) fn checks() -> Result<Counts> {
    if !Group::Desktop.exists_here() {
        say("1 skipped: the desktop without a screen is one of Linux's");
        return Ok(Counts::skipped(1));
    }
    let groups = [Group::Tray, Group::Ui, Group::Desktop, Group::Keyring];
    if let Some(why) = groups.into_iter().find_map(missing) {
        return Ok(absent(1, &why));
    }
    if !ui::are_built() {
        ui::build()?;
    }
    // The programs, which tests of their own have built for the group `tests` already; with one target named, cargo
    // would build that alone.
    let mut build = cargo();
    run(build.args(["test", "--quiet", "--no-run"]).args(EVERYTHING))?;
    run_tests(EVERYTHING, &[], &["--test", APP])
}

/// On other systems than Linux there are no headers to lack.
fn lacks_headers() -> Option<String> {
    Group::Tray
        .exists_here()
        .then(|| missing(Group::Tray))
        .flatten()
}
