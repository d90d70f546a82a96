//! The .deb and the tarball, unpacked and looked at, and the program in them run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use super::tried;
use crate::counts::Counts;
use crate::platform;
use crate::process::read;

const DESKTOP: &str = "usr/share/applications/dev.gangway.Gangway.desktop";

/// All that is tried; `made` is the .deb and the tarball.
pub(super) fn tries(made: &[PathBuf], version: &str) -> Counts {
    let [deb, tarball] = made else {
        return Counts::default();
    };
    let all: [(&str, Result<()>); 6] = [
        (
            "the .deb says what it is and what it needs",
            says(deb, version),
        ),
        (
            "every file of the .deb is root's and as open as it should be",
            modes(deb),
        ),
        (
            "what is in the .deb runs, and fits its sums",
            runs(deb, version),
        ),
        (
            "the .deb's desktop entry is in order and takes our links",
            entry(deb),
        ),
        ("the .deb brings no script", scripts(deb)),
        (
            "what is in the tarball runs from where it is unpacked",
            unpacked(tarball, version),
        ),
    ];
    let counts = all.into_iter().map(|(what, came)| tried(what, came));
    counts.fold(Counts::default(), |sum, one| sum + one)
}

fn says(deb: &Path, version: &str) -> Result<()> {
    let field = |name: &str| read(Command::new("dpkg-deb").arg("--field").arg(deb).arg(name));
    ensure!(field("Package")?.trim() == "gangway");
    ensure!(field("Version")?.trim() == version);
    let depends = field("Depends")?;
    for package in [
        "libwebkit2gtk-4.1-0",
        "libgtk-3-0t64 | libgtk-3-0",
        "libc6 (>= 2.",
    ] {
        ensure!(depends.contains(package), "{depends:?} lacks {package}");
    }
    ensure!(field("Installed-Size")?.trim().parse::<u64>()? > 1000);
    // A hole that was left open would stand in braces.
    let all = read(Command::new("dpkg-deb").arg("--field").arg(deb))?;
    ensure!(!all.contains('{'), "{all}");
    Ok(())
}

fn modes(deb: &Path) -> Result<()> {
    let listed = read(Command::new("dpkg-deb").arg("--contents").arg(deb))?;
    for line in listed.lines() {
        let program = line.contains(" ./usr/bin/gangway");
        let mode = match () {
            () if line.starts_with('d') => "drwxr-xr-x",
            () if program => "-rwxr-xr-x",
            () => "-rw-r--r--",
        };
        ensure!(
            line.starts_with(mode) && line.contains(" root/root "),
            "{line}"
        );
    }
    for file in [
        "./usr/bin/gangway",
        "./usr/bin/gangway-tray",
        "./usr/share/icons/hicolor/scalable/apps/dev.gangway.Gangway.svg",
        "./usr/share/bash-completion/completions/gangway",
        "./usr/share/doc/gangway/copyright",
        "./usr/share/doc/gangway/THIRD-PARTY.txt.gz",
    ] {
        ensure!(
            listed
                .lines()
                .any(|line| line.ends_with(&format!(" {file}"))),
            "{file} is not in it"
        );
    }
    Ok(())
}

fn runs(deb: &Path, version: &str) -> Result<()> {
    let root = platform::private_folder("gangway-deb-")?;
    extract(deb, root.path())?;
    for (name, words) in [
        ("gangway", &["--version"][..]),
        ("gangway-tray", &["--version"][..]),
    ] {
        let program = root.path().join("usr/bin").join(name);
        let said = read(Command::new(program).args(words))?;
        ensure!(said.contains(version), "{name} says {said:?}");
    }
    let control = control_of(deb)?;
    let sums = fs::File::open(control.path().join("md5sums"))?;
    let mut check = Command::new("md5sum");
    check.args(["--check", "--strict", "--quiet"]);
    let checked = check.current_dir(root.path()).stdin(sums).status()?;
    ensure!(checked.success(), "the sums do not fit");
    Ok(())
}

/// What the package tells its manager, unpacked.
fn control_of(deb: &Path) -> Result<TempDir> {
    let control = platform::private_folder("gangway-deb-")?;
    read(
        Command::new("dpkg-deb")
            .arg("--control")
            .arg(deb)
            .arg(control.path()),
    )?;
    Ok(control)
}

fn entry(deb: &Path) -> Result<()> {
    let root = platform::private_folder("gangway-deb-")?;
    extract(deb, root.path())?;
    let file = root.path().join(DESKTOP);
    read(Command::new("desktop-file-validate").arg(&file))?;
    let text = fs::read_to_string(&file)?;
    ensure!(text.contains("\nMimeType=x-scheme-handler/gangway;\n"));
    // After two hyphens nothing in a link is taken for an option.
    ensure!(text.contains("\nExec=gangway-tray -- %u\n"));
    Ok(())
}

/// Nothing is run as root when it is installed or removed: Debian's own triggers do what has to be done.
fn scripts(deb: &Path) -> Result<()> {
    let control = control_of(deb)?;
    let mut names = Vec::new();
    for entry in fs::read_dir(control.path())? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    ensure!(names == ["control", "md5sums"], "{names:?}");
    Ok(())
}

fn unpacked(tarball: &Path, version: &str) -> Result<()> {
    let root = platform::private_folder("gangway-tar-")?;
    read(
        Command::new("tar")
            .arg("--extract")
            .arg("--file")
            .arg(tarball)
            .arg("--directory")
            .arg(root.path()),
    )?;
    let mut folders = fs::read_dir(root.path())?;
    let folder = folders.next().context("the tarball is empty")??.path();
    ensure!(folders.next().is_none(), "more than one folder lies in it");
    let said = read(Command::new(folder.join("bin/gangway")).arg("--version"))?;
    ensure!(said.contains(version), "{said:?}");
    for file in [
        "share/applications/dev.gangway.Gangway.desktop",
        "share/doc/gangway/LICENSE.txt",
    ] {
        ensure!(folder.join(file).is_file(), "{file} is not in it");
    }
    Ok(())
}

fn extract(deb: &Path, root: &Path) -> Result<()> {
    read(Command::new("dpkg-deb").arg("--extract").arg(deb).arg(root)).map(drop)
}
