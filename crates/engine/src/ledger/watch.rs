//! When the policy of an access is read again. While no access runs, nothing is read.

use jiff::Timestamp;

use super::Ledger;
use crate::effect::Effect;
use crate::id::{EffectId, VmId};
use crate::policy::{JitPolicy, Status};
use crate::problem::{Cause, Problem};
use crate::request::Standing;
use crate::schedule::{
    AFTER_THE_END, CLARIFY_FOR, READ_BACK, READ_UNANSWERED, WATCH_ACCESS, after_failures,
};
use crate::time::{Clock, Due, after};
use crate::turn::Turn;

/// The reads of one VM's policy.
#[derive(Debug)]
pub(super) struct Watch {
    vm: VmId,
    reading: Option<EffectId>,
    /// When it was last read; `None` asks for a read at once.
    last: Option<Clock>,
    failures: u32,
    /// Reads after an access's end that did not say it is over.
    after_end: u32,
    not_before: Option<Timestamp>,
}

impl Ledger {
    /// Reads a VM's policy at the next opportunity.
    pub(super) fn look_soon(&mut self, vm: &VmId) {
        self.watch_mut(vm).last = None;
    }

    /// Reads the policies of everything that runs: after sleep, and on a tunnel change.
    pub(crate) fn look_at_all_soon(&mut self) {
        for watch in &mut self.watches {
            watch.last = None;
        }
    }

    /// Takes the reply to a read of the ledger; `None` when it is not one of its reads.
    pub(crate) fn is_reading(&self, effect: EffectId) -> Option<VmId> {
        self.watches
            .iter()
            .find(|watch| watch.reading == Some(effect))
            .map(|watch| watch.vm.clone())
    }

    /// Takes a policy that was read, by whomever.
    pub(crate) fn learn_policies(
        &mut self,
        vm: &VmId,
        read: &Result<Vec<JitPolicy>, Problem>,
        turn: &mut Turn<'_>,
    ) {
        match read {
            Ok(policies) => {
                self.reconcile(vm, policies, turn);
                let clock = turn.clock;
                let still_after_end = self.open_entries().any(|entry| {
                    entry.access.draft.vm == *vm
                        && entry.running().is_some_and(|(end, _)| end <= clock.now)
                });
                if self.open_entries().any(|e| e.access.draft.vm == *vm) {
                    let watch = self.watch_mut(vm);
                    watch.last = Some(clock);
                    watch.failures = 0;
                    watch.not_before = None;
                    watch.after_end = if still_after_end {
                        watch.after_end + 1
                    } else {
                        0
                    };
                }
            }
            Err(problem) => {
                let clock = turn.clock;
                if let Some(watch) = self.watches.iter_mut().find(|watch| watch.vm == *vm) {
                    watch.last = Some(clock);
                    watch.failures += 1;
                    watch.not_before = throttled_until(problem);
                }
            }
        }
    }

    pub(crate) fn read_is_over(&mut self, effect: EffectId) {
        for watch in &mut self.watches {
            if watch.reading == Some(effect) {
                watch.reading = None;
            }
        }
    }

    pub(super) fn read_where_due(&mut self, turn: &mut Turn<'_>) {
        let wanted: Vec<VmId> = self
            .open_entries()
            .filter(|entry| !self.is_under_way(entry.access.request))
            .map(|entry| entry.access.draft.vm.clone())
            .collect();
        self.watches
            .retain(|watch| watch.reading.is_some() || wanted.contains(&watch.vm));
        for vm in wanted {
            let due = self.read_due(&vm);
            let watch = self.watch_mut(&vm);
            if watch.reading.is_none() && due.is_none_or(|due| turn.is_due(due)) {
                let effect = turn.issue(Effect::FetchPolicies { vm });
                watch.reading = Some(effect);
            }
        }
    }

    pub(super) fn reads_due(&self) -> Vec<Due> {
        self.watches
            .iter()
            .filter(|watch| watch.reading.is_none())
            .filter(|watch| {
                self.open_entries().any(|entry| {
                    entry.access.draft.vm == watch.vm && !self.is_under_way(entry.access.request)
                })
            })
            .filter_map(|watch| self.read_due(&watch.vm))
            .collect()
    }

    /// When a VM's policy is to be read next; `None` is at once.
    fn read_due(&self, vm: &VmId) -> Option<Due> {
        let watch = self.watches.iter().find(|watch| watch.vm == *vm)?;
        if let Some(until) = watch.not_before {
            return Some(Due::At(until));
        }
        let last = watch.last?;
        if watch.failures > 0 {
            return Some(Due::In(last.at.plus(after_failures(watch.failures))));
        }
        let in_own_time = self
            .open_entries()
            .filter(|entry| entry.access.draft.vm == *vm)
            .map(|entry| {
                let wait = match &entry.access.standing {
                    Standing::Running { expires_at, .. } if *expires_at <= last.now => {
                        AFTER_THE_END.saturating_mul(1 << watch.after_end.min(6))
                    }
                    Standing::Running {
                        status: Status::Initiating,
                        ..
                    } => READ_BACK,
                    Standing::Running { .. } => WATCH_ACCESS,
                    Standing::Unanswered
                        if last.now < after(entry.access.asked_at, CLARIFY_FOR) =>
                    {
                        READ_BACK
                    }
                    Standing::Unanswered => READ_UNANSWERED,
                    Standing::Refused | Standing::Over { .. } => WATCH_ACCESS,
                };
                last.at.plus(wait)
            })
            .min()?;
        let ends = self
            .open_entries()
            .filter(|entry| entry.access.draft.vm == *vm)
            .filter_map(|entry| entry.running().map(|(end, _)| end))
            .filter(|end| *end > last.now)
            .map(|end| after(end, AFTER_THE_END))
            .min();
        Some(match ends {
            Some(end) if end < last.time_of(Due::In(in_own_time)) => Due::At(end),
            Some(_) | None => Due::In(in_own_time),
        })
    }

    fn watch_mut(&mut self, vm: &VmId) -> &mut Watch {
        let index = match self.watches.iter().position(|watch| watch.vm == *vm) {
            Some(index) => index,
            None => {
                self.watches.push(Watch {
                    vm: vm.clone(),
                    reading: None,
                    last: None,
                    failures: 0,
                    after_end: 0,
                    not_before: None,
                });
                self.watches.len() - 1
            }
        };
        &mut self.watches[index]
    }
}

/// Until when Azure asked to wait, where it did.
pub(crate) fn throttled_until(problem: &Problem) -> Option<Timestamp> {
    if let Cause::Throttled { until } = problem.cause {
        Some(until)
    } else {
        None
    }
}
