//! Signing people in, by browser and by device code, and tokens for the accounts they signed in.
//!
//! The protocol is `oauth2`'s; what is Entra's own (claims, the id token, its errors) and the
//! flow are ours (<https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow>).

use std::fmt;

use gangway_engine::account::AccountId;
use gangway_engine::id::TenantId;

use crate::credentials::{AccessToken, Claims};
use crate::secret::Secret;

mod authority;
mod azure_cli;
mod begin;
mod browser;
mod device_code;
mod exchange;
mod finish;
pub(crate) mod id_token;
#[cfg(test)]
mod interleavings;
mod listener;
mod protocol;
mod redirect;
mod refresh;
mod served;
mod vault;

pub use azure_cli::AZURE_CLI_LIMIT;
pub use browser::{BROWSER_LIMIT, BrowserSignIn, Redirected};
pub use device_code::DeviceSignIn;
pub(crate) use served::Served;
pub use served::{Accounts, Chooser, Chosen};
pub use vault::{MemoryVault, OpenVault, Stored, Vault};

/// The operator's own app registration. No other product's is ever borrowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Its application (client) id.
    pub client_id: String,
}

/// What a sign-in is to achieve.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ask {
    /// At which tenant, by GUID or verified domain; any work account's own where `None`.
    pub tenant: Option<String>,
    /// The name to begin with, so that nobody has to type it again.
    pub login_hint: Option<String>,
    /// The claims that Azure wants to see in the token.
    pub claims: Option<Claims>,
    /// The account that has to come back; any where `None`.
    pub expect: Option<AccountId>,
}

/// Who has signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Which account.
    pub account: AccountId,
    /// The name it signs in with (`preferred_username`). Data.
    pub username: String,
    /// The person's name, where Entra says it. Data.
    pub name: Option<String>,
    /// The tenant that was signed in to: the account's own, or one where it is a guest.
    pub tenant: TenantId,
    /// What is to be kept, where no vault has it yet: where there is a vault it was written
    /// before this was told.
    pub stored: Option<Stored>,
}

/// What the token endpoint handed out, as our own types.
pub(crate) struct Grant {
    pub(crate) access: AccessToken,
    pub(crate) refresh: Option<Secret>,
    /// The id token, unread: it was asked for, but only a sign-in has to have one.
    pub(crate) id_token: Option<Secret>,
    /// `client_info`, unread: object and tenant of the account at home.
    pub(crate) client_info: Option<Secret>,
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant").finish_non_exhaustive()
    }
}

/// The longest name that is taken over, in characters.
const LONGEST_NAME: usize = 256;

/// A name as it may be shown: no control characters, not endless.
fn shown(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_control())
        .take(LONGEST_NAME)
        .collect()
}
