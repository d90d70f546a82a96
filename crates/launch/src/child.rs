//! Every program that is started here: it inherits the environment, but not our credentials.

use std::ffi::OsStr;

use tokio::process::Command;

/// What Gangway, or other Azure tools, sign in with by themselves. No client or browser needs
/// it, and `ssh` may be told to send variables on.
const OURS: [&str; 3] = [
    "AZURE_CLIENT_SECRET",
    "AZURE_CLIENT_CERTIFICATE_PASSWORD",
    "AZURE_PASSWORD",
];

/// A program to be started, without the secrets of the environment.
pub(crate) fn child(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for name in OURS {
        command.env_remove(name);
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_does_not_inherit_credentials() {
        let command = child("ssh");
        let removed: Vec<_> = command.as_std().get_envs().collect();
        for name in OURS {
            assert!(removed.contains(&(OsStr::new(name), None)), "{name}");
        }
    }
}
