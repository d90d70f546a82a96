//! Files for a person: in their own folder for downloads, never over another, private.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::platform;
use crate::world::World;

/// So many names are tried before it is given up.
const NAMES: u32 = 1_000;

/// The folder for downloads: as the shell or the system says, else `Downloads` at home.
pub(super) fn folder(world: &World) -> PathBuf {
    if let Some(folder) = &world.downloads {
        return folder.clone();
    }
    let Some(dirs) = directories::UserDirs::new() else {
        return world.home.state().to_owned();
    };
    let of_system = dirs.download_dir().map(Path::to_owned);
    of_system.unwrap_or_else(|| dirs.home_dir().join("Downloads"))
}

/// Writes `<what>-<day>.<ending>`, numbered where that is taken; where it lies.
pub(super) fn save(world: &World, what: &str, ending: &str, text: &str) -> Result<PathBuf, Error> {
    let folder = folder(world);
    let failed = |path: &Path, source| Error::File {
        path: path.to_owned(),
        source,
    };
    fs::create_dir_all(&folder).map_err(|source| failed(&folder, source))?;
    let day = world.clock.now().to_string();
    let day = day.get(..10).unwrap_or(&day);
    for number in 1..=NAMES {
        let number = match number {
            1 => String::new(),
            more => format!("-{more}"),
        };
        let path = folder.join(format!("gangway-{what}-{day}{number}.{ending}"));
        match write(&path, text) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            written => {
                return written
                    .map(|()| path.clone())
                    .map_err(|source| failed(&path, source));
            }
        }
    }
    Err(failed(&folder, ErrorKind::AlreadyExists.into()))
}

/// Writes a file that was not there before; one that could not be written whole is removed.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = platform::make_new_private_file(path)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all());
    if written.is_err() {
        drop(file);
        let _gone = fs::remove_file(path);
    }
    written
}
