//! The file of the day: made with the first line, older ones removed.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::fmt::MakeWriter;

use super::redact;
use crate::clock::Clock;
use crate::{home, platform};

/// How many files of one program are kept.
const KEPT: usize = 7;

/// Writes each line to the file of its day.
pub(super) struct Daily {
    folder: PathBuf,
    program: String,
    clock: Clock,
    open: Arc<Mutex<Option<(String, File)>>>,
}

/// One line.
pub(super) struct Line<'a>(&'a Daily);

impl Daily {
    pub(super) fn new(folder: &Path, program: &str, clock: Clock) -> Self {
        Self {
            folder: folder.to_owned(),
            program: program.to_owned(),
            clock,
            open: Arc::default(),
        }
    }

    fn write(&self, line: &str) -> io::Result<()> {
        let day = self.clock.now().to_string();
        let day = day.get(..10).unwrap_or(&day);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.as_ref().is_none_or(|(of, _)| of != day) {
            home::make_private(&self.folder)?;
            let file = format!("{}.{day}.log", self.program);
            let file = platform::make_private_file(&self.folder.join(file))?;
            self.remove_old();
            *open = Some((day.to_owned(), file));
        }
        match open.as_mut() {
            Some((_, file)) => file.write_all(line.as_bytes()),
            None => Ok(()),
        }
    }

    /// Removes all but the last files of this program. `gangway` and `gangway-tray` write
    /// side by side: the dot after the name keeps them apart.
    fn remove_old(&self) {
        let begin = format!("{}.", self.program);
        let Ok(files) = fs::read_dir(&self.folder) else {
            return;
        };
        let mut ours: Vec<PathBuf> = files
            .flatten()
            .filter(|file| {
                let name = file.file_name();
                let name = name.to_string_lossy();
                name.starts_with(&begin) && name.ends_with(".log")
            })
            .map(|file| file.path())
            .collect();
        // Dates sort as text.
        ours.sort_unstable();
        for old in ours.iter().rev().skip(KEPT) {
            let _gone = fs::remove_file(old);
        }
    }
}

impl<'a> MakeWriter<'a> for Daily {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line(self)
    }
}

impl Write for Line<'_> {
    /// The formatter hands over a whole line at a time.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write(&redact(&String::from_utf8_lossy(line)))?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_days_of_each_program_are_kept() {
        let place = tempfile::tempdir().unwrap();
        for day in 1..=9 {
            for program in ["gangway", "gangway-tray"] {
                fs::write(
                    place.path().join(format!("{program}.2020-01-0{day}.log")),
                    "",
                )
                .unwrap();
            }
        }
        fs::write(place.path().join("notes.txt"), "").unwrap();
        let daily = Daily::new(place.path(), "gangway", Clock::default());
        daily.write("one\n").unwrap();
        daily.write("two\n").unwrap();
        let names: Vec<String> = fs::read_dir(place.path())
            .unwrap()
            .flatten()
            .map(|file| file.file_name().to_string_lossy().into_owned())
            .collect();
        let count = |begin: &str| names.iter().filter(|name| name.starts_with(begin)).count();
        assert_eq!(
            (count("gangway."), count("gangway-tray."), count("notes")),
            (7, 9, 1)
        );
        assert!(!names.contains(&"gangway.2020-01-03.log".to_owned()));
    }

    #[test]
    fn a_folder_that_cannot_be_made_hinders_nobody() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("file");
        fs::write(&file, "").unwrap();
        let daily = Daily::new(&file.join("logs"), "gangway", Clock::default());
        assert!(daily.write("one\n").is_err());
    }
}
