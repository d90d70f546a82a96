//! What can go wrong when looking at the network or reading a profile.

use std::io;
use std::path::PathBuf;

use gangway_engine::problem::{Cause, Problem};
use thiserror::Error;

/// Why the network could not be seen or a profile not be read.
#[derive(Debug, Error)]
pub enum Error {
    /// The system would not list its interfaces.
    #[error("the network interfaces could not be listed")]
    Interfaces(#[source] io::Error),
    /// The system would not tell of changes.
    #[error("changes of the network could not be listened to")]
    Changes(#[source] io::Error),
    /// A profile could not be opened or read.
    #[error("{} could not be read", path.display())]
    Unreadable {
        /// The file or folder as it was named.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// What was read is no profile.
    #[error("{} is not a VPN profile", path.display())]
    NotAProfile {
        /// The file or folder as it was named.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        fault: Fault,
    },
}

/// What is wrong with a profile.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Fault {
    /// It holds nothing that is known.
    #[error(
        "no azurevpnconfig.xml, VpnSettings.xml or .ovpn file with a gateway's address is in it"
    )]
    NothingKnown,
    /// It is larger than any profile.
    #[error("it is larger than {0} bytes")]
    TooLarge(u64),
    /// It has more files than any profile.
    #[error("it has more than {0} files")]
    TooMany(usize),
    /// The archive is broken or cut short.
    #[error("the archive is damaged: {0}")]
    Archive(String),
    /// The XML is broken.
    #[error("the XML is not well-formed: {0}")]
    Xml(String),
    /// The text is neither UTF-8 nor UTF-16.
    #[error("the text is neither UTF-8 nor UTF-16")]
    Encoding,
}

impl Error {
    /// The problem to show to a person. Only the file's name is told, not where it lies.
    #[must_use]
    pub fn to_problem(&self) -> Problem {
        match self {
            Self::Unreadable { path, source } => unreadable(path).observed(source.to_string()),
            Self::NotAProfile { path, fault } => unreadable(path).observed(fault.to_string()),
            Self::Interfaces(source) | Self::Changes(source) => Problem::new(Cause::TunnelDown {
                target: std::net::Ipv4Addr::UNSPECIFIED,
                interface: None,
            })
            .observed(format!("{self}: {source}")),
        }
    }
}

fn unreadable(path: &std::path::Path) -> Problem {
    let file = path.file_name().unwrap_or(path.as_os_str());
    Problem::new(Cause::ProfileUnreadable {
        file: file.to_string_lossy().into_owned(),
        expected: "azurevpnconfig.xml, VpnSettings.xml, vpnconfig.ovpn, or the zip or folder \
                   that Azure hands out"
            .to_owned(),
    })
}
