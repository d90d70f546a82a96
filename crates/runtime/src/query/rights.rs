//! What the account in use may do in a subscription: asked of Azure each time, kept nowhere.

use gangway_engine::id::SubscriptionId;
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::query::SubscriptionRights;

use crate::world::World;

pub(super) async fn of(
    world: &World,
    subscription: SubscriptionId,
) -> Result<SubscriptionRights, Problem> {
    let azure = world.azure().await?;
    let tenant = world.tenant_for(&azure, &subscription).await?;
    let asked = azure.permissions(&tenant, &subscription).await;
    match asked.map_err(|error| error.problem()) {
        Ok(permissions) => Ok(permissions.rights(subscription)),
        // That Azure keeps the list to itself is an answer; that it was not reached is none.
        Err(Problem {
            cause: Cause::PermissionMissing { .. },
            ..
        }) => Ok(SubscriptionRights::unseen(subscription)),
        Err(problem) => {
            world.met_in(&subscription, &problem);
            Err(problem)
        }
    }
}
