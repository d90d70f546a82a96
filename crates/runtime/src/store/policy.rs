//! JIT policies in the cache, by resource group.

use std::collections::BTreeMap;

use gangway_engine::id::{SubscriptionId, VmId};
use gangway_engine::policy::JitPolicy;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, Result, Transaction, params};

use super::Store;
use super::codec::{millis, moment, pack, unpack};
use super::inventory::{Body, SubscriptionRead, coverage};
use crate::error::Error;

/// The policies of a resource group and how old that knowledge is.
type Aged = (Vec<JitPolicy>, SignedDuration);

impl Store {
    /// The policies of the VM's resource group, where they are known. A group without any
    /// is known only when it was asked about by itself: the list of a whole subscription
    /// is reported to leave policies out (contract 5.2).
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn policies(&self, vm: &VmId, now: Timestamp) -> std::result::Result<Option<Aged>, Error> {
        let found: Option<(Option<Vec<JitPolicy>>, i64)> = self.read(|connection| {
            connection
                .prepare_cached("SELECT body, read_at FROM policy_group WHERE key = ?1")?
                .query_row([group_key(vm)], |row| {
                    Ok((unpack(row.get_ref(0)?.as_blob()?), row.get(1)?))
                })
                .optional()
        })?;
        Ok(found.and_then(|(policies, at)| {
            let age = now.duration_since(moment(at)).max(SignedDuration::ZERO);
            policies.map(|policies| (policies, age))
        }))
    }

    /// Keeps the policies of a VM's resource group that were read afresh.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn keep_policies(
        &self,
        vm: &VmId,
        policies: &[JitPolicy],
        at: Timestamp,
    ) -> std::result::Result<(), Error> {
        let group = group_key(vm);
        self.write(|transaction| {
            put(transaction, &group, &vm.subscription(), &policies, at)?;
            mark_vms(transaction, &group, policies)
        })
    }
}

/// Replaces what is known of a subscription's policies by a list of all of them.
pub(super) fn replace_of_subscription(
    transaction: &Transaction<'_>,
    read: &SubscriptionRead,
    policies: &[JitPolicy],
    at: Timestamp,
) -> Result<()> {
    let subscription = &read.id;
    transaction.execute(
        "DELETE FROM policy_group WHERE subscription = ?1",
        [subscription.as_str()],
    )?;
    let mut groups: BTreeMap<String, Vec<&JitPolicy>> = read
        .groups
        .iter()
        .map(|group| (key(subscription, group), Vec::new()))
        .collect();
    for policy in policies {
        let group = policy.id.resource_group().unwrap_or_default();
        groups
            .entry(key(subscription, group))
            .or_default()
            .push(policy);
    }
    groups
        .iter()
        .try_for_each(|(group, policies)| put(transaction, group, subscription, policies, at))
}

fn put<T: serde::Serialize>(
    transaction: &Transaction<'_>,
    group: &str,
    subscription: &SubscriptionId,
    policies: &T,
    at: Timestamp,
) -> Result<()> {
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO policy_group (key, subscription, read_at, body)
             VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            group,
            subscription.as_str(),
            millis(at),
            pack(policies)?
        ])?;
    Ok(())
}

/// Says of each VM in the group whether the policies cover it.
fn mark_vms(transaction: &Transaction<'_>, group: &str, policies: &[JitPolicy]) -> Result<()> {
    let mut select = transaction
        .prepare_cached("SELECT row, body FROM vm WHERE id >= ?1 || '/' AND id < ?1 || '0'")?;
    let rows: Vec<(i64, Option<Body>)> = select
        .query_map([group], |row| {
            Ok((row.get(0)?, unpack(row.get_ref(1)?.as_blob()?)))
        })?
        .collect::<Result<_>>()?;
    let mut update = transaction.prepare_cached("UPDATE vm SET body = ?2 WHERE row = ?1")?;
    for (row, body) in rows {
        let Some(mut body) = body else { continue };
        let jit = coverage(policies, &body.vm.id);
        if body.jit != jit {
            body.jit = jit;
            update.execute(params![row, pack(&body)?])?;
        }
    }
    Ok(())
}

fn group_key(vm: &VmId) -> String {
    key(&vm.subscription(), vm.resource_group().unwrap_or_default())
}

/// The beginning of every id in the group, in lower case.
fn key(subscription: &SubscriptionId, group: &str) -> String {
    format!(
        "/subscriptions/{subscription}/resourcegroups/{}",
        group.to_ascii_lowercase()
    )
}
