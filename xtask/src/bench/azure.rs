//! Azure's stand-in for a measurement, and `gangway` in a home of its own beside it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;
use tempfile::TempDir;

use crate::process::read;

/// A simulator with an estate, and a home for `gangway`; both go when this does.
pub(super) struct Azure {
    programs: PathBuf,
    folder: TempDir,
    child: Child,
    told: Value,
}

impl Azure {
    pub(super) fn start(programs: &Path, estate: &str, settings: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("settings.toml"), settings)?;
        let mut child = Command::new(programs.join("azure-sim"))
            .args(["--estate", estate, "--until-stdin-closes", "--write-cloud"])
            .arg(folder.path().join("cloud.json"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start azure-sim")?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("azure-sim is silent")?).read_line(&mut line)?;
        let told = serde_json::from_str(&line).context("azure-sim told no JSON")?;
        let cloud = fs::read_to_string(folder.path().join("cloud.json"))?;
        let cloud: Value = serde_json::from_str(&cloud)?;
        let authority = cloud["extra_ca"].as_str().unwrap_or_default();
        fs::write(folder.path().join("authority.pem"), authority)?;
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
            .arg(self.folder().join("cloud.json"))
            .args(words)
            .env("GANGWAY_HOME", self.folder.path())
            .env("AZURE_TENANT_ID", told("tenant"))
            .env("AZURE_CLIENT_ID", told("client_id"))
            .env("AZURE_CLIENT_SECRET", told("client_secret"))
            .stderr(Stdio::null());
        command
    }

    /// The folder that goes when this does: settings, the cloud's definition, its authority.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What the simulator told of itself.
    pub(super) fn told(&self) -> &Value {
        &self.told
    }

    /// A verb of the simulator's control endpoint.
    pub(super) fn control(&self, verb: &str, body: &str) -> Result<String> {
        let url = self.told["control"]
            .as_str()
            .context("no control endpoint")?;
        read(Command::new(self.programs.join("azure-sim")).args(["control", url, verb, body]))
    }
}

impl Drop for Azure {
    fn drop(&mut self) {
        // A measurement is over either way.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
