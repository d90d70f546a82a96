//! Windows: Azure CLI runs without a console window.

use tokio::process::{Child, Command};

/// `CREATE_NO_WINDOW`
/// (<https://learn.microsoft.com/windows/win32/procthread/process-creation-flags>).
const CREATE_NO_WINDOW: u32 = 0x0800_0000;

/// No console flashes up when a program without one runs `cmd /C az`.
pub(crate) fn keep_apart(command: &mut Command) {
    command.creation_flags(CREATE_NO_WINDOW);
}

/// Ends the child; what it started ends by itself when its pipes close.
pub(crate) fn end(child: &mut Child) {
    if let Err(error) = child.start_kill() {
        tracing::debug!(%error, "azure cli was gone already");
    }
}

/// A program that outlives every test.
#[cfg(test)]
pub(crate) const ENDLESS: (&str, &[&str]) = ("ping", &["-n", "1000", "127.0.0.1"]);
