//! The demo in a terminal: one connection to an SSH VM by the command line, from the list to the end.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::account::Account;
use super::{Demo, Machine, VM};
use crate::process::{read, say};

impl Demo {
    pub(super) fn walk(&self, alone: bool) -> Result<()> {
        self.explain("Azure's stand-in runs on this machine: three subscriptions, twenty-one VMs; no account of yours is needed.");
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
        let Machine {
            id, address, port, ..
        } = self
            .machines
            .iter()
            .find(|machine| machine.name == VM)
            .with_context(|| format!("there is no {VM}"))?;
        let scanned = read(Command::new("ssh-keyscan").args(["-p", &port.to_string(), address]))?;
        let keys = scanned
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once(' '));
        Ok(keys
            .map(|(_, key)| format!("{} {key}\n", id.to_lowercase()))
            .collect())
    }

    fn agreed(&self) -> Result<bool> {
        write!(io::stdout().lock(), "Press Enter to go on, q to leave: ")?;
        io::stdout().lock().flush()?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        Ok(answer.trim() != "q")
    }
}
