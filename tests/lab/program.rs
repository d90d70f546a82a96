//! Programs that the lab starts: in which namespace, what they say, and how they end.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// A program in its own network: `inside("client", &["ip", "addr"])`.
pub(crate) fn inside(namespace: &str, words: &[&str]) -> Command {
    let mut command = Command::new("nsenter");
    command
        .arg(format!(
            "--net={}",
            crate::places::namespace(namespace).display()
        ))
        .args(words);
    command
}

/// Runs a program to its end; what it printed, or an error with what it complained of. Half a minute is enough for all
/// that the lab runs in this way; what takes longer hangs, and is ended.
pub(crate) fn run(command: &mut Command) -> Result<String> {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {command:?}"))?;
    let id = child.id().to_string();
    let (ended, watch) = channel::<()>();
    thread::spawn(move || {
        if watch.recv_timeout(Duration::from_secs(30)) == Err(RecvTimeoutError::Timeout) {
            // Then `wait_with_output` reports the signal.
            let _ = Command::new("kill").args(["-s", "KILL", &id]).status();
        }
    });
    let output = child.wait_with_output()?;
    drop(ended);
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        let said = String::from_utf8_lossy(&output.stdout);
        bail!(
            "{command:?} ended with {}: {} {}",
            output.status,
            complaint.trim(),
            said.trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a list of commands, one a line, in a namespace.
pub(crate) fn script(namespace: &str, lines: &str) -> Result<()> {
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        run(&mut inside(namespace, &words))?;
    }
    Ok(())
}

/// Gives a program its input and waits for its end.
pub(crate) fn feed(command: &mut Command, input: &str) -> Result<()> {
    let mut child = command
        .stdin(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {command:?}"))?;
    child
        .stdin
        .take()
        .context("no input")?
        .write_all(input.as_bytes())?;
    let status = child.wait()?;
    if !status.success() {
        bail!("{command:?} ended with {status}");
    }
    Ok(())
}

/// A program that runs beside the scenario; it is killed when this is dropped.
pub(crate) struct Program {
    name: String,
    child: Child,
    lines: Receiver<String>,
    /// Everything it said so far that a scenario looked at.
    pub(crate) said: Vec<String>,
}

impl Program {
    /// Starts a program; its output goes to a log and to whoever waits for it.
    pub(crate) fn start(name: &str, logs: &Path, command: &mut Command) -> Result<Self> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(logs.join(format!("{name}.log")))?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {command:?}"))?;
        let (sender, lines) = channel();
        if let Some(stream) = child.stdout.take() {
            listen(stream, log.try_clone()?, sender.clone());
        }
        if let Some(stream) = child.stderr.take() {
            listen(stream, log, sender);
        }
        Ok(Self {
            name: name.to_owned(),
            child,
            lines,
            said: Vec::new(),
        })
    }

    /// The next line that contains this text.
    pub(crate) fn wait_for(&mut self, text: &str, within: Duration) -> Result<String> {
        self.wait_until(within, |line| line.contains(text))
            .with_context(|| format!("waited for {text:?}"))
    }

    /// The next line that is wanted.
    pub(crate) fn wait_until(
        &mut self,
        within: Duration,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<String> {
        let until = Instant::now() + within;
        loop {
            match self
                .lines
                .recv_timeout(until.saturating_duration_since(Instant::now()))
            {
                Ok(line) => {
                    self.said.push(line.clone());
                    if wanted(&line) {
                        return Ok(line);
                    }
                }
                Err(RecvTimeoutError::Timeout) => bail!(
                    "{} did not say it within {within:?}; {}",
                    self.name,
                    self.last()
                ),
                Err(RecvTimeoutError::Disconnected) => {
                    bail!("{} ended first; {}", self.name, self.last())
                }
            }
        }
    }

    /// Waits for the program's own end.
    pub(crate) fn wait_for_end(&mut self, within: Duration) -> Result<ExitStatus> {
        let until = Instant::now() + within;
        loop {
            match self
                .lines
                .recv_timeout(until.saturating_duration_since(Instant::now()))
            {
                Ok(line) => self.said.push(line),
                Err(RecvTimeoutError::Timeout) => bail!(
                    "{} did not end within {within:?}; {}",
                    self.name,
                    self.last()
                ),
                Err(RecvTimeoutError::Disconnected) => return Ok(self.child.wait()?),
            }
        }
    }

    /// Asks it to end, as a person's Ctrl-C or a system's shutdown would.
    pub(crate) fn signal(&self, signal: &str) -> Result<()> {
        run(Command::new("kill")
            .args(["-s", signal])
            .arg(self.child.id().to_string()))?;
        Ok(())
    }

    /// Ends it properly.
    pub(crate) fn end(mut self) -> Result<ExitStatus> {
        self.signal("TERM")?;
        self.wait_for_end(Duration::from_secs(10))
    }

    fn last(&self) -> String {
        let from = self.said.len().saturating_sub(6);
        format!("its last words: {}", self.said[from..].join(" / "))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Ended already, or ended now: both are well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn listen(stream: impl Read + Send + 'static, mut log: File, sender: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            // A full disk must not end the scenario, nor a scenario that no longer listens the log.
            let _ = writeln!(log, "{line}");
            let _ = sender.send(line);
        }
    });
}
