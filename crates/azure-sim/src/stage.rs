//! The stage the simulator plays on: the world behind its lock, the clock, the two bells.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

use crate::clock::Clock;
use crate::ground::Ground;
use crate::world::World;

pub(crate) struct Stage {
    world: Mutex<World>,
    pub(crate) clock: Clock,
    /// `https://127.0.0.1:PORT`, authority and resource manager in one.
    pub(crate) base: String,
    /// `http://127.0.0.1:PORT`, for pages and never for tokens.
    pub(crate) pages: String,
    /// Rung when something may have become due or dirty.
    pub(crate) wake: Notify,
    /// Counts answered calls.
    pub(crate) heard: watch::Sender<u64>,
    /// What stands behind the VMs' addresses; the lock keeps changes in order.
    pub(crate) ground: tokio::sync::Mutex<Ground>,
    pub(crate) cloud_file: Option<PathBuf>,
}

impl Stage {
    pub(crate) fn new(
        world: World,
        clock: Clock,
        (base, pages): (String, String),
        ground: Ground,
        cloud_file: Option<PathBuf>,
    ) -> Self {
        Self {
            world: Mutex::new(world),
            clock,
            base,
            pages,
            wake: Notify::new(),
            heard: watch::Sender::new(0),
            ground: tokio::sync::Mutex::new(ground),
            cloud_file,
        }
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does what is due and lets the VMs' outsides follow, in order.
    pub(crate) async fn settle(&self) {
        let mut ground = self.ground.lock().await;
        let changed = {
            let mut world = self.world();
            world.settle(self.clock.now());
            let dirty = std::mem::take(&mut world.dirty);
            if ground.is_none() {
                Vec::new()
            } else {
                dirty
                    .into_iter()
                    .map(|vm| world.vm_state(vm, ground.wants_rules()))
                    .collect()
            }
        };
        ground.follow(&changed).await;
    }

    /// Keeps time for as long as the simulator lives.
    pub(crate) async fn drive(&self) {
        loop {
            let next = self.world().next_due();
            let due = async {
                match next {
                    Some(at) => self.clock.wait_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = due => {}
                () = self.wake.notified() => {}
            }
            self.settle().await;
        }
    }
}
