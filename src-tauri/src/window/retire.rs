//! A popover that nobody looked at for ten minutes is destroyed: it holds more memory than
//! everything else together.

use std::time::Duration;

use tauri::{AppHandle, Manager as _};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until};

use super::{Windows, popover_of};

/// How long a popover is kept hidden.
const KEPT: Duration = Duration::from_secs(10 * 60);

/// Destroys the popover in ten minutes, unless it is called off because it was hidden again.
/// It is this crate's one timer, for nothing tells that somebody did not come.
pub(super) fn later(app: &AppHandle) -> AbortHandle {
    let app = app.clone();
    let waits = tauri::async_runtime::handle().inner().spawn(async move {
        sleep_until(Instant::now() + KEPT).await;
        let windows = app.state::<Windows>();
        let _making = windows.making.lock().await;
        let Some(popover) = popover_of(&app) else {
            return;
        };
        if popover.is_visible().unwrap_or(false) {
            return;
        }
        if let Err(error) = popover.destroy() {
            tracing::debug!(%error, "the popover is gone already");
        }
    });
    waits.abort_handle()
}
