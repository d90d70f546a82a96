//! `cargo xtask demo`: Azure's stand-in on this machine, and Gangway before it, in the tray or in a terminal.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::io::{self, BufRead, BufReader, IsTerminal};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tempfile::TempDir;

use crate::place;
use crate::platform;
use crate::process::{read, run, say};
use crate::setup::{self, Group};
use crate::tools::cargo;

mod account;
mod stumble;
mod tray;
mod walk;

use account::Account;

const VM: &str = "vm-web-01";

/// How long things take in a demo: long enough to be seen, short enough to be waited for.
struct Pace {
    /// When an access ends at the latest, in seconds.
    access: u32,
    /// Between the request and the rule.
    rule_delay_ms: u32,
    warn_before: [&'static str; 2],
}

const IN_A_TERMINAL: Pace = Pace {
    access: 60,
    rule_delay_ms: 0,
    warn_before: ["20s", "5s"],
};

const IN_THE_TRAY: Pace = Pace {
    access: 240,
    rule_delay_ms: tray::RULE_DELAY_MS,
    warn_before: ["2m", "30s"],
};

/// The command: the tray where there is a screen for it, else, or if `terminal`, the command line. With `yes`, or
/// without a terminal, nobody is asked anything.
pub(crate) fn command(yes: bool, terminal: bool) -> Result<bool> {
    let with_tray = !terminal && !place::in_ci() && platform::has_display();
    let mut groups = vec![Group::Build, Group::Demo];
    if with_tray {
        groups.extend([Group::Tray, Group::Ui]);
    }
    setup::offer(&groups, yes)?;
    if with_tray {
        match tray::lacks() {
            None => return tray::command(),
            Some(why) => say(&format!(
                "The tray cannot be built here ({why}), so the demo goes on in the terminal."
            )),
        }
    }
    build(&["azure-sim", "gangway-cli"])?;
    let alone = yes || place::in_ci() || !io::stdin().is_terminal();
    let demo = Demo::start(alone, &IN_A_TERMINAL)?;
    let walked = demo.walk(alone);
    demo.end()?;
    walked.map(|()| true)
}

fn build(packages: &[&str]) -> Result<()> {
    let named = packages.iter().flat_map(|name| ["--package", name]);
    run(cargo().arg("build").args(named))
}

struct Demo {
    folder: TempDir,
    azure: Child,
    machines: Vec<Machine>,
    /// What azure-sim told of itself.
    told: Value,
    account: Account,
}

impl Demo {
    fn start(alone: bool, pace: &Pace) -> Result<Self> {
        let folder = platform::private_folder("gangway-demo-").context("no temporary folder")?;
        // It ends when its standard input closes: with us, however we end.
        let mut azure = Command::new(program("azure-sim"))
            .args(["--estate", "plain", "--short-durations"])
            .args(["--access-seconds", &pace.access.to_string()])
            .args(["--set", &format!("rule_delay_ms={}", pace.rule_delay_ms)])
            .args(["--until-stdin-closes", "--write-cloud"])
            .arg(folder.path().join("cloud.json"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start azure-sim")?;
        let mut line = String::new();
        BufReader::new(azure.stdout.take().context("azure-sim is silent")?).read_line(&mut line)?;
        let told = serde_json::from_str(&line).context("azure-sim told no JSON")?;
        let mut demo = Self {
            machines: Machine::all(&told)?,
            folder,
            azure,
            told,
            account: Account::Secret,
        };
        demo.name_the_cloud()?;
        demo.settle(alone, pace)?;
        Ok(demo)
    }

    /// The name by which every window says that nothing here is real.
    fn name_the_cloud(&self) -> Result<()> {
        let file = self.folder.path().join("cloud.json");
        let mut cloud: Value = serde_json::from_str(&fs::read_to_string(&file)?)?;
        cloud["name"] = "demo".into();
        fs::write(file, format!("{cloud:#}\n"))?;
        Ok(())
    }

    /// Finds out which account it can be, and writes the settings for it.
    fn settle(&mut self, alone: bool, pace: &Pace) -> Result<()> {
        let accounts = read(&mut self.quiet(&["--json", "accounts"]))?;
        let accounts = serde_json::from_str(&accounts).context("gangway told no JSON")?;
        self.account = Account::fitting(&accounts, alone);
        let mut settings = self.account.settings(&self.told)?;
        let known_hosts = self.folder.path().join("known_hosts");
        settings += &format!(
            "warn_before = {:?}\nrule_late_after = \"20s\"\n\n[ssh]\nuser = \"demo\"\nknown_hosts = {known_hosts:?}\n",
            pace.warn_before
        );
        settings.extend(self.machines.iter().map(Machine::settings));
        fs::write(self.folder.path().join("settings.toml"), settings)?;
        Ok(())
    }

    fn gangway(&self, words: &[&str]) -> Result<()> {
        let mut command = self.shown(words);
        let status = command.status().context("cannot start gangway")?;
        if !status.success() {
            bail!("gangway {} ended with {status}", words.join(" "));
        }
        Ok(())
    }

    /// The command, after it was shown as a person would type it.
    fn shown(&self, words: &[&str]) -> Command {
        say(&format!("\n$ gangway {}", words.join(" ")));
        self.quiet(words)
    }

    fn quiet(&self, words: &[&str]) -> Command {
        let mut command = Command::new(program("gangway"));
        command
            .arg("--cloud")
            .arg(self.folder.path().join("cloud.json"))
            .args(words)
            .env("GANGWAY_HOME", self.folder.path());
        self.account.lend(&self.told, &mut command);
        command
    }

    /// Whether an access of ours to this VM is open.
    fn is_open(&self, vm: &str) -> Result<bool> {
        let status = read(&mut self.quiet(&["--json", "status"]))?;
        let status: Value = serde_json::from_str(&status).context("gangway told no JSON")?;
        let accesses = status["accesses"].as_array();
        let is_it = |access: &Value| access["vmName"] == vm;
        Ok(accesses.is_some_and(|accesses| accesses.iter().any(is_it)))
    }

    /// Has somebody look at what Azure says of this VM: whatever they find stands in the store that all share.
    fn look_at(&self, vm: &str) -> Result<()> {
        let machine = self.machines.iter().find(|machine| machine.name == vm);
        let named = machine.map_or(vm, |machine| &machine.id);
        read(&mut self.quiet(&["connect", named, "--dry-run"])).map(drop)
    }

    fn explain(&self, text: &str) {
        say(&format!("\n# {text}"));
    }

    /// Also where the walk broke off, nothing of it stays in a keyring.
    fn end(mut self) -> Result<()> {
        if matches!(self.account, Account::Person { .. }) {
            read(&mut self.quiet(&["logout", "--all", "--yes"]))?;
        }
        drop(self.azure.stdin.take());
        self.azure.wait()?;
        self.folder
            .close()
            .context("cannot remove the demo's folder")
    }
}

/// A VM where the simulator put it: every system has addresses and ports of its own for them.
#[derive(Debug, PartialEq)]
struct Machine {
    name: String,
    id: String,
    address: String,
    port: u16,
    /// The key in the settings under which its port stands.
    port_key: &'static str,
}

impl Machine {
    /// Those that something answers on.
    fn all(told: &Value) -> Result<Vec<Self>> {
        let vms = told["vms"].as_array().context("azure-sim told of no VMs")?;
        Ok(vms.iter().filter_map(Self::read).collect())
    }

    fn read(vm: &Value) -> Option<Self> {
        Some(Self {
            name: vm["name"].as_str()?.to_owned(),
            id: vm["id"].as_str()?.to_owned(),
            address: vm["address"].as_str()?.to_owned(),
            port: vm["port"].as_u64()?.try_into().ok()?,
            port_key: match vm["kind"].as_str()? {
                "ssh" => "ssh_port",
                "rdp" => "rdp_port",
                _ => "port",
            },
        })
    }

    fn settings(&self) -> String {
        format!("\n[vm.{:?}]\n{} = {}\n", self.id, self.port_key, self.port)
    }
}

fn program(name: &str) -> PathBuf {
    place::target()
        .join("debug")
        .join(format!("{name}{EXE_SUFFIX}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_machines_are_where_the_simulator_says() {
        let id = "/subscriptions/s/virtualMachines/vm-web-01";
        let told = json!({"vms": [
            {"name": "vm-off", "id": "/off", "kind": "ssh", "address": null, "port": null},
            {"name": VM, "id": id, "kind": "ssh", "address": "127.0.0.1", "port": 49_812},
        ]});
        let machines = Machine::all(&told).unwrap();
        let [machine] = &machines[..] else {
            panic!("{machines:?}")
        };
        assert_eq!(
            (machine.address.as_str(), machine.port),
            ("127.0.0.1", 49_812)
        );
        let settings: toml::Table = machine.settings().parse().unwrap();
        assert_eq!(settings["vm"][id]["ssh_port"].as_integer(), Some(49_812));
    }
}
