//! Starts with the session by a person's own entry in the registry, never the machine's
//! (<https://learn.microsoft.com/windows/win32/setupapi/run-and-runonce-registry-keys>).

use std::path::PathBuf;

use anyhow::Context as _;
use tauri::AppHandle;
use windows::Win32::Foundation::ERROR_FILE_NOT_FOUND;
use windows_registry::{CURRENT_USER, Key};

use super::super::run_entry;
use crate::autostart::Entry;

const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
/// What a person said of entries in the Task Manager or in Windows' settings.
const APPROVED: &str = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run";

/// What is started.
pub(crate) fn own_program(_app: &AppHandle) -> anyhow::Result<PathBuf> {
    std::env::current_exe().context("this program cannot be found")
}

/// Starts this program with every session from now on.
pub(crate) fn start_with_session(_app: &AppHandle, entry: &Entry) -> anyhow::Result<()> {
    keep(CURRENT_USER, entry).context("the registry takes no entry")
}

/// Starts it with no session any more.
pub(crate) fn start_no_more(_app: &AppHandle, entry: &Entry) -> anyhow::Result<()> {
    drop_entry(CURRENT_USER, entry).context("the registry keeps the entry")
}

/// Writes the entry, unless one that starts this program is there. Where a person switched
/// it off in Windows it stays off: only an entry that was gone begins anew.
fn keep(root: &Key, entry: &Entry) -> windows_registry::Result<()> {
    let run = root.create(RUN)?;
    let before = run.get_string(&entry.name).ok();
    let started = before.as_deref().and_then(run_entry::program);
    if started.is_some_and(|program| entry.is_started_by(program)) {
        return Ok(());
    }
    if before.is_none() {
        forget(root, APPROVED, &entry.name)?;
    }
    run.set_string(&entry.name, run_entry::command(entry))
}

fn drop_entry(root: &Key, entry: &Entry) -> windows_registry::Result<()> {
    forget(root, RUN, &entry.name)?;
    forget(root, APPROVED, &entry.name)
}

fn forget(root: &Key, key: &str, name: &str) -> windows_registry::Result<()> {
    let done = root
        .options()
        .write()
        .open(key)
        .and_then(|key| key.remove_value(name));
    match done {
        Err(error) if error.code() != ERROR_FILE_NOT_FOUND.to_hresult() => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entry_is_quoted_and_an_unquoted_one_is_mended() {
        let name = format!(r"Software\Gangway-test-{}", std::process::id());
        let root = CURRENT_USER.create(&name).unwrap();
        let place = tempfile::tempdir().unwrap();
        let program = place.path().join("a b.exe");
        std::fs::write(&program, "").unwrap();
        let entry = Entry {
            name: "Gangway".to_owned(),
            program: program.to_str().unwrap().to_owned(),
            arguments: vec!["--background".to_owned()],
        };
        let run = root.create(RUN).unwrap();
        let unquoted = format!("{} --background", entry.program);
        run.set_string("Gangway", unquoted).unwrap();
        keep(&root, &entry).unwrap();
        let quoted = format!("\"{}\" --background", entry.program);
        assert_eq!(run.get_string("Gangway").unwrap(), quoted);
        // Somebody's own words are let be.
        run.set_string("Gangway", format!("{quoted} --open"))
            .unwrap();
        keep(&root, &entry).unwrap();
        assert_eq!(
            run.get_string("Gangway").unwrap(),
            format!("{quoted} --open")
        );
        drop_entry(&root, &entry).unwrap();
        drop_entry(&root, &entry).unwrap();
        assert!(run.get_string("Gangway").is_err());
        CURRENT_USER.remove_tree(&name).unwrap();
    }
}
