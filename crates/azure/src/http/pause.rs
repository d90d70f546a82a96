//! Who is asked to wait: a throttled subscription rests as a whole, not one request of it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Pauses by subscription; calls that belong to none share their tenant's.
#[derive(Debug, Default)]
pub(crate) struct Pauses(Mutex<HashMap<String, Instant>>);

impl Pauses {
    /// Nothing more is sent under `key` for this long. A shorter pause never cuts a longer one.
    pub(crate) fn set(&self, key: &str, wait: Duration) {
        let Some(end) = Instant::now().checked_add(wait) else {
            return;
        };
        let mut pauses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = pauses.entry(key.to_owned()).or_insert(end);
        *kept = end.max(*kept);
    }

    /// How long `key` still has to wait; zero where it need not.
    pub(crate) fn left(&self, key: &str) -> Duration {
        let mut pauses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = pauses.get(key).map_or(Duration::ZERO, |end| {
            end.saturating_duration_since(Instant::now())
        });
        if left.is_zero() {
            pauses.remove(key);
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_holds_for_its_key_only() {
        let pauses = Pauses::default();
        pauses.set("a", Duration::from_secs(60));
        pauses.set("a", Duration::from_secs(1));
        assert!(pauses.left("a") > Duration::from_secs(50));
        assert_eq!(pauses.left("b"), Duration::ZERO);
        pauses.set("c", Duration::ZERO);
        assert_eq!(pauses.left("c"), Duration::ZERO);
    }
}
