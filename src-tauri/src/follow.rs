//! Follows what the runtime tells, and shows it: tray, windows, notices.

use std::sync::Arc;

use gangway_engine::settings::Theme;
use gangway_engine::snapshot::Shown;
use gangway_engine::{notice, tray};
use gangway_runtime::Runtime;
use jiff::tz::TimeZone;
use tauri::{AppHandle, Manager as _};
use tokio::sync::broadcast::error::RecvError;

use crate::shell::Shell;
use crate::{autostart, notices, window};

/// Shows what is true, each time it changes, until this program ends.
pub(crate) async fn follow(app: &AppHandle) {
    let shell = app.state::<Shell>();
    show(app, &shell.shown().await);
    let Ok(runtime) = shell.runtime().await else {
        return;
    };
    // A window may have been looked at before there was anybody to tell.
    window::watched(app);
    tokio::join!(changes(app, &runtime), heard(app, &runtime));
}

/// Changes that come while one is shown are shown together.
async fn changes(app: &AppHandle, runtime: &Arc<Runtime>) {
    let mut changes = runtime.changes();
    while changes.changed().await.is_ok() {
        show(app, &runtime.shown());
    }
}

async fn heard(app: &AppHandle, runtime: &Arc<Runtime>) {
    let mut told = runtime.notices();
    loop {
        match told.recv().await {
            Ok(notice) => {
                let Shown { now, snapshot } = runtime.shown();
                if snapshot.settings.notices {
                    let view = notice::draw(&notice, &snapshot, now, &TimeZone::system());
                    notices::show(app, view).await;
                }
            }
            Err(RecvError::Lagged(missed)) => tracing::warn!(missed, "notices were not shown"),
            Err(RecvError::Closed) => return,
        }
    }
}

fn show(app: &AppHandle, shown: &Shown) {
    let drawn = tray::draw(&shown.snapshot, shown.now, &TimeZone::system());
    crate::tray::draw(app, drawn);
    window::theme(
        app,
        match shown.snapshot.settings.theme {
            Theme::System => None,
            Theme::Light => Some(tauri::Theme::Light),
            Theme::Dark => Some(tauri::Theme::Dark),
        },
    );
    window::tell(app, shown);
    autostart::follow(app, shown.snapshot.settings.autostart);
}
