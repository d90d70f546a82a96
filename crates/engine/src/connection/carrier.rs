//! What keeps the port open for a connection.

use std::net::Ipv4Addr;

use jiff::Timestamp;

use crate::id::RequestId;
use crate::ledger::Ledger;
use crate::policy::{Status, StatusReason, first_after};
use crate::request::{Displaced, Standing};
use crate::time::Clock;

use super::facts::Facts;

/// What a connection rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Carrier {
    /// An access in the ledger.
    Ours(RequestId),
    /// An access for our address that was asked for elsewhere (in the portal).
    Elsewhere {
        started_at: Timestamp,
        expires_at: Timestamp,
    },
    /// Something that is no access for our address; it has no end that is known.
    Outside,
}

/// How it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Bearing {
    /// It carries, until then where an end is known.
    Carries {
        until: Option<Timestamp>,
        initiated: bool,
    },
    /// Azure no longer knows it, and it was not ours.
    Gone,
    /// Its time is up.
    Expired,
    /// Somebody's newer request took its place.
    Displaced(Displaced),
    /// It is over for another reason.
    Revoked(String),
}

impl Carrier {
    /// The access in the ledger.
    pub(super) fn request(&self) -> Option<RequestId> {
        match self {
            Self::Ours(request) => Some(*request),
            Self::Elsewhere { .. } | Self::Outside => None,
        }
    }

    /// How it stands. An access that a longer one of ours follows gives way to that one.
    pub(super) fn bearing(
        &mut self,
        address: Ipv4Addr,
        facts: &Facts,
        ledger: &Ledger,
        clock: Clock,
    ) -> Bearing {
        self.follow(address, facts, ledger);
        self.standing(facts, ledger, clock)
    }

    fn follow(&mut self, address: Ipv4Addr, facts: &Facts, ledger: &Ledger) {
        let Some(service) = facts.service else {
            return;
        };
        let best = ledger.best(&facts.wish.vm, service.port, address);
        let (Some(best), Some(end)) = (best, best.and_then(|entry| entry.running())) else {
            return;
        };
        let better = match self {
            // A newer request may end an older one, whichever of them lasts longer.
            Self::Ours(request) => ledger
                .get(*request)
                .and_then(|entry| Some((entry.running()?.0, entry.access.asked_at)))
                .is_none_or(|(mine, asked_at)| end.0 > mine && best.access.asked_at >= asked_at),
            Self::Elsewhere { expires_at, .. } => end.0 > *expires_at,
            Self::Outside => true,
        };
        if better {
            *self = Self::Ours(best.access.request);
        }
    }

    /// How it stands, as it is.
    pub(super) fn standing(&self, facts: &Facts, ledger: &Ledger, clock: Clock) -> Bearing {
        match self {
            Self::Ours(request) => of_ledger(*request, ledger, clock),
            Self::Elsewhere {
                started_at,
                expires_at,
            } => elsewhere(*started_at, *expires_at, facts, clock),
            Self::Outside => Bearing::Carries {
                until: None,
                initiated: true,
            },
        }
    }
}

fn of_ledger(request: RequestId, ledger: &Ledger, clock: Clock) -> Bearing {
    let Some(entry) = ledger.get(request) else {
        return Bearing::Expired;
    };
    if let Some((until, status)) = entry.running() {
        return if until <= clock.now {
            Bearing::Expired
        } else {
            Bearing::Carries {
                until: Some(until),
                initiated: *status != Status::Initiating,
            }
        };
    }
    let (reason, displaced) = match &entry.access.standing {
        Standing::Over {
            reason, displaced, ..
        } => (reason, displaced),
        Standing::Unanswered | Standing::Running { .. } => {
            return Bearing::Carries {
                until: None,
                initiated: false,
            };
        }
        Standing::Refused => return Bearing::Revoked("refused".to_owned()),
    };
    match reason {
        StatusReason::Expired => Bearing::Expired,
        StatusReason::NewerRequestInitiated => {
            let nobody = Displaced { by: None, at: None };
            Bearing::Displaced(displaced.clone().unwrap_or(nobody))
        }
        StatusReason::UserRequested => Bearing::Revoked("UserRequested".to_owned()),
        StatusReason::Other(reason) => Bearing::Revoked(reason.clone()),
    }
}

/// An access that was asked for elsewhere stands in no ledger: the policy tells.
fn elsewhere(started_at: Timestamp, expires_at: Timestamp, facts: &Facts, clock: Clock) -> Bearing {
    if expires_at <= clock.now {
        return Bearing::Expired;
    }
    let port = facts.service.map(|service| service.port);
    let listed = facts
        .policies
        .fresh()
        .into_iter()
        .flatten()
        .flat_map(|policy| &policy.requests)
        .find(|theirs| {
            theirs.vm == facts.wish.vm
                && Some(theirs.port) == port
                && theirs.started_at == started_at
        });
    match listed.map(|theirs| (&theirs.status, &theirs.reason)) {
        Some((Status::Revoked, StatusReason::NewerRequestInitiated)) => {
            Bearing::Displaced(by_whom(started_at, facts))
        }
        Some((Status::Revoked, StatusReason::Expired)) => Bearing::Expired,
        Some((Status::Revoked, StatusReason::UserRequested | StatusReason::Other(_))) => {
            Bearing::Revoked("UserRequested".to_owned())
        }
        Some((Status::Initiating, _)) => Bearing::Carries {
            until: Some(expires_at),
            initiated: false,
        },
        Some((Status::Initiated | Status::Other(_), _)) => Bearing::Carries {
            until: Some(expires_at),
            initiated: true,
        },
        None if facts.policies.fresh().is_some() => Bearing::Gone,
        None => Bearing::Carries {
            until: Some(expires_at),
            initiated: true,
        },
    }
}

/// Who took the place of an access that the ledger does not know.
fn by_whom(started_at: Timestamp, facts: &Facts) -> Displaced {
    let port = facts.service.map_or(0, |service| service.port);
    let newer = facts
        .policies
        .fresh()
        .and_then(|policies| first_after(policies, &facts.wish.vm, port, started_at));
    Displaced {
        by: newer.and_then(|newer| newer.requestor.clone()),
        at: newer.map(|newer| newer.started_at),
    }
}
