//! What can go wrong in the simulator itself, as opposed to what it plays.

/// Why the simulator cannot start or do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The estate text is not a valid estate.
    #[error("the estate cannot be read")]
    Estate(#[source] serde_json::Error),
    /// A name in the estate refers to nothing.
    #[error("{what} {name:?} is not in the estate")]
    Missing {
        /// Kind of thing.
        what: &'static str,
        /// Name looked for.
        name: String,
    },
    /// A value in the estate or in a command does not parse.
    #[error("{what} {value:?} is not valid")]
    Invalid {
        /// Kind of value.
        what: &'static str,
        /// As written.
        value: String,
    },
    /// A certificate could not be made.
    #[error("a certificate could not be made")]
    Certificate(#[from] rcgen::Error),
    /// TLS could not be set up.
    #[error("TLS could not be set up")]
    Tls(#[from] rustls::Error),
    /// A socket could not be opened.
    #[error("{what} failed")]
    Io {
        /// What was tried.
        what: String,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The visitor was sent to an address that is not on this machine.
    #[error("{url} is not a loopback address")]
    NotLoopback {
        /// The address, without its query.
        url: String,
    },
    /// The visitor got no answer.
    #[error("{url} could not be visited")]
    Visit {
        /// The address, without its query.
        url: String,
        /// Why not.
        #[source]
        source: reqwest::Error,
    },
    /// The control endpoint answered with an error.
    #[error("the simulator answered {status}: {body}")]
    Control {
        /// HTTP status.
        status: u16,
        /// Its words.
        body: String,
    },
}

impl Error {
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}
