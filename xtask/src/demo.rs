//! `cargo xtask demo`: Azure's stand-in on this machine, and one connection to an SSH VM, from the list to the end.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::place;
use crate::process::{read, run, say};
use crate::setup::{self, Group};
use crate::tools::cargo;

const VM: &str = "vm-web-01";

/// On loopback a port below 1024 would want an administrator.
const PORT: &str = "2222";

/// The command. With `yes`, or without a terminal, nobody is asked anything.
pub(crate) fn command(yes: bool) -> Result<bool> {
    setup::offer(&[Group::Build, Group::Demo], yes)?;
    run(cargo().args([
        "build",
        "--quiet",
        "--package",
        "azure-sim",
        "--package",
        "gangway-cli",
    ]))?;
    let alone = yes || place::in_ci() || !io::stdin().is_terminal();
    let demo = Demo::start()?;
    let walked = demo.walk(alone);
    demo.end()?;
    walked.map(|()| true)
}

struct Demo {
    folder: PathBuf,
    azure: Child,
    /// What azure-sim told of itself.
    told: Value,
}

impl Demo {
    fn start() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("gangway-demo-{}", std::process::id()));
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let settings = format!(
            "warn_before = [\"20s\", \"5s\"]\n\n[ssh]\nuser = \"demo\"\nknown_hosts = {:?}\n\n[vm.\"{VM}\"]\nssh_port = {PORT}\n",
            folder.join("known_hosts")
        );
        fs::write(folder.join("settings.toml"), settings)?;
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
            .arg(folder.join("cloud.json"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start azure-sim")?;
        let mut line = String::new();
        BufReader::new(azure.stdout.take().context("azure-sim is silent")?).read_line(&mut line)?;
        let told = serde_json::from_str(&line).context("azure-sim told no JSON")?;
        Ok(Self {
            folder,
            azure,
            told,
        })
    }

    fn walk(&self, alone: bool) -> Result<()> {
        self.explain("Azure's stand-in runs on this machine: three subscriptions, forty VMs, no account needed.");
        self.explain("Loopback addresses play the VPN. Gangway itself runs unchanged. First the VMs whose name has `web` in it:");
        self.gangway(&["vms", "web"])?;

        self.explain(&format!("Now a connection to {VM}: tunnel, request, proof, ssh. The stand-in ends access after 60 seconds."));
        if alone {
            self.know_the_host()?;
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
        self.gangway(&["status"])?;
        self.gangway(&["history"])?;
        self.explain(
            "That is all: a port was open for one address, for a minute, and nothing else.",
        );
        Ok(())
    }

    /// Where nobody can answer ssh's question, the host's key must be known before: it is read while the port is open.
    fn know_the_host(&self) -> Result<()> {
        let mut opened = self
            .quiet(&["--json", "connect", VM, "--no-launch"])
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
        fs::write(self.folder.join("known_hosts"), keys?).context("cannot note the host's key")
    }

    /// The host's keys under the name by which gangway has ssh look for them: the VM's id in lower case.
    fn scan(&self) -> Result<String> {
        let vms = self.told["vms"]
            .as_array()
            .context("azure-sim told of no VMs")?;
        let vm = vms
            .iter()
            .find(|vm| vm["name"] == VM)
            .with_context(|| format!("there is no {VM}"))?;
        let (id, address) = (
            vm["id"].as_str().context("no id")?,
            vm["address"].as_str().context("no address")?,
        );
        let scanned = read(Command::new("ssh-keyscan").args(["-p", PORT, address]))?;
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
        let told = |key: &str| self.told[key].as_str().unwrap_or_default().to_owned();
        let mut command = Command::new(program("gangway"));
        command
            .arg("--cloud")
            .arg(self.folder.join("cloud.json"))
            .args(words)
            .env("GANGWAY_HOME", &self.folder)
            .env("AZURE_TENANT_ID", told("tenant"))
            .env("AZURE_CLIENT_ID", told("client_id"))
            .env("AZURE_CLIENT_SECRET", told("client_secret"));
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

    fn end(mut self) -> Result<()> {
        drop(self.azure.stdin.take());
        self.azure.wait()?;
        fs::remove_dir_all(&self.folder)
            .with_context(|| format!("cannot remove {}", self.folder.display()))
    }
}

fn program(name: &str) -> PathBuf {
    place::target()
        .join("debug")
        .join(format!("{name}{EXE_SUFFIX}"))
}
