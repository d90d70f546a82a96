//! What only a shell that stays is told: the network at once, pools, what it lists, mistakes in files.

use gangway_engine::input::{Input, Observation};
use gangway_engine::problem::Problem;
use gangway_engine::query::VmEntry;
use gangway_engine::tunnel::Pool;

use super::Drive;
use crate::error::chain;

/// How many favourites, and how many others that were used last, are told.
const PINNED: usize = 8;

/// What was told last.
#[derive(Debug, Default)]
pub(super) struct Told {
    pinned: Vec<VmEntry>,
    pools: Vec<Pool>,
    met: Vec<Problem>,
}

impl Drive {
    /// Begins to stay: what is known is told first, so that one look at the network does.
    pub(super) fn settle_in(&mut self) {
        self.watch_network();
        self.stays = Some(Told::default());
        self.look_again();
        let mistakes = self.world.met.settings.clone();
        self.tell_mistakes(mistakes);
        self.step(Input::Observed(Observation::Stays));
    }

    /// Reads what lists and menus show and which pools there are; tells what changed.
    pub(super) fn look_again(&mut self) {
        if self.stays.is_none() {
            return;
        }
        if self.network.is_none() {
            // It went silent: what happened meanwhile is looked for, once it is watched again.
            self.watch_network();
            if self.network.is_some() {
                self.step(Input::Observed(Observation::NetworkChanged));
            }
        }
        let (pinned, pools) = (self.world.store.pinned(PINNED), self.world.pools());
        match pinned {
            Ok(pinned) => self.tell(pinned, |told| &mut told.pinned, Observation::Pinned),
            Err(error) => tracing::warn!(error = %chain(&error), "favourites not read"),
        }
        match pools {
            Ok(pools) => self.tell(pools, |told| &mut told.pools, Observation::Pools),
            Err(error) => tracing::warn!(error = %chain(&error), "pools not read"),
        }
    }

    /// Tells what is the matter with files: what was met with the store at the start, and
    /// the mistakes that are in settings and policy now.
    pub(super) fn tell_mistakes(&mut self, mistakes: Vec<Problem>) {
        let mut met = mistakes;
        met.extend(self.world.met.store.iter().cloned());
        self.tell(met, |told| &mut told.met, Observation::Met);
    }

    fn tell<T: Clone + PartialEq>(
        &mut self,
        now: T,
        last: impl FnOnce(&mut Told) -> &mut T,
        observation: impl FnOnce(T) -> Observation,
    ) {
        let Some(told) = &mut self.stays else { return };
        let last = last(told);
        if *last != now {
            last.clone_from(&now);
            self.step(Input::Observed(observation(now)));
        }
    }
}
