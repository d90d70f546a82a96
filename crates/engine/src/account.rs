//! Who is signed in: accounts, their tenants, and the ways of signing in there are.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::{InvalidId, TenantId};
use crate::problem::Problem;
use crate::sign_in::SignInView;

/// The longest account id accepted, in bytes: two GUIDs and a dot are 73.
const LONGEST_ACCOUNT_ID: usize = 160;

/// An account: the object id in its home tenant and that tenant's id, as Entra's
/// `client_info` joins them (`<object id>.<tenant id>`).
///
/// Lower case throughout, so that plain comparison is right.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(type = "string"))]
#[serde(try_from = "String", into = "String")]
pub struct AccountId(String);

impl AccountId {
    /// Joins an object id and the id of its home tenant.
    ///
    /// # Errors
    /// [`InvalidId::NotAnAccount`] where either is empty or holds anything but letters,
    /// digits and hyphens.
    pub fn new(object: &str, tenant: &TenantId) -> Result<Self, InvalidId> {
        Self::parse(&format!("{object}.{tenant}"))
    }

    /// Takes an id as [`AccountId::as_str`] wrote it, in any case.
    ///
    /// # Errors
    /// [`InvalidId::NotAnAccount`] where it is not two plain parts with a dot between.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let plain = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        match text.split_once('.') {
            Some((object, tenant))
                if plain(object) && plain(tenant) && text.len() <= LONGEST_ACCOUNT_ID =>
            {
                Ok(Self(text.to_ascii_lowercase()))
            }
            Some(_) | None => Err(InvalidId::NotAnAccount),
        }
    }

    /// The whole id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The object id in the home tenant.
    #[must_use]
    pub fn object(&self) -> &str {
        self.0.split_once('.').map_or("", |(object, _)| object)
    }

    /// The home tenant.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        TenantId::new(self.0.split_once('.').map_or("", |(_, tenant)| tenant))
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl TryFrom<String> for AccountId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        Self::parse(&text)
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.0
    }
}

/// A way of signing in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// The person's own browser: authorization code with PKCE and a loopback redirect.
    Browser,
    /// The account that the Azure CLI is signed in with.
    AzureCli,
    /// A code that is typed in on another device or in another browser.
    DeviceCode,
    /// A client secret or certificate from the environment, for automation.
    Environment,
    /// The accounts of Windows, through its broker.
    Broker,
}

impl Way {
    /// Every way, in the order in which they are offered. Not each of them is offered
    /// everywhere: `Broker` only where it is compiled in, on Windows, and `Environment`
    /// never, as it is found and not chosen.
    pub const ALL: [Self; 5] = [
        Self::Broker,
        Self::Browser,
        Self::AzureCli,
        Self::DeviceCode,
        Self::Environment,
    ];

    /// The name in settings, machine policy and `--json`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::AzureCli => "azure-cli",
            Self::DeviceCode => "device-code",
            Self::Environment => "environment",
            Self::Broker => "broker",
        }
    }

    /// The way of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == name)
    }
}

/// Where an account's refresh token lies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Kept {
    /// In the encrypted file whose key the system's keyring holds.
    Keyring,
    /// In this program's memory only: the sign-in ends with it.
    #[default]
    Memory,
    /// Not with Gangway: in the Azure CLI's own cache, the environment, or Windows.
    Elsewhere,
}

/// An account that is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Account {
    /// Which.
    pub id: AccountId,
    /// The name it signs in with, as Entra says it (`preferred_username`); empty where it is
    /// not known yet. Data.
    pub username: String,
    /// The person's name, where Entra says it. Data.
    pub name: Option<String>,
    /// The cloud it belongs to: `public`, `us-government`, `china` or a definition's name.
    pub cloud: String,
    /// How it was signed in.
    pub way: Way,
    /// Where its refresh token lies.
    pub kept: Kept,
    /// Every tenant it is known to be in, the home tenant first.
    pub tenants: Vec<AccountTenant>,
}

impl Account {
    /// What it is called where it is shown: its name, or its id while it has none yet.
    #[must_use]
    pub fn shown_as(&self) -> &str {
        match self.username.as_str() {
            "" => self.id.as_str(),
            name => name,
        }
    }
}

/// A tenant that an account is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AccountTenant {
    /// Which.
    pub id: TenantId,
    /// Its name, where known; the id otherwise. Data.
    pub name: String,
    /// Its default domain, where known. Data.
    pub domain: Option<String>,
    /// The person switched it on. Tokens are asked for in such tenants only: a silent try
    /// in any other would be a failed sign-in in that tenant's log.
    pub on: bool,
    /// Of the accounts in this tenant, this is the one that is used.
    pub used: bool,
    /// Why it cannot be read with this account, where it cannot.
    pub problem: Option<Problem>,
}

/// The accounts as the runtime knows them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownAccounts {
    /// All of this machine's, in the order in which they were signed in.
    pub accounts: Vec<Account>,
    /// What serves tenants that no account is used in: `Environment` (then it serves every
    /// tenant and wins), else `AzureCli`, else nothing.
    pub otherwise: Option<Way>,
    /// The ways that are offered, best first, each with what stands against it.
    pub ways: Vec<WayOffer>,
    /// Where the next account's refresh token will lie.
    pub kept: Kept,
    /// What is wrong with what is kept: `tokens-unreadable`, `store-newer`,
    /// `keyring-missing`.
    #[serde(default)]
    pub problems: Vec<Problem>,
}

impl KnownAccounts {
    /// The account that is used in this tenant, where one is and it is switched on.
    #[must_use]
    pub fn used_in(&self, tenant: &TenantId) -> Option<&Account> {
        self.accounts.iter().find(|account| {
            let here = |it: &&AccountTenant| it.id == *tenant && it.on && it.used;
            account.tenants.iter().any(|it| here(&it))
        })
    }
}

/// A way of signing in, as it stands here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WayOffer {
    /// Which.
    pub way: Way,
    /// What stands against it (`way-forbidden`), where something does.
    pub hindrance: Option<Problem>,
}

/// Accounts and sign-ins, as shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AccountsView {
    /// Who is signed in.
    pub accounts: Vec<Account>,
    /// What serves tenants that no account is used in.
    pub otherwise: Option<Way>,
    /// The ways that are offered, best first.
    pub ways: Vec<WayOffer>,
    /// Where the next account's refresh token will lie; `memory` is to be said.
    pub kept: Kept,
    /// What is wrong with what is kept, and why the last sign-out failed where it did.
    #[serde(default)]
    pub problems: Vec<Problem>,
    /// Who is being signed out.
    #[serde(default)]
    pub signing_out: Vec<AccountId>,
    /// Why the last sign-out that ended failed, where it did; it is among the problems, too.
    #[serde(default)]
    pub sign_out_problem: Option<Problem>,
    /// Sign-ins under way and those that ended and were not cleared, oldest first.
    pub sign_ins: Vec<SignInView>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_an_object_in_its_home_tenant() {
        let id = AccountId::new("AA-1", &TenantId::new("T-1")).unwrap();
        assert_eq!(id.as_str(), "aa-1.t-1");
        assert_eq!(id.object(), "aa-1");
        assert_eq!(id.tenant(), TenantId::new("t-1"));
    }

    #[test]
    fn what_is_no_account_is_refused() {
        let long = format!("{}.t", "a".repeat(LONGEST_ACCOUNT_ID));
        for text in ["", ".", "a", "a.", ".b", "a.b.c", "a/b.c", "a b.c", &long] {
            assert_eq!(
                AccountId::parse(text),
                Err(InvalidId::NotAnAccount),
                "{text:?}"
            );
        }
        assert!(serde_json::from_str::<AccountId>("\"../x\"").is_err());
    }

    #[test]
    fn every_way_is_found_by_its_name() {
        for way in Way::ALL {
            assert_eq!(Way::named(way.as_str()), Some(way));
            let json = serde_json::to_value(way).unwrap();
            assert_eq!(json.as_str(), Some(way.as_str()));
        }
    }
}
