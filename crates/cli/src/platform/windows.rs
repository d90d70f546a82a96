//! Windows: closing the console's window ends this program in order.

use std::future::pending;

use tokio::signal::windows::ctrl_close;

/// Returns when the window is closed; never where the system does not tell of that.
pub(crate) async fn told_to_end() {
    match ctrl_close() {
        Ok(mut told) => drop(told.recv().await),
        Err(_) => pending().await,
    }
}
