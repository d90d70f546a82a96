//! What stands beside an artefact and on it: its bill of materials, its sum, its signature.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::compiler::Compiler;
use super::crates::Part;
use super::{Work, bill, sha256};
use crate::platform;
use crate::process::run;

/// Writes `FILE.cdx.json` and `FILE.sha256`, which `sha256sum --check` reads; the bill names the compiler of an installer.
pub(super) fn beside(
    file: &Path,
    work: &Work,
    parts: &BTreeMap<String, Part>,
    compiler: Option<&Compiler>,
) -> Result<()> {
    let name = file.file_name().and_then(|name| name.to_str());
    let name = name.context("an artefact without a name")?;
    let sum = sha256(file)?;
    let artefact = bill::Artefact {
        name,
        version: work.version,
        sum: &sum,
        date: work.date,
        compiler,
    };
    fs::write(
        work.output.join(format!("{name}.cdx.json")),
        bill::of(&artefact, parts)?,
    )?;
    fs::write(
        work.output.join(format!("{name}.sha256")),
        format!("{sum}  {name}\n"),
    )?;
    Ok(())
}

/// Has a program signed in its place, where a way to sign was named.
pub(super) fn sign(file: &Path, work: &Work) -> Result<()> {
    let Some(sign) = work.sign else { return Ok(()) };
    run(&mut line(sign, file)).with_context(|| format!("{} is not signed", file.display()))
}

/// The command line as it was given, with the file's name at its end: read by the system's shell, as the installer's
/// compiler reads it too, which signs the uninstaller by the same line.
fn line(sign: &str, file: &Path) -> Command {
    platform::shell(&format!("{sign} \"{}\"", file.display()))
}
