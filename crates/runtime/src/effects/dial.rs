//! Effects that connect and end VPNs, and find which there are.

use std::sync::Arc;

use gangway_engine::dial::{Dialled, VpnProfile, fitting};
use gangway_engine::input::Reply;
use gangway_engine::tunnel::VpnEntry;
use gangway_vpn::dial;

use crate::error::chain;
use crate::world::World;

pub(super) async fn list(world: Arc<World>) -> Reply {
    Reply::Vpns(vpns(&world).await)
}

pub(super) async fn connect(entry: VpnEntry) -> Reply {
    let dialled = dial::connect(&entry).await;
    match &dialled {
        Ok(so_far) => tracing::info!(?so_far, client = ?entry.client, "vpn dialled"),
        Err(problem) => tracing::warn!(code = problem.code(), "vpn not dialled"),
    }
    Reply::Dialled(dialled)
}

pub(super) async fn disconnect(entry: VpnEntry) -> Reply {
    let ended = dial::disconnect(&entry).await;
    if let Err(problem) = &ended {
        tracing::warn!(code = problem.code(), "vpn not ended");
    }
    Reply::Dialled(ended.map(|()| Dialled::Up))
}

/// The VPNs of this machine, those that fit best first; those of imported profiles are known
/// by their host.
pub(crate) async fn vpns(world: &World) -> Vec<VpnProfile> {
    let mut found = dial::list().await;
    let profiles = world.store.profiles().unwrap_or_else(|error| {
        tracing::warn!(error = %chain(&error), "profiles not read");
        Vec::new()
    });
    for vpn in &mut found {
        let mut hosts = profiles.iter().filter_map(|it| it.gateway.as_ref());
        vpn.imported = vpn.server.is_some() && hosts.any(|host| Some(host) == vpn.server.as_ref());
    }
    let named = world.engine_settings().vpn;
    let first: Vec<VpnEntry> = fitting(&found, named.as_deref())
        .into_iter()
        .map(|vpn| vpn.entry.clone())
        .collect();
    found.sort_by_key(|vpn| !first.contains(&vpn.entry));
    found
}
