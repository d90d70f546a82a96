//! Windows: the temporary folder lies in the person's profile, closed to others already.

use std::io;

use tempfile::{Builder, TempDir};

/// Whether a person's browser could show a page here.
pub(crate) fn has_display() -> bool {
    true
}

/// A new temporary folder under a name that nobody can foresee. It goes when the value does.
pub(crate) fn private_folder(prefix: &str) -> io::Result<TempDir> {
    Builder::new().prefix(prefix).tempdir()
}
