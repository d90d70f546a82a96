//! macOS: a folder's mode says whom it is open to.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use tempfile::{Builder, TempDir};

/// Whether a person's browser could show a page here.
pub(crate) fn has_display() -> bool {
    true
}

/// Asks a program that we started to end in order.
pub(crate) fn ask_to_end(id: u32) -> io::Result<()> {
    // It may have ended by itself a moment ago, which is what was wanted.
    Command::new("kill").arg(id.to_string()).status().map(drop)
}

/// A line as a person types it, read by the system's shell.
pub(crate) fn shell(line: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", line]);
    shell
}

/// A new temporary folder under a name that nobody can foresee, open to this user only from its first moment on. It
/// goes when the value does.
pub(crate) fn private_folder(prefix: &str) -> io::Result<TempDir> {
    let ours_alone = Permissions::from_mode(0o700);
    Builder::new()
        .prefix(prefix)
        .permissions(ours_alone)
        .tempdir()
}
