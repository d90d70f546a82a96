//! The folder for generated files: private to the person, each file owned by a living process.
//!
//! Beside the files of one launch lies a lock file that the launching process holds locked for
//! as long as it lives. So another start can tell what the dead have left, without looking at
//! process numbers, which are used again.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::Error;
use crate::invocation::NewFile;
use crate::platform;

const LOCK: &str = "lock";

/// The files of one launch. They are removed with [`PrivateFiles::remove`]; where that does
/// not happen, by a later sweep.
#[derive(Debug)]
pub(crate) struct PrivateFiles {
    lock: File,
    lock_path: PathBuf,
    pub(crate) paths: Vec<PathBuf>,
}

impl PrivateFiles {
    /// Writes `files` into `folder`, which is made where it is not there.
    pub(crate) fn write(folder: &Path, files: &[NewFile]) -> Result<Self, Error> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| Error::NotWritable { path, source }
        };
        platform::private_folder(folder).map_err(failed(folder))?;
        let (lock, stem) = claim(folder).map_err(failed(folder))?;
        let mut written = Self {
            lock,
            lock_path: folder.join(format!("{stem}.{LOCK}")),
            paths: Vec::new(),
        };
        for (index, file) in files.iter().enumerate() {
            let path = folder.join(format!("{stem}-{index}.{}", file.extension));
            written.paths.push(path.clone());
            if let Err(source) = put(&path, file) {
                written.remove();
                return Err(Error::NotWritable { path, source });
            }
        }
        Ok(written)
    }

    /// Removes the files, then the lock. What is gone already does not matter.
    pub(crate) fn remove(self) {
        for path in &self.paths {
            let _ = fs::remove_file(path);
        }
        // Windows removes no file that is open, elsewhere the order does not matter.
        drop(self.lock);
        let _ = fs::remove_file(&self.lock_path);
    }
}

/// Removes what processes that no longer live have left in `folder`. Files of the living
/// stay. Returns how many files went.
///
/// # Errors
/// [`Error::NotWritable`] when the folder is there but cannot be listed. What cannot be removed
/// is left for the next time.
pub fn sweep(folder: &Path) -> Result<usize, Error> {
    let listed = match fs::read_dir(folder) {
        Ok(listed) => listed,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(source) => {
            return Err(Error::NotWritable {
                path: folder.to_owned(),
                source,
            });
        }
    };
    let names: Vec<String> = listed
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| stem_of(name).is_some())
        .collect();
    let mut removed = 0;
    for name in &names {
        let Some(stem) = stem_of(name) else { continue };
        let path = folder.join(name);
        let lock = folder.join(format!("{stem}.{LOCK}"));
        // The lock is held over the removal, so that nobody can come to own the file meanwhile.
        if let Owner::Dead(_held) = owner(&lock)
            && fs::remove_file(&path).is_ok()
            && path != lock
        {
            removed += 1;
        }
    }
    Ok(removed)
}

/// A name that nobody has, with its lock held.
fn claim(folder: &Path) -> io::Result<(File, String)> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let stem = format!("launch-{}-{number}", std::process::id());
        let path = folder.join(format!("{stem}.{LOCK}"));
        let lock = match platform::private_file(&path, false) {
            Ok(lock) => lock,
            // An earlier process of this number left it.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error),
        };
        // Between making and locking, a sweep elsewhere may have taken it for a dead one's.
        if lock.try_lock().is_ok() && path.exists() {
            return Ok((lock, stem));
        }
    }
}

fn put(path: &Path, file: &NewFile) -> io::Result<()> {
    let mut out = platform::private_file(path, file.executable)?;
    out.write_all(&file.encoding.bytes(&file.text))?;
    out.flush()
}

/// `launch-<process>-<number>` of a file of ours; `None` for anything else in the folder.
fn stem_of(name: &str) -> Option<String> {
    let (rest, _extension) = name.rsplit_once('.')?;
    let mut parts = rest.split('-');
    if parts.next() != Some("launch") {
        return None;
    }
    let numbers: Vec<u32> = parts.map(|part| part.parse().ok()).collect::<Option<_>>()?;
    match numbers.as_slice() {
        [process, number] | [process, number, _] => Some(format!("launch-{process}-{number}")),
        _ => None,
    }
}

enum Owner {
    Living,
    Dead(Option<File>),
}

fn owner(lock: &Path) -> Owner {
    match File::options().write(true).open(lock) {
        Ok(file) => match file.try_lock() {
            Ok(()) => Owner::Dead(Some(file)),
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => Owner::Living,
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Owner::Dead(None),
        // Some systems refuse to open what another has locked.
        Err(_) => Owner::Living,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_ours_are_swept() {
        for (name, stem) in [
            ("launch-12-0.lock", Some("launch-12-0")),
            ("launch-12-0-1.rdp", Some("launch-12-0")),
            ("launch-12-0-1-5.rdp", None),
            ("launch-x-0.rdp", None),
            ("launch-12.rdp", None),
            ("settings.toml", None),
            ("launch-12-0", None),
        ] {
            assert_eq!(stem_of(name).as_deref(), stem, "{name}");
        }
    }

    #[test]
    fn the_dead_leave_nothing_and_the_living_keep_everything() {
        let folder = tempfile::tempdir().unwrap();
        let file = NewFile {
            extension: "rdp",
            text: "x".to_owned(),
            encoding: crate::Encoding::Utf8,
            executable: false,
        };
        let living = PrivateFiles::write(folder.path(), std::slice::from_ref(&file)).unwrap();
        let dead = PrivateFiles::write(folder.path(), &[file.clone(), file]).unwrap();
        fs::write(folder.path().join("somebody-elses.rdp"), "y").unwrap();
        assert_eq!(sweep(folder.path()).unwrap(), 0);
        drop(dead);
        assert_eq!(sweep(folder.path()).unwrap(), 2);
        assert!(living.paths[0].exists());
        living.remove();
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(left.len(), 1);
        assert_eq!(sweep(&folder.path().join("none")).unwrap(), 0);
    }
}
