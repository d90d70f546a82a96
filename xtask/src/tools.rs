//! How cargo is called from here.

use std::env;
use std::process::Command;

use crate::place;

/// The cargo that started us, in the repository's top folder.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(place::root());
    command
}
