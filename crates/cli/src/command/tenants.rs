//! `gangway tenants`: every tenant of every account, and which of them are looked at.

use gangway_engine::account::{Account, AccountId, AccountTenant};
use gangway_engine::id::TenantId;
use gangway_engine::intent::Intent;

use crate::args::TenantsArgs;
use crate::desk::Desk;
use crate::exit::{Outcome, Stop};
use crate::json::{Answer, TenantsJson};
use crate::{show, who};

pub(super) async fn run(desk: &Desk, args: TenantsArgs) -> Result<Outcome, Stop> {
    let mut accounts = desk.accounts().await?.accounts;
    // Everything that was said is understood before anything is changed.
    let wishes = wishes(&accounts, &args)?;
    for wish in wishes {
        accounts = desk
            .accounts_after(wish.intent(), |view| wish.is_met(&view.accounts))
            .await?
            .accounts;
    }
    if desk.out.json {
        let json = Answer::new("tenants", TenantsJson::from(accounts.as_slice()));
        desk.out.object(&json)?;
    } else {
        desk.out.lines(&show::tenants(&accounts, &desk.zone))?;
    }
    Ok(Outcome::Done)
}

/// One change.
#[derive(Debug, PartialEq, Eq)]
enum Wish {
    Switch(AccountId, TenantId, bool),
    Use(AccountId, TenantId),
}

impl Wish {
    fn intent(&self) -> Intent {
        match self {
            Self::Switch(account, tenant, on) => Intent::SwitchTenant {
                account: account.clone(),
                tenant: tenant.clone(),
                on: *on,
            },
            Self::Use(account, tenant) => Intent::UseAccount {
                account: account.clone(),
                tenant: tenant.clone(),
            },
        }
    }

    fn is_met(&self, accounts: &[Account]) -> bool {
        let met = |account: &AccountId, tenant: &TenantId, is: &dyn Fn(&AccountTenant) -> bool| {
            let of = accounts.iter().filter(|it| it.id == *account);
            of.flat_map(|it| &it.tenants)
                .any(|it| it.id == *tenant && is(it))
        };
        match self {
            Self::Switch(account, tenant, on) => met(account, tenant, &|it| it.on == *on),
            Self::Use(account, tenant) => met(account, tenant, &|it| it.used),
        }
    }
}

fn wishes(accounts: &[Account], args: &TenantsArgs) -> Result<Vec<Wish>, Stop> {
    let switch = |said: &String, on| {
        who::tenant(accounts, said)
            .map(|(account, tenant)| Wish::Switch(account.id.clone(), tenant.id.clone(), on))
    };
    let on = args.on.iter().map(|said| switch(said, true));
    let off = args.off.iter().map(|said| switch(said, false));
    let mut wishes = on.chain(off).collect::<Result<Vec<Wish>, Stop>>()?;
    if let (Some(account), Some(tenant)) = (&args.account, &args.tenant) {
        let account = who::account(accounts, account)?;
        let tenant = who::tenant_of(account, tenant)?;
        wishes.push(Wish::Use(account.id.clone(), tenant.id.clone()));
    }
    Ok(wishes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{signed_in, tenant};

    fn args(on: &[&str], off: &[&str]) -> TenantsArgs {
        let all = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        TenantsArgs {
            on: all(on),
            off: all(off),
            account: None,
            tenant: None,
        }
    }

    #[test]
    fn nothing_is_changed_where_one_word_is_not_understood() {
        let mut account = signed_in("admin@contoso.example", 1);
        account.tenants = vec![
            tenant("Contoso", 1, true, true),
            tenant("Fabrikam", 2, false, false),
        ];
        let all = [account];
        assert!(wishes(&all, &args(&["Fabrikam"], &["Nobody"])).is_err());
        let wishes = wishes(&all, &args(&["Fabrikam"], &[])).unwrap();
        let [wish] = wishes.as_slice() else {
            panic!("{wishes:?}")
        };
        assert!(!wish.is_met(&all));
        let mut after = all.clone();
        after[0].tenants[1].on = true;
        assert!(wish.is_met(&after));
    }
}
