//! The simulator's clock: real time plus a shift, or a hand that tests move; the only file here that waits for time.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::time::Instant;

/// Where the simulator's time comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClockKind {
    /// The machine's time, moved by [`crate::Sim::advance`] as far as wanted.
    #[default]
    Real,
    /// Stands still at this time until [`crate::Sim::advance`] moves it.
    Manual(Timestamp),
}

#[derive(Debug)]
pub(crate) struct Clock {
    hand: Mutex<Hand>,
    moved: watch::Sender<u64>,
}

#[derive(Debug, Clone, Copy)]
enum Hand {
    Shifted(SignedDuration),
    At(Timestamp),
}

impl Clock {
    pub(crate) fn new(kind: ClockKind) -> Self {
        let hand = match kind {
            ClockKind::Real => Hand::Shifted(SignedDuration::ZERO),
            ClockKind::Manual(at) => Hand::At(at),
        };
        Self {
            hand: Mutex::new(hand),
            moved: watch::Sender::new(0),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        match *self.hand() {
            Hand::Shifted(by) => saturating(machine_time(), by),
            Hand::At(at) => at,
        }
    }

    /// Moves the clock, backwards too, and wakes everything that waits for a time.
    pub(crate) fn advance(&self, by: SignedDuration) {
        {
            let mut hand = self.hand();
            *hand = match *hand {
                Hand::Shifted(old) => Hand::Shifted(old.saturating_add(by)),
                Hand::At(at) => Hand::At(saturating(at, by)),
            };
        }
        self.moved.send_modify(|n| *n += 1);
    }

    /// Returns at `deadline`, however the clock gets there.
    pub(crate) async fn wait_until(&self, deadline: Timestamp) {
        let mut moved = self.moved.subscribe();
        while self.now() < deadline {
            // Copied out first: `now` takes the same lock.
            let hand = *self.hand();
            let left = match hand {
                Hand::Shifted(_) => {
                    std::time::Duration::try_from(deadline.duration_since(self.now())).ok()
                }
                Hand::At(_) => None,
            };
            match left.and_then(|left| Instant::now().checked_add(left)) {
                Some(at) => {
                    tokio::select! {
                        () = tokio::time::sleep_until(at) => {}
                        _ = moved.changed() => {}
                    }
                }
                None => {
                    if moved.changed().await.is_err() {
                        return;
                    }
                }
            }
        }
    }

    fn hand(&self) -> MutexGuard<'_, Hand> {
        self.hand.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn saturating(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(at)
}

/// Seven fractional digits, as Defender writes its times (contract 5.2).
pub(crate) fn seven_digits(at: Timestamp) -> String {
    let nanos = at.as_nanosecond().rem_euclid(1_000_000_000);
    format!("{}.{:07}Z", at.strftime("%Y-%m-%dT%H:%M:%S"), nanos / 100)
}

#[allow(
    clippy::disallowed_methods,
    reason = "the simulator's one look at the machine's clock; everything else asks `Clock`"
)]
fn machine_time() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_digits_are_always_written() {
        let at: Timestamp = "2026-08-20T09:06:45.5Z".parse().unwrap();
        assert_eq!(seven_digits(at), "2026-08-20T09:06:45.5000000Z");
    }

    #[tokio::test]
    async fn a_manual_clock_wakes_only_when_moved() {
        let start: Timestamp = "2026-08-20T09:00:00Z".parse().unwrap();
        let clock = Clock::new(ClockKind::Manual(start));
        let waiting = clock.wait_until(saturating(start, SignedDuration::from_secs(60)));
        let moving = async { clock.advance(SignedDuration::from_secs(61)) };
        tokio::join!(waiting, moving);
        assert_eq!(clock.now().duration_since(start).as_secs(), 61);
    }
}
