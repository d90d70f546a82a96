//! Effects around accounts that are signed in: forgetting one, and what a person chooses.

use std::sync::Arc;

use gangway_engine::account::{AccountId, Kept};
use gangway_engine::input::Reply;
use gangway_engine::problem::Problem;
use gangway_launch::open_page;

use crate::error::{Error, chain};
use crate::world::World;

/// Forgets an account: its refresh token (with the last one the key), what a person chose
/// of it, and the inventory that nobody else can see.
pub(super) async fn sign_out(world: Arc<World>, account: AccountId, end_session: bool) -> Reply {
    let done = forget(&world, &account, end_session).await;
    if let Err(problem) = &done {
        tracing::warn!(code = problem.code(), "sign-out not finished");
    }
    world.look_at_accounts().await;
    world.ring();
    Reply::SignedOut(done)
}

async fn forget(world: &World, account: &AccountId, end_session: bool) -> Result<(), Problem> {
    let known = world.known_accounts().await;
    let known = known.accounts.iter().find(|one| one.id == *account);
    if known.is_none_or(|known| known.kept != Kept::Elsewhere) {
        world.tokens.forget(account).await?;
    }
    tracing::info!(%account, "signed out");
    let forgotten = world.store.forget_account(account);
    let azure = world.azure().await;
    if let (Ok(azure), Some(known)) = (&azure, known) {
        for tenant in &known.tenants {
            azure.forget(&tenant.id).await;
        }
    }
    forgotten.map_err(|error| error.problem())?;
    if end_session {
        let name = known.map(|known| known.username.as_str());
        let page = azure?.sign_out_page(&account.tenant(), name);
        let page = page.map_err(|error| error.problem())?;
        let browser = &world.settings().sign_in.browser;
        if let Err(error) = open_page(&page, browser).await {
            tracing::warn!(%error, "Entra's sign-out was not opened");
        }
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
