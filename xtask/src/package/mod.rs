//! `cargo xtask package`: what people install, with a bill of materials and a checksum beside each.

mod bill;
mod compiler;
mod content;
mod crates;
mod deb;
mod installer;
mod licences;
mod loader;
mod resources;
mod seal;
mod tarball;
mod trial;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use self::compiler::Compiler;
use self::content::Content;
use crate::place;
use crate::platform;
use crate::process::{read, run, say};
use crate::setup::{self, Group, missing};
use crate::tools::cargo;
use crate::ui;
use crate::windows;

pub(crate) use self::trial::checks;

/// The two programs, as cargo names their packages and as the files are called.
const PROGRAMS: [(&str, &str); 2] = [("gangway-cli", "gangway"), ("gangway-tray", "gangway-tray")];

/// The installer is promised to be no larger, in bytes.
const LARGEST: u64 = 15_000_000;

/// What is asked for on the command line.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// The installer for Windows
    #[arg(long)]
    windows: bool,
    /// The .deb and the tarball for Linux
    #[arg(long)]
    linux: bool,
    /// Signs what runs on Windows: a command line, to which the file's name is added
    #[arg(long, value_name = "COMMAND")]
    sign: Option<String>,
    /// What is made goes to people: only a compiler of installers without known faults will do (so with --sign)
    #[arg(long)]
    release: bool,
    /// Where to write (target/package where nothing is said)
    #[arg(long, value_name = "FOLDER")]
    output: Option<PathBuf>,
    /// Install what is missing without asking
    #[arg(long)]
    yes: bool,
}

/// What an artefact is made of, once its programs are built.
struct Work<'a> {
    version: &'a str,
    /// Seconds since 1970, for every date in an artefact.
    date: i64,
    sign: Option<&'a str>,
    /// Whether it goes to people.
    for_release: bool,
    /// Where intermediate things lie.
    scratch: &'a Path,
    output: &'a Path,
    /// Whether size counts more than time.
    small: bool,
}

/// The command: everything that can be made here when nothing is named.
pub(crate) fn command(options: &Options) -> Result<bool> {
    let all = !(options.windows || options.linux);
    let on = std::env::consts::OS;
    let (windows, linux) = (
        options.windows || all && on != "macos",
        options.linux || all && on == "linux",
    );
    if !(windows || linux) || linux && on != "linux" {
        bail!("packages for Linux are made on Linux, those for Windows there or on Windows");
    }
    let mut groups = vec![Group::Build, Group::Ui, Group::Package];
    if on == "linux" {
        groups.push(if linux { Group::Tray } else { Group::Windows });
        if windows && linux {
            groups.push(Group::Windows);
        }
    }
    setup::offer(&groups, options.yes)?;
    // A compiler that no PATH names may still be found by cargo.
    groups.retain(|group| group.exists_here() && *group != Group::Build);
    if let Some(why) = groups.into_iter().find_map(missing) {
        bail!("{why}");
    }
    let for_release = options.release || options.sign.is_some();
    if windows {
        // Before the long builds.
        Compiler::find(for_release)?;
    }
    // The tray carries the pages inside.
    ui::build()?;
    let output = match &options.output {
        Some(folder) => std::path::absolute(folder)?,
        None => place::target().join("package"),
    };
    let scratch = place::target().join("package-parts");
    fs::create_dir_all(&output).with_context(|| format!("cannot make {}", output.display()))?;
    let version = version()?;
    let work = Work {
        version: &version,
        date: date(),
        sign: options.sign.as_deref(),
        for_release,
        scratch: &scratch,
        output: &output,
        small: true,
    };
    let mut made = Vec::new();
    if windows {
        let built = windows::build(&PROGRAMS.map(|(package, _)| package), true)?;
        for (_, name) in PROGRAMS {
            resources::borne_by(&built.join(format!("{name}.exe")), &version)?;
        }
        made.push(for_windows(&work, &built)?);
    }
    if linux {
        let mut build = cargo();
        build.args(["build", "--release"]);
        run(build.args(
            PROGRAMS
                .iter()
                .flat_map(|(package, _)| ["--package", package]),
        ))?;
        made.extend(for_linux(&work, &place::target().join("release"))?);
    }
    for file in &made {
        say(&format!(
            "{}  {} bytes",
            file.display(),
            file.metadata()?.len()
        ));
    }
    Ok(true)
}

/// The installer, sealed, from the programs in this folder.
fn for_windows(work: &Work, programs: &Path) -> Result<PathBuf> {
    let compiler = Compiler::find(work.for_release)?;
    let packages = PROGRAMS.map(|(package, _)| package);
    let parts = crates::of(&packages, windows::triple(), &windows::rustc())?;
    let content = Content::for_windows(programs, &licences::text(&parts)?, work)?;
    let installer = installer::make(&content, work, &compiler)?;
    let size = installer.metadata()?.len();
    if work.small && size > LARGEST {
        bail!(
            "{} has {size} bytes, which is more than {LARGEST}",
            installer.display()
        );
    }
    seal::beside(&installer, work, &parts, Some(&compiler))?;
    Ok(installer)
}

/// How large the installer is, in bytes, made anew from what is to be released.
pub(crate) fn installer_size() -> Result<u64> {
    if let Some(why) = [Group::Package, Group::Windows]
        .into_iter()
        .find_map(missing)
    {
        bail!("{why}");
    }
    let built = windows::build(&PROGRAMS.map(|(package, _)| package), true)?;
    let folder = platform::private_folder("gangway-package-")?;
    let work = Work {
        version: &version()?,
        date: date(),
        sign: None,
        for_release: false,
        scratch: &folder.path().join("parts"),
        output: folder.path(),
        small: true,
    };
    Ok(for_windows(&work, &built)?.metadata()?.len())
}

/// The .deb and the tarball, sealed, from the programs in this folder.
fn for_linux(work: &Work, programs: &Path) -> Result<Vec<PathBuf>> {
    let packages = PROGRAMS.map(|(package, _)| package);
    let parts = crates::of(&packages, &host()?, Path::new("rustc"))?;
    let content = Content::for_linux(programs, &licences::text(&parts)?, work)?;
    let made = vec![deb::make(&content, work)?, tarball::make(&content, work)?];
    for artefact in &made {
        seal::beside(artefact, work, &parts, None)?;
    }
    Ok(made)
}

/// The version that all our packages bear.
fn version() -> Result<String> {
    let manifest: toml::Table = fs::read_to_string(place::root().join("Cargo.toml"))?.parse()?;
    let version = manifest["workspace"]["package"]["version"].as_str();
    Ok(version.context("Cargo.toml names no version")?.to_owned())
}

/// The one date that everything bears, so that the same sources give the same files: what `SOURCE_DATE_EPOCH` says, or
/// when the last commit was made (<https://reproducible-builds.org/specs/source-date-epoch/>).
fn date() -> i64 {
    let said = std::env::var("SOURCE_DATE_EPOCH").ok();
    let commit = || {
        let mut log = Command::new("git");
        read(
            log.args(["log", "-1", "--format=%ct"])
                .current_dir(place::root()),
        )
        .ok()
    };
    let date = said.or_else(commit);
    date.and_then(|date| date.trim().parse().ok()).unwrap_or(0)
}

/// The system that cargo builds for when nothing is said.
fn host() -> Result<String> {
    let said = read(Command::new("rustc").arg("-vV").current_dir(place::root()))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names no host")?.to_owned())
}

/// A sum that anyone can compute anew, in the letters that `sha256sum` uses.
fn sha256(file: &Path) -> Result<String> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let sum = ring::digest::digest(&ring::digest::SHA256, &bytes);
    Ok(hex(sum.as_ref()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A folder with nothing in it.
fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}

/// Files of one folder, by their paths below it with forward slashes.
type Files = BTreeMap<String, PathBuf>;
