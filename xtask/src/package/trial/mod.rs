//! The packages tried: the installer run under Wine from installation to removal, the .deb and the tarball unpacked.

mod everybody;
mod guards;
mod installer;
mod linux;
mod machine;
mod one_person;
mod registry;
mod signature;
mod stand_in;

use std::fs;
use std::path::Path;

use anyhow::{Result, bail, ensure};

use super::bill::NOT_FOR_RELEASE;
use super::compiler::Compiler;
use super::{PROGRAMS, Work, for_linux, for_windows, resources, sha256};
use crate::counts::Counts;
use crate::place;
use crate::platform;
use crate::process::{run, say};
use crate::setup::{Group, missing};
use crate::test::absent;
use crate::tools::cargo;
use crate::ui;
use crate::windows;

/// Older than every version there was.
const OLDER: &str = "0.0.1";
/// Newer than every version there will be.
const NEWER: &str = "999.0.0";

/// One thing tried: the sentence it is known by, said with what came of it.
fn tried(what: &str, came: Result<()>) -> Counts {
    match &came {
        Ok(()) => say(&format!("ok     {what}")),
        Err(error) => say(&format!("FAILED {what}: {error:#}")),
    }
    Counts::one(came.is_ok())
}

/// The group of `cargo xtask test`.
pub(crate) fn checks() -> Result<Counts> {
    if !Group::Package.exists_here() {
        say("1 skipped: packages are tried on Linux");
        return Ok(Counts::skipped(1));
    }
    let groups = [
        Group::Build,
        Group::Package,
        Group::Tray,
        Group::Ui,
        Group::Windows,
    ];
    if let Some(why) = groups.into_iter().find_map(missing) {
        return Ok(absent(1, &why));
    }
    if !ui::are_built() {
        ui::build()?;
    }
    let folder = platform::private_folder("gangway-package-")?;
    Ok(for_this_system(folder.path())? + for_the_other(folder.path())?)
}

fn for_this_system(folder: &Path) -> Result<Counts> {
    let mut build = cargo();
    build.args(["build", "--quiet"]);
    run(build.args(
        PROGRAMS
            .iter()
            .flat_map(|(package, _)| ["--package", package]),
    ))?;
    let programs = stripped(
        &place::target().join("debug"),
        "",
        "strip",
        &folder.join("here"),
    )?;
    let output = folder.join("linux");
    fs::create_dir_all(&output)?;
    let version = super::version()?;
    let made = for_linux(&quick(&version, &output, &folder.join("parts")), &programs)?;
    let mut counts = linux::tries(&made, &version);
    counts += tried("what stands beside a package fits it", sealed(&made));
    let again = folder.join("linux-again");
    fs::create_dir_all(&again)?;
    let again = for_linux(
        &quick(&version, &again, &folder.join("parts-again")),
        &programs,
    )?;
    counts += tried(
        "the same programs give the same packages",
        same(&made, &again),
    );
    Ok(counts)
}

fn for_the_other(folder: &Path) -> Result<Counts> {
    let built = windows::build(&["gangway-cli"], false)?;
    let programs = stripped(
        &built,
        ".exe",
        "x86_64-w64-mingw32-strip",
        &folder.join("there"),
    )?;
    stand_in::lay(&programs)?;
    let output = folder.join("windows");
    fs::create_dir_all(&output)?;
    let parts = folder.join("parts");
    let signer = signature::Signer::make(&folder.join("signer"))?;
    let version = super::version()?;
    let signed = Work {
        sign: Some(signer.line()),
        ..quick(&version, &output, &parts)
    };
    let installer = for_windows(&signed, &programs)?;
    let refused = quick(&version, &output, &parts);
    let refused = Work {
        for_release: true,
        ..refused
    };
    let refused = for_windows(&refused, &programs);
    let older = for_windows(&quick(OLDER, &output, &parts), &programs)?;
    let newer = for_windows(&quick(NEWER, &output, &parts), &programs)?;
    let again = folder.join("windows-again");
    fs::create_dir_all(&again)?;
    let again = for_windows(
        &quick(NEWER, &again, &folder.join("parts-again")),
        &programs,
    )?;
    let made = std::slice::from_ref(&installer);
    let mut counts = tried(
        "the same programs give the same installer",
        same(std::slice::from_ref(&newer), &[again]),
    );
    counts += tried("what stands beside the installer fits it", sealed(made));
    counts += tried(
        "the command line bears its version, its icon and its manifest",
        resources::borne_by(&programs.join("gangway.exe"), &version),
    );
    counts += tried(
        "no release is made by a compiler that must not make one",
        as_the_compiler_may(&installer, refused),
    );
    counts += tried("the installer is signed", signer.has_signed(&installer));
    let machine = machine::Machine::new()?;
    counts += installer::tries(
        &machine,
        &signer,
        &installer::Setups {
            installer,
            older,
            newer,
        },
    );
    machine.stop()?;
    Ok(counts)
}

/// Made to be tried, not to be kept: time counts more than size.
fn quick<'a>(version: &'a str, output: &'a Path, scratch: &'a Path) -> Work<'a> {
    Work {
        version,
        date: 1_760_000_000,
        sign: None,
        for_release: false,
        scratch,
        output,
        small: false,
    }
}

/// Programs for tests carry hundreds of megabytes for a debugger.
fn stripped(from: &Path, ending: &str, strip: &str, to: &Path) -> Result<std::path::PathBuf> {
    fs::create_dir_all(to)?;
    for (_, name) in PROGRAMS {
        let name = format!("{name}{ending}");
        if from.join(&name).exists() {
            let mut command = std::process::Command::new(strip);
            run(command.arg("-o").arg(to.join(&name)).arg(from.join(&name)))?;
        }
    }
    let loader = from.join("WebView2Loader.dll");
    if loader.exists() {
        fs::copy(&loader, to.join("WebView2Loader.dll"))?;
    }
    Ok(to.to_owned())
}

fn sealed(made: &[std::path::PathBuf]) -> Result<()> {
    for file in made {
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let sum = fs::read_to_string(file.with_file_name(format!("{name}.sha256")))?;
        ensure!(
            sum == format!("{}  {name}\n", sha256(file)?),
            "{name} has another sum"
        );
        let bill = fs::read_to_string(file.with_file_name(format!("{name}.cdx.json")))?;
        let bill: serde_json::Value = serde_json::from_str(&bill)?;
        let about = &bill["metadata"]["component"];
        ensure!(
            about["name"] == name.as_str(),
            "the bill is about {}",
            about["name"]
        );
        ensure!(
            about["hashes"][0]["content"] == sha256(file)?,
            "the bill is about another file"
        );
    }
    Ok(())
}

/// Whether a release came about where one may, and the bill of one that is none says so.
fn as_the_compiler_may(installer: &Path, release: Result<std::path::PathBuf>) -> Result<()> {
    let compiler = Compiler::find(false)?;
    let mut bill = installer.as_os_str().to_owned();
    bill.push(".cdx.json");
    let said = fs::read_to_string(bill)?;
    ensure!(
        said.contains(&compiler.version),
        "the bill names no makensis"
    );
    let Some(fault) = compiler.fault() else {
        return release.map(drop);
    };
    ensure!(
        said.contains(NOT_FOR_RELEASE) && said.contains(&fault),
        "the bill does not say that it is not for release"
    );
    match release {
        Ok(made) => bail!("{} was made for release: {fault}", made.display()),
        Err(error) => ensure!(error.to_string().contains(&fault), "{error:#}"),
    }
    Ok(())
}

fn same(made: &[std::path::PathBuf], again: &[std::path::PathBuf]) -> Result<()> {
    for (one, other) in made.iter().zip(again) {
        ensure!(sha256(one)? == sha256(other)?, "{} differs", one.display());
    }
    Ok(())
}
