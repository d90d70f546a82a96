//! What a policy that was read says of our requests.

use jiff::Timestamp;

use super::{Entry, Ledger};
use crate::id::{RequestId, VmId};
use crate::policy::{JitPolicy, PolicyRequest, Status, StatusReason, find_rule, first_after};
use crate::request::{Access, Displaced, Standing};
use crate::schedule::{CLARIFY_FOR, SKEW, UNANSWERED_FOR};
use crate::time::{after, millis};
use crate::turn::Turn;

/// Whether two times are one request's start: the same but for what was cut off when one
/// of them was written with fewer digits.
pub(super) fn same_start(one: Timestamp, other: Timestamp) -> bool {
    one.duration_since(other).abs() <= millis(1)
}

impl Ledger {
    /// Compares our requests for `vm` with a policy that was read just now.
    pub(crate) fn reconcile(&mut self, vm: &VmId, policies: &[JitPolicy], turn: &mut Turn<'_>) {
        let requests: Vec<RequestId> = self
            .open_entries()
            .filter(|entry| entry.access.draft.vm == *vm)
            .map(|entry| entry.access.request)
            .collect();
        for request in requests {
            self.reconcile_one(request, policies, turn);
        }
    }

    fn reconcile_one(&mut self, request: RequestId, policies: &[JitPolicy], turn: &mut Turn<'_>) {
        let Some(entry) = self.get(request) else {
            return;
        };
        let access = entry.access.clone();
        let shown_by_now = turn.clock.now >= after(access.asked_at, CLARIFY_FOR);
        let found = policies
            .iter()
            .flat_map(|policy| &policy.requests)
            .filter(|theirs| is_for(theirs, &access))
            .filter(|theirs| match entry.began {
                Some(started_at) => same_start(theirs.started_at, started_at),
                // What is over already was asked for before, unless ours is old enough.
                None => {
                    theirs.started_at >= before(access.asked_at)
                        && (theirs.status != Status::Revoked || shown_by_now)
                        && !self.knew(&access.draft.vm, access.draft.port, theirs.started_at)
                }
            })
            .max_by_key(|theirs| theirs.started_at);
        let standing = match (found, &access.standing) {
            (Some(theirs), _) => self.standing_of(theirs, policies, turn.clock.now),
            (None, Standing::Running { expires_at, .. }) if turn.clock.now >= *expires_at => {
                Standing::Over {
                    reason: StatusReason::Expired,
                    at: *expires_at,
                    displaced: None,
                }
            }
            (None, Standing::Unanswered) if self.never_came(&access, turn) => Standing::Refused,
            (None, _) => {
                // While it is on its way, Azure may take it any moment.
                let in_vain = shown_by_now && !self.is_under_way(request);
                if let Some(entry) = self.entry_mut(request) {
                    entry.in_vain |= in_vain;
                }
                return;
            }
        };
        let longest = find_rule(policies, &access.draft.vm, access.draft.port)
            .map(|found| found.rule.longest);
        if let Some(entry) = self.entry_mut(request) {
            entry.longest = longest;
        }
        self.settle(request, standing, turn);
    }

    fn never_came(&self, access: &Access, turn: &Turn<'_>) -> bool {
        !self.is_under_way(access.request)
            && !self.is_clarifying(access.request)
            && turn.clock.now >= after(access.asked_at, UNANSWERED_FOR)
    }

    /// Where Azure says a request stands. A status that is not known counts as running: it
    /// is shown until Azure says plainly that it is over.
    fn standing_of(
        &self,
        theirs: &PolicyRequest,
        policies: &[JitPolicy],
        now: Timestamp,
    ) -> Standing {
        match theirs.status {
            Status::Revoked => Standing::Over {
                reason: theirs.reason.clone(),
                at: theirs.expires_at.min(now),
                displaced: self.displacement(theirs, policies),
            },
            Status::Initiating | Status::Initiated | Status::Other(_) => Standing::Running {
                started_at: theirs.started_at,
                expires_at: theirs.expires_at,
                status: theirs.status.clone(),
            },
        }
    }

    /// Who took the place of a request: the first newer one for the same VM and port,
    /// unless that is one of ours.
    fn displacement(&self, ours: &PolicyRequest, policies: &[JitPolicy]) -> Option<Displaced> {
        if ours.reason != StatusReason::NewerRequestInitiated {
            return None;
        }
        let newer = first_after(policies, &ours.vm, ours.port, ours.started_at);
        match newer {
            Some(newer) if self.knew(&newer.vm, newer.port, newer.started_at) => None,
            Some(newer) => Some(Displaced {
                by: newer.requestor.clone(),
                at: Some(newer.started_at),
            }),
            None => Some(Displaced { by: None, at: None }),
        }
    }

    pub(super) fn entry_mut(&mut self, request: RequestId) -> Option<&mut Entry> {
        self.entries
            .iter_mut()
            .find(|entry| entry.access.request == request)
    }
}

fn is_for(theirs: &PolicyRequest, access: &Access) -> bool {
    theirs.vm == access.draft.vm
        && theirs.port == access.draft.port
        && theirs.source == access.draft.source
}

fn before(asked_at: Timestamp) -> Timestamp {
    asked_at.saturating_sub(SKEW).unwrap_or(asked_at)
}
