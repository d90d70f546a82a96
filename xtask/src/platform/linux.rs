//! Linux: a folder's mode says whom it is open to.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use tempfile::{Builder, TempDir};

/// Whether a person's browser could show a page here.
pub(crate) fn has_display() -> bool {
    let said = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    said("DISPLAY") || said("WAYLAND_DISPLAY")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_folder_is_new_and_ours_alone() {
        let (one, other) = (
            private_folder("test-").unwrap(),
            private_folder("test-").unwrap(),
        );
        assert_ne!(one.path(), other.path());
        let mode = one.path().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}
