//! Starts with the session by a desktop entry
//! (<https://specifications.freedesktop.org/autostart-spec/latest/>).

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tauri::{AppHandle, Manager as _};

use super::super::desktop_entry;
use crate::autostart::Entry;

/// What is started: of an AppImage the image, for the program in it lies elsewhere each time.
pub(crate) fn own_program(app: &AppHandle) -> anyhow::Result<PathBuf> {
    match app.env().appimage {
        Some(image) => Ok(image.into()),
        None => std::env::current_exe().context("this program cannot be found"),
    }
}

/// Starts this program with every session from now on.
pub(crate) fn start_with_session(app: &AppHandle, entry: &Entry) -> anyhow::Result<()> {
    keep(&file(app, entry)?, entry).context("the desktop entry cannot be written")
}

/// Starts it with no session any more.
pub(crate) fn start_no_more(app: &AppHandle, entry: &Entry) -> anyhow::Result<()> {
    match std::fs::remove_file(file(app, entry)?) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).context("the desktop entry cannot be removed")
        }
        _ => Ok(()),
    }
}

fn file(app: &AppHandle, entry: &Entry) -> anyhow::Result<PathBuf> {
    let folder = app.path().config_dir()?.join("autostart");
    Ok(folder.join(format!("{}.desktop", entry.name)))
}

/// Writes the entry, whole or not at all, unless one that starts this program is there.
fn keep(file: &Path, entry: &Entry) -> std::io::Result<()> {
    let before = std::fs::read_to_string(file).ok();
    let started = before.as_deref().and_then(desktop_entry::program);
    if started.is_some_and(|program| entry.is_started_by(&program)) {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    // Sessions start what ends in `.desktop`: this does not until it is whole.
    let half = file.with_extension("new");
    std::fs::write(&half, desktop_entry::text(entry))?;
    std::fs::rename(half, file)
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;
    use std::process::Command;

    use gtk::gio;
    use gtk::gio::prelude::AppInfoExt as _;

    use super::*;

    /// What the desktop's own reader makes of the entry is what is started.
    #[test]
    fn a_program_in_a_folder_with_a_space_is_started() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("my \"old\" $programs `here\\there");
        std::fs::create_dir(&folder).unwrap();
        let told = place.path().join("told");
        assert!(
            Command::new("mkfifo")
                .arg(&told)
                .status()
                .unwrap()
                .success()
        );
        let program = folder.join("gangway-tray");
        let script = format!(
            "#!/bin/sh\nprintf '%s\\n' \"$0\" \"$@\" > '{}'\n",
            told.display()
        );
        std::fs::write(&program, script).unwrap();
        std::fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
        let entry = Entry {
            name: "Gangway".to_owned(),
            program: program.to_str().unwrap().to_owned(),
            arguments: vec!["--background".to_owned(), "--home=/a 'b' $c".to_owned()],
        };
        let file = place.path().join("autostart/Gangway.desktop");
        keep(&file, &entry).unwrap();
        let read = gio::DesktopAppInfo::from_filename(&file).unwrap();
        read.launch(&[], gio::AppLaunchContext::NONE).unwrap();
        let told = std::fs::read_to_string(told).unwrap();
        let words: Vec<_> = told.lines().collect();
        assert_eq!(
            words,
            [&entry.program, &entry.arguments[0], &entry.arguments[1]]
        );
    }

    #[test]
    fn only_an_entry_that_starts_this_program_is_let_be() {
        let place = tempfile::tempdir().unwrap();
        let program = place.path().join("a b gangway-tray");
        std::fs::write(&program, "").unwrap();
        let entry = Entry {
            name: "Gangway".to_owned(),
            program: program.to_str().unwrap().to_owned(),
            arguments: Vec::new(),
        };
        let file = place.path().join("Gangway.desktop");
        // As it was written once: without quotes.
        std::fs::write(&file, format!("Exec={} --background\n", entry.program)).unwrap();
        keep(&file, &entry).unwrap();
        let written = std::fs::read_to_string(&file).unwrap();
        assert_eq!(written, desktop_entry::text(&entry));
        let changed = format!("{written}Hidden=true\n");
        std::fs::write(&file, &changed).unwrap();
        keep(&file, &entry).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), changed);
    }
}
