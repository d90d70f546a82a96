//! Something that is read from Azure and kept: what is known of it, and how fresh.

use crate::effect::Effect;
use crate::id::EffectId;
use crate::ledger::throttled_until;
use crate::problem::{Cause, Problem};
use crate::schedule::after_failures;
use crate::time::{Due, Moment};
use crate::turn::Turn;

/// A thing that is read, as far as it is known.
#[derive(Debug)]
pub(super) struct Known<T> {
    value: Option<T>,
    /// The cache knew it, young enough to act on.
    warm: bool,
    /// When Azure last told it.
    fresh_at: Option<Moment>,
    reading: Option<EffectId>,
    trouble: Option<Problem>,
    retry: Option<Due>,
    failures: u32,
}

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self {
            value: None,
            warm: false,
            fresh_at: None,
            reading: None,
            trouble: None,
            retry: None,
            failures: 0,
        }
    }
}

impl<T> Known<T> {
    /// The best that is known, however old.
    pub(super) fn any(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// What may be acted on: told by Azure since the click, or cached a short while ago,
    /// or all there is to have.
    pub(super) fn usable(&self) -> Option<&T> {
        let enough = self.fresh_at.is_some() || self.warm || self.failed().is_some();
        self.value.as_ref().filter(|_| enough)
    }

    /// What Azure told since the click.
    pub(super) fn fresh(&self) -> Option<&T> {
        self.value.as_ref().filter(|_| self.fresh_at.is_some())
    }

    /// What Azure told since `moment`.
    pub(super) fn fresh_since(&self, moment: Moment) -> Option<&T> {
        self.value
            .as_ref()
            .filter(|_| self.fresh_at.is_some_and(|at| at >= moment))
    }

    /// Why it cannot be read, once trying again by itself would not help.
    pub(super) fn failed(&self) -> Option<&Problem> {
        self.trouble
            .as_ref()
            .filter(|_| self.retry.is_none() && self.reading.is_none())
    }

    /// What the last read met.
    pub(super) fn trouble(&self) -> Option<&Problem> {
        self.trouble.as_ref()
    }

    pub(super) fn reads(&self, effect: EffectId) -> bool {
        self.reading == Some(effect)
    }

    /// Takes what the cache knows, unless Azure has told better.
    pub(super) fn learn_cached(&mut self, value: Option<T>, warm: bool) {
        if self.value.is_none() && value.is_some() {
            self.value = value;
            self.warm = warm;
        }
    }

    /// Takes what Azure told.
    pub(super) fn learn(&mut self, read: Result<T, Problem>, turn: &Turn<'_>) {
        match read {
            Ok(value) => {
                self.value = Some(value);
                self.fresh_at = Some(turn.at());
                self.trouble = None;
                self.retry = None;
                self.failures = 0;
            }
            Err(problem) => {
                self.failures += 1;
                self.retry = match throttled_until(&problem) {
                    Some(until) => Some(Due::At(until)),
                    None if passes(&problem) => {
                        Some(Due::In(turn.at().plus(after_failures(self.failures))))
                    }
                    None => None,
                };
                self.trouble = Some(problem);
            }
        }
    }

    pub(super) fn read_is_over(&mut self) {
        self.reading = None;
    }

    /// Reads it, unless it is being read.
    pub(super) fn read(&mut self, effect: Effect, turn: &mut Turn<'_>) {
        if self.reading.is_none() {
            self.retry = None;
            self.reading = Some(turn.issue(effect));
        }
    }

    /// What is known counts as old from now on.
    pub(super) fn is_old(&mut self) {
        self.fresh_at = None;
        self.warm = false;
        self.trouble = None;
        self.failures = 0;
    }

    pub(super) fn retry(&self) -> Option<Due> {
        self.retry.filter(|_| self.reading.is_none())
    }

    pub(super) fn call_off(&mut self, turn: &mut Turn<'_>) {
        if let Some(effect) = self.reading.take() {
            turn.call_off(effect);
        }
        self.retry = None;
    }
}

/// Whether a problem may pass without anybody doing anything.
fn passes(problem: &Problem) -> bool {
    matches!(
        problem.cause,
        Cause::Offline { .. } | Cause::AzureUnavailable { .. }
    )
}
