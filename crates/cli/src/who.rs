//! Which account, tenant or subscription is meant by what was typed: by id or by an exact
//! name, never guessed.

use gangway_engine::account::{Account, AccountTenant};
use gangway_engine::query::SubscriptionEntry;

use crate::exit::Stop;
use crate::say::say;

/// The account of this name or id.
pub(crate) fn account<'a>(accounts: &'a [Account], said: &str) -> Result<&'a Account, Stop> {
    let meant: Vec<&Account> = accounts.iter().filter(|it| is_account(it, said)).collect();
    match meant.as_slice() {
        [one] => Ok(one),
        [] => Err(usage("cli.who.no-account", said)),
        [_, ..] => Err(usage("cli.who.several-accounts", said)),
    }
}

fn is_account(account: &Account, said: &str) -> bool {
    same(account.id.as_str(), said) || same(&account.username, said)
}

/// The tenant of this id, domain or name, with the account by which it is reached: the one
/// that is used there, where there are several.
pub(crate) fn tenant<'a>(
    accounts: &'a [Account],
    said: &str,
) -> Result<(&'a Account, &'a AccountTenant), Stop> {
    let meant: Vec<(&Account, &AccountTenant)> = accounts
        .iter()
        .flat_map(|account| account.tenants.iter().map(move |tenant| (account, tenant)))
        .filter(|(_, tenant)| is_tenant(tenant, said))
        .collect();
    let one_tenant = meant.windows(2).all(|two| two[0].1.id == two[1].1.id);
    let used = meant.iter().find(|(_, tenant)| tenant.used);
    match (meant.first(), used) {
        (None, _) => Err(usage("cli.who.no-tenant", said)),
        (Some(_), Some(used)) if one_tenant => Ok(*used),
        (Some(first), _) if meant.len() == 1 => Ok(*first),
        (Some(_), None) if one_tenant => Err(usage("cli.who.several-accounts-there", said)),
        (Some(_), _) => Err(usage("cli.who.several-tenants", said)),
    }
}

/// The tenant of this id, domain or name as `account` has it.
pub(crate) fn tenant_of<'a>(account: &'a Account, said: &str) -> Result<&'a AccountTenant, Stop> {
    tenant(std::slice::from_ref(account), said).map(|(_, tenant)| tenant)
}

fn is_tenant(tenant: &AccountTenant, said: &str) -> bool {
    let domain = tenant.domain.as_deref().unwrap_or_default();
    same(&tenant.id.to_string(), said) || same(domain, said) || same(&tenant.name, said)
}

/// The subscription of this id or name.
pub(crate) fn subscription<'a>(
    rows: &'a [SubscriptionEntry],
    said: &str,
) -> Result<&'a SubscriptionEntry, Stop> {
    let name = |row: &SubscriptionEntry| row.name.as_deref().is_some_and(|name| same(name, said));
    let is = |row: &&SubscriptionEntry| same(&row.id.to_string(), said) || name(row);
    let meant: Vec<&SubscriptionEntry> = rows.iter().filter(is).collect();
    match meant.as_slice() {
        [one] => Ok(one),
        [] => Err(usage("cli.who.no-subscription", said)),
        [_, ..] => Err(usage("cli.who.several-subscriptions", said)),
    }
}

/// Names and ids are told apart without case, as Entra does.
fn same(known: &str, said: &str) -> bool {
    !said.is_empty() && known.to_lowercase() == said.to_lowercase()
}

fn usage(key: &str, said: &str) -> Stop {
    Stop::Usage(say(key, &[("said", said)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{signed_in, tenant as in_tenant};

    fn refused<T>(result: Result<T, Stop>) -> String {
        match result {
            Err(Stop::Usage(words)) => words,
            Err(other) => panic!("{other:?}"),
            Ok(_) => panic!("guessed"),
        }
    }

    #[test]
    fn an_account_is_meant_by_its_name_or_its_id_in_whatever_case() {
        let all = [
            signed_in("admin@contoso.example", 1),
            signed_in("worker@contoso.example", 2),
        ];
        let by_name = account(&all, "ADMIN@contoso.example").unwrap();
        assert_eq!(by_name.id, all[0].id);
        let by_id = account(&all, all[1].id.as_str()).unwrap();
        assert_eq!(by_id.username, "worker@contoso.example");
        assert!(refused(account(&all, "admin")).contains("admin"));
        let twice = [all[0].clone(), signed_in("admin@contoso.example", 3)];
        assert!(refused(account(&twice, "admin@contoso.example")).contains("several"));
    }

    #[test]
    fn a_tenant_is_reached_by_the_account_that_is_used_there() {
        let mut one = signed_in("admin@contoso.example", 1);
        let mut other = signed_in("worker@contoso.example", 2);
        one.tenants = vec![in_tenant("Contoso", 1, true, false)];
        other.tenants = vec![
            in_tenant("Contoso", 1, true, true),
            in_tenant("Fabrikam", 2, false, false),
        ];
        let all = [one, other];
        let (account, found) = tenant(&all, "contoso").unwrap();
        assert_eq!(account.username, "worker@contoso.example");
        assert!(found.used);
        let (_, found) = tenant(&all, "fabrikam.example").unwrap();
        assert_eq!(found.name, "Fabrikam");
        assert!(refused(tenant(&all, "Fabri")).contains("Fabri"));
        assert!(tenant_of(&all[0], "Fabrikam").is_err());
    }

    #[test]
    fn two_tenants_of_one_name_are_not_guessed_between() {
        let mut account = signed_in("admin@contoso.example", 1);
        account.tenants = vec![
            in_tenant("Contoso", 1, true, true),
            in_tenant("Contoso", 2, false, false),
        ];
        assert!(refused(tenant(&[account], "Contoso")).contains("several"));
    }
}
