//! A Windows 10 of Wine's, new for every trial, whose user has a space and umlauts in the name.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use super::registry::{self, Registry};
use super::stand_in::TOLD;
use crate::package::empty;
use crate::place;
use crate::process::{read, shown};
use crate::windows::{Wine, lay_shim};

/// The person at it.
const USER: &str = "Jörg Müller";

/// How often something is looked for that a program is about to do; each look starts one of Wine's programs.
const LOOKS: usize = 200;

/// What is compared: the person's half of the registry, and of the machine's what installers write to.
const EXPORTED: [&str; 3] = [
    "HKCU",
    r"HKLM\Software",
    r"HKLM\System\CurrentControlSet\Control\Session Manager\Environment",
];

pub(super) struct Machine {
    prefix: PathBuf,
}

impl Machine {
    pub(super) fn new() -> Result<Self> {
        let prefix = place::windows_target().join("wine-package");
        empty(&prefix)?;
        let machine = Self { prefix };
        machine.must(&["wineboot", "--init"])?;
        machine.settle()?;
        machine.must(&["winecfg", "-v", "win10"])?;
        // No screen, and yet windows: what asks a person something asks nobody.
        machine.must(&[
            "reg",
            "add",
            r"HKCU\Software\Wine\Drivers",
            "/v",
            "Graphics",
            "/d",
            "null",
            "/f",
        ])?;
        // On every Windows since its first sign-in.
        for key in [
            r"HKCU\Software\Classes",
            r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall",
        ] {
            machine.must(&["reg", "add", key, "/f"])?;
        }
        lay_shim(&machine.drive().join("windows/system32"))?;
        machine.settle()?;
        Ok(machine)
    }

    /// Ends everything that runs on it.
    pub(super) fn stop(&self) -> Result<()> {
        // Where nothing runs any more there is nothing to end.
        self.command(&Wine::server()).arg("--kill").status()?;
        Ok(())
    }

    /// Waits until nothing runs any more.
    pub(super) fn settle(&self) -> Result<()> {
        let waited = self.command(&Wine::server()).arg("--wait").status()?;
        ensure!(waited.success(), "Wine's server: {waited}");
        Ok(())
    }

    /// Runs a program to its end; its exit code.
    pub(super) fn run(&self, words: &[&str]) -> Result<i32> {
        let mut command = self.wine(words);
        let status = command.status().with_context(|| shown(&command))?;
        status
            .code()
            .with_context(|| format!("{} was ended", shown(&command)))
    }

    /// Runs a file of this system's.
    pub(super) fn run_file(&self, file: &Path, words: &[&str]) -> Result<i32> {
        let file = file.display().to_string();
        self.run(&[&[file.as_str()], words].concat())
    }

    /// What a program prints.
    pub(super) fn read(&self, words: &[&str]) -> Result<String> {
        read(self.wine(words).stdout(Stdio::piped()))
    }

    /// Starts a program and goes on once it said that it is there.
    pub(super) fn start(&self, words: &[&str]) -> Result<()> {
        let before = self.told()?.len();
        self.wine(words).spawn()?;
        self.until("a program started", || Ok(self.told()?.len() > before))
    }

    /// Looks again and again, between one of Wine's programs and the next.
    pub(super) fn until(&self, what: &str, holds: impl Fn() -> Result<bool>) -> Result<()> {
        for _ in 0..LOOKS {
            if holds()? {
                return Ok(());
            }
            self.run(&["cmd", "/c", "exit"])?;
        }
        bail!("it never came to this: {what}")
    }

    /// What the program in the tray's place was told since this was forgotten.
    pub(super) fn told(&self) -> Result<Vec<String>> {
        let file = self.drive().join(TOLD);
        if !file.exists() {
            return Ok(Vec::new());
        }
        let text = fs::read_to_string(file)?;
        Ok(text
            .trim_start_matches('\u{feff}')
            .lines()
            .map(|line| line.trim().to_owned())
            .collect())
    }

    pub(super) fn forget_told(&self) -> Result<()> {
        let file = self.drive().join(TOLD);
        if file.exists() {
            fs::remove_file(file)?;
        }
        Ok(())
    }

    /// Drive C, as this system sees it.
    pub(super) fn drive(&self) -> PathBuf {
        self.prefix.join("drive_c")
    }

    /// The person's folder, as Windows names it.
    pub(super) fn profile() -> String {
        // In two parts, for this is nobody's home.
        [r"C:\users", USER].join("\\")
    }

    /// A path of Windows', as this system sees it.
    pub(super) fn here(&self, path: &str) -> PathBuf {
        self.drive()
            .join(path.trim_start_matches(r"C:\").replace('\\', "/"))
    }

    /// A link from one path of Windows' to another.
    pub(super) fn lead(&self, from: &str, to: &str) -> Result<()> {
        let mut link = Command::new("ln");
        link.args(["--symbolic", "--no-target-directory"])
            .args([self.here(to), self.here(from)]);
        read(&mut link).map(drop)
    }

    /// The registry, but for what Wine keeps there of its own.
    pub(super) fn registry(&self) -> Result<Registry> {
        let mut all = Registry::new();
        for key in EXPORTED {
            all.extend(
                self.exported(key)?
                    .with_context(|| format!("there is no {key}"))?,
            );
        }
        all.retain(|key, _| {
            !key.contains(r"\Software\Wine") && !key.contains(r"\Volatile Environment")
        });
        Ok(all)
    }

    /// A key with all below it, by its long name; nothing where it is not there.
    pub(super) fn exported(&self, key: &str) -> Result<Option<Registry>> {
        if self.run(&["reg", "export", key, r"C:\exported.reg", "/y"])? != 0 {
            return Ok(None);
        }
        let file = self.drive().join("exported.reg");
        let registry = registry::parse(&registry::text(&fs::read(&file)?));
        fs::remove_file(&file)?;
        Ok(Some(registry))
    }

    /// Every file and folder, but for the temporary ones.
    pub(super) fn files(&self) -> Result<BTreeSet<String>> {
        let mut find = Command::new("find");
        let found = read(
            find.args([".", "-printf", "%P\n"])
                .current_dir(self.drive()),
        )?;
        let passing =
            |file: &str| file.contains("/Temp/") || file.contains("windows/temp") || file == TOLD;
        Ok(found
            .lines()
            .filter(|file| !passing(file))
            .map(str::to_owned)
            .collect())
    }

    fn must(&self, words: &[&str]) -> Result<()> {
        let code = self.run(words)?;
        ensure!(code == 0, "{} ended with {code}", words.join(" "));
        Ok(())
    }

    fn wine(&self, words: &[&str]) -> Command {
        let mut command = self.command(Path::new("wine"));
        command.args(words);
        command
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        Wine::surroundings(&mut command)
            .env("WINEPREFIX", &self.prefix)
            .env("USER", USER)
            .env("LOGNAME", USER)
            .env("LC_ALL", "C.UTF-8")
            .env_remove("GANGWAY_HOME")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }
}
