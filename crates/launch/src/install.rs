//! What would install a client that is not there, as a command to be typed.

use gangway_engine::vm::Protocol;

use crate::platform;

/// What is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// An OpenSSH client.
    OpenSsh,
    /// `PuTTY`.
    Putty,
    /// A terminal program.
    Terminal,
    /// A remote desktop program.
    RemoteDesktop,
}

impl Missing {
    /// What a protocol's usual client is.
    #[must_use]
    pub const fn usual(protocol: Protocol) -> Self {
        match protocol {
            Protocol::Rdp => Self::RemoteDesktop,
            Protocol::Ssh | Protocol::Port => Self::OpenSsh,
        }
    }
}

/// The command that installs it here; `None` where it belongs to the system, or nobody knows
/// how this system installs.
#[must_use]
pub fn install(missing: Missing) -> Option<String> {
    platform::install(missing).map(str::to_owned)
}
