//! What is left here of accounts that nobody is signed in with any more, and its end.

use std::path::PathBuf;

use gangway_engine::account::Kept;
use gangway_engine::problem::Problem;

use crate::error::chain;
use crate::runtime::Runtime;
use crate::world::World;

impl Runtime {
    /// Forgets what is left here of accounts that nobody is signed in with any more: what was
    /// read with them and, where no account is left at all, the files of sign-ins that could
    /// not be read and were put aside. Gives those files.
    ///
    /// # Errors
    /// `store-not-writable`: something stayed.
    pub async fn forget_leftovers(&self) -> Result<Vec<PathBuf>, Problem> {
        forget(&self.world).await
    }
}

/// Forgets what was read with accounts that are gone, as after a process that died with them
/// in memory; and, where no account is left, the files that were put aside. Gives those.
async fn forget(world: &World) -> Result<Vec<PathBuf>, Problem> {
    let held = world.tokens.look().await;
    let accounts: Vec<_> = held.records.into_iter().map(|(id, ..)| id).collect();
    let stored = world.store.forget_all_but(&accounts);
    let removed = match accounts.is_empty() {
        true => world.tokens.remove_put_aside().await,
        false => Ok(Vec::new()),
    };
    world.look_at_accounts().await;
    world.ring();
    stored.map_err(|error| error.problem())?;
    removed
}

/// At the end of a process nobody can sign out of the accounts it had in memory any more:
/// what only they could read goes with them.
pub(crate) fn forget_what_was_in_memory(world: &World) {
    let known = world.known.borrow().clone();
    let accounts = known.iter().flat_map(|known| &known.accounts);
    for account in accounts.filter(|account| account.kept == Kept::Memory) {
        if !world.tokens.has_on_disk(&account.id)
            && let Err(error) = world.store.forget_account(&account.id)
        {
            tracing::warn!(error = %chain(&error), "what an account has read stays");
        }
    }
}
