//! The pages: built for whoever needs them inside the tray, and checked.

use std::path::Path;

use anyhow::{Result, bail};

use crate::counts::Counts;
use crate::place;
use crate::process::{run, tee};
use crate::setup::{self, Group, missing};
use crate::test::absent;
use crate::tools::npm;

const PAGES: &str = "ui";
const BROWSER_TESTS: &str = "tests/ui";

/// Builds the pages that the tray carries inside.
pub(crate) fn build() -> Result<()> {
    if let Some(why) = missing(Group::Ui) {
        bail!("the pages of the tray cannot be built: {why}");
    }
    run(npm(PAGES).args(["run", "--silent", "build"]))
}

/// The group of `cargo xtask test`: types, functions, and the build that goes into the tray.
pub(crate) fn checks() -> Result<Counts> {
    if let Some(why) = missing(Group::Ui) {
        return Ok(absent(3, &why));
    }
    let mut counts = Counts::one(script(PAGES, "check")?.0);
    let (succeeded, output) = script(PAGES, "test")?;
    counts += Counts::from_vitest(&output).or_failed(succeeded);
    counts += Counts::one(script(PAGES, "build")?.0);
    Ok(counts)
}

/// The group of `cargo xtask test` that opens every view in a browser.
pub(crate) fn browser_checks() -> Result<Counts> {
    let lacks = |group: Group| setup::missing(group);
    let why = [Group::Ui, Group::UiPages, Group::Browser]
        .into_iter()
        .find_map(|group| lacks(group).map(|why| (group, why)));
    match why {
        Some((group, why)) if !group.exists_here() => {
            crate::process::say(&format!("1 skipped: {why}"));
            Ok(Counts::skipped(1))
        }
        Some((_, why)) => Ok(absent(1, &why)),
        None => {
            let (succeeded, output) = script(BROWSER_TESTS, "test")?;
            Ok(Counts::from_vitest(&output).or_failed(succeeded))
        }
    }
}

/// Whether the pages lie where the tray's build looks for them.
pub(crate) fn are_built() -> bool {
    place::root()
        .join(Path::new(PAGES).join("dist/index.html"))
        .exists()
}

fn script(folder: &str, name: &str) -> Result<(bool, String)> {
    let mut script = npm(folder);
    // Colours would only hide the closing lines that are read here.
    script
        .args(["run", "--silent", name])
        .env("NO_COLOR", "1")
        .env_remove("FORCE_COLOR");
    tee(&mut script)
}
