//! What the installer must leave alone: files, folders and settings that are not its own, however it is asked.

use std::fs;

use anyhow::{Context, Result, ensure};

use super::installer::{HKCU, Stage};
use super::machine::Machine;

fn one_persons() -> String {
    Machine::profile() + r"\AppData\Local\Programs\Gangway"
}

fn lay(stage: &Stage, path: &str, text: &str) -> Result<()> {
    let file = stage.machine.here(path);
    fs::create_dir_all(file.parent().context("a file without a folder")?)?;
    fs::write(&file, text).with_context(|| format!("cannot write {path}"))
}

pub(super) fn sweeps_its_own(stage: &Stage) -> Result<()> {
    stage.remember()?;
    stage.install(&[], 0)?;
    let folder = one_persons();
    let ours = [
        "gangway-tray.exe.1.old",
        "gangway.exe.12.old",
        "WebView2Loader.dll.3.old",
    ];
    let theirs = [
        "notes.old",
        "other.exe.1.old",
        "gangway.exe.old",
        "gangway.exe.copy.old",
        "gangway.exe.1.2.old",
        "gangway.exe.01.old",
    ];
    for name in ours.iter().chain(&theirs) {
        lay(stage, &format!(r"{folder}\{name}"), "kept")?;
    }
    stage.install(&[], 0)?;
    for name in ours {
        let there = stage.is_there(&format!(r"{folder}\{name}"));
        ensure!(!there, "{name} was not swept");
    }
    stage.uninstall(HKCU, &[])?;
    for name in theirs {
        let file = stage.machine.here(&format!(r"{folder}\{name}"));
        ensure!(file.exists(), "{name} is gone");
        fs::remove_file(file)?;
    }
    fs::remove_dir(stage.machine.here(&folder))?;
    unchanged(stage)
}

fn unchanged(stage: &Stage) -> Result<()> {
    let changes = stage.changes()?;
    ensure!(changes.is_empty(), "{changes:?}");
    Ok(())
}
