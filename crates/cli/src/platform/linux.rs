//! Linux: SIGTERM ends this program in order, so that nothing it has started goes on.

use std::future::pending;

use tokio::signal::unix::{SignalKind, signal};

/// Returns when somebody ends this program; never where the system does not tell of that.
pub(crate) async fn told_to_end() {
    match signal(SignalKind::terminate()) {
        Ok(mut told) => drop(told.recv().await),
        Err(_) => pending().await,
    }
}
