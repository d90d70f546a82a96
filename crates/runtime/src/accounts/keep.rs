//! What is kept once somebody has signed in, and the tenants that are found for them.

use gangway_azure::{Azure, SignedIn};
use gangway_engine::account::{AccountId, Way};
use gangway_engine::id::TenantId;
use gangway_engine::problem::Problem;

use crate::error::{Error, chain};
use crate::store::LentAccount;
use crate::tokens::Record;
use crate::world::World;

/// Keeps an account that has signed in: its record, and that it is used in the tenant it
/// signed in at. Everybody hears of it before this returns.
pub(crate) async fn keep(world: &World, way: Way, signed_in: SignedIn) -> Result<(), Problem> {
    let SignedIn {
        account,
        username,
        name,
        tenant,
        stored,
    } = signed_in;
    // Of the one that signed it in: the settings may name another cloud by now.
    let azure = world.azure().await?;
    let (cloud, authority) = (
        azure.cloud().name().to_owned(),
        azure.cloud().authority_host(),
    );
    let since = world.clock.now().as_millisecond();
    match way {
        Way::Browser | Way::DeviceCode => {
            let app = world.settings().sign_in.client_id.clone();
            let mut open = world.tokens.open_to_sign_in().await;
            // What cannot be read is not written over: its refresh token would be lost.
            let before = match (open.get(&account), &stored) {
                (Ok(before), _) => before,
                (Err(_), Some(_)) => None,
                (Err(problem), None) => return Err(problem),
            };
            let before = before.filter(|before| before.is_of(&cloud, &authority));
            let kept = before.as_ref();
            let record = Record {
                username,
                name,
                cloud,
                authority,
                way,
                tenant: tenant.clone(),
                since: kept.map_or(since, |kept| kept.since),
                client_id: stored
                    .as_ref()
                    .map(|stored| stored.client_id.clone())
                    .or_else(|| kept.map(|kept| kept.client_id.clone()))
                    .or(app)
                    .unwrap_or_default(),
                refresh_token: stored
                    .map(|stored| stored.refresh_token.expose().to_owned())
                    .or_else(|| before.and_then(|kept| kept.refresh_token)),
            };
            open.put(&account, record);
        }
        Way::AzureCli | Way::Environment | Way::Broker => {
            let lent = LentAccount {
                username,
                name,
                cloud,
                way,
                since,
            };
            noted(world.store.keep_lent_account(&account, &lent));
        }
    }
    noted(world.store.use_account(&account, &tenant));
    world.look_at_accounts().await;
    world.ring();
    Ok(())
}

/// Asks which tenants an account is in, with a token of one where it is used. They are
/// listed only: no token is asked for in any other.
pub(crate) async fn learn_tenants(
    world: &World,
    azure: &Azure,
    account: &AccountId,
    with: &TenantId,
) {
    match azure.tenants(with).await {
        Ok(found) => {
            let listed: Vec<_> = found
                .into_iter()
                .map(|tenant| (tenant.id, tenant.name, tenant.domain))
                .collect();
            noted(world.store.learn_tenants(account, &listed));
        }
        Err(error) => tracing::info!(%error, "tenants of the account not listed"),
    }
}

/// What cannot be written is only not remembered: the account itself is signed in.
pub(crate) fn noted(written: Result<(), Error>) {
    if let Err(error) = written {
        tracing::warn!(error = %chain(&error), "an account's tenants are not remembered");
    }
}
