//! Which account serves a tenant: the one that is used there, else Azure CLI's.

use std::sync::Arc;

use gangway_azure::{App, Chooser, Chosen, Error};
use gangway_engine::account::{Account, KnownAccounts, Way};
use gangway_engine::id::TenantId;
use gangway_engine::problem::{Cause, Problem};
use tokio::sync::watch;

/// Chooses among the accounts as they were seen last.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) known: watch::Receiver<Option<Arc<KnownAccounts>>>,
    pub(crate) cloud: String,
    /// The operator's own app registration.
    pub(crate) app: Option<String>,
}

impl Chooser for Choice {
    fn of_tenant(&self, tenant: &TenantId) -> Result<Chosen, Error> {
        let known = self.known();
        let mut here = known.accounts.iter().filter(|one| one.cloud == self.cloud);
        let used = here.find(|account| {
            let serves =
                |it: &&gangway_engine::account::AccountTenant| it.id == *tenant && it.on && it.used;
            account.tenants.iter().any(|it| serves(&it))
        });
        match used {
            Some(account) => self.chosen(account, tenant),
            None => self.otherwise(&known, Some(tenant)),
        }
    }

    fn first(&self) -> Result<Chosen, Error> {
        let known = self.known();
        let mut here = known.accounts.iter().filter(|one| one.cloud == self.cloud);
        let first = here.find_map(|account| {
            let mut tenants = account.tenants.iter();
            let tenant = tenants.find(|it| it.on && it.used)?;
            Some((account, &tenant.id))
        });
        match first {
            Some((account, tenant)) => self.chosen(account, tenant),
            None => self.otherwise(&known, None),
        }
    }
}

impl Choice {
    fn known(&self) -> Arc<KnownAccounts> {
        self.known.borrow().clone().unwrap_or_default()
    }

    fn otherwise(&self, known: &KnownAccounts, tenant: Option<&TenantId>) -> Result<Chosen, Error> {
        otherwise(known, tenant).map_err(|error| match error {
            Error::NotSignedIn { .. } if self.is_off(known, tenant) => {
                let tenant = tenant.cloned();
                Error::Named(Box::new(Cause::TenantOff { tenant }.into()))
            }
            error => error,
        })
    }

    /// Whether somebody could be asked for a token there, were the tenant not switched off.
    fn is_off(&self, known: &KnownAccounts, tenant: Option<&TenantId>) -> bool {
        let here = known.accounts.iter().filter(|one| one.cloud == self.cloud);
        let mut there = here
            .flat_map(|one| &one.tenants)
            .filter(|it| tenant.is_none_or(|asked| it.id == *asked))
            .peekable();
        there.peek().is_some() && there.all(|it| !it.on)
    }

    fn chosen(&self, account: &Account, tenant: &TenantId) -> Result<Chosen, Error> {
        if let Some(problem) = forbidden_in(account, tenant) {
            return Err(Error::Named(Box::new(problem.clone())));
        }
        Ok(match account.way {
            Way::AzureCli | Way::Environment => Chosen::AzureCli,
            Way::Broker => Chosen::Broker {
                app: App {
                    client_id: self.app.clone().unwrap_or_default(),
                },
                account: account.id.clone(),
            },
            Way::Browser | Way::DeviceCode => Chosen::Account(account.id.clone()),
        })
    }
}

/// Whether a problem keeps an account from being used. A policy with a mistake does, too.
pub(super) fn forbids(problem: &Problem) -> bool {
    matches!(
        problem.cause,
        Cause::WayForbidden { .. } | Cause::SettingRefused { .. }
    )
}

/// Why an account may not be used in a tenant, where it may not.
pub(super) fn forbidden_in<'a>(account: &'a Account, tenant: &TenantId) -> Option<&'a Problem> {
    let mut tenants = account.tenants.iter().filter(|it| it.id == *tenant);
    tenants.find_map(|it| it.problem.as_ref().filter(|it| forbids(it)))
}

/// What serves the tenants in which no account is used; nothing where that is hindered.
pub(super) fn served_otherwise(known: &KnownAccounts) -> Option<Way> {
    known.otherwise.filter(|_| lost(known).is_none())
}

/// Who had signed in is not replaced unseen: that their sign-in cannot be read is told first.
fn lost(known: &KnownAccounts) -> Option<&Problem> {
    let lost = |it: &&Problem| {
        matches!(
            it.cause,
            Cause::TokensUnreadable { .. } | Cause::StoreNewer { .. }
        )
    };
    let nobody = known.accounts.is_empty();
    known.problems.iter().find(lost).filter(|_| nobody)
}

fn otherwise(known: &KnownAccounts, tenant: Option<&TenantId>) -> Result<Chosen, Error> {
    if let Some(problem) = lost(known) {
        return Err(Error::Named(Box::new(problem.clone())));
    }
    if known.otherwise == Some(Way::AzureCli) {
        return Ok(Chosen::AzureCli);
    }
    // What keeps an account from being seen, or anybody from signing in, says more than
    // that nobody is.
    let mut ways = known.ways.iter();
    let no_way = if ways.all(|offer| offer.hindrance.is_some()) {
        known
            .ways
            .first()
            .and_then(|offer| offer.hindrance.as_ref())
    } else {
        None
    };
    if let Some(problem) = known.problems.first().or(no_way) {
        return Err(Error::Named(Box::new(problem.clone())));
    }
    Err(Error::NotSignedIn {
        observed: match tenant {
            Some(tenant) => format!("no account is switched on in tenant {tenant}"),
            None => "no account is signed in".to_owned(),
        },
    })
}

#[cfg(test)]
pub(super) mod tests {
    use gangway_engine::account::{AccountId, AccountTenant, Kept};
    use gangway_engine::problem::ForbiddenWhy;

    use super::*;

    pub(in crate::accounts) fn tenant(id: &str, on: bool, used: bool) -> AccountTenant {
        AccountTenant {
            id: TenantId::new(id),
            name: id.to_owned(),
            domain: None,
            on,
            used,
            problem: None,
        }
    }

    pub(in crate::accounts) fn account(id: &str, way: Way, tenants: Vec<AccountTenant>) -> Account {
        Account {
            id: AccountId::parse(id).unwrap(),
            username: String::new(),
            name: None,
            cloud: "public".to_owned(),
            way,
            kept: Kept::Keyring,
            tenants,
        }
    }

    fn choice(accounts: Vec<Account>, otherwise: Option<Way>) -> Choice {
        let known = KnownAccounts {
            accounts,
            otherwise,
            ..KnownAccounts::default()
        };
        Choice {
            known: watch::channel(Some(Arc::new(known))).1,
            cloud: "public".to_owned(),
            app: None,
        }
    }

    fn told(choice: &Choice, tenant: &str) -> String {
        match choice.of_tenant(&TenantId::new(tenant)) {
            Ok(Chosen::Account(id)) => id.to_string(),
            Ok(Chosen::AzureCli) => "az".to_owned(),
            Ok(other) => format!("{other:?}"),
            Err(error) => error.problem().code().to_owned(),
        }
    }

    #[test]
    fn the_account_that_is_used_serves_and_azure_cli_the_rest() {
        let accounts = vec![
            account("a.t1", Way::Browser, vec![tenant("t1", true, false)]),
            account(
                "b.t2",
                Way::DeviceCode,
                vec![tenant("t2", true, true), tenant("t1", true, true)],
            ),
            account("c.t3", Way::AzureCli, vec![tenant("t3", true, true)]),
        ];
        let choice = choice(accounts, Some(Way::AzureCli));
        let served = ["t1", "t2", "t3", "t4"].map(|tenant| told(&choice, tenant));
        assert_eq!(served, ["b.t2", "b.t2", "az", "az"]);
        assert!(matches!(choice.first(), Ok(Chosen::Account(id)) if id.as_str() == "b.t2"));
    }

    #[test]
    fn nobody_serves_a_tenant_that_is_off() {
        let accounts = vec![account(
            "a.t1",
            Way::Browser,
            vec![tenant("t1", true, true), tenant("t2", false, true)],
        )];
        let choice = choice(accounts, None);
        assert_eq!(told(&choice, "t2"), "tenant-off");
        assert_eq!(told(&choice, "t1"), "a.t1");
        assert_eq!(told(&choice, "t3"), "not-signed-in");
    }

    #[test]
    fn whoever_has_every_tenant_off_is_not_sent_to_sign_in() {
        let off = vec![tenant("t1", false, true), tenant("t2", false, false)];
        let choice = choice(vec![account("a.t1", Way::Browser, off)], None);
        let problem = choice.first().unwrap_err().problem();
        assert_eq!(problem.cause, Cause::TenantOff { tenant: None });
        let ways: Vec<String> = problem.ways_out().iter().map(|way| way.key()).collect();
        assert_eq!(ways, ["way-out.switch-tenant-on"]);
    }

    #[test]
    fn an_account_of_another_cloud_does_not_serve_here() {
        let accounts = vec![account(
            "a.t1",
            Way::Browser,
            vec![tenant("t1", true, true)],
        )];
        let mut choice = choice(accounts, None);
        choice.cloud = "china".to_owned();
        assert_eq!(told(&choice, "t1"), "not-signed-in");
        assert!(choice.first().is_err());
    }

    #[test]
    fn azure_cli_takes_no_place_of_somebody_who_cannot_be_read() {
        let newer = Problem::new(Cause::StoreNewer { found: 9, known: 1 });
        let known = KnownAccounts {
            otherwise: Some(Way::AzureCli),
            problems: vec![newer],
            ..KnownAccounts::default()
        };
        let mut choice = choice(Vec::new(), None);
        choice.known = watch::channel(Some(Arc::new(known))).1;
        assert_eq!(told(&choice, "t1"), "store-newer");
        assert_eq!(choice.first().unwrap_err().problem().code(), "store-newer");
    }

    #[test]
    fn what_policy_forbids_serves_no_more() {
        let mut forbidden = tenant("t1", true, true);
        forbidden.problem = Some(Problem::new(Cause::WayForbidden {
            way: Way::Browser,
            why: ForbiddenWhy::Policy,
        }));
        let choice = choice(
            vec![account("a.t1", Way::Browser, vec![forbidden])],
            Some(Way::AzureCli),
        );
        assert_eq!(told(&choice, "t1"), "way-forbidden");
    }
}
