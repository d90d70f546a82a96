//! Which tenants somebody else serves from now on: the old one's tokens must not be used there.

use std::collections::BTreeSet;

use gangway_engine::account::{AccountId, KnownAccounts, Way};
use gangway_engine::id::TenantId;

use super::choose::{forbidden_in, served_otherwise};

/// What changed hands between two looks.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Changed {
    /// These tenants; none of them where it is empty.
    Tenants(BTreeSet<TenantId>),
    /// Whatever no account is used in, so any tenant at all.
    Everything,
}

/// Compares who served each tenant before with who serves it now: an account, what serves
/// otherwise, or nobody.
pub(super) fn changed(before: &KnownAccounts, now: &KnownAccounts) -> Changed {
    if served_otherwise(before) != served_otherwise(now) {
        return Changed::Everything;
    }
    let accounts = before.accounts.iter().chain(&now.accounts);
    let tenants = accounts.flat_map(|account| &account.tenants);
    let tenants: BTreeSet<_> = tenants.map(|tenant| tenant.id.clone()).collect();
    let differs = |tenant: &TenantId| server(before, tenant) != server(now, tenant);
    Changed::Tenants(tenants.into_iter().filter(differs).collect())
}

/// The account that is used in a tenant, by which way, and whether that may be used.
fn server<'a>(
    known: &'a KnownAccounts,
    tenant: &TenantId,
) -> Option<(&'a AccountId, &'a str, Way, bool)> {
    let account = known.used_in(tenant)?;
    let forbidden = forbidden_in(account, tenant).is_some();
    Some((&account.id, &account.cloud, account.way, forbidden))
}

#[cfg(test)]
mod tests {
    use gangway_engine::problem::{Cause, ForbiddenWhy, Problem};

    use super::super::choose::tests::{account, tenant};
    use super::*;

    const AZ: Option<Way> = Some(Way::AzureCli);

    /// A tenant: its id, whether it is on, whether the account is used there.
    type Row<'a> = (&'a str, bool, bool);

    fn known(of: &[(&str, &[Row<'_>])], otherwise: Option<Way>) -> KnownAccounts {
        let one = |(id, tenants): &(&str, &[Row<'_>])| {
            let tenants = tenants
                .iter()
                .map(|(id, on, used)| tenant(id, *on, *used))
                .collect();
            account(id, Way::Browser, tenants)
        };
        KnownAccounts {
            accounts: of.iter().map(one).collect(),
            otherwise,
            ..KnownAccounts::default()
        }
    }

    fn tenants(ids: &[&str]) -> Changed {
        Changed::Tenants(ids.iter().map(TenantId::new).collect())
    }

    #[test]
    fn a_tenant_changes_hands_from_whoever_served_it_to_whoever_does() {
        let a = known(&[("a.t1", &[("t1", true, true), ("t2", true, true)])], AZ);
        let off = known(&[("a.t1", &[("t1", true, true), ("t2", false, true)])], AZ);
        let both = known(
            &[
                ("a.t1", &[("t1", true, true), ("t2", true, false)]),
                ("b.t2", &[("t2", true, true)]),
            ],
            AZ,
        );
        assert_eq!(changed(&a, &a), tenants(&[]));
        assert_eq!(changed(&a, &both), tenants(&["t2"]));
        assert_eq!(changed(&both, &a), tenants(&["t2"]));
        // Azure CLI serves what is off, and no more once it is on.
        assert_eq!(changed(&off, &a), tenants(&["t2"]));
        assert_eq!(changed(&a, &off), tenants(&["t2"]));
        let nobody = known(&[], AZ);
        assert_eq!(changed(&nobody, &a), tenants(&["t1", "t2"]));
        assert_eq!(changed(&a, &nobody), tenants(&["t1", "t2"]));
    }

    #[test]
    fn what_is_forbidden_from_now_on_serves_no_more() {
        let a = known(&[("a.t1", &[("t1", true, true)])], None);
        let mut forbidden = a.clone();
        let (way, why) = (Way::Browser, ForbiddenWhy::Policy);
        forbidden.accounts[0].tenants[0].problem =
            Some(Problem::new(Cause::WayForbidden { way, why }));
        assert_eq!(changed(&a, &forbidden), tenants(&["t1"]));
        assert_eq!(changed(&forbidden, &a), tenants(&["t1"]));
        let mut by_code = a.clone();
        by_code.accounts[0].way = Way::DeviceCode;
        assert_eq!(changed(&a, &by_code), tenants(&["t1"]));
    }

    #[test]
    fn where_nothing_serves_otherwise_any_more_no_token_stays() {
        let with = known(&[], AZ);
        let without = known(&[], None);
        assert_eq!(changed(&with, &without), Changed::Everything);
        let mut lost = with.clone();
        let (file, kept) = ("tokens.bin".to_owned(), None);
        lost.problems = vec![Problem::new(Cause::TokensUnreadable { file, kept })];
        assert_eq!(changed(&with, &lost), Changed::Everything);
    }
}
