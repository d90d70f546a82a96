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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use gangway_engine::id::{PolicyId, VmId};
    use gangway_engine::input::Recorded;
    use gangway_engine::policy::{Source, Status};
    use gangway_engine::request::{Draft, Standing};
    use gangway_engine::time::mins;
    use tokio::sync::{broadcast, watch};
    use tokio::time::Instant;

    use super::super::{Drive, LOOK};
    use crate::effects::{Effects, Replies};
    use crate::home::Home;
    use crate::options::Options;
    use crate::runtime::Runtime;
    use crate::settings::MachinePolicy;
    use crate::store::Owner;
    use crate::writer::Writer;

    /// Opened outside of any event loop, so that the loop is this test's to look into.
    fn staying(place: &tempfile::TempDir) -> Runtime {
        let (runtime, problems) = Runtime::open(Options {
            policy: Some(MachinePolicy::none()),
            stays: true,
            ..Options::new(Home::at(place.path()))
        })
        .unwrap();
        assert_eq!(problems, []);
        runtime
    }

    /// The loop after everything was answered that it asked at its start.
    fn settled(runtime: &Runtime, look: impl FnOnce(&Drive)) {
        let events = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        events.block_on(async {
            let world = Arc::clone(&runtime.world);
            let (replies, mut replied) = Replies::channel();
            let (writer, _writes) = Writer::new(Arc::clone(&world));
            let notices = broadcast::channel(1).0;
            let effects = Effects::new(Arc::clone(&world), writer, replies, notices);
            let mut drive = Drive::new(world, effects, watch::channel(Arc::default()).0);
            while let Ok((to, reply)) = replied.try_recv() {
                drive.replied(to, reply);
            }
            look(&drive);
        });
    }

    #[test]
    fn nothing_is_waited_for_by_time_while_nothing_runs() {
        let place = tempfile::tempdir().unwrap();
        settled(&staying(&place), |drive| {
            assert!(drive.network.is_some() && drive.bell.is_some());
            assert_eq!(drive.wake(), None);
        });
    }

    #[test]
    fn while_an_access_runs_the_clocks_are_looked_at_seldom() {
        let place = tempfile::tempdir().unwrap();
        let runtime = staying(&place);
        let group = "/subscriptions/s/resourceGroups/g/providers";
        let vm = format!("{group}/Microsoft.Compute/virtualMachines/vm");
        let policy = format!("{group}/Microsoft.Security/locations/x/jitNetworkAccessPolicies/p");
        let draft = Draft {
            vm: VmId::new(vm).unwrap(),
            policy: PolicyId::new(policy).unwrap(),
            port: 22,
            source: Source::address([10, 0, 0, 9].into()),
            tunnel_address: [10, 0, 0, 9].into(),
            duration: mins(60),
            reason: None,
            consent: None,
        };
        let world = &runtime.world;
        let now = world.clock.now();
        let recorded = world
            .store
            .record(&draft, "vm", now, &Owner::this_process());
        let Recorded::Ours(request) = recorded else {
            panic!("{recorded:?}")
        };
        let running = Standing::Running {
            started_at: now,
            expires_at: now + mins(60),
            status: Status::Initiated,
        };
        world.store.settle(request, &running).unwrap();
        settled(&runtime, |drive| {
            let wake = drive.wake().expect("its end is watched");
            assert!(wake.duration_since(Instant::now()) > LOOK);
        });
    }
}
