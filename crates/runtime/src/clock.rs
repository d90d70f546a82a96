//! The one clock: the system's time, corrected by Azure's, carried on by a clock that counts sleep.
//!
//! Azure's `Date` is exact to a second and says when an answer was written, which lies
//! between question and answer. So each answer bounds how far the system's time is off; the
//! offset taken is as near to none as all bounds allow.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::platform;

/// How far system time and running time may part before the clock counts as set anew.
const JUMP: SignedDuration = SignedDuration::from_secs(2);

/// How much longer than awake the machine may have run before it counts as having slept.
const SLEPT: Duration = Duration::from_secs(2);

/// How wrong this machine's clock may be before a person should hear of it.
const WORTH_TELLING: SignedDuration = SignedDuration::from_mins(2);

/// What the machine's clocks say.
pub trait Ticks: Send + Sync {
    /// The system's time, which a person or a time server may set.
    fn system(&self) -> Timestamp;
    /// Time from a fixed moment, sleep included.
    fn boot(&self) -> Duration;
    /// Time from a fixed moment, sleep left out.
    fn awake(&self) -> Duration;
}

/// The clock. Copies are the same clock.
#[derive(Clone)]
pub struct Clock {
    ticks: Arc<dyn Ticks>,
    state: Arc<Mutex<State>>,
}

/// What happened to the clocks since they were last looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Strange {
    /// The machine slept.
    pub slept: bool,
    /// Somebody set the system's clock.
    pub set: bool,
}

struct State {
    /// The system's time at `anchor_boot`.
    anchor: Timestamp,
    anchor_boot: Duration,
    /// What Azure's answers allow to add; `None` until the first.
    bounds: Option<(SignedDuration, SignedDuration)>,
    /// What is added: none, or as near to it as the bounds allowed so far.
    offset: SignedDuration,
    seen_boot: Duration,
    seen_awake: Duration,
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::of(Arc::new(Machine))
    }
}

impl Clock {
    /// A clock on these ticks.
    #[must_use]
    pub fn of(ticks: Arc<dyn Ticks>) -> Self {
        let state = State {
            anchor: ticks.system(),
            anchor_boot: ticks.boot(),
            bounds: None,
            offset: SignedDuration::ZERO,
            seen_boot: ticks.boot(),
            seen_awake: ticks.awake(),
        };
        Self {
            ticks,
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// Now, by Azure's clock as far as it is known, else by the system's.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let state = self.state();
        state.at(self.ticks.boot(), state.offset)
    }

    /// Learns from the `Date` of an answer that has just come, so long after its question.
    pub fn learn(&self, took: Duration, date: Timestamp) {
        let mut state = self.state();
        let asked = self.ticks.boot().saturating_sub(took);
        let none = SignedDuration::ZERO;
        // It was written after the question and before now, within the second that it names.
        let least = date.duration_since(state.at(self.ticks.boot(), none));
        let most = date.duration_since(state.at(asked, none)) + SignedDuration::from_secs(1);
        let (least, most) = (least.min(most), most.max(least));
        let narrowed = state
            .bounds
            .map(|(low, high)| (low.max(least), high.min(most)))
            .filter(|(low, high)| low <= high);
        // Bounds that exclude each other mean that one was wrong; the newest is believed.
        if narrowed.is_none() {
            state.offset = SignedDuration::ZERO;
        }
        let (low, high) = narrowed.unwrap_or((least, most));
        state.bounds = Some((low, high));
        state.offset = state.offset.clamp(low, high);
    }

    /// By how much this machine's clock is wrong, where that is worth telling: positive
    /// when it is slow.
    #[must_use]
    pub fn wrong_by(&self) -> Option<SignedDuration> {
        let state = self.state();
        state.bounds?;
        let system = self.ticks.system();
        let wrong = state
            .at(self.ticks.boot(), state.offset)
            .duration_since(system);
        (wrong.abs() >= WORTH_TELLING).then_some(wrong)
    }

    /// Looks whether the machine slept or its clock was set. As long as Azure has not told
    /// the time, a clock that was set is followed: it was put right, as a rule.
    pub fn look(&self) -> Strange {
        let mut state = self.state();
        let (boot, awake) = (self.ticks.boot(), self.ticks.awake());
        let ran = boot.saturating_sub(state.seen_boot);
        let was_awake = awake.saturating_sub(state.seen_awake);
        state.seen_boot = boot;
        state.seen_awake = awake;
        let system = self.ticks.system();
        let drift = system.duration_since(state.at(boot, SignedDuration::ZERO));
        let set = drift.abs() > JUMP;
        if set {
            // The anchor follows the system's clock; what Azure told stays true, so the
            // bounds move the other way.
            state.anchor = system;
            state.anchor_boot = boot;
            if let Some((low, high)) = state.bounds {
                state.bounds = Some((low - drift, high - drift));
                state.offset -= drift;
            }
        }
        Strange {
            slept: ran.saturating_sub(was_awake) > SLEPT,
            set,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn at(&self, boot: Duration, offset: SignedDuration) -> Timestamp {
        let since = |duration: Duration| SignedDuration::try_from(duration).unwrap_or_default();
        let ran = since(boot) - since(self.anchor_boot);
        self.anchor
            .saturating_add(ran + offset)
            .unwrap_or(self.anchor)
    }
}

/// The clocks of this machine.
struct Machine;

impl Ticks for Machine {
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one clock: the only place that reads the system's"
    )]
    fn system(&self) -> Timestamp {
        Timestamp::now()
    }

    fn boot(&self) -> Duration {
        platform::boot()
    }

    fn awake(&self) -> Duration {
        platform::awake()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Clocks that go on when they are told to: the system's, with sleep, without.
    #[derive(Default)]
    pub(crate) struct Fake(Mutex<(SignedDuration, Duration, Duration)>);

    impl Fake {
        pub(crate) fn run(&self, millis: u64) {
            self.sleep(millis);
            self.0.lock().unwrap().2 += Duration::from_millis(millis);
        }

        pub(crate) fn sleep(&self, millis: u64) {
            let mut now = self.0.lock().unwrap();
            now.0 += SignedDuration::from_millis(millis.cast_signed());
            now.1 += Duration::from_millis(millis);
        }

        pub(crate) fn set(&self, seconds: i64) {
            self.0.lock().unwrap().0 += SignedDuration::from_secs(seconds);
        }
    }

    impl Ticks for Fake {
        fn system(&self) -> Timestamp {
            at(0) + self.0.lock().unwrap().0
        }
        fn boot(&self) -> Duration {
            self.0.lock().unwrap().1
        }
        fn awake(&self) -> Duration {
            self.0.lock().unwrap().2
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + second).unwrap()
    }

    fn fake() -> (Arc<Fake>, Clock) {
        let fake = Arc::new(Fake::default());
        let clock = Clock::of(Arc::clone(&fake) as Arc<dyn Ticks>);
        (fake, clock)
    }

    #[test]
    fn a_right_clock_is_left_alone() {
        let (fake, clock) = fake();
        fake.run(800);
        clock.learn(Duration::from_millis(100), at(0));
        assert_eq!(clock.now(), at(0) + SignedDuration::from_millis(800));
        assert_eq!(clock.wrong_by(), None);
    }

    #[test]
    fn a_wrong_clock_is_corrected_and_told() {
        let (fake, clock) = fake();
        fake.run(200);
        clock.learn(Duration::from_millis(200), at(600));
        assert_eq!(clock.now(), at(600));
        assert!(clock.wrong_by().unwrap() >= SignedDuration::from_secs(599));
        // A second answer narrows: the truth was at least at(602) less 0 ms after the first.
        fake.run(1000);
        clock.learn(Duration::ZERO, at(602));
        assert_eq!(clock.now(), at(602));
    }

    #[test]
    fn sleep_counts_as_time_and_is_noticed_once() {
        let (fake, clock) = fake();
        fake.run(1000);
        assert_eq!(clock.look(), Strange::default());
        fake.sleep(3_600_000);
        assert_eq!(clock.now(), at(3601));
        assert!(clock.look().slept);
        assert!(!clock.look().slept);
    }

    #[test]
    fn a_clock_that_jumps_does_no_harm_once_azure_told_the_time() {
        let (fake, clock) = fake();
        clock.learn(Duration::ZERO, at(0));
        fake.set(3600);
        assert_eq!(clock.now(), at(0));
        let strange = clock.look();
        assert!(strange.set && !strange.slept);
        assert_eq!(clock.now(), at(0));
        assert_eq!(clock.wrong_by(), Some(SignedDuration::from_secs(-3600)));
        fake.set(-3600);
        assert!(clock.look().set);
        assert_eq!((clock.now(), clock.wrong_by()), (at(0), None));
    }

    #[test]
    fn before_azure_told_the_time_a_clock_that_is_set_is_followed() {
        let (fake, clock) = fake();
        fake.set(-7200);
        assert!(clock.look().set);
        assert_eq!(clock.now(), at(-7200));
    }

    #[test]
    fn answers_that_contradict_each_other_do_not_break_the_clock() {
        let (_fake, clock) = fake();
        clock.learn(Duration::ZERO, at(1000));
        clock.learn(Duration::ZERO, at(0));
        assert_eq!(clock.now(), at(0));
    }
}
