//! What a person chose of accounts: tenants on or off, and which account is used in each.
//!
//! Who is signed in stands in the token file; here lies only what may outlive it. An account
//! of Azure CLI's has no token of ours, so who it is lies here too.

use std::collections::BTreeMap;

use gangway_engine::account::AccountId;
use gangway_engine::id::TenantId;
use gangway_engine::problem::Problem;
use rusqlite::{Connection, Result, Row, Transaction, params};
use serde::{Deserialize, Serialize};

use super::Store;
use super::button;
use super::codec;
use super::inventory::forget_missing;
use crate::error::Error;

/// A tenant of an account, as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredTenant {
    /// Its id, in lower case.
    pub id: String,
    /// Its name, where known. Data.
    pub name: Option<String>,
    /// Its domain, where known. Data.
    pub domain: Option<String>,
    /// The person switched it on.
    pub on: bool,
    /// Of all accounts in this tenant this one is used.
    pub used: bool,
    /// Why it could not be read, at the last look.
    pub problem: Option<Problem>,
}

/// An account whose tokens lie elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LentAccount {
    /// The name it signs in with. Data.
    pub username: String,
    /// The person's name. Data.
    pub name: Option<String>,
    /// The cloud it belongs to.
    pub cloud: String,
    /// By which way it was found.
    pub way: gangway_engine::account::Way,
    /// When it signed in, in milliseconds since 1970.
    pub since: i64,
}

impl Store {
    /// The tenants of every account that is known here, the names in order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn account_tenants(
        &self,
    ) -> std::result::Result<BTreeMap<AccountId, Vec<StoredTenant>>, Error> {
        self.read(|connection| {
            let mut of = BTreeMap::<AccountId, Vec<StoredTenant>>::new();
            if !there(connection, "account_tenant")? {
                return Ok(of);
            }
            let mut statement = connection.prepare_cached(
                "SELECT account, tenant, name, domain, is_on, used, problem
                 FROM account_tenant ORDER BY name, tenant",
            )?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                if let Ok(account) = AccountId::parse(row.get_ref(0)?.as_str()?) {
                    of.entry(account).or_default().push(tenant(row)?);
                }
            }
            Ok(of)
        })
    }

    /// Of all accounts in a tenant this one is used from now on, and the tenant is on.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn use_account(
        &self,
        account: &AccountId,
        tenant: &TenantId,
    ) -> std::result::Result<(), Error> {
        self.write(|transaction| {
            put(transaction, account, tenant)?;
            take_over(transaction, account, tenant)?;
            set_on(transaction, account, tenant, true)
        })
    }

    /// Switches a tenant of an account on or off. What only it could see is forgotten.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn switch_tenant(
        &self,
        account: &AccountId,
        tenant: &TenantId,
        on: bool,
    ) -> std::result::Result<(), Error> {
        self.write(|transaction| {
            put(transaction, account, tenant)?;
            set_on(transaction, account, tenant, on)?;
            hand_over(transaction, tenant)?;
            forget_unless_on(transaction, tenant)
        })
    }

    /// The tenants that Azure lists for an account. New ones are off; one that is no longer
    /// listed is forgotten, unless it is on.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn learn_tenants(
        &self,
        account: &AccountId,
        listed: &[(TenantId, Option<String>, Option<String>)],
    ) -> std::result::Result<(), Error> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE account_tenant SET listed = 0 WHERE account = ?1",
                [account.as_str()],
            )?;
            for (tenant, name, domain) in listed {
                put(transaction, account, tenant)?;
                transaction.execute(
                    "UPDATE account_tenant SET name = coalesce(?3, name),
                        domain = coalesce(?4, domain), listed = 1
                     WHERE account = ?1 AND tenant = ?2",
                    params![account.as_str(), tenant.as_str(), name, domain],
                )?;
                hand_over(transaction, tenant)?;
            }
            transaction.execute(
                "DELETE FROM account_tenant WHERE account = ?1 AND listed = 0 AND is_on = 0",
                [account.as_str()],
            )?;
            Ok(())
        })
    }

    /// What the last look at a tenant with an account met.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn note_tenant(
        &self,
        account: &AccountId,
        tenant: &TenantId,
        problem: Option<&Problem>,
    ) -> std::result::Result<(), Error> {
        self.write(|transaction| {
            let problem = problem.map(codec::write).transpose()?;
            transaction.execute(
                "UPDATE account_tenant SET problem = ?3, looked = 1
                 WHERE account = ?1 AND tenant = ?2",
                params![account.as_str(), tenant.as_str(), problem],
            )?;
            Ok(())
        })
    }

    /// Forgets an account, and the inventory of each tenant in which no other is on.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn forget_account(&self, account: &AccountId) -> std::result::Result<(), Error> {
        self.write(|transaction| {
            button::forget_all(transaction)?;
            let tenants: Vec<TenantId> = transaction
                .prepare("SELECT tenant FROM account_tenant WHERE account = ?1")?
                .query_map([account.as_str()], |row| row.get(0).map(tenant_id))?
                .collect::<Result<_>>()?;
            for table in ["account_tenant", "lent_account"] {
                transaction.execute(
                    &format!("DELETE FROM {table} WHERE account = ?1"),
                    [account.as_str()],
                )?;
            }
            tenants.iter().try_for_each(|tenant| {
                hand_over(transaction, tenant)?;
                forget_unless_on(transaction, tenant)
            })
        })
    }

    /// Forgets all accounts but these and those whose tokens lie elsewhere, and the inventory
    /// of each tenant in which none is on.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn forget_all_but(&self, keep: &[AccountId]) -> std::result::Result<(), Error> {
        self.write(|transaction| {
            let accounts: Vec<String> = transaction
                .prepare(
                    "SELECT DISTINCT account FROM account_tenant
                     WHERE account NOT IN (SELECT account FROM lent_account)",
                )?
                .query_map([], |row| row.get(0))?
                .collect::<Result<_>>()?;
            let gone = |account: &&String| keep.iter().all(|keep| keep.as_str() != *account);
            for account in accounts.iter().filter(gone) {
                button::forget_all(transaction)?;
                transaction.execute("DELETE FROM account_tenant WHERE account = ?1", [account])?;
            }
            let tenants: Vec<TenantId> = transaction
                .prepare("SELECT DISTINCT tenant FROM subscription")?
                .query_map([], |row| row.get(0).map(tenant_id))?
                .collect::<Result<_>>()?;
            tenants.iter().try_for_each(|tenant| {
                hand_over(transaction, tenant)?;
                forget_unless_on(transaction, tenant)
            })
        })
    }

    /// The accounts whose tokens lie elsewhere.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn lent_accounts(&self) -> std::result::Result<Vec<(AccountId, LentAccount)>, Error> {
        self.read(|connection| {
            let mut accounts = Vec::new();
            if !there(connection, "lent_account")? {
                return Ok(accounts);
            }
            let mut statement =
                connection.prepare_cached("SELECT account, body FROM lent_account")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                if let Ok(account) = AccountId::parse(row.get_ref(0)?.as_str()?) {
                    accounts.push((account, codec::read(row.get_ref(1)?.as_str()?)?));
                }
            }
            Ok(accounts)
        })
    }

    /// Keeps who an account is whose tokens lie elsewhere.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn keep_lent_account(
        &self,
        account: &AccountId,
        lent: &LentAccount,
    ) -> std::result::Result<(), Error> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT OR REPLACE INTO lent_account (account, body) VALUES (?1, ?2)",
                params![account.as_str(), codec::write(lent)?],
            )?;
            Ok(())
        })
    }
}

/// Whether a tenant is on that nobody has looked at yet.
pub(super) fn any_unseen(connection: &Connection) -> Result<bool> {
    if !there(connection, "account_tenant")? {
        return Ok(false);
    }
    connection
        .prepare_cached(
            "SELECT count(*) > 0 FROM account_tenant WHERE is_on = 1 AND used = 1 AND looked = 0",
        )?
        .query_row([], |row| row.get(0))
}

/// Whether a table is there: a store that can only be read may be of an older version.
pub(super) fn there(connection: &Connection, table: &str) -> Result<bool> {
    connection
        .prepare_cached("SELECT count(*) FROM sqlite_schema WHERE name = ?1")?
        .query_row([table], |row| row.get(0))
}

fn tenant(row: &Row<'_>) -> Result<StoredTenant> {
    let problem: Option<String> = row.get(6)?;
    Ok(StoredTenant {
        id: row.get(1)?,
        name: row.get(2)?,
        domain: row.get(3)?,
        on: row.get(4)?,
        used: row.get(5)?,
        // One that an older version wrote in other words is found again at the next look.
        problem: problem.and_then(|text| codec::read(&text).ok()),
    })
}

fn tenant_id(text: String) -> TenantId {
    TenantId::new(text)
}

fn put(transaction: &Transaction<'_>, account: &AccountId, tenant: &TenantId) -> Result<()> {
    transaction.execute(
        "INSERT OR IGNORE INTO account_tenant (account, tenant, is_on, used, listed, looked)
         VALUES (?1, ?2, 0, 0, 1, 0)",
        params![account.as_str(), tenant.as_str()],
    )?;
    Ok(())
}

fn set_on(
    transaction: &Transaction<'_>,
    account: &AccountId,
    tenant: &TenantId,
    on: bool,
) -> Result<()> {
    transaction.execute(
        "UPDATE account_tenant SET is_on = ?3, problem = NULL, looked = 0
         WHERE account = ?1 AND tenant = ?2",
        params![account.as_str(), tenant.as_str(), on],
    )?;
    Ok(())
}

fn take_over(transaction: &Transaction<'_>, account: &AccountId, tenant: &TenantId) -> Result<()> {
    transaction.execute(
        "UPDATE account_tenant SET used = 0 WHERE tenant = ?1",
        [tenant.as_str()],
    )?;
    transaction.execute(
        "UPDATE account_tenant SET used = 1 WHERE account = ?1 AND tenant = ?2",
        params![account.as_str(), tenant.as_str()],
    )?;
    Ok(())
}

/// Sees to it that one account is used in a tenant, one for which it is on where there is any.
fn hand_over(transaction: &Transaction<'_>, tenant: &TenantId) -> Result<()> {
    let best: Option<String> = transaction
        .prepare_cached(
            "SELECT account FROM account_tenant WHERE tenant = ?1
             ORDER BY is_on DESC, used DESC, account LIMIT 1",
        )?
        .query_map([tenant.as_str()], |row| row.get(0))?
        .next()
        .transpose()?;
    match best.and_then(|account| AccountId::parse(&account).ok()) {
        Some(account) => take_over(transaction, &account, tenant),
        None => Ok(()),
    }
}

/// What was read of a tenant does not outlast the last account for which it is on.
fn forget_unless_on(transaction: &Transaction<'_>, tenant: &TenantId) -> Result<()> {
    let is_on: bool = transaction
        .prepare_cached("SELECT count(*) > 0 FROM account_tenant WHERE tenant = ?1 AND is_on = 1")?
        .query_row([tenant.as_str()], |row| row.get(0))?;
    if is_on {
        return Ok(());
    }
    forget_missing(transaction, tenant, &[])
}
