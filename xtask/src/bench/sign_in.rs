//! What signing in costs: a start with tokens in the cache, and a page in the browser.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use serde_json::Value;

use super::azure::Azure;
use super::measure::{Row, duration, ms, percentile};
use super::rows::{TIMES, by_the_clock};

/// Who signs in.
const ADMIN: &str = "admin@contoso.example";

pub(super) fn rows(programs: &Path) -> Result<Vec<Row>> {
    let person = Person::start(programs)?;
    let visitor = programs.join("azure-sim").display().to_string();
    person.browse_with(&[&visitor, "visit", "--as", ADMIN])?;
    duration(&mut person.gangway(&["login"]))?;
    let silent = (0..TIMES)
        .map(|_| person.silent_start().map(ms))
        .collect::<Result<Vec<_>>>()?;
    // Whoever opens it does nothing with it: what is measured ends where the browser begins.
    person.browse_with(&["true"])?;
    let opened = (0..TIMES)
        .map(|_| person.page_opened().map(ms))
        .collect::<Result<Vec<_>>>()?;
    Ok(vec![
        Row::new(
            "process start to first call with a token from the cache",
            percentile(silent, 0.5)?,
            Some(50.0),
            "ms",
        ),
        Row::new(
            "process start to sign-in page opened, median",
            percentile(opened, 0.5)?,
            Some(300.0),
            "ms",
        ),
    ])
}

/// A home with a keyring of its own.
struct Person {
    azure: Azure,
    keyring: Child,
    bus: String,
}

impl Person {
    fn start(programs: &Path) -> Result<Self> {
        let azure = Azure::start(programs, "demo", "")?;
        let mut keyring = Command::new(programs.join("own-keyring"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start own-keyring")?;
        let out = keyring.stdout.take().context("own-keyring is silent")?;
        let mut bus = String::new();
        BufReader::new(out).read_line(&mut bus)?;
        if bus.is_empty() {
            keyring.wait()?;
            bail!("there is no keyring (cargo xtask setup keyring)");
        }
        Ok(Self {
            azure,
            keyring,
            bus: bus.trim().to_owned(),
        })
    }

    fn browse_with(&self, browser: &[&str]) -> Result<()> {
        let app = self.azure.told()["public_client_id"].as_str();
        let settings = format!(
            "client_id = {:?}\nbrowser = {browser:?}\n",
            app.context("azure-sim told of no application")?
        );
        std::fs::write(self.azure.folder().join("settings.toml"), settings)?;
        Ok(())
    }

    fn gangway(&self, words: &[&str]) -> Command {
        let mut command = self.azure.gangway(words);
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.bus);
        for name in ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"] {
            command.env_remove(name);
        }
        command
    }

    /// From the start of a process to the arrival of its first call that bears a token. What Entra takes for the
    /// refresh in between is loopback's and counted in.
    fn silent_start(&self) -> Result<Duration> {
        self.azure.control("forget", "")?;
        let started = by_the_clock();
        duration(&mut self.gangway(&["vms", "--fresh"]))?;
        let asked: Value = serde_json::from_str(&self.azure.control("asked", "")?)?;
        let calls: Vec<&Value> = asked.as_array().into_iter().flatten().collect();
        let route = |call: &Value| call["route"].as_str().unwrap_or_default().to_owned();
        if !calls.iter().any(|call| route(call).starts_with("token")) {
            bail!("no token was asked for");
        }
        let first = calls.iter().find(|call| !route(call).starts_with("token"));
        let at = first.and_then(|call| call["at"].as_str());
        let at: Timestamp = at.context("no call with a token arrived")?.parse()?;
        Ok(at.duration_since(started).try_into()?)
    }

    /// From the start of a process to its word that a browser was started.
    fn page_opened(&self) -> Result<Duration> {
        let begun = Instant::now();
        let mut child = self
            .gangway(&["--json", "login", "--browser"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let lines = BufReader::new(child.stdout.take().context("gangway is silent")?).lines();
        let opened = lines.map_while(Result::ok).find_map(|line| {
            let event: Value = serde_json::from_str(&line).ok()?;
            (event["event"] == "page" && event["opened"] == true).then(|| begun.elapsed())
        });
        // Nobody signs in on that page.
        child.kill()?;
        child.wait()?;
        opened.context("no page was opened")
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        // It ends with its standard input.
        drop(self.keyring.stdin.take());
        let _ = self.keyring.wait();
    }
}
