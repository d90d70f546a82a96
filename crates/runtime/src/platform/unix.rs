//! Linux and macOS: private files, and the bell as datagram sockets in a folder.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::net::UnixDatagram;

use crate::effects::{Answer, is_full};

/// The addresses of a name. Resolvers here do not say who answered, nor under which full name,
/// so only a name that says its domain has one.
pub(crate) async fn look_up(name: &str) -> io::Result<Answer> {
    // A port is part of the question only to the library.
    let found = tokio::net::lookup_host((name, 3389)).await?;
    Ok(Answer {
        addresses: found.map(|found| found.ip()).collect(),
        full: is_full(name).then(|| name.to_owned()),
    })
}

/// The longest folder whose sockets fit: `sun_path` holds 104 bytes on macOS, 108 on Linux,
/// and a name of ours takes up to 24.
const LONGEST_FOLDER: usize = 78;

/// Makes a folder with mode 0700. One that is there keeps its mode: it may be somebody's, and
/// what we put into it is private by itself.
///
/// # Errors
/// As [`refuse_shared`], or what the system says.
pub(crate) fn make_private_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return refuse_shared(folder);
    }
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Refuses a folder that others can write to: they could put files there in place of ours.
///
/// # Errors
/// [`io::ErrorKind::PermissionDenied`] for such a folder; none for one that is not there.
pub(crate) fn refuse_shared(folder: &Path) -> io::Result<()> {
    let found = match fs::metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        found => found?,
    };
    let mode = found.mode() & 0o7777;
    let refuse = |why: String| {
        let folder = folder.display();
        let told = format!("{folder} {why}; use a folder that only you can write to");
        Err(io::Error::new(io::ErrorKind::PermissionDenied, told))
    };
    if mode & 0o022 != 0 {
        return refuse(format!("can be written by others (mode {mode:o})"));
    }
    let owner = found.uid();
    if owner != 0 && owner != rustix::process::geteuid().as_raw() {
        return refuse(format!("belongs to somebody else (user {owner})"));
    }
    Ok(())
}

/// Opens a file for appending, made with mode 0600.
pub(crate) fn make_private_file(file: &Path) -> io::Result<File> {
    // What is opened for appending alone cannot be locked everywhere.
    OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .mode(0o600)
        .open(file)
}

/// Makes a file with mode 0600 where none is yet.
pub(crate) fn make_new_private_file(file: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
}

#[cfg(test)]
pub(crate) fn is_private(path: &Path) -> io::Result<bool> {
    Ok(fs::metadata(path)?.mode() & 0o077 == 0)
}

/// Where the bells of a state folder hang: in it, or, when that lies too deep for a
/// socket's address, in a folder of the same person below the temporary folder.
pub(crate) fn bell_folder(state: &Path) -> PathBuf {
    let folder = state.join("run");
    if folder.as_os_str().as_bytes().len() <= LONGEST_FOLDER {
        return folder;
    }
    let mut hash = DefaultHasher::new();
    state.hash(&mut hash);
    let user = rustix::process::geteuid().as_raw();
    std::env::temp_dir().join(format!("gangway-{user}-{:016x}", hash.finish()))
}

/// A bell of this process: a datagram socket in the folder.
#[derive(Debug)]
pub(crate) struct Bell {
    socket: UnixDatagram,
    path: PathBuf,
}

impl Bell {
    /// Hangs a bell into the folder.
    pub(crate) fn hang(folder: &Path) -> io::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("{}-{next}.bell", std::process::id()));
        let hang = || {
            make_private_folder(folder)?;
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            UnixDatagram::bind(&path)
        };
        // Whoever took the last bell down may just have removed the folder.
        let socket = match hang() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => hang()?,
            hung => hung?,
        };
        Ok(Self { socket, path })
    }

    /// Waits until somebody rings. Rings that came together count once.
    pub(crate) async fn rung(&self) -> io::Result<()> {
        let mut byte = [0; 8];
        self.socket.recv(&mut byte).await?;
        while self.socket.try_recv(&mut byte).is_ok() {}
        Ok(())
    }

    /// Where it hangs, so that its owner need not ring it.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        // A bell that stays is taken down by the next who rings it in vain.
        let _gone = fs::remove_file(&self.path);
        // With the last bell its folder goes; one in which others hang is not empty.
        let _empty = self.path.parent().map(fs::remove_dir);
    }
}

/// Rings every bell in the folder but one's own, and takes down those of dead processes.
pub(crate) fn ring(folder: &Path, own: Option<&Path>) {
    let Ok(bells) = fs::read_dir(folder) else {
        return;
    };
    let Ok(socket) = std::os::unix::net::UnixDatagram::unbound() else {
        return;
    };
    // A full queue means that a ring is waiting there already.
    let _ = socket.set_nonblocking(true);
    for bell in bells.flatten().map(|entry| entry.path()) {
        if Some(bell.as_path()) == own || bell.extension().is_none_or(|end| end != "bell") {
            continue;
        }
        if let Err(error) = socket.send_to(&[1], &bell)
            && error.kind() == io::ErrorKind::ConnectionRefused
        {
            let _gone = fs::remove_file(&bell);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;
    use crate::settings::MachinePolicy;
    use crate::{Error, Home, Options, Runtime};

    fn folder_with(mode: u32) -> (tempfile::TempDir, PathBuf) {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("home");
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, Permissions::from_mode(mode)).unwrap();
        (place, folder)
    }

    fn mode_of(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o7777
    }

    #[test]
    fn a_policy_whose_link_leads_nowhere_is_one_that_cannot_be_read() {
        let read = |path: PathBuf| MachinePolicy::in_file(&path.display().to_string());
        let place = tempfile::tempdir().unwrap();
        let share = place.path().join("share");
        let (file, folder) = (place.path().join("policy.json"), place.path().join("etc"));
        symlink(share.join("policy.json"), &file).unwrap();
        symlink(&share, &folder).unwrap();
        for path in [file.clone(), folder.join("policy.json")] {
            let policy = read(path);
            assert_eq!(policy.problems().len(), 1, "{policy:?}");
        }
        fs::create_dir(&share).unwrap();
        assert_eq!(read(folder.join("policy.json")).problems(), []);
        fs::write(share.join("policy.json"), "{}").unwrap();
        assert_eq!(read(file).problems(), []);
    }

    #[test]
    fn a_folder_that_others_can_write_to_is_refused_and_left_as_it_is() {
        for mode in [0o1777, 0o777, 0o770, 0o702] {
            let (_place, folder) = folder_with(mode);
            let options = Options {
                policy: Some(crate::settings::MachinePolicy::none()),
                ..Options::new(Home::at(&folder))
            };
            let error = Runtime::open(options).unwrap_err();
            assert!(matches!(error, Error::StoreNotWritable { .. }), "{error:?}");
            let told = crate::error::chain(&error);
            assert!(told.contains(&format!("mode {mode:o}")), "{told}");
            assert_eq!(mode_of(&folder), mode);
            assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
            assert!(Home::at(&folder).make_state().is_err());
            assert!(Home::at(&folder).make_config().is_err());
        }
    }

    #[tokio::test]
    async fn the_folder_goes_with_its_last_bell_and_comes_again() {
        let place = tempfile::tempdir().unwrap();
        let deep = place.path().join("a-folder-in-a-folder/".repeat(5));
        let folder = bell_folder(&deep);
        assert!(!folder.starts_with(place.path()));
        let (one, two) = (Bell::hang(&folder).unwrap(), Bell::hang(&folder).unwrap());
        drop(one);
        assert!(two.path().exists());
        drop(two);
        assert!(!folder.exists());
        drop(Bell::hang(&folder).unwrap());
        assert!(!folder.exists());
    }

    #[test]
    fn a_folder_that_others_can_only_read_keeps_its_mode_and_our_files_are_private() {
        let (_place, folder) = folder_with(0o755);
        let options = Options {
            policy: Some(crate::settings::MachinePolicy::none()),
            ..Options::new(Home::at(&folder))
        };
        let (runtime, problems) = Runtime::open(options).unwrap();
        assert_eq!(problems, []);
        let home = Home::at(&folder);
        crate::settings::set(&home, &runtime.settings(), "duration", "2h").unwrap();
        assert_eq!(mode_of(&folder), 0o755);
        let mut seen = 0;
        for entry in fs::read_dir(&folder).unwrap().flatten() {
            assert_eq!(mode_of(&entry.path()) & 0o077, 0, "{entry:?}");
            seen += 1;
        }
        assert!(seen >= 3, "the store, its lock and the settings: {seen}");
    }
}
