//! Waiting for something to happen, never for time to pass.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Longer than anything here takes on a busy machine.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

/// How often something that tells nobody is looked at.
const BETWEEN: Duration = Duration::from_millis(40);

/// Looks again and again until there is something to see. Only for what tells nobody when it changes: processes that end,
/// ports that open, windows of a screen.
pub(crate) fn until<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    within(LIMIT, look).unwrap_or_else(|| panic!("waited in vain for {what}"))
}

/// The same with another limit, for what may well not come.
pub(crate) fn within<T>(limit: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    // Nobody ever says anything here: the pause between two looks is a wait that ends by its limit.
    let (_silent, pause) = channel::<()>();
    let end = Instant::now() + limit;
    loop {
        if let Some(seen) = look() {
            return Some(seen);
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        let waited = pause.recv_timeout(BETWEEN.min(left));
        assert_eq!(waited, Err(RecvTimeoutError::Timeout));
    }
}
