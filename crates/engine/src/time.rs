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
