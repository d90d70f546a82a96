//! The inventory cache: the VMs of each subscription, replaced whole when it was read.

use gangway_engine::id::{SubscriptionId, TenantId, VmId};
use gangway_engine::policy::{JitPolicy, ports_of};
use gangway_engine::problem::Problem;
use gangway_engine::query::{JitCoverage, SystemFilter};
use gangway_engine::vm::Vm;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, Transaction, params};
use serde::{Deserialize, Serialize};

use super::account::any_unseen;
use super::codec::{self, millis, moment, pack, unpack};
use super::gateway::StoredGateway;
use super::subscription::is_hidden;
use super::{Store, search};
use crate::error::Error;

/// What a look at one subscription brought.
#[derive(Debug, Clone)]
pub struct SubscriptionRead {
    /// The subscription.
    pub id: SubscriptionId,
    /// The tenant whose token reads it.
    pub tenant: TenantId,
    /// Its name.
    pub name: Option<String>,
    /// Its VMs; `None` when they could not be read, and those known before stay.
    pub vms: Option<Vec<Vm>>,
    /// Its JIT policies; `None` when they could not be read.
    pub policies: Option<Vec<JitPolicy>>,
    /// The resource groups, in lower case, whose own list of policies was read.
    pub groups: Vec<String>,
    /// Its gateways that serve P2S; `None` when they could not be read.
    pub gateways: Option<Vec<StoredGateway>>,
    /// What went wrong with it.
    pub problems: Vec<Problem>,
}

/// What is told of a subscription beside its VMs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionStanding {
    /// What went wrong at the last look.
    pub problems: Vec<Problem>,
}

/// A VM as it lies in the cache.
#[derive(Serialize, Deserialize)]
pub(super) struct Body {
    pub(super) vm: Vm,
    pub(super) jit: JitCoverage,
}

impl Store {
    /// Writes what a look at Azure brought, in one transaction. Subscriptions of the
    /// tenants in `listed` that are not among the reads are forgotten with their VMs.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn write_inventory(
        &self,
        reads: &[SubscriptionRead],
        listed: &[TenantId],
        at: Timestamp,
    ) -> std::result::Result<(), Error> {
        self.write(|transaction| {
            for tenant in listed {
                forget_missing(transaction, tenant, reads)?;
            }
            reads
                .iter()
                .try_for_each(|read| write_subscription(transaction, read, at))
        })
    }

    /// Forgets everything that was read with a tenant's account.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn forget_tenant(&self, tenant: &TenantId) -> std::result::Result<(), Error> {
        self.write(|transaction| forget_missing(transaction, tenant, &[]))
    }

    /// How long ago the inventory was looked at; `None` when it never was.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn inventory_age(
        &self,
        now: Timestamp,
    ) -> std::result::Result<Option<SignedDuration>, Error> {
        let oldest: Option<i64> = self.read(|connection| {
            let sql = "SELECT min(read_at) FROM subscription WHERE read_at > 0";
            connection.query_row(sql, [], |row| row.get(0))
        })?;
        Ok(oldest.map(|at| now.duration_since(moment(at)).max(SignedDuration::ZERO)))
    }

    /// Whether something was switched on or taken in again that nobody has looked at yet.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn inventory_lacks_some(&self) -> std::result::Result<bool, Error> {
        self.read(|connection| {
            let sql = "SELECT count(*) > 0 FROM subscription WHERE read_at = 0";
            let taken_in: bool = connection.query_row(sql, [], |row| row.get(0))?;
            Ok(taken_in || any_unseen(connection)?)
        })
    }

    /// The VM with this id and how old that knowledge is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn vm(
        &self,
        id: &VmId,
        now: Timestamp,
    ) -> std::result::Result<Option<(Vm, SignedDuration)>, Error> {
        let found: Option<(Option<Body>, i64)> = self.read(|connection| {
            connection
                .prepare_cached("SELECT body, read_at FROM vm WHERE id = ?1")?
                .query_row([id.key()], |row| {
                    Ok((unpack(row.get_ref(0)?.as_blob()?), row.get(1)?))
                })
                .optional()
        })?;
        Ok(found.and_then(|(body, at)| {
            let age = now.duration_since(moment(at)).max(SignedDuration::ZERO);
            body.map(|body| (body.vm, age))
        }))
    }

    /// The tenant whose token reaches a subscription, where it is known.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn tenant_of(
        &self,
        subscription: &SubscriptionId,
    ) -> std::result::Result<Option<TenantId>, Error> {
        let found: Option<String> = self.read(|connection| {
            connection
                .prepare_cached("SELECT tenant FROM subscription WHERE id = ?1")?
                .query_row([subscription.as_str()], |row| row.get(0))
                .optional()
        })?;
        Ok(found.map(TenantId::new))
    }

    /// Keeps a VM that was read afresh; one that was not known is added.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn keep_vm(&self, vm: &Vm, at: Timestamp) -> std::result::Result<(), Error> {
        self.write(|transaction| {
            let key = vm.id.key();
            if is_hidden(transaction, &vm.id.subscription())? {
                return Ok(());
            }
            let known: Option<Option<Body>> = transaction
                .query_row("SELECT body FROM vm WHERE id = ?1", [&key], |row| {
                    Ok(unpack(row.get_ref(0)?.as_blob()?))
                })
                .optional()?;
            let known = known.flatten();
            let moved = known.as_ref().is_none_or(|body| {
                let searched = |vm: &Vm| (vm.name.clone(), vm.addresses.clone(), vm.os);
                searched(&body.vm) != searched(vm)
            });
            let body = pack(&Body {
                vm: vm.clone(),
                jit: known.map_or(JitCoverage::Unknown, |body| body.jit),
            })?;
            let subscription = vm.id.subscription();
            transaction.execute(
                "INSERT INTO vm (id, subscription, name, read_at, body)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (id) DO UPDATE SET
                    name = excluded.name, read_at = excluded.read_at, body = excluded.body",
                params![key, subscription.as_str(), vm.name, millis(at), body],
            )?;
            if moved {
                index(transaction, &subscription)?;
            }
            Ok(())
        })
    }

    /// Forgets a VM that is gone.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn forget_vm(&self, vm: &VmId) -> std::result::Result<(), Error> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM vm WHERE id = ?1", [vm.key()])?;
            index(transaction, &vm.subscription())
        })
    }
}

pub(super) fn forget_missing(
    transaction: &Transaction<'_>,
    tenant: &TenantId,
    reads: &[SubscriptionRead],
) -> Result<()> {
    let known: Vec<String> = transaction
        .prepare("SELECT id FROM subscription WHERE tenant = ?1")?
        .query_map([tenant.as_str()], |row| row.get(0))?
        .collect::<Result<_>>()?;
    for id in known
        .iter()
        .filter(|id| reads.iter().all(|read| read.id.as_str() != id.as_str()))
    {
        empty(transaction, id)?;
        transaction.execute("DELETE FROM subscription WHERE id = ?1", [id])?;
    }
    Ok(())
}

/// Forgets what is in a subscription.
pub(super) fn empty(transaction: &Transaction<'_>, id: &str) -> Result<()> {
    for table in ["vm", "policy_group", "gateway"] {
        transaction.execute(
            &format!("DELETE FROM {table} WHERE subscription = ?1"),
            [id],
        )?;
    }
    transaction.execute("UPDATE subscription SET names = x'' WHERE id = ?1", [id])?;
    Ok(())
}

fn write_subscription(
    transaction: &Transaction<'_>,
    read: &SubscriptionRead,
    at: Timestamp,
) -> Result<()> {
    let standing = codec::write(&SubscriptionStanding {
        problems: read.problems.clone(),
    })?;
    transaction.execute(
        "INSERT INTO subscription (id, tenant, name, read_at, standing, names)
         VALUES (?1, ?2, ?3, ?4, ?5, x'')
         ON CONFLICT (id) DO UPDATE SET tenant = excluded.tenant, name = excluded.name,
            read_at = excluded.read_at, standing = excluded.standing",
        params![
            read.id.as_str(),
            read.tenant.as_str(),
            read.name,
            millis(at),
            standing
        ],
    )?;
    if let Some(policies) = &read.policies {
        super::policy::replace_of_subscription(transaction, read, policies, at)?;
    }
    if let Some(gateways) = &read.gateways {
        super::gateway::replace(transaction, &read.id, gateways)?;
    }
    let Some(vms) = &read.vms else {
        return Ok(());
    };
    transaction.execute("DELETE FROM vm WHERE subscription = ?1", [read.id.as_str()])?;
    let mut insert = transaction.prepare_cached(
        "INSERT OR REPLACE INTO vm (id, subscription, name, read_at, body)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let ports = read
        .policies
        .as_deref()
        .map(|policies| Ports::of(policies, &read.groups));
    for vm in vms {
        let body = pack(&Body {
            vm: vm.clone(),
            jit: ports
                .as_ref()
                .map_or(JitCoverage::Unknown, |ports| ports.coverage(&vm.id)),
        })?;
        insert.execute(params![
            vm.id.key(),
            read.id.as_str(),
            vm.name,
            millis(at),
            body
        ])?;
    }
    index(transaction, &read.id)
}

/// Which ports of which VM may be asked for, looked up once for many VMs.
struct Ports<'a> {
    of: std::collections::HashMap<String, Vec<u16>>,
    /// Where nothing found means that nothing is there.
    groups: &'a [String],
}

impl<'a> Ports<'a> {
    fn of(policies: &[JitPolicy], groups: &'a [String]) -> Self {
        let vms = policies.iter().flat_map(|policy| &policy.vms);
        let mut ports = std::collections::HashMap::<String, Vec<u16>>::new();
        for entry in vms {
            let open = ports.entry(entry.vm.key()).or_default();
            open.extend(
                entry
                    .rules
                    .iter()
                    .filter(|rule| rule.tcp)
                    .map(|rule| rule.port),
            );
            open.sort_unstable();
            open.dedup();
        }
        Self { of: ports, groups }
    }

    fn coverage(&self, vm: &VmId) -> JitCoverage {
        if let Some(ports) = self.of.get(&vm.key()) {
            return JitCoverage::Ports(ports.clone());
        }
        let group = vm.resource_group().unwrap_or_default();
        match self
            .groups
            .iter()
            .any(|read| read.eq_ignore_ascii_case(group))
        {
            true => JitCoverage::NotConfigured,
            false => JitCoverage::Unknown,
        }
    }
}

/// What the policies of its resource group say of a VM.
pub(super) fn coverage(policies: &[JitPolicy], vm: &VmId) -> JitCoverage {
    match ports_of(policies, vm) {
        ports if ports.is_empty() => JitCoverage::NotConfigured,
        ports => JitCoverage::Ports(ports),
    }
}

/// Writes every search block anew, in the form that this version reads.
pub(super) fn index_all(connection: &Connection) -> Result<()> {
    let known: Vec<String> = connection
        .prepare("SELECT id FROM subscription")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_>>()?;
    known
        .into_iter()
        .try_for_each(|id| index(connection, &SubscriptionId::new(id)))
}

/// Writes a subscription's search block anew.
fn index(transaction: &Connection, subscription: &SubscriptionId) -> Result<()> {
    let id = subscription.as_str();
    let name: Option<String> = transaction
        .query_row("SELECT name FROM subscription WHERE id = ?1", [id], |row| {
            row.get(0)
        })
        .optional()?
        .flatten();
    let name = name.unwrap_or_default();
    let mut block = Vec::new();
    let mut statement = transaction
        .prepare_cached("SELECT row, body FROM vm WHERE subscription = ?1 ORDER BY name, id")?;
    let mut rows = statement.query([id])?;
    while let Some(row) = rows.next()? {
        let Some(body) = unpack::<Body>(row.get_ref(1)?.as_blob()?) else {
            continue;
        };
        let addresses: Vec<String> = body
            .vm
            .addresses
            .iter()
            .map(|address| address.address.to_string())
            .collect();
        let group = body.vm.id.resource_group().unwrap_or_default();
        search::append(
            &mut block,
            row.get(0)?,
            SystemFilter::of(body.vm.os),
            &[&body.vm.name, group, &name, &addresses.join(" ")],
        );
    }
    transaction.execute(
        "UPDATE subscription SET names = ?2 WHERE id = ?1",
        params![id, block],
    )?;
    Ok(())
}
