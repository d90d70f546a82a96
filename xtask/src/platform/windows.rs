//! Windows: the temporary folder lies in the person's profile, closed to others already.

use std::io;
use std::os::windows::process::CommandExt;
use std::process::Command;

use tempfile::{Builder, TempDir};

/// Whether a person's browser could show a page here.
pub(crate) fn has_display() -> bool {
    true
}

/// Ends a program that we started: one without a window cannot be asked.
pub(crate) fn ask_to_end(id: u32) -> io::Result<()> {
    let mut end = Command::new("taskkill");
    end.args(["/F", "/PID", &id.to_string()]);
    end.status().map(drop)
}

/// A line as a person types it, read by the system's shell, which reads quotes in its own way.
pub(crate) fn shell(line: &str) -> Command {
    let mut shell = Command::new("cmd");
    shell.raw_arg(format!("/D /S /C \"{line}\""));
    shell
}

/// A new temporary folder under a name that nobody can foresee. It goes when the value does.
pub(crate) fn private_folder(prefix: &str) -> io::Result<TempDir> {
    Builder::new().prefix(prefix).tempdir()
}
