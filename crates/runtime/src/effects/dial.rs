//! Effects that connect and end VPNs, and find which there are.

use std::sync::Arc;

use futures_util::FutureExt;
use gangway_engine::dial::{Dialled, VpnProfile, fitting};
use gangway_engine::input::Reply;
use gangway_engine::tunnel::VpnEntry;
use gangway_vpn::dial;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::error::chain;
use crate::world::World;

/// One at a time, in the order in which they were issued: an end that came late would end what
/// was connected after it.
#[derive(Debug, Default)]
pub(super) struct Turns(Arc<Mutex<()>>);

impl Turns {
    /// The next turn. Its place is taken at once, not when it is first waited for.
    pub(super) fn next(&self) -> impl Future<Output = OwnedMutexGuard<()>> + Send + use<> {
        let mut waits = Box::pin(Arc::clone(&self.0).lock_owned());
        let come = (&mut waits).now_or_never();
        async move {
            match come {
                Some(turn) => turn,
                None => waits.await,
            }
        }
    }
}

pub(super) async fn list(world: Arc<World>) -> Reply {
    Reply::Vpns(vpns(&world).await)
}

/// `begins`: told when its program is started on a VPN that is not connected.
pub(super) async fn connect(
    turn: impl Future<Output = OwnedMutexGuard<()>>,
    entry: VpnEntry,
    begins: impl FnOnce(),
) -> Reply {
    let _turn = turn.await;
    let dialled = dial::connect(&entry, begins).await;
    match &dialled {
        Ok(so_far) => tracing::info!(?so_far, client = ?entry.client, "vpn dialled"),
        Err(problem) => tracing::warn!(code = problem.code(), "vpn not dialled"),
    }
    Reply::Dialled(dialled)
}

pub(super) async fn disconnect(
    turn: impl Future<Output = OwnedMutexGuard<()>>,
    entry: VpnEntry,
) -> Reply {
    let _turn = turn.await;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn turns_come_in_the_order_in_which_they_were_taken() {
        let turns = Turns::default();
        let (first, second, third) = (turns.next(), turns.next(), turns.next());
        let (mut second, mut third) = (Box::pin(second), Box::pin(third));
        // Whoever waits first does not come first.
        assert!((&mut third).now_or_never().is_none());
        assert!((&mut second).now_or_never().is_none());
        let turn = first.await;
        assert!((&mut second).now_or_never().is_none());
        drop(turn);
        assert!((&mut third).now_or_never().is_none());
        // One that is given up leaves its place to the next.
        drop(second);
        let _turn = third.await;
    }
}
