//! Linux and macOS: private files, and the bell as datagram sockets in a folder.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::net::UnixDatagram;

/// The longest folder whose sockets fit: `sun_path` holds 104 bytes on macOS, 108 on Linux,
/// and a name of ours takes up to 24.
const LONGEST_FOLDER: usize = 78;

/// Makes a folder with mode 0700; one that is there loses the bits of others.
pub(crate) fn make_private_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        let found = fs::metadata(folder)?;
        if found.mode() & 0o077 == 0 || found.uid() != rustix::process::geteuid().as_raw() {
            return Ok(());
        }
        return match fs::set_permissions(folder, Permissions::from_mode(0o700)) {
            // A read-only home stays readable as it is; writing will say so by itself.
            Err(error) if error.kind() == io::ErrorKind::ReadOnlyFilesystem => Ok(()),
            other => other,
        };
    }
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Opens a file for appending, made with mode 0600.
pub(crate) fn make_private_file(file: &Path) -> io::Result<File> {
    OpenOptions::new()
        .append(true)
        .create(true)
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
        make_private_folder(folder)?;
        if fs::metadata(folder)?.uid() != rustix::process::geteuid().as_raw() {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "the folder belongs to somebody else",
            ));
        }
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("{}-{next}.bell", std::process::id()));
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let socket = UnixDatagram::bind(&path)?;
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
