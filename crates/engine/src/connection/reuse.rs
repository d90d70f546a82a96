//! Whether an access that runs already serves this connection.

use std::net::Ipv4Addr;

use jiff::Timestamp;

use crate::ledger::Ledger;
use crate::policy::{PolicyRequest, Status};
use crate::request::Draft;
use crate::schedule::{TAKEN_AT_MOST, WORTH_REUSING};
use crate::time::after;
use crate::turn::Turn;

use super::carrier::Carrier;
use super::facts::Facts;

/// An access for our address that runs for long enough, ours or asked for elsewhere.
pub(super) fn worth_reusing(
    facts: &Facts,
    address: Ipv4Addr,
    ledger: &Ledger,
    turn: &Turn<'_>,
) -> Option<Carrier> {
    let service = facts.service?;
    let enough = after(turn.clock.now, WORTH_REUSING);
    let ours = ledger
        .best(&facts.wish.vm, service.port, address)
        .filter(|entry| entry.running().is_some_and(|(end, _)| end >= enough))
        .map(|entry| Carrier::Ours(entry.access.request));
    ours.or_else(|| {
        running(facts, turn.clock.now)
            .filter(|theirs| theirs.source.covers(address) && theirs.expires_at >= enough)
            // What the ledger knows of, it knows better than a cached policy.
            .filter(|theirs| !ledger.knew(&theirs.vm, theirs.port, theirs.started_at))
            .max_by_key(|theirs| theirs.expires_at)
            .map(|theirs| Carrier::Elsewhere {
                started_at: theirs.started_at,
                expires_at: theirs.expires_at,
            })
    })
}

/// An access for our address that another process got between our last look and our claim.
/// It need not last longer than ours would.
pub(super) fn got_meanwhile(
    draft: &Draft,
    address: Ipv4Addr,
    ledger: &Ledger,
    turn: &Turn<'_>,
) -> Option<Carrier> {
    let lasts = WORTH_REUSING.min(draft.duration - TAKEN_AT_MOST);
    let enough = after(turn.clock.now, lasts);
    ledger
        .best(&draft.vm, draft.port, address)
        .filter(|entry| entry.running().is_some_and(|(end, _)| end >= enough))
        .map(|entry| Carrier::Ours(entry.access.request))
}

/// Whether the port is open by an access for our address that ends before it is worth
/// anything.
pub(super) fn runs_out(facts: &Facts, address: Ipv4Addr, ledger: &Ledger, turn: &Turn<'_>) -> bool {
    let by_policy = running(facts, turn.clock.now).any(|theirs| theirs.source.covers(address));
    let by_ledger = facts
        .service
        .and_then(|service| ledger.best(&facts.wish.vm, service.port, address))
        .is_some();
    by_policy || by_ledger
}

/// Somebody else's access to the same VM and port, for other addresses than ours.
pub(super) fn of_somebody_else(
    facts: &Facts,
    address: Ipv4Addr,
    ledger: &Ledger,
    now: Timestamp,
) -> Option<PolicyRequest> {
    running(facts, now)
        .filter(|theirs| !theirs.source.covers(address))
        .filter(|theirs| !ledger.knew(&theirs.vm, theirs.port, theirs.started_at))
        .max_by_key(|theirs| theirs.expires_at)
        .cloned()
}

/// The requests for this VM and port that run, by the policy as far as known.
fn running(facts: &Facts, now: Timestamp) -> impl Iterator<Item = &PolicyRequest> {
    let port = facts.service.map(|service| service.port);
    facts
        .policies
        .usable()
        .into_iter()
        .flatten()
        .flat_map(|policy| &policy.requests)
        .filter(move |theirs| theirs.vm == facts.wish.vm && Some(theirs.port) == port)
        .filter(move |theirs| theirs.expires_at > now && theirs.status != Status::Revoked)
}
