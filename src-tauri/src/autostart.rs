//! Starts with the person's session, from when they ask for it until they do not.

use std::sync::{Mutex, PoisonError};

use gangway_engine::problem::Cause;
use gangway_engine::snapshot::Snapshot;
use gangway_runtime::Home;
use tauri::plugin::TauriPlugin;
use tauri::{AppHandle, Manager as _, Wry};
use tauri_plugin_autostart::ManagerExt as _;

use crate::shell::Shell;

/// What a desktop entry or the registry would read as something else within quotes.
const UNQUOTABLE: [char; 5] = ['"', '$', '`', '%', '\n'];

/// What was done last, so that a change is done once.
#[derive(Default)]
pub(crate) struct Autostart(Mutex<Option<bool>>);

/// Every home has an entry of its own, which names it.
pub(crate) fn plugin(home: &Home) -> TauriPlugin<Wry> {
    let entry = tauri_plugin_autostart::Builder::new().arg("--background");
    match home.mark() {
        Some(mark) => entry
            .app_name(format!("Gangway-{mark}"))
            .arg(format!("\"--home={}\"", home.state().display()))
            .build(),
        None => entry.app_name("Gangway").build(),
    }
}

/// Does what the setting says, where it is not so already and where it says anything.
pub(crate) fn follow(app: &AppHandle, snapshot: &Snapshot) {
    let Some(wanted) = wanted(snapshot) else {
        return;
    };
    let done = app.state::<Autostart>();
    let before = done
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .replace(wanted);
    if before == Some(wanted) {
        return;
    }
    let home = app.state::<Shell>().home().state().display().to_string();
    if wanted && home.contains(UNQUOTABLE) {
        tracing::warn!("a home with such a name cannot be started with the session");
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn_blocking(move || {
        let entry = app.autolaunch();
        let changed = entry
            .is_enabled()
            .and_then(|enabled| match (enabled, wanted) {
                (false, true) => entry.enable(),
                (true, false) => entry.disable(),
                (true, true) | (false, false) => Ok(()),
            });
        if let Err(error) = changed {
            tracing::warn!(%error, wanted, "starting with the session could not be set");
        }
    });
}

/// What a person wants: nobody knows while a file of settings cannot be read, for what is in
/// force then are the defaults.
fn wanted(snapshot: &Snapshot) -> Option<bool> {
    let unread = snapshot
        .problems
        .iter()
        .any(|problem| matches!(problem.cause, Cause::SettingsInvalid { .. }));
    (!unread).then_some(snapshot.settings.autostart)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_in_the_settings_is_no_wish() {
        let mut snapshot = Snapshot::default();
        assert_eq!(wanted(&snapshot), Some(false));
        snapshot.settings.autostart = true;
        assert_eq!(wanted(&snapshot), Some(true));
        snapshot.settings.autostart = false;
        let mistake = Cause::SettingsInvalid {
            file: "settings.toml".to_owned(),
            line: 1,
            column: 1,
            mistake: "unknown field".to_owned(),
        };
        snapshot.problems.push(mistake.into());
        assert_eq!(wanted(&snapshot), None);
    }
}
