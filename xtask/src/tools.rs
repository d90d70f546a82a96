//! How cargo and npm are called from here.

use std::env;
use std::process::Command;

use crate::place;

/// The cargo that started us, in the repository's top folder.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(place::root());
    command
}

/// npm, in a folder of the repository. On Windows it is a script, which is not found without its ending.
pub(crate) fn npm(folder: &str) -> Command {
    let mut command = Command::new(if env::consts::OS == "windows" {
        "npm.cmd"
    } else {
        "npm"
    });
    command.current_dir(place::root().join(folder));
    command
}
