//! Gateways that serve P2S, their pools, and which networks they reach.

use gangway_engine::id::{GatewayId, SubnetId, SubscriptionId};
use gangway_engine::tunnel::{Pool, PoolOrigin};
use ipnet::Ipv4Net;
use rusqlite::{Result, Transaction, params};
use serde::{Deserialize, Serialize};

use super::Store;
use super::codec::{pack, unpack};
use crate::error::Error;

/// A gateway as it lies in the cache.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredGateway {
    /// The gateway.
    pub id: GatewayId,
    /// The blocks it gives addresses from, group pools among them.
    pub pools: Vec<Ipv4Net>,
    /// The ids of the virtual networks it reaches: its own and peered ones, in lower case.
    pub networks: Vec<String>,
}

impl Store {
    /// Every gateway that is known.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn gateways(&self) -> std::result::Result<Vec<StoredGateway>, Error> {
        self.read(|connection| {
            let found: Vec<Option<StoredGateway>> = connection
                .prepare_cached("SELECT body FROM gateway ORDER BY id")?
                .query_map([], |row| Ok(unpack(row.get_ref(0)?.as_blob()?)))?
                .collect::<Result<_>>()?;
            Ok(found.into_iter().flatten().collect())
        })
    }
}

/// The pools of all these gateways.
pub(crate) fn pools(gateways: &[StoredGateway]) -> impl Iterator<Item = Pool> {
    gateways.iter().flat_map(|gateway| {
        gateway.pools.iter().map(|prefix| Pool {
            prefix: *prefix,
            origin: PoolOrigin::Gateway {
                id: gateway.id.clone(),
            },
        })
    })
}

/// The gateway that reaches this subnet, when exactly one is known to.
pub(crate) fn serving<'a>(
    gateways: &'a [StoredGateway],
    subnet: &SubnetId,
) -> Option<&'a GatewayId> {
    let key = subnet.key();
    let network = key.split("/subnets/").next().unwrap_or_default();
    let mut reaching = gateways
        .iter()
        .filter(|gateway| gateway.networks.iter().any(|known| known == network));
    let first = reaching.next()?;
    reaching.next().is_none().then_some(&first.id)
}

pub(super) fn replace(
    transaction: &Transaction<'_>,
    subscription: &SubscriptionId,
    gateways: &[StoredGateway],
) -> Result<()> {
    transaction.execute(
        "DELETE FROM gateway WHERE subscription = ?1",
        [subscription.as_str()],
    )?;
    for gateway in gateways {
        transaction.execute(
            "INSERT OR REPLACE INTO gateway (id, subscription, body) VALUES (?1, ?2, ?3)",
            params![gateway.id.key(), subscription.as_str(), pack(gateway)?],
        )?;
    }
    Ok(())
}
