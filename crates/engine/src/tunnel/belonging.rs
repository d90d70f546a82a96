//! Which gateway an address in a pool belongs to: found out or asked for, never assumed.

use std::net::Ipv4Addr;

use super::{Pool, PoolOrigin, TunnelKnowledge};
use crate::id::GatewayId;

/// Whose an address is, as far as the pools tell.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Belonging {
    /// It lies in this pool, and nothing speaks against the pool's gateway.
    Ours(Pool),
    /// It lies in the pool of a gateway that does not serve the VM's network.
    Anothers {
        /// The gateway (or gateways) whose pool it lies in.
        connected: String,
        /// The gateway that serves the VM's network.
        serving: String,
    },
    /// Several gateways hand out addresses of this block; which one did is not known.
    Unclear(Vec<GatewayId>),
    /// It lies in no known pool.
    Nobodys,
}

/// Whose `address` is.
pub(super) fn belonging(address: Ipv4Addr, known: &TunnelKnowledge) -> Belonging {
    if first_pool(address, known).is_none() {
        return Belonging::Nobodys;
    }
    let gateways = gateways_of(address, known);
    // A tunnel dialled with a gateway's profile belongs to that gateway, unless its
    // address comes from pools of others only: then it is another tunnel.
    let dialled = known
        .dialled
        .as_ref()
        .filter(|dialled| gateways.is_empty() || gateways.contains(dialled));
    match (dialled, gateways.as_slice()) {
        (Some(dialled), _) => of_one(address, dialled, known),
        (None, [only]) => of_one(address, only, known),
        (None, []) => first_pool(address, known)
            .map_or(Belonging::Nobodys, |pool| Belonging::Ours(pool.clone())),
        (None, several) => match &known.serving {
            Some(serving) if !several.contains(&serving) => Belonging::Anothers {
                connected: names(several),
                serving: serving.name().to_owned(),
            },
            Some(_) | None => {
                Belonging::Unclear(several.iter().map(|&gateway| gateway.clone()).collect())
            }
        },
    }
}

/// The narrowest pool that contains `address`, those of gateways before those that only
/// a file or a setting names.
pub(super) fn first_pool(address: Ipv4Addr, known: &TunnelKnowledge) -> Option<&Pool> {
    pools_of(address, known).max_by_key(|pool| {
        (
            matches!(pool.origin, PoolOrigin::Gateway { .. }),
            pool.prefix.prefix_len(),
        )
    })
}

fn of_one(address: Ipv4Addr, gateway: &GatewayId, known: &TunnelKnowledge) -> Belonging {
    if let Some(serving) = known.serving.as_ref().filter(|serving| *serving != gateway) {
        return Belonging::Anothers {
            connected: gateway.name().to_owned(),
            serving: serving.name().to_owned(),
        };
    }
    pools_of(address, known)
        .find(|pool| gateway_of(pool) == Some(gateway))
        .or_else(|| first_pool(address, known))
        .map_or(Belonging::Nobodys, |pool| Belonging::Ours(pool.clone()))
}

fn pools_of(address: Ipv4Addr, known: &TunnelKnowledge) -> impl Iterator<Item = &Pool> {
    known
        .pools
        .iter()
        .filter(move |pool| pool.prefix.contains(&address))
}

/// The gateways whose pools contain `address`, each once: a gateway has several pools
/// (one per group of people) and they may overlap.
fn gateways_of(address: Ipv4Addr, known: &TunnelKnowledge) -> Vec<&GatewayId> {
    let mut gateways: Vec<&GatewayId> = pools_of(address, known).filter_map(gateway_of).collect();
    gateways.sort_unstable();
    gateways.dedup();
    gateways
}

fn gateway_of(pool: &Pool) -> Option<&GatewayId> {
    match &pool.origin {
        PoolOrigin::Gateway { id } => Some(id),
        PoolOrigin::Profile { .. } | PoolOrigin::Setting | PoolOrigin::MachinePolicy => None,
    }
}

fn names(gateways: &[&GatewayId]) -> String {
    gateways
        .iter()
        .map(|gateway| gateway.name())
        .collect::<Vec<_>>()
        .join(", ")
}
