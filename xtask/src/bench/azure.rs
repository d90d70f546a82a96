//! Azure's stand-in for a measurement, and `gangway` in a home of its own beside it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process::read;

/// A simulator with an estate, and a home for `gangway`; both go when this does.
pub(super) struct Azure {
    programs: PathBuf,
    folder: PathBuf,
    child: Child,
    told: Value,
}

impl Azure {
    pub(super) fn start(programs: &Path, estate: &str, settings: &str) -> Result<Self> {
        let name = format!(
            "gangway-bench-{}-{}",
            std::process::id(),
            estate.replace(':', "-")
        );
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("settings.toml"), settings)?;
        let mut child = Command::new(programs.join("azure-sim"))
            .args(["--estate", estate, "--until-stdin-closes", "--write-cloud"])
            .arg(folder.join("cloud.json"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start azure-sim")?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("azure-sim is silent")?).read_line(&mut line)?;
        let told = serde_json::from_str(&line).context("azure-sim told no JSON")?;
        Ok(Self {
            programs: programs.to_owned(),
            folder,
            child,
            told,
        })
    }

    /// `gangway` with these words.
    pub(super) fn gangway(&self, words: &[&str]) -> Command {
        let told = |key: &str| self.told[key].as_str().unwrap_or_default().to_owned();
        let mut command = Command::new(self.programs.join("gangway"));
        command
            .arg("--cloud")
            .arg(self.folder.join("cloud.json"))
            .args(words)
            .env("GANGWAY_HOME", &self.folder)
            .env("AZURE_TENANT_ID", told("tenant"))
            .env("AZURE_CLIENT_ID", told("client_id"))
            .env("AZURE_CLIENT_SECRET", told("client_secret"))
            .stderr(Stdio::null());
        command
    }

    /// A verb of the simulator's control endpoint.
    pub(super) fn control(&self, verb: &str, body: &str) -> Result<()> {
        let url = self.told["control"]
            .as_str()
            .context("no control endpoint")?;
        read(Command::new(self.programs.join("azure-sim")).args(["control", url, verb, body]))?;
        Ok(())
    }
}

impl Drop for Azure {
    fn drop(&mut self) {
        // A measurement is over either way.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
