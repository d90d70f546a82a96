//! Azure CLI's own files: which cloud it is set to, and whether anything has changed
//! (<https://learn.microsoft.com/cli/azure/azure-cli-configuration>).

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use reqwest::Url;

use crate::cloud::{Cloud, host_of, same_place};
use crate::error::Error;

/// The largest settings file that is read, in bytes.
const LARGEST_FILE: u64 = 256 * 1024;

/// The clouds that Azure CLI has built in, by its names and ours.
const BUILT_IN: [(&str, &str); 3] = [
    ("AzureCloud", "public"),
    ("AzureUSGovernment", "us-government"),
    ("AzureChinaCloud", "china"),
];

/// The folder where Azure CLI keeps everything.
#[derive(Debug, Clone)]
pub(crate) struct Settings(PathBuf);

/// What the files of its sign-ins look like from outside. Equal means that nothing was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Look(Vec<(PathBuf, u64, Option<SystemTime>)>);

impl Settings {
    /// `AZURE_CONFIG_DIR`, else `.azure` in the person's own folder.
    pub(crate) fn of_this_person() -> Option<Self> {
        let named = std::env::var_os("AZURE_CONFIG_DIR").filter(|folder| !folder.is_empty());
        match named {
            Some(folder) => Some(Self(folder.into())),
            None => Some(Self(std::env::home_dir()?.join(".azure"))),
        }
    }

    #[cfg(test)]
    pub(crate) fn at(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// Refuses where Azure CLI is set to another cloud than ours: its token would be good
    /// there, and would be sent here.
    pub(crate) fn check(&self, cloud: &Cloud) -> Result<(), Error> {
        let named = std::env::var("AZURE_CLOUD_NAME").ok();
        let active = named
            .filter(|name| !name.is_empty())
            .or_else(|| value(&self.0.join("config"), "cloud", "name"))
            .unwrap_or_else(|| "AzureCloud".to_owned());
        let built_in = BUILT_IN
            .into_iter()
            .find(|(theirs, _)| theirs.eq_ignore_ascii_case(&active));
        let same = match built_in {
            Some((_, ours)) => Cloud::find(ours)
                .is_ok_and(|known| same_place(known.resource_manager(), cloud.resource_manager())),
            None => value(
                &self.0.join("clouds.config"),
                &active,
                "endpoint_resource_manager",
            )
            .and_then(|address| Url::parse(&address).ok())
            .is_some_and(|address| same_place(cloud.resource_manager(), &address)),
        };
        if same {
            return Ok(());
        }
        Err(Error::NotSignedIn {
            observed: format!(
                "azure cli is set to its cloud {active:?}, which is not {} ({}); see az cloud list",
                cloud.name(),
                host_of(cloud.resource_manager())
            ),
        })
    }

    /// How the files look now that a sign-in writes: the token cache, and the profile.
    pub(crate) fn look(&self) -> Look {
        let mut files: Vec<_> = std::fs::read_dir(&self.0)
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| {
                let name = entry.file_name();
                let name = name.to_string_lossy();
                name.starts_with("msal_token_cache") || name == "azureProfile.json"
            })
            .filter_map(|entry| {
                let about = entry.metadata().ok()?;
                Some((entry.path(), about.len(), about.modified().ok()))
            })
            .collect();
        files.sort();
        Look(files)
    }
}

/// One value of a file of sections and keys; `None` where it is not there.
fn value(file: &Path, section: &str, key: &str) -> Option<String> {
    let size = std::fs::metadata(file).ok()?.len();
    if size > LARGEST_FILE {
        return None;
    }
    let text = std::fs::read_to_string(file).ok()?;
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            inside = name.trim() == section;
        } else if inside
            && let Some((name, value)) = line.split_once(['=', ':'])
            && name.trim().eq_ignore_ascii_case(key)
        {
            return Some(value.trim().to_owned()).filter(|value| !value.is_empty());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAB: &str = r#"{"name":"lab","authority":"https://127.0.0.1:7001","resource_manager":"https://127.0.0.1:7002","audience":"https://management.azure.com/"}"#;

    fn with(config: &str, clouds: &str) -> (tempfile::TempDir, Settings) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config"), config).unwrap();
        std::fs::write(folder.path().join("clouds.config"), clouds).unwrap();
        let settings = Settings::at(folder.path());
        (folder, settings)
    }

    #[test]
    fn the_cloud_of_azure_cli_has_to_be_ours() {
        let lab = Cloud::parse(LAB, "lab.json").unwrap();
        let registered = "[lab]\nendpoint_resource_manager = https://127.0.0.1:7002/\n[other]\nendpoint_resource_manager=https://127.0.0.1:7003\n";
        for (config, fits) in [
            ("", "public"),
            ("[core]\nname = x\n[cloud]\nname = AzureCloud\n", "public"),
            ("[cloud]\nname=AzureUSGovernment\n", "us-government"),
            ("[cloud]\r\nname = lab\r\n", "lab"),
            ("[cloud]\nname = other\n", "nothing"),
            ("[cloud]\nname = unknown\n", "nothing"),
        ] {
            let (_folder, settings) = with(config, registered);
            for cloud in [
                &Cloud::public(),
                &Cloud::us_government(),
                &Cloud::china(),
                &lab,
            ] {
                let checked = settings.check(cloud);
                assert_eq!(
                    checked.is_ok(),
                    cloud.name() == fits,
                    "{config:?} {cloud}: {checked:?}"
                );
            }
        }
    }

    #[test]
    fn a_look_shows_what_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::at(folder.path());
        let empty = settings.look();
        std::fs::write(folder.path().join("commandIndex.json"), "{}").unwrap();
        assert_eq!(settings.look(), empty);
        std::fs::write(folder.path().join("msal_token_cache.bin"), "1").unwrap();
        let first = settings.look();
        assert_ne!(first, empty);
        std::fs::write(folder.path().join("msal_token_cache.bin"), "12").unwrap();
        assert_ne!(settings.look(), first);
    }
}
