//! Stands before the machine's own `ssh` in the tests: keeps host keys in the test's home
//! and takes a new one unasked, as no person sits there. Everything else is passed on.

use std::process::{Command, ExitCode};

use anyhow::Context as _;

fn main() -> anyhow::Result<ExitCode> {
    let ssh = std::env::var_os("GANGWAY_TESTS_SSH").context("GANGWAY_TESTS_SSH is not set")?;
    let home = std::env::var("GANGWAY_HOME").context("GANGWAY_HOME is not set")?;
    // ssh takes the first value it meets, so these go before what gangway says.
    let status = Command::new(ssh)
        .args(["-F", "none", "-o", "StrictHostKeyChecking=accept-new"])
        .args(["-o", &format!("UserKnownHostsFile={home}/known_hosts")])
        .args(["-o", "BatchMode=yes", "-l", "tester"])
        .args(std::env::args_os().skip(1))
        .status()
        .context("starting ssh")?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(255)))
}
