//! What can go wrong in the runtime itself, and the problem each becomes.

use std::io;
use std::path::PathBuf;

use gangway_engine::problem::{Cause, Problem};
use thiserror::Error;

/// A failure of the store, the folders or a settings file.
#[derive(Debug, Error)]
pub enum Error {
    /// The store was written by a newer version; it was not touched.
    #[error("the store has version {found}, this program knows {known}")]
    StoreNewer {
        /// The version that was found.
        found: u32,
        /// The newest version this program knows.
        known: u32,
    },
    /// The store, or the folder it should lie in, cannot be written.
    #[error("{} cannot be written", path.display())]
    StoreNotWritable {
        /// The store's file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The store holds something that is no longer a store.
    #[error("{} cannot be read", path.display())]
    StoreDamaged {
        /// The store's file.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The store failed in another way: a statement, or a wait that was too long.
    #[error("the store did not answer")]
    Store(#[source] rusqlite::Error),
    /// A record in the store is not what this version writes.
    #[error("a record in the store cannot be understood")]
    Record(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The system names no folder for this person's files.
    #[error("no home folder is known; set GANGWAY_HOME")]
    NoHome,
    /// A file could not be read or written.
    #[error("{} failed", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A value does not fit its setting, or the person's file is not one to change.
    #[error("{mistake}")]
    Setting {
        /// What is wrong, in a few words.
        mistake: String,
    },
    /// There is no keyring, or it does not answer.
    #[error("{why}")]
    Keyring {
        /// What was seen.
        why: String,
    },
    /// The token file holds nothing that can be used.
    #[error("{} cannot be read: {why}", path.display())]
    TokensUnreadable {
        /// The file.
        path: PathBuf,
        /// What was seen.
        why: &'static str,
        /// Where it was kept, once it was put aside.
        kept: Option<PathBuf>,
    },
    /// Another process works with the refresh tokens, for longer than that ever takes.
    #[error("another process is renewing the sign-in, and has been for {seconds} s")]
    TokensBusy {
        /// For how long it was waited for.
        seconds: u64,
    },
    /// Something has a name already: see the problem.
    #[error("{}", .0.code())]
    Named(Box<Problem>),
}

impl Error {
    /// The problem that a person is told.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let told = chain(self);
        match self {
            Self::StoreNewer { found, known } => Problem::new(Cause::StoreNewer {
                found: *found,
                known: *known,
            }),
            Self::StoreDamaged { path, .. } => Problem::new(Cause::StoreDamaged {
                kept: path.display().to_string(),
            })
            .observed(told),
            Self::StoreNotWritable { path, .. } | Self::File { path, .. } => {
                Problem::new(Cause::StoreNotWritable {
                    path: path.display().to_string(),
                })
                .observed(told)
            }
            Self::Store(_) | Self::Record(_) | Self::NoHome => {
                Problem::new(Cause::StoreNotWritable {
                    path: String::new(),
                })
                .observed(told)
            }
            Self::Setting { mistake } => Problem::new(Cause::SettingsInvalid {
                file: String::new(),
                line: 0,
                column: 0,
                mistake: mistake.clone(),
            }),
            Self::Keyring { .. } => Problem::new(Cause::KeyringMissing).observed(told),
            Self::TokensUnreadable { path, kept, .. } => Problem::new(Cause::TokensUnreadable {
                file: path.display().to_string(),
                kept: kept.as_ref().map(|kept| kept.display().to_string()),
            })
            .observed(told),
            // Nothing is wrong with the file: no account can be used for the moment.
            Self::TokensBusy { .. } => Problem::new(Cause::NotSignedIn).observed(told),
            Self::Named(problem) => (**problem).clone(),
        }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Named(Box::new(problem))
    }
}

/// An error and what lies beneath it, as one clause after another.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}
