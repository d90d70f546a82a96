//! What was found of each interface, for people who want to know why.

use std::net::Ipv4Addr;

use super::belonging::{Belonging, belonging, first_pool};
use super::leaving::{self, Held};
use super::{Evidence, Finding, InterfaceKind, LocalNetwork, TunnelKnowledge, TunnelPath};
use crate::problem::Cause;

/// One finding for each of our addresses, in the system's order. Loopback is left out
/// where it has no part in the matter.
pub(super) fn collect(
    target: Ipv4Addr,
    local: &LocalNetwork,
    known: &TunnelKnowledge,
    verdict: &Result<TunnelPath, Cause>,
) -> Vec<Evidence> {
    let route = leaving::towards(target, local, known);
    let route = route
        .as_ref()
        .map(|leaving| (leaving.interface, leaving.source));
    leaving::addresses(local)
        .map(|held| (held, finding(held, route, local, known, verdict)))
        .filter(|(held, finding)| {
            held.interface.kind != InterfaceKind::Loopback || *finding != Finding::NotInvolved
        })
        .map(|(held, finding)| Evidence {
            interface: held.interface.name.clone(),
            address: held.address,
            finding,
        })
        .collect()
}

fn finding(
    held: Held<'_>,
    route: Option<(&str, Ipv4Addr)>,
    local: &LocalNetwork,
    known: &TunnelKnowledge,
    verdict: &Result<TunnelPath, Cause>,
) -> Finding {
    let carries_default = local.default_route.as_deref() == Some(held.interface.name.as_str());
    match route {
        Some((_, source)) if source == held.address => match verdict {
            Ok(_) => Finding::Chosen,
            Err(cause) => of_the_route(cause, held.address, known, carries_default),
        },
        Some((interface, _)) if first_pool(held.address, known).is_some() => {
            Finding::InPoolButNotRouted {
                route: interface.to_owned(),
            }
        }
        None if first_pool(held.address, known).is_some() => Finding::InPoolWithoutRoute,
        Some(_) | None if carries_default => Finding::CarriesDefaultRoute,
        Some(_) | None => Finding::NotInvolved,
    }
}

/// What keeps the interface that the route leaves through from being chosen.
fn of_the_route(
    cause: &Cause,
    address: Ipv4Addr,
    known: &TunnelKnowledge,
    carries_default: bool,
) -> Finding {
    if let Cause::TunnelOfAnotherGateway { connected, .. } = cause {
        return Finding::OfAnotherGateway {
            gateway: connected.clone(),
        };
    }
    if !matches!(cause, Cause::PoolUnknown { .. }) {
        return if carries_default {
            Finding::CarriesDefaultRoute
        } else {
            Finding::LeavesByLan
        };
    }
    match belonging(address, known) {
        Belonging::Unclear(gateways) => Finding::InSharedPool {
            gateways: gateways.iter().map(|id| id.name().to_owned()).collect(),
        },
        Belonging::Ours(_) | Belonging::Anothers { .. } | Belonging::Nobodys => {
            Finding::RoutedButUnknown
        }
    }
}
