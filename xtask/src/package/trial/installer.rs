//! The installer's whole life under Wine: for one person and for everybody, over itself, over a newer one, and gone.

use std::cell::RefCell;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use super::everybody;
use super::guards;
use super::machine::Machine;
use super::one_person;
use super::registry::difference;
use super::signature::Signer;
use super::tried;
use crate::counts::Counts;

/// Three installers, with the same programs inside.
pub(super) struct Setups {
    /// Of the version that is, signed.
    pub(super) installer: PathBuf,
    pub(super) older: PathBuf,
    pub(super) newer: PathBuf,
}

pub(super) const UNINSTALL: &str =
    r"Software\Microsoft\Windows\CurrentVersion\Uninstall\dev.gangway.Gangway";
pub(super) const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
pub(super) const COMMAND: &str = r"Software\Classes\gangway\shell\open\command";
pub(super) const HKCU: &str = "HKEY_CURRENT_USER";
pub(super) const HKLM: &str = "HKEY_LOCAL_MACHINE";

/// What an installation lays down, beside the templates of policies.
pub(super) const FILES: [&str; 7] = [
    "LICENSE.txt",
    "THIRD-PARTY.txt",
    "WebView2Loader.dll",
    "gangway-tray.exe",
    "gangway.exe",
    "gangway.png",
    "uninstall.exe",
];

type Try = fn(&Stage) -> Result<()>;

const TRIES: &[(&str, Try)] = &[
    (
        "for one person it installs what it should, and nothing for the machine",
        one_person::installs,
    ),
    (
        "every program that it lays down is signed",
        one_person::is_signed,
    ),
    (
        "the command line runs from where it was installed",
        one_person::runs,
    ),
    (
        "over itself it ends the tray, starts it again, and keeps autostart",
        one_person::over_itself,
    ),
    (
        "a program that stays is named, and nothing is changed",
        one_person::in_use,
    ),
    (
        "a newer version is not replaced unasked",
        one_person::no_way_back,
    ),
    (
        "removed it leaves the registry and the disk as they were",
        one_person::leaves_nothing,
    ),
    (
        "a PATH longer than any string of NSIS stays whole",
        one_person::long_path,
    ),
    (
        "a PATH with no room left stays as it is, and that is written down",
        guards::overlong_path,
    ),
    ("purged it takes settings along", one_person::purged),
    (
        "purged it does not follow what leads elsewhere",
        guards::purges_no_others,
    ),
    (
        "nor where the whole folder leads elsewhere",
        guards::purges_no_moved,
    ),
    (
        "of what ends in .old it sweeps only what it moved aside",
        guards::sweeps_its_own,
    ),
    (
        "a folder for programs that it found empty stays",
        guards::keeps_programs,
    ),
    (
        "after Retry the tray that ran before runs again",
        guards::after_retry,
    ),
    (
        "it goes where it is told, however long and odd the way",
        one_person::elsewhere,
    ),
    (
        "for everybody it takes no folder that others may write to",
        guards::everybodys_folder,
    ),
    (
        "for everybody it purges nobody, not the administrator either",
        guards::everybodys_purge,
    ),
    (
        "for everybody it touches nobody's own half",
        everybody::touches_nobodys_own,
    ),
    (
        "a link reaches the tray whole, and nothing but a link",
        everybody::follows_links,
    ),
    (
        "somebody else's running tray holds up nothing",
        everybody::over_somebody,
    ),
    (
        "for everybody it leaves nothing either",
        everybody::leaves_nothing,
    ),
];

/// All that is tried, each on what the one before left.
pub(super) fn tries(machine: &Machine, signer: &Signer, setups: &Setups) -> Counts {
    let stage = Stage {
        machine,
        signer,
        setups,
        before: RefCell::default(),
    };
    let counts = TRIES
        .iter()
        .map(|(what, attempt)| tried(what, attempt(&stage)));
    counts.fold(Counts::default(), |sum, one| sum + one)
}

pub(super) struct Stage<'a> {
    pub(super) machine: &'a Machine,
    pub(super) signer: &'a Signer,
    pub(super) setups: &'a Setups,
    before: RefCell<Option<Before>>,
}

type Before = (
    super::registry::Registry,
    std::collections::BTreeSet<String>,
);

impl Stage<'_> {
    /// Installs, and expects this exit code.
    pub(super) fn install(&self, words: &[&str], code: i32) -> Result<()> {
        self.setup(&self.setups.installer, words, code)
    }

    pub(super) fn setup(&self, setup: &std::path::Path, words: &[&str], code: i32) -> Result<()> {
        let ended = self.machine.run_file(setup, &[&["/S"], words].concat())?;
        ensure!(
            ended == code,
            "{words:?}: ended with {ended} and not with {code}"
        );
        Ok(())
    }

    /// By the command that Windows would run.
    pub(super) fn uninstall(&self, root: &str, more: &[&str]) -> Result<()> {
        let command = self.value(root, UNINSTALL, "QuietUninstallString")?;
        let (program, rest) = command
            .trim_start_matches('"')
            .split_once('"')
            .context("it is not quoted")?;
        ensure!(rest == " /S", "{command}");
        let code = self.machine.run(&[&[program, "/S"], more].concat())?;
        ensure!(code == 0, "the uninstaller ended with {code}");
        // It goes on in a copy of its own.
        self.machine.settle()
    }

    pub(super) fn value(&self, root: &str, key: &str, name: &str) -> Result<String> {
        let key = format!("{root}\\{key}");
        let found = self.machine.exported(&key)?.unwrap_or_default();
        let value = found.get(&key).and_then(|values| values.get(name));
        value
            .cloned()
            .with_context(|| format!("{key} has no {name}"))
    }

    pub(super) fn has(&self, root: &str, key: &str, name: &str) -> bool {
        self.value(root, key, name).is_ok()
    }

    pub(super) fn is_there(&self, path: &str) -> bool {
        self.machine.here(path).exists()
    }

    pub(super) fn remember(&self) -> Result<()> {
        *self.before.borrow_mut() = Some((self.machine.registry()?, self.machine.files()?));
        Ok(())
    }

    /// All that is not as it was.
    pub(super) fn changes(&self) -> Result<Vec<String>> {
        let (registry, files) = (self.machine.registry()?, self.machine.files()?);
        let before = self.before.borrow();
        let (old_registry, old_files) = before.as_ref().context("nothing was remembered")?;
        let mut changes = difference(old_registry, &registry);
        changes.extend(
            old_files
                .difference(&files)
                .map(|file| format!("gone: {file}")),
        );
        changes.extend(
            files
                .difference(old_files)
                .map(|file| format!("new: {file}")),
        );
        Ok(changes)
    }
}
