//! What a fresh read of the VM may put in the way of any state.

use crate::problem::{Cause, Problem};
use crate::snapshot::{Ending, Step};
use crate::turn::Turn;
use crate::vm::Power;

use super::State;
use super::asking::Asking;
use super::ended::Ended;
use super::facts::Facts;
use super::signing_in::stopped_by;
use super::starting::Starting;

/// The state that a fresh read of the VM leads to instead, where it leads elsewhere.
pub(super) fn hindrance(facts: &mut Facts, turn: &mut Turn<'_>) -> Option<State> {
    if let Some(problem) = facts.vm.failed().cloned() {
        return Some(cannot_be_read(problem, facts, turn));
    }
    let vm = facts.vm.fresh()?;
    let id = vm.id.clone();
    if vm.addresses.is_empty() {
        let problem = Problem::new(Cause::VmWithoutPrivateAddress { vm: id });
        return Some(Ended::enter(Ending::Failed, Some(problem), facts, turn));
    }
    // Nothing is started for a VM that could not be reached then.
    if facts.path().is_none() {
        facts.steps.done(Step::Vm, turn.at());
        return None;
    }
    let power = vm.power;
    // What the person said was about this moment, whatever it finds.
    let starts = std::mem::take(&mut facts.starts);
    match power {
        Power::Stopping | Power::Stopped | Power::Deallocating | Power::Deallocated if starts => {
            Some(Starting::enter(facts, turn))
        }
        Power::Stopping | Power::Stopped | Power::Deallocating | Power::Deallocated => {
            let problem = Problem::new(Cause::VmNotRunning { vm: id, power });
            facts.steps.begin(Step::Vm, turn.at());
            Some(Asking::about(problem, facts, turn))
        }
        Power::Starting => Some(Starting::wait(facts, turn)),
        Power::Running | Power::Unknown => {
            facts.steps.done(Step::Vm, turn.at());
            None
        }
    }
}

/// A VM that is gone ends the way; any other failure is asked about where nothing can be
/// done without the VM's own answer.
pub(super) fn cannot_be_read(problem: Problem, facts: &mut Facts, turn: &mut Turn<'_>) -> State {
    if matches!(problem.cause, Cause::VmGone { .. }) {
        return Ended::enter(Ending::Failed, Some(problem), facts, turn);
    }
    stopped_by(problem, facts, turn)
}
