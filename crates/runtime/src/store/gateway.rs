//! Gateways that serve P2S, their pools, and which networks they reach.

use gangway_azure::guid_in_host;
use gangway_engine::id::{GatewayId, SubnetId, SubscriptionId};
use gangway_engine::tunnel::{Pool, PoolOrigin};
use ipnet::Ipv4Net;
use rusqlite::{Result, Transaction, params};
use serde::{Deserialize, Serialize};

use super::Store;
use super::codec::{pack, unpack};
use super::memory::StoredProfile;
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
    /// Its `resourceGuid` in lower case, which the host name in its profiles carries.
    pub guid: Option<String>,
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

/// The gateway that a tunnel was dialled with, where the imported profiles leave no choice:
/// exactly one gateway is named by them, or exactly one of those whose pools another gateway
/// hands out too. Which of several it was cannot be known, and is asked.
pub(crate) fn dialled<'a>(
    gateways: &'a [StoredGateway],
    profiles: &[StoredProfile],
) -> Option<&'a GatewayId> {
    let named: Vec<&StoredGateway> = gateways
        .iter()
        .filter(|gateway| profiles.iter().any(|profile| names(profile, gateway)))
        .collect();
    if let [only] = named.as_slice() {
        return Some(&only.id);
    }
    let mut sharing = named.into_iter().filter(|gateway| {
        gateways
            .iter()
            .any(|other| other.id != gateway.id && share(gateway, other))
    });
    let first = sharing.next()?;
    sharing.next().is_none().then_some(&first.id)
}

/// Whether a profile is this gateway's.
pub(crate) fn names(profile: &StoredProfile, gateway: &StoredGateway) -> bool {
    let in_host = profile.gateway.as_deref().and_then(guid_in_host);
    in_host.is_some() && in_host == gateway.guid
}

fn share(one: &StoredGateway, other: &StoredGateway) -> bool {
    one.pools.iter().any(|pool| {
        other
            .pools
            .iter()
            .any(|theirs| pool.contains(theirs) || theirs.contains(pool))
    })
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
