//! Starts with the person's session, from when they ask for it until they do not.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;
use gangway_engine::problem::Cause;
use gangway_engine::snapshot::Snapshot;
use gangway_runtime::Home;
use tauri::{AppHandle, Manager as _};

use crate::platform;
use crate::shell::Shell;

/// What was done last, so that a change is done once.
#[derive(Default)]
pub(crate) struct Autostart(Mutex<Option<bool>>);

/// What is started with the session, and under which name the system keeps that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its name: every home has an entry of its own.
    pub(crate) name: String,
    /// The program, by its whole path.
    pub(crate) program: String,
    /// What it is told.
    pub(crate) arguments: Vec<String>,
}

impl Entry {
    /// The entry of this home, where its words can be written down without a doubt: systems
    /// read `%` as the start of something else, even within quotes.
    pub(crate) fn of(home: &Home, program: &Path) -> anyhow::Result<Self> {
        let plain = |path: &Path| {
            let text = path.to_str().context("a path is not Unicode")?;
            let doubtful = |letter: char| letter == '%' || letter.is_control();
            anyhow::ensure!(!text.contains(doubtful), "a path has a doubtful letter");
            Ok(text.to_owned())
        };
        let mut entry = Self {
            name: "Gangway".to_owned(),
            program: plain(program)?,
            arguments: vec!["--background".to_owned()],
        };
        if let Some(mark) = home.mark() {
            entry.name = format!("Gangway-{mark}");
            let folder = plain(home.state())?;
            entry.arguments.push(format!("--home={folder}"));
        }
        Ok(entry)
    }

    /// Whether what is started already is this program, here or where else it is installed.
    /// An entry that starts it is let be: a person may have changed it.
    pub(crate) fn is_started_by(&self, program: &str) -> bool {
        let name = |path: &str| {
            let name = Path::new(path).file_name()?;
            Some(name.to_string_lossy().to_ascii_lowercase())
        };
        name(program) == name(&self.program) && Path::new(program).is_file()
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
    let app = app.clone();
    tauri::async_runtime::spawn_blocking(move || {
        if let Err(error) = change(&app, wanted) {
            let error = format!("{error:#}");
            tracing::warn!(error, wanted, "starting with the session could not be set");
        }
    });
}

fn change(app: &AppHandle, wanted: bool) -> anyhow::Result<()> {
    let program = platform::own_program(app)?;
    let entry = Entry::of(app.state::<Shell>().home(), &program)?;
    if wanted {
        platform::start_with_session(app, &entry)
    } else {
        platform::start_no_more(app, &entry)
    }
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

    #[test]
    fn every_home_has_an_entry_of_its_own() {
        let program = Path::new("/opt/my programs/gangway-tray");
        let (one, other) = (Home::at("/a b"), Home::at("/c"));
        let one = Entry::of(&one, program).unwrap();
        assert_ne!(one.name, Entry::of(&other, program).unwrap().name);
        assert_eq!(one.arguments.len(), 2);
        assert!(Entry::of(&Home::at("/a%b"), program).is_err());
        assert!(Entry::of(&Home::at("/a\nb"), program).is_err());
        assert!(Entry::of(&other, Path::new("/100%/gangway-tray")).is_err());
    }

    #[test]
    fn another_program_is_not_this_one() {
        let folder = tempfile::tempdir().unwrap();
        let other = folder.path().join("gangway-tray");
        let here = Path::new("/elsewhere/gangway-tray");
        let entry = Entry::of(&Home::at("/a"), here).unwrap();
        let other = other.to_str().unwrap();
        assert!(!entry.is_started_by(other), "it is not there");
        std::fs::write(other, "").unwrap();
        assert!(entry.is_started_by(other));
        assert!(!entry.is_started_by(folder.path().to_str().unwrap()));
        assert!(!entry.is_started_by(""));
    }
}
