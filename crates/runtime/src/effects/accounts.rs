//! Effects around accounts that are signed in: forgetting one, and what a person chooses.

use std::sync::Arc;

use futures_util::future::join_all;
use gangway_engine::account::{Account, AccountId, Kept};
use gangway_engine::input::Reply;
use gangway_engine::problem::Problem;
use gangway_launch::open_page;

use crate::error::{Error, chain};
use crate::world::World;

/// Forgets an account: its refresh token (with the last one the key), what a person chose
/// of it, and the inventory that nobody else can see.
pub(super) async fn sign_out(world: Arc<World>, account: AccountId, end_session: bool) -> Reply {
    let done = forget(&world, &account, end_session).await;
    match &done {
        Ok(()) => tracing::info!(%account, "signed out"),
        Err(problem) => tracing::warn!(code = problem.code(), "sign-out not finished"),
    }
    world.look_at_accounts().await;
    world.ring();
    Reply::SignedOut(done)
}

/// Makes every step, whatever became of the one before; the first that failed is told.
async fn forget(world: &World, account: &AccountId, end_session: bool) -> Result<(), Problem> {
    let known = world.known_accounts().await;
    let known = known.accounts.iter().find(|one| one.id == *account);
    let stored = world.store.forget_account(account);
    let in_memory = async {
        let Some(known) = known else { return };
        let made = world.every_azure();
        let all = made.iter().flat_map(|azure| {
            let tenants = known.tenants.iter();
            tenants.map(|tenant| azure.forget(&tenant.id))
        });
        join_all(all).await;
    };
    let in_file = async {
        match known.map(|known| known.kept) {
            Some(Kept::Elsewhere) => Ok(()),
            _ => world.tokens.forget(account).await,
        }
    };
    // Together: a token that is just being fetched keeps neither from going.
    let ((), in_file) = tokio::join!(in_memory, in_file);
    let ended = match end_session {
        true => end_the_session(world, account, known).await,
        false => Ok(()),
    };
    stored
        .map_err(|error| error.problem())
        .and(in_file)
        .and(ended)
}

/// Opens the page that ends the browser's own session at Entra.
async fn end_the_session(
    world: &World,
    account: &AccountId,
    known: Option<&Account>,
) -> Result<(), Problem> {
    let name = known.map(|known| known.username.as_str());
    let page = world.azure().await?.sign_out_page(&account.tenant(), name);
    let page = page.map_err(|error| error.problem())?;
    let browser = &world.settings().sign_in.browser;
    if let Err(error) = open_page(&page, browser).await {
        tracing::warn!(%error, "Entra's sign-out was not opened");
    }
    Ok(())
}

/// Writes down what a person chose, at once: whoever asks next finds it. Then everybody
/// hears of it.
pub(super) fn choose(
    world: &Arc<World>,
    choice: impl FnOnce(&World) -> Result<(), Error>,
) -> impl Future<Output = ()> + Send + 'static {
    if let Err(error) = choice(world) {
        tracing::warn!(error = %chain(&error), "a choice was not written");
    }
    let world = Arc::clone(world);
    async move {
        world.look_at_accounts().await;
        world.ring();
    }
}
