//! Reads that fill a list: from the store where it is fresh enough, else from Azure.

mod about;
mod rights;
mod settings;
mod vm;

use gangway_engine::id::VmId;
use gangway_engine::input::Found;
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::query::{Freshness, Page, Query, VmFilter, VmPage};
use gangway_engine::schedule::WARM;
use gangway_engine::time::{SignedDuration, mins};
use gangway_engine::tunnel::decide;

use crate::effects::{network, vpns};
use crate::error::Error;
use crate::inventory;
use crate::world::World;

pub(crate) use about::{VERSION, system};

/// A name that is not found is looked for in Azure when the inventory is older than this:
/// the VM may have been made a minute ago.
const NEW_VMS: SignedDuration = mins(1);

/// How far a fetch of the inventory is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Subscriptions that were read.
    pub done: usize,
    /// Subscriptions there are, as far as known.
    pub of: usize,
}

pub(crate) async fn answer(world: &World, query: Query) -> Result<Page, Problem> {
    match query {
        Query::Vms {
            text,
            offset,
            limit,
            freshness,
            filter,
        } => {
            let stretch = Stretch { offset, limit };
            let page = vms(world, (&text, &filter), stretch, freshness).await;
            page.map(Page::Vms)
        }
        Query::Places => Ok(Page::Places {
            rows: world.store.places().map_err(told)?,
        }),
        Query::Find { name } => {
            let Found { exact, near } = find(world, &name).await?;
            Ok(Page::Found { exact, near })
        }
        Query::History { text, limit } => Ok(Page::History {
            accesses: world.store.history(&text, limit).map_err(told)?,
        }),
        Query::Vm { vm, freshness } => vm::details(world, &vm, freshness)
            .await
            .map(|details| Page::Vm(Box::new(details))),
        Query::Tunnel { vm } => tunnel(world, vm.as_ref()).map_err(told),
        Query::Subscriptions => subscriptions(world).await,
        Query::Rights { subscription } => rights::of(world, subscription).await.map(Page::Rights),
        Query::Settings => settings::page(world),
        Query::Profiles => Ok(Page::Profiles {
            rows: about::profiles(world).map_err(told)?,
        }),
        Query::Vpns => Ok(Page::Vpns {
            rows: vpns(world).await,
        }),
        Query::About => about::about(world).map(Page::About),
    }
}

/// Which rows of many are wanted.
#[derive(Clone, Copy)]
struct Stretch {
    offset: usize,
    limit: usize,
}

async fn vms(
    world: &World,
    (text, filter): (&str, &VmFilter),
    Stretch { offset, limit }: Stretch,
    freshness: Freshness,
) -> Result<VmPage, Problem> {
    let age = age(world)?;
    let fetch = match freshness {
        Freshness::Cached => age.is_none(),
        Freshness::Warm => age.is_none_or(|age| age >= WARM) || lacks_some(world)?,
        Freshness::Fresh => true,
    };
    let met = if fetch {
        inventory::refresh(world).await
    } else {
        Vec::new()
    };
    let now = world.clock.now();
    let page = world.store.narrowed(text, filter, offset, limit, now);
    let mut page = page.map_err(told)?;
    for problem in met {
        if page.age.is_none() {
            return Err(problem);
        }
        if !page.problems.contains(&problem) {
            page.problems.push(problem);
        }
    }
    Ok(page)
}

/// The VMs that a name means, as far as this machine knows.
pub(crate) fn find_here(world: &World, name: &str) -> Result<Found, Problem> {
    let (exact, near) = world.store.find(name).map_err(told)?;
    Ok(Found { exact, near })
}

/// The VMs that a name means; where it is not known and that knowledge is old, Azure is asked.
async fn find(world: &World, name: &str) -> Result<Found, Problem> {
    let found = find_here(world, name)?;
    let old = age(world)?.is_none_or(|age| age >= NEW_VMS) || lacks_some(world)?;
    if !found.exact.is_empty() || !old {
        return Ok(found);
    }
    let met = inventory::refresh(world).await;
    let found = find_here(world, name)?;
    match met.into_iter().next() {
        // With nothing to look in, why there is nothing is the answer.
        Some(problem) if found.exact.is_empty() && age(world)?.is_none() => Err(problem),
        _ => Ok(found),
    }
}

/// Those of the last look; where there was none, or it lacks some, Azure is asked.
async fn subscriptions(world: &World) -> Result<Page, Problem> {
    if age(world)?.is_none() || lacks_some(world)? {
        let met = inventory::refresh(world).await.into_iter().next();
        if let Some(problem) = met
            && age(world)?.is_none()
        {
            return Err(problem);
        }
    }
    Ok(Page::Subscriptions {
        rows: world.store.subscriptions().map_err(told)?,
    })
}

fn tunnel(world: &World, vm: Option<&VmId>) -> Result<Page, Error> {
    let Some(vm) = vm else {
        return Ok(Page::Tunnel {
            local: network(&[]),
            pools: world.pools()?,
            view: None,
        });
    };
    let cached = world.cached(vm)?;
    let known = cached.vm.iter().flat_map(|vm| &vm.addresses);
    let targets: Vec<_> = known.map(|address| address.address).collect();
    let local = network(&targets);
    let view = decide(&targets, &local, &world.tunnel_knowledge(&cached));
    if targets.is_empty() {
        let cause = if cached.vm.is_some() {
            Cause::VmWithoutPrivateAddress { vm: vm.clone() }
        } else {
            Cause::VmNotFound {
                query: vm.to_string(),
                nearest: Vec::new(),
            }
        };
        return Err(Problem::new(cause).into());
    }
    Ok(Page::Tunnel {
        local,
        pools: cached.pools,
        view: Some(view),
    })
}

fn age(world: &World) -> Result<Option<SignedDuration>, Problem> {
    world.store.inventory_age(world.clock.now()).map_err(told)
}

fn lacks_some(world: &World) -> Result<bool, Problem> {
    world.store.inventory_lacks_some().map_err(told)
}

fn told(error: Error) -> Problem {
    error.problem()
}
