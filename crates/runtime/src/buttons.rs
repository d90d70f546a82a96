//! Buttons of notices, kept and pressed for the shell: see [`crate::store`].

use std::sync::Arc;

use gangway_engine::notice::Holds;
use gangway_engine::wish::Wish;
use tokio::task::spawn_blocking;

use crate::error::{Error, chain};
use crate::runtime::Runtime;
use crate::store::KeptButton;
use crate::world::World;

impl Runtime {
    /// Keeps the buttons of the notice in this place, so that a later process can press them;
    /// none where `holds` is `None`. What was kept there before is gone. Whether they are
    /// kept: where nothing can be written they are this process's alone.
    pub async fn keep_buttons(
        &self,
        slot: String,
        holds: Option<Holds>,
        buttons: Vec<KeptButton>,
    ) -> bool {
        let kept = holds.is_some();
        let done = self.at_the_store(move |world| {
            let now = world.clock.now();
            world
                .store
                .keep_buttons(&slot, holds.as_ref(), &buttons, now)
        });
        done.await.is_some() && kept
    }

    /// Presses a button that was kept, once: what it asks for. `None` where nothing is to be
    /// done, whatever the reason.
    pub async fn press_button(&self, nonce: String, action: String) -> Option<Wish> {
        let done = self.at_the_store(move |world| {
            let now = world.clock.now();
            world.store.press_button(&nonce, &action, now)
        });
        done.await.flatten()
    }

    /// Forgets the buttons of the notices that these nonces belong to.
    pub async fn forget_buttons(&self, nonces: Vec<String>) {
        let done = self.at_the_store(move |world| {
            let forget = |nonce: &String| world.store.forget_buttons(nonce);
            nonces.iter().try_for_each(forget)
        });
        done.await;
    }

    async fn at_the_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&World) -> Result<T, Error> + Send + 'static,
    ) -> Option<T> {
        let world = Arc::clone(&self.world);
        match spawn_blocking(move || work(&world)).await {
            Ok(Ok(done)) => Some(done),
            Ok(Err(error)) => {
                tracing::warn!(error = %chain(&error), "buttons of a notice");
                None
            }
            Err(error) => {
                tracing::error!(%error, "buttons of a notice");
                None
            }
        }
    }
}
