//! What it means for a connection that its access is over, or is for another address.

use jiff::Timestamp;

use crate::effect::Notice;
use crate::id::RequestId;
use crate::ledger::Ledger;
use crate::problem::{Cause, Problem};
use crate::request::Displaced;
use crate::rules::{Explanation, Flow, Verdict, judge};
use crate::settings::OnAddressChange;
use crate::snapshot::Step;
use crate::tunnel::TunnelPath;
use crate::turn::Turn;

use super::super::State;
use super::super::asking::Asking;
use super::super::carrier::{Bearing, Carrier};
use super::super::facts::Facts;
use super::super::knocking::Knocking;
use super::super::tunnel::Resume;

/// Somebody's newer request took the place of ours. A person decides what comes next:
/// two programs that ask again by themselves would fight for ever.
pub(in super::super) fn displaced(by: Displaced, facts: &mut Facts, turn: &mut Turn<'_>) -> State {
    facts.displaced = true;
    let problem = displacement(by);
    tell(&problem, None, facts, turn);
    Asking::about(problem, facts, turn)
}

/// Tells a person of a trouble with this connection, and with the access that carries it.
pub(in super::super) fn tell(
    problem: &Problem,
    request: Option<RequestId>,
    facts: &Facts,
    turn: &mut Turn<'_>,
) {
    turn.tell(Notice::Trouble {
        connection: turn.connection,
        request,
        vm_name: facts.vm_name(),
        problem: problem.clone(),
    });
}

/// The problem's words for a displacement.
pub(in super::super) fn displacement(by: Displaced) -> Problem {
    Problem::new(Cause::AccessDisplaced {
        by: by.by,
        at: by.at,
    })
}

/// Azure says that the access is over, and why, in its own words.
pub(in super::super) fn revoked(why: &str) -> Problem {
    Problem::new(Cause::RequestRefused {
        status: 200,
        azure_code: "Revoked".to_owned(),
        words: why.to_owned(),
    })
}

/// The tunnel came back with another address while a request was being proved.
pub(in super::super) fn moved(
    resume: &Resume,
    path: TunnelPath,
    facts: &mut Facts,
    ledger: &Ledger,
    turn: &mut Turn<'_>,
) -> State {
    if let Bearing::Displaced(by) = resume.carrier.standing(facts, ledger, turn.clock) {
        return displaced(by, facts, turn);
    }
    facts.steps.begin(Step::Request, turn.at());
    facts.refused = false;
    let problem = hole(&resume.path, &path, resume.until);
    tell(&problem, resume.carrier.request(), facts, turn);
    match turn.settings.on_address_change {
        OnAddressChange::Renew if !facts.displaced && resume.carrier != Carrier::Outside => {
            Knocking::enter(path, facts, turn)
        }
        OnAddressChange::Renew | OnAddressChange::Ask => Asking::about(problem, facts, turn),
    }
}

/// An access for an address that is no longer ours.
pub(in super::super) fn hole(
    before: &TunnelPath,
    now: &TunnelPath,
    until: Option<Timestamp>,
) -> Problem {
    Problem::new(Cause::TunnelMoved {
        before: before.source,
        now: Some(now.source),
        until,
    })
}

/// By which rule the port is open, where the rules say so.
pub(in super::super) fn name_the_rule(
    read: Result<Explanation, Problem>,
    path: &TunnelPath,
    facts: &mut Facts,
) {
    let (Ok(explanation), Some(service)) = (read, facts.service) else {
        return;
    };
    let flow = Flow {
        source: path.source,
        target: path.target,
        port: service.port,
    };
    if let Verdict::Allowed { by } = judge(&explanation, flow)
        && facts.note.is_some()
    {
        facts.note = Some(Problem::new(Cause::OpenOutsideJit {
            port: service.port,
            by: Some(by.join(", ")),
        }));
    }
}
