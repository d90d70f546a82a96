//! Everything that can go wrong between us and Azure, as one type.

use std::time::Duration;

use gangway_engine::account::Way;
use gangway_engine::id::TenantId;
use gangway_engine::problem::Problem;
use jiff::Timestamp;
use thiserror::Error as ThisError;

use crate::calls::{Call, Repeat};
use crate::credentials::Claims;

/// What went wrong. Messages carry neither tokens nor control characters.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
pub enum Error {
    /// A cloud definition has a mistake; line and column count from 1, 0 where the
    /// file could not be read at all.
    #[error("{file}:{line}:{column}: {mistake}")]
    CloudFile {
        /// The file.
        file: String,
        /// The line.
        line: u32,
        /// The column.
        column: u32,
        /// What is wrong there.
        mistake: String,
    },
    /// Neither a cloud's name nor a file.
    #[error("neither a cloud nor a definition file is called {0:?}")]
    UnknownCloud(String),
    /// A setting that says how Azure is reached has a mistake.
    #[error("{what} {mistake}")]
    NetworkSetting {
        /// The setting, or the file it names.
        what: String,
        /// What is wrong with it.
        mistake: String,
    },
    /// There is no usable account.
    #[error("no usable account: {observed}")]
    NotSignedIn {
        /// What was seen.
        observed: String,
    },
    /// Azure CLI cannot be run, or what it prints cannot be read.
    #[error("azure cli cannot be used: {observed}")]
    AzureCli {
        /// Whether it runs at all.
        runs: bool,
        /// What it printed, or why it did not run.
        observed: String,
    },
    /// What was given as a tenant is neither a GUID nor a domain.
    #[error("{0:?} is no tenant")]
    NoSuchTenant(String),
    /// Nobody finished the sign-in in time.
    #[error("nobody finished the sign-in in time ({})", .way.as_str())]
    SignInTimedOut {
        /// By which way.
        way: Way,
    },
    /// What came back is not the answer to this sign-in.
    #[error("the sign-in is not believed: {what}")]
    SignInMistrusted {
        /// What was wrong with it.
        what: String,
    },
    /// This way of signing in is not to be had here.
    #[error("signing in by {} is not to be had here", .way.as_str())]
    WayForbidden {
        /// Which.
        way: Way,
        /// Whether machine policy forbids it; otherwise something is missing for it.
        by_policy: bool,
    },
    /// The file that the environment names for a certificate cannot be used.
    #[error("{file}: {mistake}")]
    CertificateFile {
        /// The file.
        file: String,
        /// What is wrong with it.
        mistake: String,
    },
    /// Something of the machine's that has its problem already: the vault, mostly.
    #[error("{}", .0.code())]
    Named(Box<Problem>),
    /// Entra refused to give a token.
    #[error("entra refused the sign-in: AADSTS{}", .0.code)]
    Entra(Box<EntraRefusal>),
    /// Azure wants a token with these claims, and it could not be had without a person.
    #[error("azure wants a stronger sign-in for tenant {}", .0.tenant)]
    ClaimsNeeded(Box<ClaimsNeeded>),
    /// The token is of another tenant than the resource.
    #[error("the resource belongs to tenant {tenant}")]
    WrongTenant {
        /// The right one, as Azure names it.
        tenant: TenantId,
        /// The ids of the call.
        ids: Box<Ids>,
    },
    /// Azure refused the call.
    #[error("azure refused {}: {} {}", .0.call.name, .0.status, .0.code)]
    Refused(Box<Refusal>),
    /// Azure asks to wait.
    #[error("azure asks to wait until {until}")]
    Throttled {
        /// Until when, by Azure's clock.
        until: Timestamp,
        /// How long that was when it was said.
        wait: Duration,
        /// The ids of the call.
        ids: Box<Ids>,
    },
    /// An operation that was accepted ended badly.
    #[error("the operation ended as {status}: {code}")]
    OperationFailed {
        /// `Failed` or `Canceled`.
        status: String,
        /// Azure's code.
        code: String,
        /// Azure's words.
        words: String,
        /// The ids of the last answer.
        ids: Box<Ids>,
    },
    /// An answer that is not what the contract says.
    #[error("the answer of {host} cannot be used: {came}")]
    Unusable {
        /// Who answered.
        host: String,
        /// What came, in a few words.
        came: String,
        /// The ids of the call.
        ids: Box<Ids>,
    },
    /// Azure named an address on a host that is not the cloud's.
    #[error("azure named an address on {host}, which is not the cloud's {expected}")]
    ForeignHost {
        /// The host it named.
        host: String,
        /// The only host that may be followed.
        expected: String,
    },
    /// An id does not fit the call it was meant for.
    #[error("{id:?} does not fit the call {call}")]
    UnfitId {
        /// The call.
        call: &'static str,
        /// The id.
        id: String,
    },
    /// The proxy wants a sign-in.
    #[error("the proxy {proxy} wants a sign-in")]
    ProxySignIn {
        /// Its name.
        proxy: String,
    },
    /// A certificate was shown by an issuer that this machine does not trust; nothing
    /// was sent.
    #[error("{host} shows a certificate of {issuer:?}, which is not trusted here")]
    UnknownIssuer {
        /// The host that was asked.
        host: String,
        /// The authority that would have to be trusted, by its own words.
        issuer: String,
    },
    /// No connection could be made: the request surely was not sent.
    #[error("{host} cannot be reached: {why}")]
    Unreachable {
        /// The host.
        host: String,
        /// Why.
        why: String,
    },
    /// The connection broke after the request may have been sent.
    #[error("the connection to {host} broke: {why}")]
    Broken {
        /// The host.
        host: String,
        /// Why.
        why: String,
    },
    /// The HTTP client could not be made ready.
    #[error("the connection could not be prepared: {0}")]
    Setup(String),
}

/// The ids that a help desk can look a call up with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ids {
    /// Ours: `x-ms-client-request-id`.
    pub client_request: Option<String>,
    /// `x-ms-request-id`.
    pub request: Option<String>,
    /// `x-ms-correlation-request-id`: what the Activity Log stores.
    pub correlation: Option<String>,
}

/// A refusal of the token endpoint
/// (<https://learn.microsoft.com/entra/identity-platform/reference-error-codes>).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntraRefusal {
    /// The number after `AADSTS`; 0 where none came.
    pub code: u32,
    /// `error`, for instance `invalid_grant`.
    pub error: String,
    /// `suberror`, for instance `bad_token`; empty where none came.
    pub suberror: String,
    /// The first sentence of `error_description`.
    pub words: String,
    /// Entra's correlation id.
    pub correlation: Option<String>,
    /// The tenant that was asked, where one was.
    pub tenant: Option<TenantId>,
    /// The app that asked, where it is one of the operator's.
    pub client_id: Option<String>,
    /// Where an administrator can consent to that app
    /// (<https://learn.microsoft.com/entra/identity-platform/v2-admin-consent>).
    pub consent_page: Option<String>,
    /// Claims that an interactive sign-in has to carry.
    pub claims: Option<Claims>,
}

/// A claims challenge that could not be answered without a person (contract 2.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimsNeeded {
    /// The tenant.
    pub tenant: TenantId,
    /// The claims; `None` where Azure demanded MFA without naming any.
    pub claims: Option<Claims>,
    /// The exact `az login` line, where the account is Azure CLI's.
    pub command: Option<String>,
    /// The ids of the refused call.
    pub ids: Box<Ids>,
}

/// What Azure said when it refused a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The call.
    pub call: Call,
    /// The resource it was for.
    pub resource: String,
    /// The HTTP status.
    pub status: u16,
    /// `error.code`; empty where none came.
    pub code: String,
    /// `error.message`, at most some hundred characters. Data.
    pub words: String,
    /// The name of the policy assignment, where Azure Policy refused.
    pub policy: Option<String>,
    /// How long to wait before asking again, where Azure says.
    pub retry_after: Option<Duration>,
    /// The ids of the call.
    pub ids: Box<Ids>,
}

impl Error {
    /// Whether the request surely changed nothing: not sent, or turned away at the door.
    #[must_use]
    pub fn surely_not_taken(&self) -> bool {
        match self {
            Self::Refused(refusal) => (400..500).contains(&refusal.status) && refusal.status != 408,
            Self::Unusable { .. } | Self::Broken { .. } | Self::OperationFailed { .. } => false,
            Self::CloudFile { .. }
            | Self::UnknownCloud(_)
            | Self::NetworkSetting { .. }
            | Self::UnknownIssuer { .. }
            | Self::NotSignedIn { .. }
            | Self::AzureCli { .. }
            | Self::NoSuchTenant(_)
            | Self::SignInTimedOut { .. }
            | Self::SignInMistrusted { .. }
            | Self::WayForbidden { .. }
            | Self::CertificateFile { .. }
            | Self::Named(_)
            | Self::Entra(_)
            | Self::ClaimsNeeded(_)
            | Self::WrongTenant { .. }
            | Self::Throttled { .. }
            | Self::ForeignHost { .. }
            | Self::UnfitId { .. }
            | Self::ProxySignIn { .. }
            | Self::Unreachable { .. }
            | Self::Setup(_) => true,
        }
    }

    /// Whether the same request may be sent again by itself. A 429 that is no
    /// [`Error::Throttled`] is a lock that another write holds, not a quota (contract 1.6).
    pub(crate) fn may_repeat(&self, repeat: Repeat, patience: Duration) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Throttled { wait, .. } => *wait <= patience,
            Self::Refused(refusal) if refusal.status == 429 => {
                refusal.retry_after.is_none_or(|wait| wait <= patience)
            }
            Self::Refused(refusal) => {
                repeat == Repeat::Always && matches!(refusal.status, 408 | 500 | 502 | 503 | 504)
            }
            Self::Broken { .. } => repeat == Repeat::Always,
            _ => false,
        }
    }

    /// How long Azure asked to wait, where it did.
    pub(crate) fn wait(&self) -> Option<Duration> {
        match self {
            Self::Throttled { wait, .. } => Some(*wait),
            Self::Refused(refusal) => refusal.retry_after,
            _ => None,
        }
    }
}
