//! A person at home with `gangway`: settings, keys, and what the program tells.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::azure::Azure;
use crate::ground::{RUN, USER};
use crate::net::Home;
use crate::program::{Program, inside};
use crate::vm::Vm;

/// Where a person works, and with which program.
pub(crate) struct Person {
    home: Home,
    gangway: PathBuf,
    state: PathBuf,
    cloud: PathBuf,
    logs: PathBuf,
    key: PathBuf,
}

impl Person {
    /// Somebody who never used the program before, but knows the VMs' host keys and has a key of their own.
    pub(crate) fn new(
        home: Home,
        programs: &Path,
        azure: &Azure,
        vms: &[&Vm],
        key: &Path,
        logs: &Path,
    ) -> Result<Self> {
        let state = PathBuf::from(format!("{RUN}/gangway-{}", home.namespace()));
        fs::create_dir_all(&state)?;
        let known: Vec<String> = vms
            .iter()
            .map(|vm| format!("{} {}\n", Azure::vm_id(vm.name).to_lowercase(), vm.host_key))
            .collect();
        // ssh looks where the account's home is, whatever HOME says.
        let folder = format!("{RUN}/home/root/.ssh");
        fs::create_dir_all(&folder)?;
        fs::write(format!("{folder}/known_hosts"), known.concat())?;
        let person = Self {
            home,
            gangway: programs.join("gangway"),
            state,
            cloud: azure.cloud.clone(),
            logs: logs.to_owned(),
            key: key.to_owned(),
        };
        person.settings("")?;
        Ok(person)
    }

    /// Waits three seconds only before a rule counts as late, for scenarios in which it never comes.
    pub(crate) fn grow_impatient(&self) -> Result<()> {
        self.settings("rule_late_after = \"3s\"\n")
    }

    fn settings(&self, more: &str) -> Result<()> {
        let text = format!(
            "warn_before = [\"8s\"]\n{more}\n[ssh]\nuser = \"{USER}\"\nidentity = \"{}\"\n",
            self.key.display()
        );
        fs::write(self.state.join("settings.toml"), text).context("cannot write the settings")
    }

    /// Forgets everything, as on a new machine.
    pub(crate) fn forget(&self) -> Result<()> {
        fs::remove_dir_all(&self.state)?;
        fs::create_dir_all(&self.state)?;
        self.settings("")
    }

    /// `gangway` with these words.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = inside(
            self.home.namespace(),
            &[&self.gangway.to_string_lossy(), "--cloud"],
        );
        command
            .arg(&self.cloud)
            .args(words)
            .env("GANGWAY_HOME", &self.state)
            .env("HOME", format!("{RUN}/home/root"))
            .env_remove("SSH_AUTH_SOCK")
            .env_remove("DISPLAY")
            .envs(Azure::credentials());
        command
    }

    /// Starts `gangway --json` with these words beside the scenario.
    pub(crate) fn start(&self, words: &[&str]) -> Result<Told> {
        let words = [&["--json"], words].concat();
        self.start_command(&mut self.command(&words))
    }

    /// The same for a command that was given more of an environment.
    pub(crate) fn start_command(&self, command: &mut Command) -> Result<Told> {
        let name = format!("gangway-{}", self.home.namespace());
        Ok(Told {
            program: Program::start(&name, &self.logs, command)?,
        })
    }
}

/// A `gangway --json` that runs, and what it tells.
pub(crate) struct Told {
    pub(crate) program: Program,
}

impl Told {
    /// The next event that is wanted.
    pub(crate) fn event(
        &mut self,
        within: Duration,
        wanted: impl Fn(&Value) -> bool,
    ) -> Result<Value> {
        let is_wanted =
            |line: &str| serde_json::from_str::<Value>(line).is_ok_and(|event| wanted(&event));
        let line = self.program.wait_until(within, is_wanted)?;
        serde_json::from_str(&line).context("no event")
    }

    /// The next problem of this code.
    pub(crate) fn problem(&mut self, code: &str, within: Duration) -> Result<Value> {
        self.event(within, |event| event["problem"]["code"] == code)
            .with_context(|| format!("waited for {code}"))
    }

    /// Waits until a step is done.
    pub(crate) fn step(&mut self, step: &str, within: Duration) -> Result<()> {
        self.event(within, |event| {
            event["event"] == "step" && event["step"] == step && event["standing"] == "done"
        })
        .with_context(|| format!("waited for the step {step}"))?;
        Ok(())
    }

    /// The closing result.
    pub(crate) fn result(&mut self, within: Duration) -> Result<Value> {
        let result = self.event(within, |event| event["event"] == "result")?;
        self.program.wait_for_end(Duration::from_secs(10))?;
        Ok(result)
    }

    /// The closing result, which must be a success.
    pub(crate) fn done(&mut self, within: Duration) -> Result<Value> {
        let result = self.result(within)?;
        ensure!(result["exitCode"] == 0, "ended with {result}");
        Ok(result)
    }

    /// The closing result, which must be this problem.
    pub(crate) fn failed_with(&mut self, code: &str, within: Duration) -> Result<Value> {
        let result = self.result(within)?;
        ensure!(
            result["exitCode"] == 3 && result["problem"]["code"] == code,
            "ended with {result}"
        );
        Ok(result)
    }

    /// What a person's Ctrl-C does; the closing result.
    pub(crate) fn interrupt(&mut self, within: Duration) -> Result<Value> {
        self.program.signal("INT")?;
        self.result(within)
    }
}
