//! `cargo xtask demo`: Azure's stand-in on this machine, a sign-in, and one connection to an SSH VM, from the list to the end.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};
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

use account::Account;

const VM: &str = "vm-web-01";

/// The command. With `yes`, or without a terminal, nobody is asked anything.
pub(crate) fn command(yes: bool) -> Result<bool> {
    setup::offer(&[Group::Build, Group::Demo], yes)?;
    run(cargo().args([
        "build",
        "--package",
        "azure-sim",
        "--package",
        "gangway-cli",
    ]))?;
    let alone = yes || place::in_ci() || !io::stdin().is_terminal();
    let demo = Demo::start(alone)?;
    let walked = demo.walk(alone);
    demo.end()?;
    walked.map(|()| true)
}

struct Demo {
    folder: TempDir,
    azure: Child,
    machine: Machine,
    /// What azure-sim told of itself.
    told: Value,
    account: Account,
}

impl Demo {
    fn start(alone: bool) -> Result<Self> {
        let folder = platform::private_folder("gangway-demo-").context("no temporary folder")?;
        // It ends when its standard input closes: with us, however we end.
        let mut azure = Command::new(program("azure-sim"))
            .args([
                "--estate",
                "demo",
                "--access-seconds",
                "60",
                "--short-durations",
                "--until-stdin-closes",
            ])
            .arg("--write-cloud")
            .arg(folder.path().join("cloud.json"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start azure-sim")?;
        let mut line = String::new();
        BufReader::new(azure.stdout.take().context("azure-sim is silent")?).read_line(&mut line)?;
        let told = serde_json::from_str(&line).context("azure-sim told no JSON")?;
        let machine = Machine::among(&told)?;
        let mut demo = Self {
            folder,
            azure,
            machine,
            told,
            account: Account::Secret,
        };
        demo.settle(alone)?;
        Ok(demo)
    }

    /// Finds out which account it can be, and writes the settings for it.
    fn settle(&mut self, alone: bool) -> Result<()> {
        let accounts = read(&mut self.quiet(&["--json", "accounts"]))?;
        let accounts = serde_json::from_str(&accounts).context("gangway told no JSON")?;
        self.account = Account::fitting(&accounts, alone);
        let machine = self
            .machine
            .settings(&self.folder.path().join("known_hosts"));
        let settings = self.account.settings(&self.told)? + &machine;
        fs::write(self.folder.path().join("settings.toml"), settings)?;
        Ok(())
    }

    fn walk(&self, alone: bool) -> Result<()> {
        self.explain("Azure's stand-in runs on this machine: three subscriptions, forty VMs; no account of yours is needed.");
        self.explain("Loopback addresses play the VPN. Gangway itself runs unchanged.");
        self.explain(&self.account.introduction());
        if matches!(self.account, Account::Person { .. }) {
            self.gangway(&["login"])?;
            self.explain("Signed in: one refresh token lies in an encrypted file, its key in your keyring, in an entry of the demo's own that goes with it.");
            self.gangway(&["accounts"])?;
        }
        self.explain("Now the VMs whose name has `web` in it:");
        self.gangway(&["vms", "web"])?;

        self.explain(&format!("Now a connection to {VM}: tunnel, request, proof, ssh. The stand-in ends access after 60 seconds."));
        if alone {
            self.explain("Nobody is here to tell ssh that this host is known: its key is read first, over an access of its own.");
            self.know_the_host()?;
            self.explain(
                "The host is known. Now the session, with one command to carry out there:",
            );
            let name = read(
                self.shown(&["connect", VM, "--reason", "demo", "--", "hostname"])
                    .stderr(Stdio::inherit()),
            )?;
            say(name.trim_end());
            if name.trim() != VM {
                bail!("{VM} says that it is called {:?}", name.trim());
            }
        } else {
            self.explain("ssh asks whether you know this host: say yes. You land on the VM; `exit` brings you back.");
            if !self.agreed()? {
                return Ok(());
            }
            self.gangway(&["connect", VM, "--reason", "demo"])?;
        }

        self.explain("The session is over, the access is not: it runs until its time is up, and says so before.");
        self.gangway(&["status"])?;
        self.gangway(&["watch"])?;

        self.explain("It ended by itself; the rule is gone. What remains is the record:");
        if alone {
            self.explain("(The older row is the access for the host's key; the newer request took its place.)");
        }
        self.gangway(&["status"])?;
        self.gangway(&["history"])?;
        if matches!(self.account, Account::Person { .. }) {
            self.explain("Last, signing out: the file and its key are removed.");
            self.gangway(&["logout", "--all", "--yes"])?;
        }
        self.explain(
            "That is all: a port was open for one address, for a minute, and nothing else.",
        );
        Ok(())
    }

    /// Where nobody can answer ssh's question, the host's key must be known before: it is read while the port is open.
    fn know_the_host(&self) -> Result<()> {
        let mut opened = self
            .shown(&["--json", "connect", VM, "--no-launch"])
            .stdout(Stdio::piped())
            .spawn()?;
        let lines = BufReader::new(opened.stdout.take().context("gangway is silent")?).lines();
        let proved = |line: &str| {
            serde_json::from_str::<Value>(line)
                .is_ok_and(|event| event["step"] == "proof" && event["standing"] == "done")
        };
        let proved = lines.map_while(Result::ok).any(|line| proved(&line));
        let keys = proved.then(|| self.scan());
        opened.kill()?;
        opened.wait()?;
        let Some(keys) = keys else {
            bail!("the port of {VM} was never proved open")
        };
        fs::write(self.folder.path().join("known_hosts"), keys?)
            .context("cannot note the host's key")
    }

    /// The host's keys under the name by which gangway has ssh look for them: the VM's id in lower case.
    fn scan(&self) -> Result<String> {
        let Machine { id, address, port } = &self.machine;
        let scanned = read(Command::new("ssh-keyscan").args(["-p", &port.to_string(), address]))?;
        let keys = scanned
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once(' '));
        Ok(keys
            .map(|(_, key)| format!("{} {key}\n", id.to_lowercase()))
            .collect())
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

    fn explain(&self, text: &str) {
        say(&format!("\n# {text}"));
    }

    fn agreed(&self) -> Result<bool> {
        write!(io::stdout().lock(), "Press Enter to go on, q to leave: ")?;
        io::stdout().lock().flush()?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        Ok(answer.trim() != "q")
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

/// The VM that the walk leads to, where the simulator put it: every system has addresses and ports of its own for it.
#[derive(Debug, PartialEq)]
struct Machine {
    id: String,
    address: String,
    port: u16,
}

impl Machine {
    fn among(told: &Value) -> Result<Self> {
        let vms = told["vms"].as_array().context("azure-sim told of no VMs")?;
        let vm = vms
            .iter()
            .find(|vm| vm["name"] == VM)
            .with_context(|| format!("there is no {VM}"))?;
        let text = |key: &str| {
            vm[key]
                .as_str()
                .with_context(|| format!("{VM} has no {key}"))
        };
        let port = vm["port"].as_u64().and_then(|port| port.try_into().ok());
        Ok(Self {
            id: text("id")?.to_owned(),
            address: text("address")?.to_owned(),
            port: port.with_context(|| format!("{VM} has no port"))?,
        })
    }

    fn settings(&self, known_hosts: &Path) -> String {
        format!(
            "warn_before = [\"20s\", \"5s\"]\n\n[ssh]\nuser = \"demo\"\nknown_hosts = {known_hosts:?}\n\n\
             [vm.{:?}]\nssh_port = {}\n",
            self.id, self.port
        )
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
    fn the_machine_is_where_the_simulator_says() {
        let id = "/subscriptions/s/virtualMachines/vm-web-01";
        let told = json!({"vms": [
            {"name": "vm-off", "id": "/off", "address": null, "port": null},
            {"name": VM, "id": id, "address": "127.0.0.1", "port": 49_812},
        ]});
        let machine = Machine::among(&told).unwrap();
        assert_eq!(
            (machine.address.as_str(), machine.port),
            ("127.0.0.1", 49_812)
        );
        let settings: toml::Table = machine
            .settings(Path::new(r"C:\a b\known"))
            .parse()
            .unwrap();
        assert_eq!(settings["vm"][id]["ssh_port"].as_integer(), Some(49_812));
        assert_eq!(
            settings["ssh"]["known_hosts"].as_str(),
            Some(r"C:\a b\known")
        );
    }

    #[test]
    fn a_machine_without_a_port_is_named() {
        let told = json!({"vms": [{"name": VM, "id": "/x", "address": "127.0.0.1", "port": null}]});
        let error = Machine::among(&told).unwrap_err();
        assert_eq!(error.to_string(), "vm-web-01 has no port");
    }
}
