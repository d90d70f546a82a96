//! Linux: Azure CLI runs in a process group of its own, so that all of it can be ended.

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};

/// The shell and the interpreter it starts form one group, which no Ctrl-C of ours reaches.
pub(crate) fn keep_apart(command: &mut Command) {
    command.process_group(0);
}

/// The child and everything it started, as long as the child was not waited for.
pub(crate) struct Tree(Option<Pid>);

impl Tree {
    pub(crate) fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self(id.and_then(Pid::from_raw))
    }

    /// Ends all of it.
    pub(crate) fn end(&self) {
        if let Some(group) = self.0
            && let Err(error) = kill_process_group(group, Signal::KILL)
        {
            tracing::debug!(%error, "azure cli was gone already");
        }
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

/// A shell that runs the line as a program of its own, with a variable set for it.
#[cfg(test)]
pub(crate) fn through_a_shell(name: &str, value: &str, line: &str) -> (&'static str, [String; 2]) {
    let line = format!("{name}={value} {line}; exit $?");
    ("/bin/sh", ["-c".to_owned(), line])
}
