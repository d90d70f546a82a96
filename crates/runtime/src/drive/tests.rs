//! The loop by hand: what it waits for, and what sleep does to it.

use std::sync::Arc;
use std::time::Duration;

use gangway_engine::id::{EffectId, PolicyId, VmId};
use gangway_engine::input::{Input, Observation, Recorded, Reply};
use gangway_engine::policy::{Source, Status};
use gangway_engine::request::{Draft, Standing};
use gangway_engine::time::mins;
use jiff::SignedDuration;
use tokio::sync::{broadcast, mpsc, watch};

use super::Drive;
use crate::clock::Clock;
use crate::clock::tests::Fake;
use crate::effects::{Effects, Replies};
use crate::home::Home;
use crate::options::Options;
use crate::runtime::Runtime;
use crate::settings::MachinePolicy;
use crate::store::Owner;
use crate::writer::Writer;

/// While an access runs its policy is read this often (product: every five minutes).
const POLICY: Duration = Duration::from_secs(5 * 60);

/// A loop of this test's own, and what it was answered.
struct Stage {
    _place: tempfile::TempDir,
    clock: Arc<Fake>,
    runtime: Runtime,
    events: tokio::runtime::Runtime,
}

impl Stage {
    fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        let clock = Arc::new(Fake::default());
        let options = Options {
            policy: Some(MachinePolicy::none()),
            stays: true,
            clock: Clock::of(Arc::clone(&clock) as Arc<dyn crate::clock::Ticks>),
            ..Options::new(Home::at(place.path()))
        };
        // Opened outside of any event loop, so that the loop is ours to look into.
        let (runtime, problems) = Runtime::open(options).unwrap();
        assert_eq!(problems, []);
        let events = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        Self {
            _place: place,
            clock,
            runtime,
            events,
        }
    }

    /// The same with an access that runs for an hour.
    fn with_access() -> Self {
        let stage = Self::new();
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
        let world = &stage.runtime.world;
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
        stage
    }

    /// The loop after everything was answered that it asked at its start.
    fn settled(&self, look: impl AsyncFnOnce(&mut Drive, &mut Answers)) {
        self.events.block_on(async {
            let world = Arc::clone(&self.runtime.world);
            let (replies, replied) = Replies::channel();
            let (writer, _writes) = Writer::new(Arc::clone(&world));
            let notices = broadcast::channel(1).0;
            let effects = Effects::new(Arc::clone(&world), writer, replies, notices);
            let mut drive = Drive::new(world, effects, watch::channel(Arc::default()).0);
            let mut answers = Answers(replied);
            answers.hand_to(&mut drive);
            look(&mut drive, &mut answers).await;
        });
    }
}

struct Answers(mpsc::UnboundedReceiver<(EffectId, Reply)>);

impl Answers {
    /// Hands over what came; how often the network was looked at.
    fn hand_to(&mut self, drive: &mut Drive) -> usize {
        let mut looks = 0;
        while let Ok((to, reply)) = self.0.try_recv() {
            looks += usize::from(matches!(reply, Reply::Network(_)));
            drive.replied(to, reply);
        }
        looks
    }
}

#[test]
fn nothing_is_waited_for_by_time_while_nothing_runs() {
    Stage::new().settled(async |drive, _| {
        assert!(drive.network.is_some() && drive.bell.is_some());
        assert_eq!(drive.left(), None);
    });
}

#[test]
fn while_an_access_runs_only_what_is_due_is_waited_for() {
    let stage = Stage::with_access();
    stage.settled(async |drive, _| {
        // The first read of its policy is due at once; nobody answers it here.
        drive.tick();
        let left = drive.left().expect("its end is watched");
        assert!(left >= POLICY / 2, "{left:?}");
        stage.clock.run(60_000);
        assert_eq!(drive.left(), Some(left - Duration::from_secs(60)));
        // Something that is late does not wait the longer.
        stage.clock.run(3_600_000);
        assert_eq!(drive.left(), Some(Duration::ZERO));
    });
}

#[test]
fn the_alarm_rings_when_something_is_due() {
    let stage = Stage::with_access();
    stage.settled(async |drive, _| {
        drive.tick();
        let left = drive.left().unwrap();
        let all_but = u64::try_from(left.as_millis()).unwrap() - 30;
        stage.clock.run(all_but);
        let left = drive.left();
        assert_eq!(left, Some(Duration::from_millis(30)));
        let rung = tokio::time::timeout(POLICY, drive.alarm.wait(left)).await;
        rung.unwrap();
        stage.clock.run(30);
        let due = drive.engine.next_deadline();
        drive.tick();
        assert_ne!(drive.engine.next_deadline(), due, "what was due is done");
    });
}

#[test]
fn sleep_is_told_with_what_the_network_does_then() {
    let stage = Stage::with_access();
    stage.settled(async |drive, answers| {
        drive.tick();
        answers.hand_to(drive);
        // Not long enough for anything to be due.
        stage.clock.sleep(60_000);
        drive.tick();
        assert_eq!(answers.hand_to(drive), 0, "first the network settles");
        let settled = drive.network.as_mut().unwrap().next();
        let settled = tokio::time::timeout(POLICY, settled).await.unwrap();
        drive.network_changed(settled);
        assert_eq!(answers.hand_to(drive), 1, "one look for both");
        assert!(!drive.slept);
        // Nothing more is told of it.
        drive.tick();
        assert_eq!(answers.hand_to(drive), 0);
    });
}

#[test]
fn sleep_is_told_before_anything_else_that_happens() {
    let stage = Stage::with_access();
    stage.settled(async |drive, answers| {
        drive.tick();
        answers.hand_to(drive);
        stage.clock.sleep(60_000);
        drive.tick();
        drive.step(Input::Observed(Observation::Watched(true)));
        assert_eq!(answers.hand_to(drive), 1);
        assert!(!drive.slept);
        // And at once where nothing tells of the network.
        drive.network = None;
        stage.clock.sleep(60_000);
        drive.tick();
        assert_eq!(answers.hand_to(drive), 1);
        // What is due after a longer sleep is done as well.
        stage.clock.sleep(2 * 3_600_000);
        assert_eq!(drive.left(), Some(Duration::ZERO));
        drive.tick();
        assert_eq!(answers.hand_to(drive), 1);
    });
}

#[test]
fn a_clock_that_is_set_is_no_sleep() {
    let stage = Stage::with_access();
    stage.settled(async |drive, answers| {
        drive.tick();
        answers.hand_to(drive);
        let now = stage.runtime.world.clock.now();
        let left = drive.left();
        // Azure has told the time, so the end of an access does not move.
        stage.runtime.world.clock.learn(Duration::ZERO, now);
        stage.clock.set(7_200);
        drive.tick();
        assert_eq!(answers.hand_to(drive), 0);
        assert_eq!(drive.left(), left);
        let wrong = stage.runtime.world.clock.wrong_by();
        assert_eq!(wrong, Some(SignedDuration::from_secs(-7_200)));
    });
}

#[test]
fn a_file_mended_by_hand_is_read_when_somebody_looks() {
    let stage = Stage::new();
    let file = stage.runtime.world.home.settings_file();
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    stage.settled(async |drive, _| {
        let looks = |drive: &mut Drive| drive.observed(Observation::Watched(true));
        std::fs::write(&file, "duration = \"2 parsecs\"\n").unwrap();
        looks(drive);
        let mistakes = |drive: &Drive| drive.snapshots.borrow().problems.len();
        assert_eq!(mistakes(drive), 1);
        std::fs::write(&file, "duration = \"2h\"\n").unwrap();
        looks(drive);
        assert_eq!(mistakes(drive), 0);
        assert_eq!(drive.settings.duration, mins(120));
    });
}
