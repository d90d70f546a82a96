//! Effects that ask for something: access, after it was written down, and a VM's start.

use std::sync::Arc;

use gangway_engine::id::{EffectId, VmId};
use gangway_engine::input::{Recorded, Reply};
use gangway_engine::problem::Problem;
use gangway_engine::request::{Draft, InitiateOutcome, TimeField};
use jiff::Timestamp;

use super::Replies;
use crate::error::chain;
use crate::world::World;
use crate::writer::Writer;

/// Writes the request down; the reply goes out once it is on the disk.
pub(super) fn record(
    writer: &Writer,
    replies: Replies,
    id: EffectId,
    draft: Draft,
    vm_name: String,
    at: Timestamp,
) {
    let work = move |world: &World| {
        let recorded = world.store.record(&draft, &vm_name, at, world.owner());
        match &recorded {
            Recorded::Ours(request) => tracing::info!(
                %request,
                vm = %draft.vm,
                port = draft.port,
                tunnel = %draft.tunnel_address,
                "request recorded"
            ),
            Recorded::Theirs { .. } => tracing::info!(vm = %draft.vm, "another process asks"),
            Recorded::Failed(problem) => tracing::warn!(code = problem.code(), "not recorded"),
        }
        if matches!(recorded, Recorded::Ours(_))
            && let Err(error) = world.store.forget_history(at, world.settings().history)
        {
            tracing::debug!(error = %chain(&error), "old history stays");
        }
        recorded
    };
    writer.write(work, move |recorded| {
        replies.send(id, Reply::Recorded(recorded));
    });
}

/// Sends `initiate`.
pub(super) async fn initiate(world: Arc<World>, draft: Draft, time: TimeField) -> Reply {
    let ready = async {
        let azure = world.azure().await?;
        let tenant = world.tenant_of(&azure, &draft.vm).await?;
        Ok::<_, Problem>((azure, tenant))
    };
    let outcome = match ready.await {
        Ok((azure, tenant)) => {
            tracing::info!(vm = %draft.vm, port = draft.port, "initiate sent");
            azure.initiate(&tenant, &draft, time).await
        }
        Err(problem) => InitiateOutcome::NotSent(problem),
    };
    log(&outcome);
    if let InitiateOutcome::Refused(problem) | InitiateOutcome::NotSent(problem) = &outcome {
        world.met(&draft.vm, problem);
    }
    Reply::Initiated(outcome)
}

/// What came of it, with Azure's id where something went wrong; `azure` logs the id of what
/// was accepted.
fn log(outcome: &InitiateOutcome) {
    let (word, problem) = match outcome {
        InitiateOutcome::Accepted { expires_at, .. } => {
            tracing::info!(until = %expires_at, "initiate accepted");
            return;
        }
        InitiateOutcome::NotASubset { .. } => ("not a subset of the policy", None),
        InitiateOutcome::DurationRefused => ("duration refused", None),
        InitiateOutcome::Refused(problem) => ("refused", Some(problem)),
        InitiateOutcome::NotSent(problem) => ("not sent", Some(problem)),
        InitiateOutcome::Unclear(problem) => ("unclear", Some(problem)),
    };
    let code = problem.map(Problem::code);
    let correlation = problem.and_then(|problem| problem.details.correlation.as_deref());
    tracing::info!(outcome = word, code, correlation, "initiate answered");
}

/// Starts a VM: says whether Azure took it, and once more when it then failed.
pub(super) async fn start(world: Arc<World>, replies: Replies, id: EffectId, vm: VmId) {
    let begun = async {
        let azure = world.azure().await?;
        let tenant = world.tenant_of(&azure, &vm).await?;
        let operation = azure
            .start_vm(&tenant, &vm)
            .await
            .map_err(|error| error.problem())?;
        Ok::<_, Problem>((azure, tenant, operation))
    };
    let (azure, tenant, operation) = match begun.await {
        Ok(begun) => begun,
        Err(problem) => {
            world.met(&vm, &problem);
            return replies.send(id, Reply::VmStarted(Err(problem)));
        }
    };
    replies.send(id, Reply::VmStarted(Ok(())));
    if let Err(error) = azure.finish(&tenant, operation).await {
        replies.send(id, Reply::VmStarted(Err(error.problem())));
    }
}
