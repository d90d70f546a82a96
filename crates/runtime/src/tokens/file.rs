//! The token file on the disk: read whole, replaced whole, put aside.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use super::seal::LONGEST;
use crate::platform::make_private_file;

/// How much room is made for one more record.
const ROOM: usize = 16 * 1024;

/// The bytes of the file; `None` where there is none. What is far too long is cut: it is no
/// file of ours and will be found damaged.
pub(super) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut bytes = Vec::new();
    file.take(LONGEST as u64).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Makes sure that the file can be replaced by one a little longer: a refresh token must not
/// be used where its successor could not be kept.
pub(super) fn make_room(path: &Path, length: usize) -> io::Result<()> {
    let room = vec![0; length + ROOM];
    let file = write(&beside(path, ".new"), &room)?;
    file.sync_all()
}

/// Gives back the room that was not needed. Called with the lock held.
pub(super) fn leave_no_room(path: &Path) {
    // Where nothing was made, nothing is there.
    let _gone = fs::remove_file(beside(path, ".new"));
}

/// Replaces the file. Whoever reads it sees the old bytes or the new.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = beside(path, ".new");
    let file = write(&new, bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&new, path)?;
    sync_folder(path);
    Ok(())
}

/// Replaces the file by one that is shorter. Where there is no room beside it, the file is
/// written over: what somebody signed out of must not stay because the disk is full.
/// Whoever reads it half written waits for the lock and reads again.
pub(super) fn shorten(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let Err(error) = replace(path, bytes) else {
        return Ok(());
    };
    leave_no_room(path);
    write_over(path, bytes).map_err(|_also| error)
}

/// Removes the file and what a process that died may have left of its successor.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    let removed = gone(path);
    let left = gone(&beside(path, ".new"));
    sync_folder(path);
    removed.and(left)
}

/// What tells the bytes of a file from others; `None` where there is none to read.
pub(super) fn digest(path: &Path) -> Option<Vec<u8>> {
    Some(digest_of(&read(path).ok()??))
}

pub(super) fn digest_of(bytes: &[u8]) -> Vec<u8> {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    digest.as_ref().to_vec()
}

/// Gives the file another name, under which nothing of ours looks for it.
pub(super) fn put_aside(path: &Path) -> io::Result<PathBuf> {
    let free = (1..).map(|number| beside(path, &format!(".unreadable-{number}")));
    let kept = free
        .into_iter()
        .find(|name| !name.exists())
        .unwrap_or_else(|| beside(path, ".unreadable"));
    fs::rename(path, &kept)?;
    Ok(kept)
}

/// What was put aside, by name.
pub(super) fn aside(path: &Path) -> io::Result<Vec<PathBuf>> {
    let Some(folder) = path.parent() else {
        return Ok(Vec::new());
    };
    let start = beside(path, ".unreadable");
    let start = start.file_name().unwrap_or_default().as_encoded_bytes();
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().as_encoded_bytes().starts_with(start) {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Removes a file that was put aside.
pub(super) fn remove_aside(path: &Path) -> io::Result<()> {
    let removed = gone(path);
    sync_folder(path);
    removed
}

fn gone(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn write_over(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::options().write(true).open(path)?;
    file.write_all(bytes)?;
    file.set_len(bytes.len() as u64)?;
    file.sync_all()
}

/// Writes a file of its own: one that is there is somebody's who died.
fn write(path: &Path, bytes: &[u8]) -> io::Result<File> {
    gone(path)?;
    let mut file = make_private_file(path)?;
    file.write_all(bytes)?;
    Ok(file)
}

/// After a power cut the name must lead to the new bytes. Not every system opens folders.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent()
        && let Ok(folder) = File::open(folder)
        && let Err(error) = folder.sync_all()
    {
        tracing::debug!(%error, "folder not synced");
    }
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}
