//! A look at everything: tenants, their subscriptions, and in each VMs, gateways and JIT policies.
//!
//! All of it is asked for at once, as far as one answer does not need another; what could
//! not be read becomes a problem of its subscription, and what was known of it stays.

mod groups;

use std::collections::BTreeMap;

use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{self, StreamExt};
use gangway_azure::{Azure, Gateway, Subscription};
use gangway_engine::id::{SubscriptionId, TenantId};
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::vm::Vm;
use tokio::task::spawn_blocking;

use crate::accounts;
use crate::query::Progress;
use crate::store::{StoredGateway, SubscriptionRead};
use crate::world::World;

/// How many subscriptions are asked for their policies at a time.
const AT_ONCE: usize = 12;

/// Reads the inventory and writes it to the store. What went wrong is told; it does not
/// keep the rest from being written.
pub(crate) fn refresh(world: &World) -> BoxFuture<'_, Vec<Problem>> {
    let refreshing = async {
        world.progress.send_replace(Some(Progress::default()));
        let problems = look(world).await;
        world.progress.send_replace(None);
        // Gateways may have come with it, whose pools other processes wait for.
        world.ring();
        problems
    };
    refreshing.boxed()
}

async fn look(world: &World) -> Vec<Problem> {
    let azure = match world.azure().await {
        Ok(azure) => azure,
        Err(problem) => return vec![problem],
    };
    let tenants = match tenants(world, &azure).await {
        Ok(found) => found,
        Err(problem) => return vec![problem],
    };
    let mut problems = Vec::new();
    let mut looks = Vec::with_capacity(tenants.len());
    for tenant in &tenants {
        looks.push(of_tenant(world, &azure, tenant).boxed());
    }
    let (looked, ()) = tokio::join!(
        futures_util::future::join_all(looks),
        tenants_of_accounts(world, &azure)
    );
    let known = world.known_accounts().await;
    let (mut reads, mut listed) = (Vec::<SubscriptionRead>::new(), Vec::new());
    for (tenant, looked) in tenants.iter().zip(looked) {
        if let Some(account) = known.used_in(tenant) {
            let met = looked.as_ref().err();
            accounts::noted(world.store.note_tenant(&account.id, tenant, met));
        }
        match looked {
            Ok(found) => {
                // One that two tenants list (Lighthouse) is read with the first one's token.
                for read in found {
                    if reads.iter().all(|known| known.id != read.id) {
                        reads.push(read);
                    }
                }
                listed.push(tenant.clone());
            }
            Err(problem) => problems.push(problem),
        }
    }
    if !(reads.is_empty() && listed.is_empty()) {
        problems.extend(write(world, reads, listed).await.err());
    }
    if !known.accounts.is_empty() {
        world.look_at_accounts().await;
    }
    problems
}

/// Asks for the tenants of every account, beside the look at those that are on.
async fn tenants_of_accounts(world: &World, azure: &Azure) {
    if world.serves_all.is_some() {
        return;
    }
    let known = world.known_accounts().await;
    let mut asked = Vec::new();
    for account in &known.accounts {
        let mut tenants = account.tenants.iter();
        if let Some(with) = tenants.find(|tenant| tenant.on && tenant.used) {
            asked.push(accounts::learn_tenants(world, azure, &account.id, &with.id).boxed());
        }
    }
    futures_util::future::join_all(asked).await;
}

/// The tenants to look at: those that are set, else those that people switched on; where
/// nobody is signed in, the own one of whoever serves.
async fn tenants(world: &World, azure: &Azure) -> Result<Vec<TenantId>, Problem> {
    let set = &world.settings().tenants;
    if !set.is_empty() {
        return Ok(set.iter().map(TenantId::new).collect());
    }
    if world.serves_all.is_none() {
        let on = world.tenants_on().await;
        if !on.is_empty() {
            return Ok(on);
        }
    }
    Ok(vec![world.home_tenant(azure).await?])
}

async fn of_tenant(
    world: &World,
    azure: &Azure,
    tenant: &TenantId,
) -> Result<Vec<SubscriptionRead>, Problem> {
    let subscriptions = azure
        .subscriptions(tenant)
        .await
        .map_err(|error| error.problem())?;
    let hidden = world.store.hidden_subscriptions().unwrap_or_default();
    let (hidden, subscriptions): (Vec<_>, Vec<_>) = subscriptions
        .into_iter()
        .partition(|one| hidden.contains(&one.id));
    world.progress.send_modify(|progress| {
        if let Some(progress) = progress {
            progress.of += subscriptions.len();
        }
    });
    let ids: Vec<SubscriptionId> = subscriptions.iter().map(|one| one.id.clone()).collect();
    // Made one by one: a closure that makes them hides from the compiler that they may be sent.
    let mut asked = Vec::with_capacity(ids.len());
    for id in &ids {
        let asking = async move {
            let policies = azure.policies_of_subscription(tenant, id).await;
            world.progress.send_modify(|progress| {
                if let Some(progress) = progress {
                    progress.done += 1;
                }
            });
            policies.map_err(|error| error.problem())
        };
        asked.push(asking.boxed());
    }
    let policies = stream::iter(asked).buffered(AT_ONCE).collect::<Vec<_>>();
    let (vms, gateways, policies) = tokio::join!(
        azure.vms(tenant, &ids),
        azure.gateways(tenant, &ids),
        policies
    );
    let mut problems = Vec::new();
    let mut keep = |problem: Problem| problems.push(problem);
    let mut vms = match vms {
        Ok((vms, skipped)) => {
            if skipped > 0 {
                keep(skipped_rows(azure, skipped));
            }
            Some(by_subscription(vms, |vm| vm.id.subscription()))
        }
        Err(error) => {
            keep(error.problem());
            None
        }
    };
    let mut gateways = match gateways {
        Ok(gateways) => Some(by_subscription(gateways, |gateway| {
            gateway.id.subscription()
        })),
        Err(error) => {
            keep(error.problem());
            None
        }
    };
    let mut reads = Vec::with_capacity(subscriptions.len());
    for (subscription, policies) in subscriptions.into_iter().zip(policies) {
        let vms = vms
            .as_mut()
            .map(|vms| vms.remove(&subscription.id).unwrap_or_default());
        let gateways = gateways
            .as_mut()
            .map(|gateways| gateways.remove(&subscription.id).unwrap_or_default());
        let mut read = read(subscription, vms, gateways, problems.clone());
        read.policies = match policies {
            Ok(policies) => Some(policies),
            Err(problem) => groups::instead(azure, tenant, &mut read, problem).await,
        };
        reads.push(read);
    }
    groups::besides(azure, tenant, &mut reads).await;
    // That it is there is known, so that it can be taken in again; nothing in it is read.
    reads.extend(
        hidden
            .into_iter()
            .map(|one| read(one, None, None, Vec::new())),
    );
    Ok(reads)
}

/// VMs whose ids no id can be (control characters, for instance) are left out of the list.
fn skipped_rows(azure: &Azure, skipped: usize) -> Problem {
    let rows = if skipped == 1 { "row" } else { "rows" };
    Problem::new(Cause::AnswerUnusable {
        host: azure.cloud().resource_manager_host(),
        came: format!("a list with {skipped} unusable {rows}, left out here"),
    })
}

fn read(
    subscription: Subscription,
    vms: Option<Vec<Vm>>,
    gateways: Option<Vec<Gateway>>,
    problems: Vec<Problem>,
) -> SubscriptionRead {
    SubscriptionRead {
        id: subscription.id,
        tenant: subscription.tenant,
        name: subscription.name,
        vms,
        policies: None,
        groups: Vec::new(),
        gateways: gateways.map(|gateways| gateways.into_iter().map(stored).collect()),
        problems,
    }
}

async fn write(
    world: &World,
    reads: Vec<SubscriptionRead>,
    listed: Vec<TenantId>,
) -> Result<(), Problem> {
    // A store that cannot be written says so; the list is shown from what it holds.
    let second = world.store.second().map_err(|error| error.problem())?;
    let at = world.clock.now();
    let written = spawn_blocking(move || second.write_inventory(&reads, &listed, at)).await;
    match written {
        Ok(written) => written.map_err(|error| error.problem()),
        Err(error) => {
            tracing::error!(%error, "the inventory was not written");
            Ok(())
        }
    }
}

fn by_subscription<T>(
    items: Vec<T>,
    of: impl Fn(&T) -> SubscriptionId,
) -> BTreeMap<SubscriptionId, Vec<T>> {
    let mut sorted = BTreeMap::<SubscriptionId, Vec<T>>::new();
    for item in items {
        sorted.entry(of(&item)).or_default().push(item);
    }
    sorted
}

fn stored(gateway: Gateway) -> StoredGateway {
    StoredGateway {
        id: gateway.id,
        pools: gateway.pools,
        networks: gateway.serves,
        guid: gateway.guid,
    }
}
