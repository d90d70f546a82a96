//! Chromium without a screen, spoken to over a pipe: no port is open, and it ends when we do.

use std::collections::VecDeque;
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The names under which the family is installed; `cargo xtask setup browser` brings one.
const PROGRAMS: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// Nothing is asked of the world outside, no keyring is touched, and nobody is greeted as a new user.
const OPTIONS: &[&str] = &[
    "--headless=new",
    "--remote-debugging-pipe",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]",
    "--no-proxy-server",
    "--password-store=basic",
    "--use-mock-keychain",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--hide-scrollbars",
    "--window-size=1000,800",
];

/// How long it may take to end by itself.
const GOODBYE: Duration = Duration::from_secs(5);

/// Chromium reads commands from descriptor 3 and answers on 4; only a shell may hand these on without unsafe code.
const HAND_ON: &str = "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null";

/// A browser with a profile of its own; both go when this does.
pub(crate) struct Chromium {
    child: Child,
    commands: ChildStdin,
    answers: Receiver<Value>,
    /// What came while something else was waited for.
    events: VecDeque<Value>,
    last: u64,
    until: Instant,
    _profile: TempDir,
}

/// The browser's program, where there is one.
pub(crate) fn program() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    PROGRAMS.iter().find_map(|name| {
        let files = folders.iter().map(|folder| folder.join(name));
        files.into_iter().find(|file| file.is_file())
    })
}

impl Chromium {
    /// Starts it. Everything it is asked for has to be done within the limit.
    pub(crate) fn start(program: &Path, limit: Duration) -> Result<Self> {
        let profile = TempDir::with_prefix("gangway-browser-")?;
        let mut command = Command::new("/bin/sh");
        command.args(["-c", HAND_ON, "sh"]).arg(program);
        command.args(OPTIONS).arg(data_folder(profile.path()));
        if is_root()? {
            // The sandbox refuses to be root's; what is opened here is this machine's own simulator.
            command.arg("--no-sandbox");
        }
        // Its settings and caches lie in the profile's folder, not in the person's home.
        command.env("HOME", profile.path());
        for name in ["XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"] {
            command.env(name, profile.path());
        }
        let mut child = command
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start the browser")?;
        let commands = child
            .stdin
            .take()
            .context("the browser takes no commands")?;
        let stream = child
            .stdout
            .take()
            .context("the browser gives no answers")?;
        let (sender, answers) = channel();
        thread::spawn(move || hear(stream, &sender));
        Ok(Self {
            child,
            commands,
            answers,
            events: VecDeque::new(),
            last: 0,
            until: Instant::now() + limit,
            _profile: profile,
        })
    }

    /// Carries out a command, in a page's session where one is named, and gives its result.
    pub(crate) fn call(
        &mut self,
        session: Option<&str>,
        method: &str,
        parameters: Value,
    ) -> Result<Value> {
        self.last += 1;
        let mut message = json!({"id": self.last, "method": method, "params": parameters});
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.commands
            .write_all(&bytes)
            .context("the browser has gone")?;
        loop {
            let mut answer = self.next(method)?;
            if answer["id"] != self.last {
                self.events.push_back(answer);
                continue;
            }
            if let Some(error) = answer.get("error") {
                bail!("the browser refuses {method}: {error}");
            }
            return Ok(answer["result"].take());
        }
    }

    /// Waits for an event that has not been taken yet.
    pub(crate) fn event(&mut self, method: &str) -> Result<()> {
        loop {
            let event = match self.events.pop_front() {
                Some(event) => event,
                None => self.next(method)?,
            };
            if event["method"] == method {
                return Ok(());
            }
        }
    }

    /// Events so far are of no interest any more.
    pub(crate) fn forget_events(&mut self) {
        self.events.clear();
    }

    fn next(&self, what: &str) -> Result<Value> {
        let left = self.until.saturating_duration_since(Instant::now());
        match self.answers.recv_timeout(left) {
            Ok(message) => Ok(message),
            Err(RecvTimeoutError::Timeout) => bail!("the time is up while waiting for {what}"),
            Err(RecvTimeoutError::Disconnected) => bail!("the browser ended during {what}"),
        }
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        self.until = Instant::now() + GOODBYE;
        // Asked to go, it takes its helpers along and writes into its profile no more.
        if self.call(None, "Browser.close", json!({})).is_ok() {
            while self.next("its end").is_ok() {}
        }
        // It is over either way.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Messages end with a zero byte.
fn hear(stream: ChildStdout, to: &Sender<Value>) {
    for message in BufReader::new(stream).split(0).map_while(Result::ok) {
        let Ok(message) = serde_json::from_slice(&message) else {
            return;
        };
        if to.send(message).is_err() {
            return;
        }
    }
}

fn data_folder(profile: &Path) -> String {
    format!("--user-data-dir={}", profile.display())
}

fn is_root() -> Result<bool> {
    let id = Command::new("id").arg("-u").output().context("no `id`")?;
    Ok(String::from_utf8_lossy(&id.stdout).trim() == "0")
}
