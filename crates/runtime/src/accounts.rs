//! Who is signed in, put together: the token file, what a person chose, and which ways there are.

mod choose;
mod hands;
mod keep;

pub(crate) use choose::Choice;
pub(crate) use keep::{keep, learn_tenants, noted};

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use futures_util::future::join_all;
use gangway_azure::Cloud;
use gangway_engine::account::{
    Account, AccountId, AccountTenant, Kept, KnownAccounts, Way, WayOffer,
};
use gangway_engine::id::TenantId;
use gangway_engine::problem::{Cause, ForbiddenWhy, Problem};

use self::hands::Changed;
use crate::broker;
use crate::error::chain;
use crate::settings::SignInSettings;
use crate::store::{LentAccount, StoredTenant};
use crate::tokens::{Held, Record};
use crate::world::World;

impl World {
    /// Looks who is signed in, and tells it where that has changed. The keyring is asked
    /// only where there is a token file.
    pub(crate) async fn look_at_accounts(&self) -> Arc<KnownAccounts> {
        // One look at a time: what an earlier one saw never replaces what a later one told.
        let _looking = self.looking.lock().await;
        self.look_and_tell().await
    }

    /// Who is signed in; looks only where nobody has looked yet.
    pub(crate) async fn known_accounts(&self) -> Arc<KnownAccounts> {
        let seen = || self.known.borrow().clone();
        if let Some(known) = seen() {
            return known;
        }
        // One looks, and asks the keyring; whoever comes meanwhile waits for that.
        let _looking = self.looking.lock().await;
        match seen() {
            Some(known) => known,
            None => self.look_and_tell().await,
        }
    }

    async fn look_and_tell(&self) -> Arc<KnownAccounts> {
        let held = self.tokens.look().await;
        let now = Arc::new(self.known_with(held));
        let before = self.known.borrow().clone();
        self.known.send_if_modified(|known| {
            let changed = known.as_ref() != Some(&now);
            *known = Some(Arc::clone(&now));
            changed
        });
        // Told first, forgotten then: a token that is fetched in between is the new one's.
        if let Some(before) = before {
            self.forget_old_tokens(hands::changed(&before, &now)).await;
        }
        now
    }

    /// Whoever is served by somebody else from now on must not get the old one's token.
    async fn forget_old_tokens(&self, changed: Changed) {
        let made = self.every_azure();
        match changed {
            Changed::Everything => {
                self.routes().clear();
                join_all(made.iter().map(|azure| azure.forget_all())).await;
            }
            Changed::Tenants(tenants) => {
                self.routes().retain(|_, to| !tenants.contains(to));
                // All at once: nobody waits behind another tenant's slow fetch.
                let all = made
                    .iter()
                    .flat_map(|azure| tenants.iter().map(|tenant| azure.forget(tenant)));
                join_all(all).await;
            }
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
        let here = self.azure_in_force().map(|azure| azure.cloud().clone());
        let here = here.or_else(|| self.cloud().ok());
        let mut accounts = in_order_of_sign_in(held.records, lent, here.as_ref());
        for account in &mut accounts {
            if let Some(stored) = tenants.remove(&account.id) {
                account.tenants = home_first(&account.id, stored);
            }
            // What was forbidden when the store was written may be allowed by now.
            for tenant in &mut account.tenants {
                tenant.problem.take_if(|problem| choose::forbids(problem));
            }
            let forbidden = !settings.sign_in.allows(account.way);
            if forbidden && settings.sign_in.ways_by_policy {
                for tenant in account.tenants.iter_mut().filter(|tenant| tenant.on) {
                    tenant.problem = Some(not_allowed(&settings.sign_in, account.way));
                }
            }
        }
        one_used_per_tenant(&mut accounts);
        let otherwise = match &self.serves_all {
            Some(gangway_azure::SignIn::AzureCli) => Some(Way::AzureCli),
            Some(_) => Some(Way::Environment),
            None => Some(Way::AzureCli).filter(|way| hindrance(&settings.sign_in, *way).is_none()),
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
        return Some(not_allowed(settings, way));
    }
    let is_set_up = match way {
        Way::Browser | Way::DeviceCode | Way::Broker => settings.client_id.is_some(),
        // Nobody is told to run a program that is not there.
        Way::AzureCli => azure_cli_is_here(),
        Way::Environment => true,
    };
    (!is_set_up).then(|| forbidden_way(way, ForbiddenWhy::NotSetUp))
}

/// Whether there is an Azure CLI to run, as shells on any system look for one.
fn azure_cli_is_here() -> bool {
    const NAMES: [&str; 4] = ["az", "az.cmd", "az.exe", "az.bat"];
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| NAMES.iter().any(|it| folder.join(it).is_file()))
}

/// Why a way is not allowed. That policy has a mistake says more than that it forbids.
fn not_allowed(settings: &SignInSettings, way: Way) -> Problem {
    match (&settings.policy_mistake, settings.ways_by_policy) {
        (Some(mistake), true) => mistake.clone(),
        (None, true) => forbidden_way(way, ForbiddenWhy::Policy),
        (_, false) => forbidden_way(way, ForbiddenWhy::Settings),
    }
}

fn forbidden_way(way: Way, why: ForbiddenWhy) -> Problem {
    Problem::new(Cause::WayForbidden { way, why })
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

/// Accounts with a token of ours, and those whose tokens lie elsewhere. Whoever is both has
/// signed in here.
fn in_order_of_sign_in(
    ours: Vec<(AccountId, Record, Kept)>,
    lent: Vec<(AccountId, LentAccount)>,
    here: Option<&Cloud>,
) -> Vec<Account> {
    let here = here.map(|cloud| (cloud.name(), cloud.authority_host()));
    let here = here.as_ref().map(|(name, host)| (*name, host.as_str()));
    let mut all: Vec<(i64, Account)> = Vec::new();
    for (id, record, kept) in ours {
        let account = Account {
            cloud: record.cloud_from(here),
            username: record.username,
            name: record.name,
            way: record.way,
            kept,
            tenants: only(&record.tenant),
            id,
        };
        all.push((record.since, account));
    }
    for (id, lent) in lent {
        if all.iter().any(|(_, account)| account.id == id) {
            continue;
        }
        let account = Account {
            username: lent.username,
            name: lent.name,
            cloud: lent.cloud,
            way: lent.way,
            kept: Kept::Elsewhere,
            tenants: only(&id.tenant()),
            id,
        };
        all.push((lent.since, account));
    }
    all.sort_by_key(|(since, _)| *since);
    all.into_iter().map(|(_, account)| account).collect()
}

/// Where the store knows nothing of an account: the tenant it signed in at is on.
fn only(tenant: &TenantId) -> Vec<AccountTenant> {
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
fn home_first(account: &AccountId, stored: Vec<StoredTenant>) -> Vec<AccountTenant> {
    let mut tenants: Vec<AccountTenant> = stored
        .into_iter()
        .map(|tenant| AccountTenant {
            name: tenant.name.unwrap_or_else(|| tenant.id.clone()),
            id: TenantId::new(tenant.id),
            domain: tenant.domain,
            on: tenant.on,
            used: tenant.used,
            // What was forbidden at the last look may be allowed by now; that is found anew.
            problem: tenant.problem.filter(|problem| !choose::forbids(problem)),
        })
        .collect();
    tenants.sort_by_key(|tenant| tenant.id != account.tenant());
    tenants
}

/// Where the store was lost it does not say who is used: the last one who signed in is.
fn one_used_per_tenant(accounts: &mut [Account]) {
    let mut taken = HashSet::new();
    let tenants = accounts.iter_mut().rev().flat_map(|it| &mut it.tenants);
    for tenant in tenants.filter(|tenant| tenant.used) {
        tenant.used = taken.insert(tenant.id.clone());
    }
}
