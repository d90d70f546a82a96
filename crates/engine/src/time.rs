//! Durations and instants as the engine uses them: told from outside, never read.

pub use jiff::{SignedDuration, Timestamp};

/// A duration of `n` milliseconds.
#[must_use]
pub const fn millis(n: i64) -> SignedDuration {
    SignedDuration::from_millis(n)
}

/// A duration of `n` seconds.
#[must_use]
pub const fn secs(n: i64) -> SignedDuration {
    SignedDuration::from_secs(n)
}

/// A duration of `n` minutes.
#[must_use]
pub const fn mins(n: i64) -> SignedDuration {
    SignedDuration::from_secs(n * 60)
}

/// `at + by`, held within the range of timestamps: hostile times must not panic.
#[must_use]
pub fn after(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(at)
}

/// A point on the engine's own clock: how long the engine has lived, sleep included.
/// It never runs backwards, whatever Azure's date or a person does to the time of day,
/// so that a wait of two seconds stays one of two seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(SignedDuration);

impl Moment {
    /// This moment and `by` more.
    #[must_use]
    pub fn plus(self, by: SignedDuration) -> Self {
        Self(self.0.saturating_add(by))
    }

    /// This moment and `by` less.
    #[must_use]
    pub fn minus(self, by: SignedDuration) -> Self {
        Self(self.0.saturating_sub(by))
    }

    /// How long after `earlier` this is.
    #[must_use]
    pub fn since(self, earlier: Self) -> SignedDuration {
        self.0.saturating_sub(earlier.0)
    }
}

/// When something is due: by the engine's own clock, or at a time that Azure named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// On the engine's clock.
    In(Moment),
    /// At this time.
    At(Timestamp),
}

/// The time as told, and the engine's own clock beside it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Clock {
    /// Azure's time, as told.
    pub(crate) now: Timestamp,
    /// The engine's own.
    pub(crate) at: Moment,
}

impl Clock {
    /// A clock that begins at `now`.
    pub(crate) fn starting(now: Timestamp) -> Self {
        Self {
            now,
            at: Moment::default(),
        }
    }

    /// Takes the time. A step back changes the time of day only.
    pub(crate) fn tell(&mut self, now: Timestamp) {
        let forward = now.duration_since(self.now);
        if forward.is_positive() {
            self.at = self.at.plus(forward);
        }
        self.now = now;
    }

    /// Whether it is time.
    pub(crate) fn is_due(&self, due: Due) -> bool {
        match due {
            Due::In(moment) => self.at >= moment,
            Due::At(time) => self.now >= time,
        }
    }

    /// The time of day at which it is time.
    pub(crate) fn time_of(&self, due: Due) -> Timestamp {
        match due {
            Due::In(moment) => after(self.now, moment.since(self.at)),
            Due::At(time) => time,
        }
    }
}
