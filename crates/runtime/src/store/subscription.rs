//! Subscriptions: which there are, and which a person left out.

use std::collections::HashSet;

use gangway_engine::id::{SubscriptionId, TenantId};
use gangway_engine::query::SubscriptionEntry;

use rusqlite::Transaction;

use super::Store;
use super::account::there;
use super::inventory::empty;
use crate::error::Error;

impl Store {
    /// Leaves a subscription out of every look and list, or takes it in again. What was
    /// known of what is in it is forgotten.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn hide_subscription(&self, id: &SubscriptionId, hidden: bool) -> Result<(), Error> {
        let sql = if hidden {
            "INSERT OR IGNORE INTO hidden_subscription (id) VALUES (?1)"
        } else {
            "DELETE FROM hidden_subscription WHERE id = ?1"
        };
        self.write(|transaction| {
            transaction.execute(sql, [id.as_str()])?;
            if hidden {
                empty(transaction, id.as_str())?;
            } else {
                // Nobody has looked at it since: the next look does.
                transaction.execute(
                    "UPDATE subscription SET read_at = 0 WHERE id = ?1",
                    [id.as_str()],
                )?;
            }
            Ok(())
        })
    }

    /// The subscriptions that are left out.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn hidden_subscriptions(&self) -> Result<HashSet<SubscriptionId>, Error> {
        self.read(|connection| {
            if !there(connection, "hidden_subscription")? {
                return Ok(HashSet::new());
            }
            connection
                .prepare_cached("SELECT id FROM hidden_subscription")?
                .query_map([], |row| row.get::<_, String>(0))?
                .map(|id| id.map(SubscriptionId::new))
                .collect()
        })
    }

    /// Every subscription that is known, by name, those that are left out too.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn subscriptions(&self) -> Result<Vec<SubscriptionEntry>, Error> {
        let mut hidden = self.hidden_subscriptions()?;
        let mut rows: Vec<SubscriptionEntry> = self.read(|connection| {
            connection
                .prepare_cached("SELECT id, name, tenant FROM subscription ORDER BY name, id")?
                .query_map([], |row| {
                    let id = SubscriptionId::new(row.get::<_, String>(0)?);
                    let tenant: String = row.get(2)?;
                    Ok(SubscriptionEntry {
                        hidden: hidden.contains(&id),
                        id,
                        name: row.get(1)?,
                        tenant: Some(TenantId::new(tenant)),
                    })
                })?
                .collect()
        })?;
        for row in &rows {
            hidden.remove(&row.id);
        }
        // What was hidden before it was ever seen here can still be taken in again.
        let mut unseen: Vec<_> = hidden.into_iter().collect();
        unseen.sort();
        rows.extend(unseen.into_iter().map(|id| SubscriptionEntry {
            id,
            name: None,
            tenant: None,
            hidden: true,
        }));
        Ok(rows)
    }
}

/// Whether a subscription is left out.
pub(super) fn is_hidden(
    transaction: &Transaction<'_>,
    id: &SubscriptionId,
) -> rusqlite::Result<bool> {
    transaction
        .prepare_cached("SELECT count(*) > 0 FROM hidden_subscription WHERE id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))
}
