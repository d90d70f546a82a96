//! The last lines of the log files, whichever program wrote them.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// So many of the newest files are looked into.
const FILES: usize = 4;

/// So many bytes at the end of each are read.
const BYTES: u64 = 128 * 1024;

/// So many lines of each are told.
const LINES: usize = 300;

/// The newest files, each with its last lines.
pub(super) fn tails(folder: &Path) -> Vec<(String, Vec<String>)> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<(std::time::SystemTime, PathBuf)> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "log"))
        .filter_map(|path| Some((fs::metadata(&path).ok()?.modified().ok()?, path)))
        .collect();
    files.sort_unstable_by(|one, other| other.cmp(one));
    let newest = files.into_iter().take(FILES);
    newest
        .filter_map(|(_, path)| {
            let name = path.file_name()?.to_string_lossy().into_owned();
            Some((name, tail(&path).ok()?))
        })
        .collect()
}

fn tail(path: &Path) -> io::Result<Vec<String>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let from = length.saturating_sub(BYTES);
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(BYTES).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    // A line that was cut at its beginning might hide a telling word from the redaction.
    let lines: Vec<&str> = text.lines().skip(usize::from(from > 0)).collect();
    let start = lines.len().saturating_sub(LINES);
    Ok(lines[start..]
        .iter()
        .map(|line| (*line).to_owned())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_log_is_told_from_its_end_in_whole_lines() {
        let place = tempfile::tempdir().unwrap();
        let lines: String = (0..20_000).map(|n| format!("line {n:05}\n")).collect();
        fs::write(place.path().join("gangway.2026-01-01.log"), lines).unwrap();
        fs::write(place.path().join("notes.txt"), "mine").unwrap();
        let told = tails(place.path());
        let [(name, lines)] = told.as_slice() else {
            panic!("{told:?}")
        };
        assert_eq!(name, "gangway.2026-01-01.log");
        assert_eq!(lines.len(), LINES);
        assert_eq!(lines.last().unwrap(), "line 19999");
        assert_eq!(tails(&place.path().join("nowhere")), []);
    }
}
