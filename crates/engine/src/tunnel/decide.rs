//! The decision which tunnel carries traffic to a VM, and from which address.

use std::net::Ipv4Addr;

use super::belonging::{Belonging, belonging, first_pool};
use super::evidence;
use super::leaving::{self, Leaving};
use super::{
    LocalNetwork, TunnelKnowledge, TunnelPath, TunnelProof, TunnelView, policy_source_for,
};
use crate::problem::{Cause, Problem};

/// Which of a VM's addresses is reached through the company's tunnel, and from which source.
///
/// `targets` are the VM's addresses, primary first; the first one whose route leaves through
/// the tunnel is taken. The source is always the one the system itself would use for it.
/// Where none qualifies, the problem that tells most is given.
#[must_use]
pub fn decide(targets: &[Ipv4Addr], local: &LocalNetwork, known: &TunnelKnowledge) -> TunnelView {
    let mut best: Option<(Ipv4Addr, Result<TunnelPath, Cause>)> = None;
    for &target in targets {
        let verdict = judge(target, local, known);
        let tells_more = best
            .as_ref()
            .is_none_or(|(_, so_far)| rank(&verdict) < rank(so_far));
        if tells_more {
            best = Some((target, verdict));
        }
    }
    let (target, verdict) = best.unwrap_or((
        Ipv4Addr::UNSPECIFIED,
        Err(Cause::TunnelDown {
            target: Ipv4Addr::UNSPECIFIED,
            interface: None,
        }),
    ));
    TunnelView {
        evidence: evidence::collect(target, local, known, &verdict),
        verdict: verdict.map_err(Problem::new),
    }
}

fn judge(
    target: Ipv4Addr,
    local: &LocalNetwork,
    known: &TunnelKnowledge,
) -> Result<TunnelPath, Cause> {
    let Some(leaving) = leaving::towards(target, local, known) else {
        return Err(
            without_route(target, local, known, None).unwrap_or(Cause::TunnelDown {
                target,
                interface: None,
            }),
        );
    };
    let path = |proof| TunnelPath {
        interface: leaving.interface.to_owned(),
        source: leaving.source,
        target,
        proof,
    };
    if let Some(block) = leaving::narrowest(&known.allowed_sources, leaving.source) {
        return Ok(path(TunnelProof::AllowedSource(block)));
    }
    if !leaving.may_count {
        return Err(by_the_lan(&leaving, local, known));
    }
    let unknown = || Cause::PoolUnknown {
        interface: leaving.interface.to_owned(),
        address: leaving.source,
        may_confirm: known.may_confirm,
    };
    match belonging(leaving.source, known) {
        Belonging::Ours(pool) => Ok(path(TunnelProof::InPool(pool))),
        Belonging::Anothers { connected, serving } => {
            Err(Cause::TunnelOfAnotherGateway { connected, serving })
        }
        Belonging::Unclear(_) if leaving.confirmed => Ok(path(TunnelProof::Confirmed)),
        Belonging::Unclear(_) => Err(unknown()),
        Belonging::Nobodys => {
            // A VM in Azure is never a neighbour on the same link: where it seems so,
            // a local network merely has the same numbers.
            if leaving.on_link {
                return Err(by_the_lan(&leaving, local, known));
            }
            if leaving.apart_from_default
                && let Some(block) = policy_source_for(known, leaving.source)
            {
                return Ok(path(TunnelProof::InPolicySource(block)));
            }
            if leaving.confirmed {
                return Ok(path(TunnelProof::Confirmed));
            }
            if !leaving.apart_from_default && !leaving.like_a_tunnel {
                return Err(by_the_lan(&leaving, local, known));
            }
            Err(without_route(target, local, known, Some(&leaving)).unwrap_or_else(unknown))
        }
    }
}

/// Why a route that leaves by the local network is of no use.
fn by_the_lan(leaving: &Leaving<'_>, local: &LocalNetwork, known: &TunnelKnowledge) -> Cause {
    if let Some(cause) = without_route(leaving.target, local, known, Some(leaving)) {
        return cause;
    }
    let overlapping = first_pool(leaving.source, known)
        .map(|pool| (leaving.interface, leaving.source, pool))
        .or_else(|| ignored_in_pool(leaving, local, known));
    if let Some((interface, address, pool)) = overlapping {
        return Cause::PoolOverlapsLan {
            interface: interface.to_owned(),
            address,
            pool: pool.prefix,
            route: Some(leaving.interface.to_owned()),
        };
    }
    if !leaving.on_link && policy_source_for(known, leaving.source).is_some() {
        return Cause::NotThroughP2s {
            interface: leaving.interface.to_owned(),
            address: leaving.source,
        };
    }
    Cause::TunnelDown {
        target: leaving.target,
        interface: Some(leaving.interface.to_owned()),
    }
}

/// A tunnel that is up while the route to the VM leaves elsewhere, or nowhere.
fn without_route(
    target: Ipv4Addr,
    local: &LocalNetwork,
    known: &TunnelKnowledge,
    leaving: Option<&Leaving<'_>>,
) -> Option<Cause> {
    leaving::addresses(local)
        .filter(|held| leaving.is_none_or(|leaving| held.address != leaving.source))
        .find(|held| held.is_tunnel_of(local, known))
        .map(|held| Cause::TunnelWithoutRoute {
            tunnel: held.interface.name.clone(),
            address: held.address,
            route: leaving.map(|leaving| leaving.interface.to_owned()),
            target,
        })
}

/// An address in a pool that is neither on the way nor on anything like a tunnel.
fn ignored_in_pool<'a>(
    leaving: &Leaving<'_>,
    local: &'a LocalNetwork,
    known: &'a TunnelKnowledge,
) -> Option<(&'a str, Ipv4Addr, &'a super::Pool)> {
    leaving::addresses(local)
        .filter(|held| held.address != leaving.source && !held.address.is_loopback())
        .find_map(|held| {
            first_pool(held.address, known)
                .map(|pool| (held.interface.name.as_str(), held.address, pool))
        })
}

/// The less, the more it tells. Equal ones keep the order of the VM's addresses.
fn rank(verdict: &Result<TunnelPath, Cause>) -> u8 {
    let Err(cause) = verdict else { return 0 };
    let tellings: [fn(&Cause) -> bool; 5] = [
        |cause| matches!(cause, Cause::TunnelOfAnotherGateway { .. }),
        |cause| matches!(cause, Cause::PoolUnknown { .. }),
        |cause| matches!(cause, Cause::TunnelWithoutRoute { .. }),
        |cause| matches!(cause, Cause::PoolOverlapsLan { .. }),
        |cause| matches!(cause, Cause::NotThroughP2s { .. }),
    ];
    (1..)
        .zip(tellings)
        .find(|(_, tells)| tells(cause))
        .map_or(6, |(rank, _)| rank)
}
