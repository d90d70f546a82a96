//! A person at this machine: no secret in the environment, a registration in the settings, a browser without a screen.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::bus::Bus;
use crate::stage::{Said, Stage, beside};

/// Who signs in: at home in the first tenant, a guest in the second.
pub(crate) const ADMIN: &str = "admin@contoso.example";

/// What a person's session would lend to a program.
const FOREIGN: &[&str] = &[
    "DBUS_SESSION_BUS_ADDRESS",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "BROWSER",
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_CLIENT_CERTIFICATE_PATH",
];

/// A person on a bus of their own, with a keyring or with none.
pub(crate) struct Person {
    pub(crate) stage: Stage,
    bus: Bus,
}

/// What the program that is called a browser does.
#[derive(Clone, Copy)]
pub(crate) enum Browser {
    /// Signs in as ADMIN.
    SignsIn,
    /// Signs in, and approves where more than a name is asked for.
    Approves,
    /// Signs in as somebody else of the same tenant.
    Worker,
    /// Says no.
    Refuses,
    /// Opens, and nobody does anything.
    Nobody,
}

impl Person {
    /// With a keyring that is open; nothing, said aloud, where there can be none.
    pub(crate) fn with_keyring(browser: Browser) -> Option<Self> {
        let bus = Bus::with_keyring()?;
        Some(Self::new(bus, browser))
    }

    /// Where nobody keeps secrets; nothing, said aloud, where the system always does.
    pub(crate) fn without_keyring(browser: Browser) -> Option<Self> {
        let bus = Bus::without_keyring()?;
        Some(Self::new(bus, browser))
    }

    fn new(bus: Bus, browser: Browser) -> Self {
        let person = Self {
            stage: Stage::demo(),
            bus,
        };
        person.set(&person.settings(browser, &person.stage.sim.public_client_id()));
        person
    }

    /// Writes the settings anew.
    pub(crate) fn set(&self, settings: &str) {
        fs::write(self.stage.home.path().join("settings.toml"), settings).unwrap();
    }

    /// Settings with this browser and this registration.
    pub(crate) fn settings(&self, browser: Browser, client_id: &str) -> String {
        let visitor = beside("azure-sim").display().to_string();
        let words = match browser {
            Browser::SignsIn => vec![&*visitor, "visit", "--as", ADMIN],
            Browser::Approves => vec![&*visitor, "visit", "--as", ADMIN, "--mfa"],
            Browser::Worker => vec![&*visitor, "visit", "--as", "worker@contoso.example"],
            Browser::Refuses => vec![&*visitor, "visit", "--as", ADMIN, "--refuse"],
            // It only says which version it is, whatever address stands behind.
            Browser::Nobody => vec![&*visitor, "--version"],
        };
        format!("client_id = {client_id:?}\nbrowser = {words:?}\n")
    }

    /// The program in the simulator's cloud, as this person starts it.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let cloud = self.stage.home.path().join("cloud.json");
        let mut all = vec!["--cloud", cloud.to_str().unwrap()];
        all.extend(words);
        let mut command = self.stage.command(&all);
        for name in FOREIGN {
            command.env_remove(name);
        }
        command.env("XDG_RUNTIME_DIR", self.stage.home.path());
        // No Azure CLI either, wherever the tests run.
        command.env("AZURE_CONFIG_DIR", self.stage.home.path().join("azure"));
        self.bus.lend(&mut command);
        command
    }

    /// Runs it to its end.
    pub(crate) fn gangway(&self, words: &[&str]) -> Said {
        Said::of(self.command(words))
    }

    /// Starts it and lets it run.
    pub(crate) fn begin(&self, words: &[&str]) -> Child {
        let mut command = self.command(words);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the program starts")
    }

    /// Somebody with a browser elsewhere types a code into a page.
    pub(crate) fn types(&self, page: &str, code: &str, more: &[&str]) {
        let cloud = self.stage.home.path().join("cloud.json");
        let status = Command::new(beside("azure-sim"))
            .args(["visit", "--as", ADMIN, "--code", code, "--cloud"])
            .arg(cloud)
            .args(more)
            .arg(page)
            .status()
            .unwrap();
        assert!(status.success(), "{status}");
    }
}

/// Reads a program's events up to the first of this name; the rest is left to be read.
pub(crate) fn event(child: &mut Child, name: &str) -> (Value, impl BufRead + use<>) {
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    loop {
        let mut line = String::new();
        assert!(lines.read_line(&mut line).unwrap() > 0, "no event {name}");
        let event: Value = serde_json::from_str(&line).unwrap();
        if event["event"] == name {
            return (event, lines);
        }
        assert_ne!(event["event"], "result", "{event:#}");
    }
}

/// The names of the accounts that are signed in.
pub(crate) fn accounts(person: &Person) -> Vec<String> {
    let said = person.gangway(&["accounts", "--json"]).ended(0).json();
    let all = said["accounts"].as_array().unwrap().iter();
    all.map(|it| it["username"].as_str().unwrap().to_owned())
        .collect()
}

/// Ctrl-C.
pub(crate) fn interrupt(id: u32) {
    let sent = Command::new("kill")
        .args(["-INT", &id.to_string()])
        .status();
    assert!(sent.unwrap().success());
}
