//! Who is signed in, put together: the token file, what a person chose, and which ways there are.

mod choose;
mod keep;

pub(crate) use choose::Choice;
pub(crate) use keep::{keep, learn_tenants, noted};

use std::collections::BTreeMap;
use std::sync::Arc;

use gangway_engine::account::{
    Account, AccountId, AccountTenant, Kept, KnownAccounts, Way, WayOffer,
};
use gangway_engine::id::TenantId;
use gangway_engine::problem::{Cause, Problem};

use crate::broker;
use crate::error::chain;
use crate::settings::SignInSettings;
use crate::store::StoredTenant;
use crate::tokens::Held;
use crate::world::World;

impl World {
    /// Looks who is signed in, and tells it where that has changed. The keyring is asked
    /// only where there is a token file.
    pub(crate) async fn look_at_accounts(&self) -> Arc<KnownAccounts> {
        let held = self.tokens.look().await;
        let now = Arc::new(self.known_with(held));
        let before = self.known.borrow().clone();
        // Whoever is served by somebody else from now on must not get the old one's token.
        if let (Some(before), Some(Ok(azure))) = (before, self.azure.get()) {
            for tenant in changed_hands(&before, &now) {
                azure.forget(&tenant).await;
            }
        }
        self.known.send_if_modified(|known| {
            let changed = known.as_ref() != Some(&now);
            *known = Some(Arc::clone(&now));
            changed
        });
        now
    }

    /// Who is signed in; looks only where nobody has looked yet.
    pub(crate) async fn known_accounts(&self) -> Arc<KnownAccounts> {
        let known = self.known.borrow().clone();
        match known {
            Some(known) => known,
            None => self.look_at_accounts().await,
        }
    }

    fn known_with(&self, held: Held) -> KnownAccounts {
        let settings = self.settings();
        let mut problems: Vec<Problem> = held.problem.into_iter().collect();
        let mut tenants = self.store.account_tenants().unwrap_or_else(|error| {
            tracing::warn!(error = %chain(&error), "tenants of accounts not read");
            problems.push(error.problem());
            BTreeMap::new()
        });
        let lent = self.store.lent_accounts().unwrap_or_else(|error| {
            tracing::warn!(error = %chain(&error), "accounts not read");
            Vec::new()
        });
        let ours = held.records.into_iter().map(|(id, record, kept)| {
            let account = Account {
                username: record.username,
                name: record.name,
                cloud: record.cloud,
                way: record.way,
                kept,
                tenants: of_home(&record.tenant),
                id,
            };
            (record.since, account)
        });
        let lent = lent.into_iter().map(|(id, lent)| {
            let account = Account {
                username: lent.username,
                name: lent.name,
                cloud: lent.cloud,
                way: lent.way,
                kept: Kept::Elsewhere,
                tenants: of_home(&id.tenant()),
                id,
            };
            (lent.since, account)
        });
        let mut all: Vec<(i64, Account)> = ours.chain(lent).collect();
        all.sort_by_key(|(since, _)| *since);
        let mut accounts: Vec<Account> = all.into_iter().map(|(_, account)| account).collect();
        for account in &mut accounts {
            if let Some(stored) = tenants.remove(&account.id) {
                account.tenants = in_order(&account.id, stored);
            }
            let forbidden = !settings.sign_in.allows(account.way);
            if forbidden && settings.sign_in.ways_by_policy {
                for tenant in account.tenants.iter_mut().filter(|tenant| tenant.on) {
                    tenant.problem = Some(forbidden_way(account.way, true));
                }
            }
        }
        let otherwise = match &self.serves_all {
            Some(gangway_azure::SignIn::AzureCli) => Some(Way::AzureCli),
            Some(_) => Some(Way::Environment),
            None => Some(Way::AzureCli).filter(|way| settings.sign_in.allows(*way)),
        };
        KnownAccounts {
            accounts,
            otherwise,
            ways: ways(&settings.sign_in),
            kept: held.kept,
            problems,
        }
    }
}

/// What stands against a way here.
pub(crate) fn hindrance(settings: &SignInSettings, way: Way) -> Option<Problem> {
    if !settings.allows(way) {
        return Some(forbidden_way(way, true));
    }
    let wants_app = match way {
        Way::Browser | Way::DeviceCode | Way::Broker => true,
        Way::AzureCli | Way::Environment => false,
    };
    (wants_app && settings.client_id.is_none()).then(|| forbidden_way(way, false))
}

fn forbidden_way(way: Way, by_policy: bool) -> Problem {
    Problem::new(Cause::WayForbidden { way, by_policy })
}

fn ways(settings: &SignInSettings) -> Vec<WayOffer> {
    let offered = Way::ALL.into_iter().filter(|way| match way {
        Way::Browser | Way::AzureCli | Way::DeviceCode => true,
        Way::Broker => broker::IS_HERE,
        Way::Environment => false,
    });
    offered
        .map(|way| WayOffer {
            way,
            hindrance: hindrance(settings, way),
        })
        .collect()
}

/// Where the store knows nothing of an account: the tenant it signed in at is on.
fn of_home(tenant: &TenantId) -> Vec<AccountTenant> {
    vec![AccountTenant {
        id: tenant.clone(),
        name: tenant.to_string(),
        domain: None,
        on: true,
        used: true,
        problem: None,
    }]
}

/// The home tenant first, the others as they came.
fn in_order(account: &AccountId, stored: Vec<StoredTenant>) -> Vec<AccountTenant> {
    let mut tenants: Vec<AccountTenant> = stored
        .into_iter()
        .map(|tenant| AccountTenant {
            name: tenant.name.unwrap_or_else(|| tenant.id.clone()),
            id: TenantId::new(tenant.id),
            domain: tenant.domain,
            on: tenant.on,
            used: tenant.used,
            problem: tenant.problem,
        })
        .collect();
    tenants.sort_by_key(|tenant| tenant.id != account.tenant());
    tenants
}

/// The tenants that another account serves now, or none.
fn changed_hands(before: &KnownAccounts, now: &KnownAccounts) -> Vec<TenantId> {
    let tenants = before
        .accounts
        .iter()
        .flat_map(|account| &account.tenants)
        .filter(|tenant| tenant.on && tenant.used)
        .map(|tenant| tenant.id.clone());
    let who = |known: &KnownAccounts, tenant: &TenantId| {
        known.used_in(tenant).map(|account| account.id.clone())
    };
    tenants
        .filter(|tenant| who(before, tenant) != who(now, tenant))
        .collect()
}
