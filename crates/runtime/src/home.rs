//! Where this person's files lie, and that nobody else can read them.
//!
//! `settings.toml` lies in the configuration folder, everything else in the state folder;
//! with `GANGWAY_HOME` set, all of it lies there.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::platform;

/// The folders of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    config: PathBuf,
    state: PathBuf,
    /// Whether one folder was named for everything.
    named: bool,
}

impl Home {
    /// The folders the system names, or `GANGWAY_HOME` where that is set and not empty.
    ///
    /// # Errors
    /// [`Error::NoHome`] when the system names none; as [`Home::refuse_shared`].
    pub fn find() -> Result<Self, Error> {
        let home = match std::env::var_os("GANGWAY_HOME").filter(|home| !home.is_empty()) {
            Some(home) => Self::at(PathBuf::from(home)),
            None => Self::of_system()?,
        };
        home.refuse_shared()?;
        Ok(home)
    }

    /// Refuses folders that others can write to, before anything in them is read: settings
    /// or a store that somebody else put there would be taken for this person's.
    ///
    /// # Errors
    /// [`Error::StoreNotWritable`] that names the folder and why.
    pub fn refuse_shared(&self) -> Result<(), Error> {
        [&self.config, &self.state]
            .into_iter()
            .try_for_each(|folder| {
                platform::refuse_shared(folder).map_err(|source| Error::StoreNotWritable {
                    path: folder.clone(),
                    source: Box::new(source),
                })
            })
    }

    /// Everything under one folder. A relative path counts from the present folder.
    #[must_use]
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        let folder = std::path::absolute(&folder).unwrap_or(folder);
        Self {
            config: folder.clone(),
            state: folder,
            named: true,
        }
    }

    /// The settings file; it may not exist.
    #[must_use]
    pub fn settings_file(&self) -> PathBuf {
        self.config.join("settings.toml")
    }

    /// The store.
    #[must_use]
    pub fn store_file(&self) -> PathBuf {
        self.state.join("gangway.db")
    }

    /// The token file.
    #[must_use]
    pub fn tokens_file(&self) -> PathBuf {
        self.state.join("tokens.bin")
    }

    /// The file whose lock is held while a refresh token is used.
    #[must_use]
    pub fn tokens_lock(&self) -> PathBuf {
        self.state.join("tokens.lock")
    }

    /// What tells a home that was named (`GANGWAY_HOME`) from the system's own and from other
    /// named ones, in the names of its keyring entries. The same for one path for ever.
    #[must_use]
    pub fn mark(&self) -> Option<String> {
        self.named.then(|| {
            let path = self.state.to_string_lossy();
            let hash = ring::digest::digest(&ring::digest::SHA256, path.as_bytes());
            let start = hash.as_ref().iter().take(6);
            start.map(|byte| format!("{byte:02x}")).collect()
        })
    }

    /// The log files.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.state.join("logs")
    }

    /// Files for clients (.rdp); removed after use.
    #[must_use]
    pub fn launch_files(&self) -> PathBuf {
        self.state.join("launch")
    }

    /// The folder in which processes that share this store find one another.
    #[must_use]
    pub fn bells(&self) -> PathBuf {
        platform::bell_folder(&self.state)
    }

    /// The state folder.
    #[must_use]
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// Makes the state folder, readable by its owner only.
    ///
    /// # Errors
    /// [`Error::StoreNotWritable`] when it cannot be made.
    pub fn make_state(&self) -> Result<(), Error> {
        make_private(&self.state).map_err(|source| Error::StoreNotWritable {
            path: self.store_file(),
            source: Box::new(source),
        })
    }

    /// Makes the configuration folder, readable by its owner only.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be made.
    pub fn make_config(&self) -> Result<(), Error> {
        make_private(&self.config).map_err(|source| Error::File {
            path: self.config.clone(),
            source,
        })
    }

    fn of_system() -> Result<Self, Error> {
        let base = directories::BaseDirs::new().ok_or(Error::NoHome)?;
        let state = base.state_dir().unwrap_or_else(|| base.data_local_dir());
        Ok(Self {
            config: base.config_dir().join(platform::FOLDER),
            state: state.join(platform::FOLDER),
            named: false,
        })
    }
}

/// Makes a folder that only its owner can read. One that exists keeps its mode, and is refused
/// where others can write to it.
pub(crate) fn make_private(folder: &Path) -> std::io::Result<()> {
    platform::make_private_folder(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_folder_holds_everything_when_it_is_named() {
        let home = Home::at("/x/y");
        assert!(home.settings_file().ends_with("y/settings.toml"));
        assert!(home.store_file().ends_with("y/gangway.db"));
        assert!(home.logs().ends_with("y/logs"));
    }

    #[test]
    fn folders_are_private_and_made_twice_without_harm() {
        let place = tempfile::tempdir().unwrap();
        let home = Home::at(place.path().join("a/b"));
        home.make_state().unwrap();
        home.make_state().unwrap();
        home.make_config().unwrap();
        assert!(platform::is_private(home.state()).unwrap());
    }

    #[tokio::test]
    async fn a_bell_is_heard_however_deep_the_home_lies() {
        let place = tempfile::tempdir().unwrap();
        let deep = place.path().join("a-folder-in-a-folder/".repeat(5));
        for home in [Home::at(place.path()), Home::at(deep)] {
            home.make_state().unwrap();
            let bell = platform::Bell::hang(&home.bells()).unwrap();
            platform::ring(&home.bells(), None);
            let rung = bell.rung();
            let limit = std::time::Duration::from_secs(10);
            tokio::time::timeout(limit, rung).await.unwrap().unwrap();
            let path = bell.path().to_owned();
            assert!(path.exists());
            drop(bell);
            assert!(!path.exists());
        }
    }
}
