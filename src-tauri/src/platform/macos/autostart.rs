//! Starts with the session by a launch agent of the person's.

use std::io::ErrorKind;
use std::path::PathBuf;

use anyhow::Context as _;
use tauri::{AppHandle, Manager as _};

use super::super::agent;
use crate::autostart::Entry;

/// What is started.
pub(crate) fn own_program(_app: &AppHandle) -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe().and_then(|program| program.canonicalize());
    program.context("this program cannot be found")
}

/// Starts this program with every session from now on.
pub(crate) fn start_with_session(app: &AppHandle, entry: &Entry) -> anyhow::Result<()> {
    let file = file(app, entry)?;
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(file, agent::text(entry)).context("the launch agent cannot be written")
}

/// Starts it with no session any more.
pub(crate) fn start_no_more(app: &AppHandle, entry: &Entry) -> anyhow::Result<()> {
    match std::fs::remove_file(file(app, entry)?) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).context("the launch agent cannot be removed")
        }
        _ => Ok(()),
    }
}

fn file(app: &AppHandle, entry: &Entry) -> anyhow::Result<PathBuf> {
    let folder = app.path().home_dir()?.join("Library/LaunchAgents");
    Ok(folder.join(format!("{}.plist", entry.name)))
}
