//! Accounts, tenants and subscriptions as JSON.

use gangway_engine::account::{Account, AccountTenant, AccountsView};
use gangway_engine::query::{Right, SubscriptionEntry, SubscriptionRights};
use gangway_engine::request::Access;
use serde::Serialize;

use super::{AccessJson, ProblemJson, named};
use crate::say::name;

/// The answer to `accounts`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountsJson {
    accounts: Vec<AccountJson>,
    /// What serves tenants without an account: a way, or nothing.
    otherwise: Option<String>,
    /// Where a sign-in would be kept: `keyring`, or `memory` where there is no keyring.
    kept: String,
    ways: Vec<WayJson>,
    /// What is wrong with what is kept.
    problems: Vec<ProblemJson>,
}

/// An account.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountJson {
    /// `<object id>.<home tenant id>`.
    id: String,
    username: String,
    name: Option<String>,
    cloud: String,
    /// How it signed in.
    way: String,
    /// Where its sign-in is kept: `keyring`, `memory` or `elsewhere`.
    kept: String,
    tenants: Vec<AccountTenantJson>,
}

/// A tenant of an account.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountTenantJson {
    tenant: String,
    /// Its name, or its id where no name is known.
    name: String,
    domain: Option<String>,
    /// Whether the person switched it on: only then is it asked anything.
    on: bool,
    /// Whether this account is the one that is used there.
    used: bool,
    problem: Option<ProblemJson>,
}

/// A way to sign in.
#[derive(Debug, Serialize)]
struct WayJson {
    way: String,
    /// Why it cannot be used here.
    problem: Option<ProblemJson>,
}

impl From<&AccountsView> for AccountsJson {
    fn from(view: &AccountsView) -> Self {
        Self {
            accounts: view.accounts.iter().map(AccountJson::from).collect(),
            otherwise: named(view.otherwise),
            kept: name(view.kept),
            problems: view.problems.iter().map(ProblemJson::from).collect(),
            ways: view
                .ways
                .iter()
                .map(|offer| WayJson {
                    way: name(offer.way),
                    problem: offer.hindrance.as_ref().map(ProblemJson::from),
                })
                .collect(),
        }
    }
}

impl From<&Account> for AccountJson {
    fn from(account: &Account) -> Self {
        Self {
            id: account.id.to_string(),
            username: account.username.clone(),
            name: account.name.clone(),
            cloud: account.cloud.clone(),
            way: name(account.way),
            kept: name(account.kept),
            tenants: account
                .tenants
                .iter()
                .map(AccountTenantJson::from)
                .collect(),
        }
    }
}

impl From<&AccountTenant> for AccountTenantJson {
    fn from(tenant: &AccountTenant) -> Self {
        Self {
            tenant: tenant.id.to_string(),
            name: tenant.name.clone(),
            domain: tenant.domain.clone(),
            on: tenant.on,
            // One that is off is asked nothing, and nobody is used there.
            used: tenant.on && tenant.used,
            problem: tenant.problem.as_ref().map(ProblemJson::from),
        }
    }
}

/// The answer to `tenants`: one row for each tenant of each account.
#[derive(Debug, Serialize)]
pub(crate) struct TenantsJson {
    tenants: Vec<TenantJson>,
}

/// A tenant, and the account by which it is known.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TenantJson {
    /// The account's id.
    account: String,
    username: String,
    #[serde(flatten)]
    tenant: AccountTenantJson,
}

impl From<&[Account]> for TenantsJson {
    fn from(accounts: &[Account]) -> Self {
        let rows = accounts.iter().flat_map(|account| {
            account.tenants.iter().map(|tenant| TenantJson {
                account: account.id.to_string(),
                username: account.username.clone(),
                tenant: AccountTenantJson::from(tenant),
            })
        });
        Self {
            tenants: rows.collect(),
        }
    }
}

/// The answer to `logout`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogoutJson {
    /// Who was signed out.
    signed_out: Vec<SignedOutJson>,
    /// Accesses that still run, and stay open until their end.
    accesses: Vec<AccessJson>,
}

/// An account that was signed out.
#[derive(Debug, Serialize)]
struct SignedOutJson {
    id: String,
    username: String,
}

impl LogoutJson {
    /// These accounts, beside these accesses.
    pub(crate) fn new(accounts: &[Account], open: &[Access]) -> Self {
        let one = |account: &Account| SignedOutJson {
            id: account.id.to_string(),
            username: account.username.clone(),
        };
        Self {
            signed_out: accounts.iter().map(one).collect(),
            accesses: open.iter().map(AccessJson::from).collect(),
        }
    }
}

/// The answer to `subscriptions`.
#[derive(Debug, Serialize)]
pub(crate) struct SubscriptionsJson {
    subscriptions: Vec<SubscriptionJson>,
}

/// A subscription.
#[derive(Debug, Serialize)]
struct SubscriptionJson {
    subscription: String,
    name: Option<String>,
    tenant: Option<String>,
    /// Whether the person left it out of lists.
    hidden: bool,
    /// What may be done there, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    rights: Option<RightsJson>,
}

/// What the account in use may do in a subscription.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RightsJson {
    sees_vms: Right,
    reads_policies: Right,
    may_request: Right,
}

impl SubscriptionsJson {
    /// All rows, those with rights that were asked.
    pub(crate) fn new(rows: &[SubscriptionEntry], rights: &[SubscriptionRights]) -> Self {
        let of = |entry: &SubscriptionEntry| {
            let found = rights.iter().find(|it| it.subscription == entry.id)?;
            Some(RightsJson {
                sees_vms: found.sees_vms,
                reads_policies: found.reads_policies,
                may_request: found.may_request,
            })
        };
        let one = |entry: &SubscriptionEntry| SubscriptionJson {
            subscription: entry.id.to_string(),
            name: entry.name.clone(),
            tenant: entry.tenant.as_ref().map(ToString::to_string),
            hidden: entry.hidden,
            rights: of(entry),
        };
        Self {
            subscriptions: rows.iter().map(one).collect(),
        }
    }
}
