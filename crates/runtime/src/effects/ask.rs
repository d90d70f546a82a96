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
        let azure = world.azure()?;
        let tenant = world.tenant_of(&azure, &draft.vm).await?;
        Ok::<_, Problem>((azure, tenant))
    };
    Reply::Initiated(match ready.await {
        Ok((azure, tenant)) => azure.initiate(&tenant, &draft, time).await,
        Err(problem) => InitiateOutcome::NotSent(problem),
    })
}

/// Starts a VM: says whether Azure took it, and once more when it then failed.
pub(super) async fn start(world: Arc<World>, replies: Replies, id: EffectId, vm: VmId) {
    let begun = async {
        let azure = world.azure()?;
        let tenant = world.tenant_of(&azure, &vm).await?;
        let operation = azure
            .start_vm(&tenant, &vm)
            .await
            .map_err(|error| error.problem())?;
        Ok::<_, Problem>((azure, tenant, operation))
    };
    let (azure, tenant, operation) = match begun.await {
        Ok(begun) => begun,
        Err(problem) => return replies.send(id, Reply::VmStarted(Err(problem))),
    };
    replies.send(id, Reply::VmStarted(Ok(())));
    if let Err(error) = azure.finish(&tenant, operation).await {
        replies.send(id, Reply::VmStarted(Err(error.problem())));
    }
}
