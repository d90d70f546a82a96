//! Follows what the runtime tells, and shows it: tray, windows, notices.

use std::sync::Arc;

use gangway_engine::effect::Notice;
use gangway_engine::settings::Theme;
use gangway_engine::snapshot::{Shown, Snapshot};
use gangway_engine::tray::{Tray, TrayIcon};
use gangway_engine::{notice, tray};
use gangway_runtime::Runtime;
use jiff::tz::TimeZone;
use tauri::{AppHandle, Manager as _};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::shell::Shell;
use crate::{autostart, first, notices, window};

/// Shows what is true, each time it changes, until this program ends.
pub(crate) async fn follow(app: &AppHandle) {
    let shell = app.state::<Shell>();
    show(app, &shell.shown().await);
    let Ok(runtime) = shell.runtime().await else {
        return;
    };
    // A window may have been looked at before there was anybody to tell.
    window::watched(app);
    autostart::follow(app, &runtime.snapshot());
    let told = shell.notices().unwrap_or_else(|| runtime.notices());
    tokio::join!(changes(app, &runtime), heard(app, &runtime, told));
}

/// Changes that come while one is shown are shown together.
async fn changes(app: &AppHandle, runtime: &Arc<Runtime>) {
    let mut changes = runtime.changes();
    while changes.changed().await.is_ok() {
        let shown = runtime.shown();
        show(app, &shown);
        autostart::follow(app, &shown.snapshot);
    }
}

async fn heard(app: &AppHandle, runtime: &Arc<Runtime>, mut told: Receiver<Notice>) {
    loop {
        match told.recv().await {
            Ok(notice) => {
                let Shown { now, snapshot } = runtime.shown();
                if snapshot.settings.notices {
                    let view = notice::draw(&notice, &snapshot, now, &TimeZone::system());
                    notices::show(app, view, notice::holds(&notice, now)).await;
                }
            }
            Err(RecvError::Lagged(missed)) => tracing::warn!(missed, "notices were not shown"),
            Err(RecvError::Closed) => return,
        }
    }
}

fn show(app: &AppHandle, shown: &Shown) {
    let drawn = tray::draw(&shown.snapshot, shown.now, &TimeZone::system());
    crate::tray::draw(app, as_far_as_known(drawn, &shown.snapshot));
    window::theme(
        app,
        match shown.snapshot.settings.theme {
            Theme::System => None,
            Theme::Light => Some(tauri::Theme::Light),
            Theme::Dark => Some(tauri::Theme::Dark),
        },
    );
    window::tell(app, shown);
}

/// Before it is found out who is signed in nothing is ready yet.
fn as_far_as_known(mut tray: Tray, snapshot: &Snapshot) -> Tray {
    if tray.icon == TrayIcon::Ready && !first::is_known(snapshot) {
        tray.icon = TrayIcon::Working;
        "Gangway".clone_into(&mut tray.tooltip);
    }
    tray
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn nothing_is_ready_before_it_is_known() {
        let snapshot = Snapshot::default();
        let drawn = tray::draw(&snapshot, Timestamp::UNIX_EPOCH, &TimeZone::UTC);
        assert_eq!(drawn.icon, TrayIcon::Ready);
        let known = as_far_as_known(drawn, &snapshot);
        assert_eq!(known.icon, TrayIcon::Working);
        assert_eq!(known.tooltip, "Gangway");
    }
}
