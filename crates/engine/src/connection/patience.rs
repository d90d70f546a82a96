//! How long silence and refusals are waited out, and what the rules say of them.

use crate::host::Reachability;
use crate::problem::{Cause, Problem};
use crate::rules::{Explanation, Flow, Verdict, judge as judge_rules};
use crate::schedule::{GREETING_PATIENCE, REFUSAL_IS_NOT_YET};
use crate::settings::Settings;
use crate::time::{Due, Moment};
use crate::turn::Turn;

use super::carrier::Carrier;
use super::facts::Facts;
use super::proving::Proving;

/// What waiting has come to.
pub(super) enum Patience {
    /// It is early.
    Waits,
    /// The host refuses; it is tried on.
    Refused(Problem),
    /// Later than usual; it is tried on, and the rules are asked.
    Late(Problem),
    /// TCP completes and nothing is said.
    Silent(Problem),
}

/// Judges what was reached by how long it has been so.
pub(super) fn judge(state: &Proving, facts: &Facts, turn: &Turn<'_>) -> Patience {
    let target = state.path.target;
    let port = facts.service.map_or(0, |service| service.port);
    let is_over = |since: Moment, patience| turn.is_due(Due::In(since.plus(patience)));
    match facts.reached() {
        Some(Reachability::Open)
            if is_over(facts.reached_at().unwrap_or(state.since), GREETING_PATIENCE) =>
        {
            Patience::Silent(Cause::AnswersButSilent { target, port }.into())
        }
        Some(Reachability::Refused)
            if state
                .initiated
                .is_some_and(|since| is_over(since, REFUSAL_IS_NOT_YET)) =>
        {
            Patience::Refused(Cause::ReachedButRefused { target, port }.into())
        }
        Some(
            Reachability::Open
            | Reachability::Refused
            | Reachability::Silent
            | Reachability::Greeted(_)
            | Reachability::Unsendable(_),
        )
        | None => {
            let waited = turn.at().since(state.since);
            let heard = matches!(
                facts.reached(),
                Some(Reachability::Open | Reachability::Greeted(_))
            );
            if !heard && waited >= turn.settings.rule_late_after {
                Patience::Late(Cause::RuleLate { waited }.into())
            } else {
                Patience::Waits
            }
        }
    }
}

/// When waiting may have come to something.
pub(super) fn due(state: &Proving, facts: &Facts, settings: &Settings) -> Vec<Due> {
    let late = settings.rule_late_after;
    let mut due = vec![
        Due::In(state.since.plus(late)),
        Due::In(state.explain_from.plus(late)),
    ];
    if let (Some(Reachability::Open), Some(at)) = (facts.reached(), facts.reached_at()) {
        due.push(Due::In(at.plus(GREETING_PATIENCE)));
    }
    if let (Some(Reachability::Refused), Some(at)) = (facts.reached(), state.initiated) {
        due.push(Due::In(at.plus(REFUSAL_IS_NOT_YET)));
    }
    due
}

/// What the security rules say of the silence, where they say anything.
pub(super) fn explain(
    state: &Proving,
    read: Result<Explanation, Problem>,
    facts: &Facts,
) -> Option<Problem> {
    let explanation = read.ok()?;
    let port = facts.service?.port;
    let flow = Flow {
        source: state.path.source,
        target: state.path.target,
        port,
    };
    let cause = match judge_rules(&explanation, flow) {
        Verdict::CannotTell => return None,
        Verdict::Allowed { .. } if explanation.appliance.is_some() => Cause::SourceTranslated {
            address: flow.source,
        },
        Verdict::Allowed { .. } => Cause::PathOpenButSilent {
            address: flow.source,
            target: flow.target,
            port,
        },
        // The rule is not there (yet): gone if Azure says that it is in force.
        Verdict::Denied { closed: true, .. } if state.carrier == Carrier::Outside => return None,
        Verdict::Denied { closed: true, .. } => {
            state.initiated?;
            Cause::RuleVanished { port }
        }
        Verdict::Denied {
            rule,
            list,
            priority,
            closed: false,
        } => Cause::BlockedByRule {
            rule,
            nsg: list,
            priority,
        },
    };
    let seen = if explanation.effective {
        "effective rules"
    } else {
        "rules of the security groups"
    };
    Some(Problem::new(cause).observed(seen))
}
