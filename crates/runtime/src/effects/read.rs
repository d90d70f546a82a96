//! Effects that only look: at Azure, and at this machine's network.

use std::net::Ipv4Addr;
use std::sync::Arc;

use gangway_engine::id::VmId;
use gangway_engine::input::Reply;
use gangway_engine::policy::JitPolicy;
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::rules::Explanation;
use gangway_engine::tunnel::LocalNetwork;
use gangway_engine::vm::Vm;

use crate::error::{Error, chain};
use crate::query;
use crate::world::World;

pub(super) async fn vm(world: Arc<World>, id: VmId) -> Reply {
    Reply::Vm(vm_afresh(&world, &id).await.map(Box::new))
}

pub(super) async fn policies(world: Arc<World>, vm: VmId) -> Reply {
    Reply::Policies(policies_afresh(&world, &vm).await)
}

/// Anybody's page can open a link: nothing is asked of Azure before a person's yes.
pub(super) async fn find(world: Arc<World>, name: String) -> Reply {
    Reply::Found(query::find_here(&world, &name).map(Box::new))
}

/// The VM as Azure tells it now; what came is kept.
pub(crate) async fn vm_afresh(world: &World, id: &VmId) -> Result<Vm, Problem> {
    routed(world, id, fetch_vm(world, id).await)
}

/// The policies of the VM's resource group as Azure tells them now; what came is kept.
pub(crate) async fn policies_afresh(world: &World, vm: &VmId) -> Result<Vec<JitPolicy>, Problem> {
    routed(world, vm, fetch_policies(world, vm).await)
}

pub(super) async fn rules(
    world: Arc<World>,
    vm: VmId,
    source: Ipv4Addr,
    target: Ipv4Addr,
) -> Reply {
    let read = fetch_rules(&world, &vm, source, target).await;
    Reply::Explained(routed(&world, &vm, read))
}

/// Remembers where Azure says that a VM belongs.
fn routed<T>(world: &World, vm: &VmId, read: Result<T, Problem>) -> Result<T, Problem> {
    read.inspect_err(|problem| world.met(vm, problem))
}

/// The network at this moment; an empty one where the system does not tell.
pub(crate) fn network(targets: &[Ipv4Addr]) -> LocalNetwork {
    gangway_vpn::observe(targets).unwrap_or_else(|error| {
        tracing::warn!(error = %chain(&error), "network not seen");
        LocalNetwork::default()
    })
}

async fn fetch_vm(world: &World, id: &VmId) -> Result<Vm, Problem> {
    let azure = world.azure().await?;
    let tenant = world.tenant_of(&azure, id).await?;
    let known = world.store.vm(id, world.clock.now()).ok().flatten();
    let nics: Vec<_> = known
        .iter()
        .flat_map(|(vm, _)| &vm.addresses)
        .map(|address| address.nic.clone())
        .collect();
    let read = azure.vm(&tenant, id, &nics).await;
    match read {
        Ok(vm) => {
            cache(world.store.keep_vm(&vm, world.clock.now()));
            Ok(vm)
        }
        Err(error) => {
            let problem = error.problem();
            if matches!(problem.cause, Cause::VmGone { .. }) {
                cache(world.store.forget_vm(id));
            }
            Err(problem)
        }
    }
}

async fn fetch_policies(world: &World, vm: &VmId) -> Result<Vec<JitPolicy>, Problem> {
    let azure = world.azure().await?;
    let tenant = world.tenant_of(&azure, vm).await?;
    let policies = azure
        .policies_of_group(&tenant, vm)
        .await
        .map_err(|error| error.problem())?;
    cache(world.store.keep_policies(vm, &policies, world.clock.now()));
    Ok(policies)
}

async fn fetch_rules(
    world: &World,
    vm: &VmId,
    source: Ipv4Addr,
    target: Ipv4Addr,
) -> Result<Explanation, Problem> {
    let azure = world.azure().await?;
    let tenant = world.tenant_of(&azure, vm).await?;
    azure
        .explain(&tenant, vm, source, target)
        .await
        .map_err(|error| error.problem())
}

/// What cannot be cached is read again next time.
fn cache(written: Result<(), Error>) {
    if let Err(error) = written {
        tracing::debug!(error = %chain(&error), "not cached");
    }
}
