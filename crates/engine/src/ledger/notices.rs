//! What a person is told about an access's end: each warning once, none for the past.

use jiff::{SignedDuration, Timestamp};

use super::{Entry, Ledger};
use crate::effect::{Effect, Notice};
use crate::id::RequestId;
use crate::policy::StatusReason;
use crate::request::Standing;
use crate::schedule::WARNS_FROM;
use crate::time::{Clock, Due, after};
use crate::turn::Turn;

/// What was told of one access.
#[derive(Debug, Clone)]
pub(super) struct Told {
    /// Warnings due before this are of the past.
    since: Timestamp,
    /// For which end `since` and the rest hold; a new end begins anew.
    ended: bool,
    dismissed: bool,
}

impl Told {
    pub(super) fn knowing_since(now: Timestamp, dismissed: bool) -> Self {
        Self {
            since: now,
            ended: false,
            dismissed,
        }
    }

    /// What the store says of it; a "not now" is never taken back.
    pub(super) fn learn(&mut self, dismissed: bool) {
        self.dismissed |= dismissed;
    }
}

impl Ledger {
    /// Not now: no more warnings about this access, here or in any other process.
    pub(crate) fn dismiss(&mut self, request: RequestId, turn: &mut Turn<'_>) {
        if let Some(entry) = self.entry_mut(request)
            && !std::mem::replace(&mut entry.notices.dismissed, true)
        {
            turn.issue(Effect::RememberNotNow { request });
        }
    }

    /// The time of day went back: what is ahead again is not of the past.
    pub(crate) fn rewind(&mut self, now: Timestamp) {
        for entry in &mut self.entries {
            entry.notices.since = entry.notices.since.min(now);
            let ahead = entry.running().is_some_and(|(end, _)| end > now);
            entry.notices.ended &= !ahead;
            // A request that went out by the wrong clock is recognised by the right one.
            entry.access.asked_at = entry.access.asked_at.min(now);
        }
    }

    /// Tells what is due. Of several warnings that came due together (after sleep) only
    /// the last is told.
    pub(super) fn tell_ends(&mut self, turn: &mut Turn<'_>) {
        let followed = self.followed();
        let over_early = self.over_early();
        let now = turn.clock.now;
        for entry in &mut self.entries {
            let Some((expires_at, _)) = entry.running() else {
                if over_early.contains(&entry.access.request) {
                    entry.notices.ended = true;
                    turn.tell(ended(entry));
                }
                continue;
            };
            if followed.contains(&entry.access.request) {
                entry.notices.since = entry.notices.since.max(now);
                entry.notices.ended |= now >= expires_at;
                continue;
            }
            let notice = if now >= expires_at {
                let told = std::mem::replace(&mut entry.notices.ended, true);
                let known_while_it_ran = entry.notices.since < expires_at;
                (!told && known_while_it_ran).then(|| ended(entry))
            } else {
                let due =
                    warnings(entry, expires_at, &turn.settings.warn_before).any(|at| at <= now);
                due.then(|| Notice::EndsSoon {
                    request: entry.access.request,
                    vm_name: entry.access.vm_name.clone(),
                    expires_at,
                    left: expires_at.duration_since(now),
                })
            };
            if let Some(notice) = notice {
                entry.notices.since = entry.notices.since.max(now);
                turn.tell(notice);
            }
        }
    }

    /// Accesses whose end was not told yet when Azure said that their time was up, here or to
    /// another process, and that none of ours takes the place of.
    fn over_early(&self) -> Vec<RequestId> {
        self.entries
            .iter()
            .filter(|entry| match &entry.access.standing {
                Standing::Over {
                    reason: StatusReason::Expired,
                    at,
                    ..
                } => !entry.notices.ended && entry.notices.since < *at,
                Standing::Unanswered
                | Standing::Running { .. }
                | Standing::Refused
                | Standing::Over { .. } => false,
            })
            .filter(|entry| {
                let draft = &entry.access.draft;
                !self.entries.iter().any(|other| {
                    other.concerns(&draft.vm, draft.port)
                        && other.access.draft.source == draft.source
                        && other.running().is_some()
                })
            })
            .map(|entry| entry.access.request)
            .collect()
    }

    /// The accesses whose end a person is warned of by now, whether that was told or the
    /// shell came later. Who said "not now" is not told in another place either.
    pub(crate) fn ending(
        &self,
        clock: Clock,
        warn_before: &[SignedDuration],
    ) -> Vec<(RequestId, Timestamp)> {
        let followed = self.followed();
        self.entries
            .iter()
            .filter(|entry| !followed.contains(&entry.access.request))
            .filter_map(|entry| {
                let (expires_at, _) = entry.running()?;
                let warned = warning_times(entry, expires_at, warn_before)
                    .any(|at| at <= clock.now && clock.now < expires_at);
                warned.then_some((entry.access.request, expires_at))
            })
            .collect()
    }

    pub(super) fn notices_due(&self, clock: Clock, warn_before: &[SignedDuration]) -> Vec<Due> {
        let followed = self.followed();
        self.entries
            .iter()
            .filter(|entry| !followed.contains(&entry.access.request))
            .filter_map(|entry| {
                let (expires_at, _) = entry.running()?;
                warnings(entry, expires_at, warn_before)
                    .chain((!entry.notices.ended).then_some(expires_at))
                    .filter(|at| *at > clock.now)
                    .min()
            })
            .map(Due::At)
            .collect()
    }

    /// Accesses that a longer one of ours follows: their end is nobody's concern. Of two
    /// that end at one moment the newer one counts.
    pub(super) fn followed(&self) -> Vec<RequestId> {
        self.entries
            .iter()
            .filter(|entry| {
                let draft = &entry.access.draft;
                let last = |entry: &Entry| {
                    let end = entry.running().map(|(end, _)| end);
                    (end, entry.access.request)
                };
                let runs = entry.running().is_some();
                self.entries.iter().filter(|_| runs).any(|other| {
                    other.concerns(&draft.vm, draft.port)
                        && other.access.draft.source == draft.source
                        && other.running().is_some()
                        && last(other) > last(entry)
                })
            })
            .map(|entry| entry.access.request)
            .collect()
    }
}

fn ended(entry: &Entry) -> Notice {
    Notice::Ended {
        request: entry.access.request,
        vm_name: entry.access.vm_name.clone(),
    }
}

/// The times at which a person is still to be warned.
fn warnings(
    entry: &Entry,
    expires_at: Timestamp,
    warn_before: &[SignedDuration],
) -> impl Iterator<Item = Timestamp> {
    let since = entry.notices.since;
    warning_times(entry, expires_at, warn_before).filter(move |at| *at > since)
}

/// The times at which a person is warned, gone by or not.
fn warning_times(
    entry: &Entry,
    expires_at: Timestamp,
    warn_before: &[SignedDuration],
) -> impl Iterator<Item = Timestamp> {
    let wanted = !entry.notices.dismissed;
    // Who asks for five minutes knows at the start that five are left. Of an access of a minute that is too long.
    let early = entry.began.map(|began| {
        let third = expires_at.duration_since(began) / 3;
        after(began, WARNS_FROM.min(third))
    });
    warn_before
        .iter()
        .filter_map(move |before| expires_at.checked_sub(*before).ok())
        .filter(move |_| wanted)
        .filter(move |at| early.is_none_or(|early| *at > early))
}
