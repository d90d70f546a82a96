//! The tarball for Linux: the same files under one folder, to be unpacked anywhere, with nothing to run first.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::Work;
use super::content::Content;
use crate::process::run;

/// Packs it.
pub(super) fn make(content: &Content, work: &Work) -> Result<PathBuf> {
    let name = format!("gangway-{}-linux-{}", work.version, std::env::consts::ARCH);
    let tarball = work.output.join(format!("{name}.tar.xz"));
    let mut pack = Command::new("tar");
    // Whoever packs, whenever: the same files give the same archive.
    pack.args([
        "--create",
        "--xz",
        "--sort=name",
        "--owner=0",
        "--group=0",
        "--numeric-owner",
    ])
    .args(["--mode=u=rwX,go=rX", "--format=gnu"])
    .arg(format!("--mtime=@{}", work.date))
    .arg(format!("--transform=s,^\\./,{name}/,"))
    .arg("--file")
    .arg(&tarball)
    .arg("--directory")
    .arg(&content.folder)
    .args(content.files.keys().map(|file| format!("./{file}")))
    .env("XZ_OPT", if work.small { "-9" } else { "-0" });
    run(&mut pack)?;
    Ok(tarball)
}
