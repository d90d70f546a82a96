//! What can keep a client from being started.

use std::io;
use std::path::PathBuf;

use gangway_engine::launch::LaunchWay;
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::vm::Protocol;
use thiserror::Error;

use crate::install::{Missing, install};

/// Why a client cannot be started.
#[derive(Debug, Error)]
pub enum Error {
    /// No program for the protocol was found.
    #[error("there is no program for this protocol")]
    ClientMissing {
        /// The protocol.
        protocol: Protocol,
        /// Which.
        missing: Missing,
        /// The programs and places that were looked for.
        looked_for: Vec<String>,
    },
    /// A setting or a name holds what it must not hold.
    #[error("{what} {why}")]
    Refused {
        /// The setting.
        what: &'static str,
        /// What is wrong with it. The value itself is not repeated.
        why: &'static str,
    },
    /// A group policy blocks every way that is left.
    #[error("a group policy blocks every way that is set")]
    RdpBlocked {
        /// The ways that it leaves open.
        allowed: Vec<LaunchWay>,
    },
    /// The private folder or a file in it could not be written.
    #[error("{} could not be written", path.display())]
    NotWritable {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The program is there but could not be started.
    #[error("{} could not be started", program.display())]
    NotStarted {
        /// The program.
        program: PathBuf,
        /// The protocol it was for.
        protocol: Protocol,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl Error {
    /// The same of the setting that a refused value came from.
    pub(crate) fn of(self, setting: &'static str) -> Self {
        match self {
            Self::Refused { why, .. } => Self::Refused { what: setting, why },
            Self::ClientMissing { .. }
            | Self::RdpBlocked { .. }
            | Self::NotWritable { .. }
            | Self::NotStarted { .. } => self,
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::ClientMissing {
                protocol,
                missing,
                looked_for,
            } => Self::new(Cause::ClientMissing {
                protocol,
                looked_for,
                install: install(missing),
            }),
            Error::RdpBlocked { allowed } => Self::new(Cause::RdpBlockedByPolicy { allowed }),
            // Where it stands is known to whoever read it; most often in the person's file.
            Error::Refused { what, why } => Self::new(Cause::SettingRefused {
                setting: what.to_owned(),
                place: "settings.toml".to_owned(),
                mistake: format!("it {why}"),
            }),
            Error::NotWritable { path, source } => Self::new(Cause::StoreNotWritable {
                path: path.display().to_string(),
            })
            .observed(source.to_string()),
            Error::NotStarted {
                program,
                protocol,
                source,
            } => Self::new(Cause::ClientMissing {
                protocol,
                looked_for: vec![program.display().to_string()],
                install: None,
            })
            .observed(source.to_string()),
        }
    }
}
