//! Linux: Azure CLI runs in a process group of its own, so that all of it can be ended.

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};

/// The shell and the interpreter it starts form one group, which no Ctrl-C of ours reaches.
pub(crate) fn keep_apart(command: &mut Command) {
    command.process_group(0);
}

/// Ends the child and everything it started.
pub(crate) fn end(child: &mut Child) {
    let group = child
        .id()
        .and_then(|id| i32::try_from(id).ok())
        .and_then(Pid::from_raw);
    if let Some(group) = group
        && let Err(error) = kill_process_group(group, Signal::KILL)
    {
        tracing::debug!(%error, "azure cli was gone already");
    }
}

/// Linux has no service that runs proxy scripts for every program.
pub(crate) const HAS_PROXY_SCRIPTS: bool = false;

/// What the system's proxy script says of an address: nothing.
pub(crate) fn proxies_by_script(_: &str) -> Option<String> {
    None
}

/// A program that outlives every test.
#[cfg(test)]
pub(crate) const ENDLESS: (&str, &[&str]) = ("/bin/sleep", &["1000"]);
