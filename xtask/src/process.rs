//! Starting other programs, and saying what was started.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;

use anyhow::{Context, Result, bail};

/// One line for the person who started us.
pub(crate) fn say(line: &str) {
    // A closed pipe downstream is not our failure.
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// Runs a program whose failure ends what we do.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    say(&format!("$ {}", shown(command)));
    let status = command
        .status()
        .with_context(|| format!("cannot start {}", shown(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", shown(command));
    }
    Ok(())
}

/// What a program prints; its complaints become the error.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {}", shown(command)))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!(
            "{} ended with {}: {}",
            shown(command),
            output.status,
            complaint.trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Lets a program's output through and keeps it: whether it succeeded, and all that it printed.
pub(crate) fn tee(command: &mut Command) -> Result<(bool, String)> {
    pass_through(command, Stdio::null())
}

/// The same for a program that ends when its standard input does: it sees our end, however that comes.
pub(crate) fn tee_while_we_live(command: &mut Command) -> Result<(bool, String)> {
    pass_through(command, Stdio::piped())
}

/// A command as a person would type it.
pub(crate) fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

fn pass_through(command: &mut Command, input: Stdio) -> Result<(bool, String)> {
    say(&format!("$ {}", shown(command)));
    let mut child = command
        .stdin(input)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", shown(command)))?;
    let held = child.stdin.take();
    let kept = Mutex::new(String::new());
    let streams: [Option<Box<dyn Read + Send>>; 2] = [
        child
            .stdout
            .take()
            .map(|stream| Box::new(stream) as Box<dyn Read + Send>),
        child
            .stderr
            .take()
            .map(|stream| Box::new(stream) as Box<dyn Read + Send>),
    ];
    thread::scope(|scope| {
        for stream in streams.into_iter().flatten() {
            scope.spawn(|| pass_on(stream, &kept));
        }
    });
    drop(held);
    let status = child
        .wait()
        .with_context(|| format!("lost {}", shown(command)))?;
    let kept = kept
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok((status.success(), kept))
}

fn pass_on(stream: impl Read, kept: &Mutex<String>) {
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    while matches!(reader.read_until(b'\n', &mut line), Ok(length) if length > 0) {
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\r', '\n']);
        say(text);
        let mut kept = kept
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        kept.push_str(text);
        kept.push('\n');
        line.clear();
    }
}
