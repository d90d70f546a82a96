//! Signing in: what is wished, what is to be done, what comes of it, and how it is shown.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::{AccountId, Way};
use crate::id::SignInId;
use crate::problem::{Problem, WayOut};

mod choice;
mod desk;
mod one;

pub(crate) use desk::{Challenge, Desk};
pub(crate) use one::Outcome;

/// A person's wish to sign in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SignInWish {
    /// By which way; the best that nothing stands against where `None`.
    pub way: Option<Way>,
    /// At which tenant, by GUID or domain; the settings' tenant, or the account's own, where `None`.
    pub tenant: Option<String>,
    /// As this account again; the person chooses where `None`.
    pub account: Option<AccountId>,
}

/// One sign-in, as it is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInPlan {
    /// By which way.
    pub way: Way,
    /// At which tenant, by GUID or domain, where that is settled.
    pub tenant: Option<String>,
    /// As which account, where that is settled: another one is not accepted.
    pub account: Option<AccountId>,
    /// The claims that Azure asks for, in base64, as in `Cause::MfaRequired`.
    pub claims: Option<String>,
}

/// What a sign-in tells while it goes on; `Done` and `Failed` are its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignInReply {
    /// The page is to be visited.
    Page {
        /// Its address, to show and copy where no browser opened.
        page: String,
        /// Whether a browser was started with it.
        opened: bool,
    },
    /// A code is to be typed in on a page.
    Code {
        /// The code.
        user_code: String,
        /// The page's address.
        page: String,
        /// Whether a browser was started with it.
        opened: bool,
        /// When the code lapses.
        expires_at: Timestamp,
    },
    /// A command is to be run; the sign-in goes on once it did its work.
    Cli {
        /// The whole line.
        command: String,
    },
    /// The person is through; the answer is being exchanged for tokens.
    Redeeming,
    /// Signed in, and kept.
    Done(AccountId),
    /// Over without a sign-in.
    Failed(Problem),
}

/// A sign-in, as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SignInView {
    /// Which.
    pub id: SignInId,
    /// By which way.
    pub way: Way,
    /// At which tenant, where that is settled.
    pub tenant: Option<String>,
    /// As which account, where that is settled.
    pub account: Option<AccountId>,
    /// Whether it answers a challenge of Azure's; a connection waits for it then.
    pub challenged: bool,
    /// How far it is.
    pub stage: SignInStage,
    /// When it ends by itself, where it waits for a person.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub until: Option<Timestamp>,
    /// Why it failed, where it did.
    pub problem: Option<Problem>,
    /// What a person can do after it failed. The answer `sign-in` among them means the same
    /// wish once more ([`crate::intent::Intent::SignIn`]).
    pub ways_out: Vec<WayOut>,
}

/// How far a sign-in is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "stage", rename_all = "kebab-case")]
pub enum SignInStage {
    /// Another one goes first.
    Waiting,
    /// Being set up: no page, code or command yet.
    Opening,
    /// A page waits for the person.
    Browser {
        /// Its address.
        page: String,
        /// Whether a browser was started with it.
        opened: bool,
    },
    /// A code is to be typed in.
    Code {
        /// The code.
        user_code: String,
        /// Where.
        page: String,
        /// Whether a browser was started with it.
        opened: bool,
    },
    /// A command is to be run.
    Cli {
        /// The whole line.
        command: String,
    },
    /// The answer is being exchanged for tokens.
    Redeeming,
    /// Signed in.
    Done {
        /// As whom.
        account: AccountId,
    },
    /// Over without a sign-in; the problem says why.
    Failed,
    /// Called off by a person.
    Cancelled,
}

impl SignInStage {
    /// Its name, as under `sign-in-stage.` in the catalogue.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Opening => "opening",
            Self::Browser { .. } => "browser",
            Self::Code { .. } => "code",
            Self::Cli { .. } => "cli",
            Self::Redeeming => "redeeming",
            Self::Done { .. } => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing happens to it any more.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        match self {
            Self::Done { .. } | Self::Failed | Self::Cancelled => true,
            Self::Waiting
            | Self::Opening
            | Self::Browser { .. }
            | Self::Code { .. }
            | Self::Cli { .. }
            | Self::Redeeming => false,
        }
    }
}
