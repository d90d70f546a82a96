//! Whether a company tunnel is up at all, whichever VM one thinks of.

use super::{LocalNetwork, Pool, PoolOrigin};
use crate::snapshot::TunnelStanding;

/// The standing by what was last seen of the network and by every pool that is known.
/// An interface that carries the default route counts with full tunnel only: a LAN may
/// use the same block as the pool.
pub(crate) fn standing(
    local: Option<&LocalNetwork>,
    pools: &[Pool],
    full_tunnel: bool,
) -> TunnelStanding {
    let Some(local) = local.filter(|_| !pools.is_empty()) else {
        return TunnelStanding::Unknown;
    };
    let counts = |name: &str| full_tunnel || local.default_route.as_deref() != Some(name);
    let held = local
        .interfaces
        .iter()
        .filter(|interface| counts(&interface.name))
        .flat_map(|interface| {
            interface
                .addresses
                .iter()
                .map(move |net| (interface, net.addr()))
        });
    for (interface, address) in held {
        let holding = pools.iter().filter(|pool| pool.prefix.contains(&address));
        let narrowest = holding.clone().map(|pool| pool.prefix.prefix_len()).max();
        let Some(narrowest) = narrowest else {
            continue;
        };
        let mut names: Vec<String> = holding
            .filter(|pool| pool.prefix.prefix_len() == narrowest)
            .filter_map(|pool| name_of(&pool.origin))
            .collect();
        names.sort();
        names.dedup();
        // Two gateways with the same pool: whose this is was not asked, and is not assumed.
        let of = if names.len() == 1 { names.pop() } else { None };
        return TunnelStanding::Up {
            interface: interface.name.clone(),
            address,
            of,
        };
    }
    TunnelStanding::Down
}

fn name_of(origin: &PoolOrigin) -> Option<String> {
    match origin {
        PoolOrigin::Gateway { id } => Some(id.name().to_owned()),
        PoolOrigin::Profile { name } => Some(name.clone()),
        PoolOrigin::Setting | PoolOrigin::MachinePolicy => None,
    }
}
