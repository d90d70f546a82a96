//! What happened to accesses, told to the system's own log: requests, launches, ends, refusals.
//!
//! Whoever looks after machines collects that log anyway. A record names things by their ids
//! and problems by their codes: no token, no reason that somebody typed, no name of a person.

mod record;

use gangway_engine::effect::LaunchPlan;
use gangway_engine::id::{RequestId, VmId};
use gangway_engine::policy::{Source, StatusReason};
use gangway_engine::problem::Problem;
use gangway_engine::request::{Access, Standing};
use gangway_engine::snapshot::{ConnectionView, Ending, Snapshot, StateName};

#[cfg(test)]
pub(crate) use self::record::tests::hostile;
pub(crate) use self::record::{Kind, Record};
use crate::error::Error;
use crate::platform;
use crate::world::World;

/// Where records go instead of the system's log: the path of a socket on Linux; nowhere where
/// it is empty. A variable of a process and no setting: it is for trying things out.
const INSTEAD: &str = "GANGWAY_RECORDS";

/// Writes down where a request stands, and tells what that changed: once, whichever process
/// finds it out.
pub(crate) fn settle(world: &World, request: RequestId, standing: &Standing) -> Result<(), Error> {
    let before = world.store.settle(request, standing)?;
    if let Some(record) = before.and_then(|before| of_change(before, standing)) {
        tell(world, record);
    }
    Ok(())
}

/// Tells that a client was started.
pub(crate) fn launched(world: &World, plan: &LaunchPlan) {
    let mut record = of_vm(Kind::Launch, &plan.vm);
    record.port = Some(plan.service.port);
    record.source = Some(plan.source.to_string());
    tell(world, record);
}

/// The refusals that a newer snapshot shows: connections that a problem has stopped since.
pub(crate) fn refused(before: &Snapshot, now: &Snapshot) -> Vec<Record> {
    let was_told = |view: &ConnectionView| {
        let known = before.connections.iter().find(|known| known.id == view.id);
        known.and_then(stopped_by).map(Problem::code)
    };
    let stopped = now.connections.iter().filter_map(|view| {
        let problem = stopped_by(view)?;
        let is_new = was_told(view) != Some(problem.code());
        is_new.then(|| of_refusal(view, problem))
    });
    stopped.collect()
}

/// What a connection stands at until a person does something about it, or failed by.
fn stopped_by(view: &ConnectionView) -> Option<&Problem> {
    let stands = view.state == StateName::Asking || view.ending == Some(Ending::Failed);
    view.problem.as_ref().filter(|_| stands)
}

/// Tells it to the system, with what is known of who asked. It is never in anybody's way.
pub(crate) fn tell(world: &World, mut record: Record) {
    let instead = std::env::var_os(INSTEAD);
    if instead.as_ref().is_some_and(|instead| instead.is_empty()) {
        return;
    }
    record.at = Some(world.clock.now());
    record.tenant = world
        .store
        .tenant_of(&record.vm.subscription())
        .ok()
        .flatten();
    let known = world.known.borrow().clone();
    record.account = record.tenant.as_ref().and_then(|tenant| {
        let account = known.as_ref()?.used_in(tenant)?;
        Some(account.id.object().to_owned())
    });
    if let Err(error) = platform::tell_system(instead.as_deref(), &record) {
        tracing::debug!(%error, "the system's log takes no record");
    }
}

/// A request that Azure took, or an access that is over.
fn of_change(before: Access, standing: &Standing) -> Option<Record> {
    let draft = &before.draft;
    let kind = match (&before.standing, standing) {
        (Standing::Unanswered, Standing::Running { .. }) => Kind::Request,
        (Standing::Unanswered | Standing::Running { .. }, Standing::Over { .. }) => Kind::End,
        (
            Standing::Unanswered
            | Standing::Running { .. }
            | Standing::Refused
            | Standing::Over { .. },
            _,
        ) => return None,
    };
    let mut record = of_vm(kind, &draft.vm);
    record.port = Some(draft.port);
    record.source = Some(addresses(&draft.source));
    record.request = Some(before.request);
    match standing {
        Standing::Running { expires_at, .. } => record.until = Some(*expires_at),
        Standing::Over { reason, at, .. } => {
            record.until = Some(*at);
            record.reason = Some(word(reason));
        }
        Standing::Unanswered | Standing::Refused => {}
    }
    Some(record)
}

fn of_refusal(view: &ConnectionView, problem: &Problem) -> Record {
    let mut record = of_vm(Kind::Refusal, &view.vm);
    let planned = view.plan.as_ref();
    let port = view.service.map(|service| service.port);
    record.port = port.or_else(|| planned.map(|plan| plan.port));
    record.source = planned.map(|plan| addresses(&plan.source));
    record.request = view.request;
    record.problem = Some(problem.code());
    record.correlation.clone_from(&problem.details.correlation);
    record
}

fn of_vm(kind: Kind, vm: &VmId) -> Record {
    Record {
        kind,
        at: None,
        vm: vm.clone(),
        port: None,
        source: None,
        until: None,
        request: None,
        account: None,
        tenant: None,
        problem: None,
        reason: None,
        correlation: None,
    }
}

fn addresses(source: &Source) -> String {
    match source {
        Source::Blocks(blocks) => {
            let blocks: Vec<String> = blocks.iter().map(ToString::to_string).collect();
            blocks.join(" ")
        }
        Source::Other(text) => text.clone(),
    }
}

fn word(reason: &StatusReason) -> String {
    match reason {
        StatusReason::Expired => "Expired".to_owned(),
        StatusReason::UserRequested => "UserRequested".to_owned(),
        StatusReason::NewerRequestInitiated => "NewerRequestInitiated".to_owned(),
        StatusReason::Other(text) => text.clone(),
    }
}
