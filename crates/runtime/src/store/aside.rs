//! A store that cannot be used: kept aside when damaged, refused when newer.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::schema::VERSION;
use crate::error::Error;
use crate::platform::make_private_file;

/// Where `user_version` stands in the file's header, big-endian
/// (<https://sqlite.org/fileformat.html#the_database_header>).
const VERSION_AT: usize = 60;

/// The end of the file that notes damage.
const SUSPECT: &str = ".suspect";

/// Refuses a newer store from its first bytes, before SQLite opens (and so touches) it.
pub(super) fn refuse_newer(path: &Path) -> Result<(), Error> {
    let mut header = [0_u8; 100];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut header));
    if read.is_err() || !header.starts_with(b"SQLite format 3\0") {
        return Ok(());
    }
    let version = header[VERSION_AT..VERSION_AT + 4]
        .iter()
        .fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
    if version > VERSION {
        return Err(Error::StoreNewer {
            found: version,
            known: VERSION,
        });
    }
    Ok(())
}

/// Gives a damaged store and its companions another name. Two processes may find it at
/// once: the second finds a sound one and keeps nothing aside.
pub(super) fn keep(
    path: &Path,
    still_damaged: impl FnOnce(&Path) -> bool,
) -> Result<Option<PathBuf>, Error> {
    let failed = |source| Error::StoreNotWritable {
        path: path.to_owned(),
        source: Box::new(source),
    };
    let _alone = alone(path)?;
    // Gone or empty: another process has put it aside and is about to begin a new one.
    let begun_anew = fs::metadata(path).map_or(true, |found| found.len() == 0);
    if begun_anew || !still_damaged(path) {
        return Ok(None);
    }
    let kept = free_name(path);
    fs::rename(path, &kept).map_err(failed)?;
    for companion in ["-wal", "-shm"] {
        let from = beside(path, companion);
        if from.exists() {
            fs::rename(&from, beside(&kept, companion)).map_err(failed)?;
        }
    }
    clear(path);
    Ok(Some(kept))
}

/// Holds other processes off until it is dropped: for the moments in which a store is begun
/// or put aside, where SQLite's own locks do not make the second one wait.
pub(super) fn alone(path: &Path) -> Result<File, Error> {
    let hold = || {
        let file = make_private_file(&beside(path, ".lock"))?;
        file.lock()?;
        Ok(file)
    };
    hold().map_err(|source: std::io::Error| Error::StoreNotWritable {
        path: path.to_owned(),
        source: Box::new(source),
    })
}

/// Notes that damage was met.
pub(super) fn suspect(path: &Path) {
    if let Err(error) = make_private_file(&beside(path, SUSPECT)) {
        tracing::warn!(%error, "damage of the store not noted");
    }
}

/// Whether damage was met since the store was last looked at.
pub(super) fn is_suspect(path: &Path) -> bool {
    beside(path, SUSPECT).exists()
}

/// The store was looked at, or put aside.
pub(super) fn clear(path: &Path) {
    if let Err(error) = fs::remove_file(beside(path, SUSPECT))
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "a note of damage stays");
    }
}

fn free_name(path: &Path) -> PathBuf {
    (1..)
        .map(|number| beside(path, &format!(".damaged-{number}")))
        .find(|name| !name.exists())
        .unwrap_or_else(|| beside(path, ".damaged"))
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}
