//! The program behind the proxy: what environment and system say, without a setting of ours.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use azure_sim::Sim;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::inspector::{Inspector, cloud, sim};

/// A simulator on its threads, and a home in which nobody has been.
pub(crate) struct Stage {
    pub(crate) sim: Sim,
    home: TempDir,
    _threads: Runtime,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let threads = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let sim = threads.block_on(sim());
        let home = TempDir::new().unwrap();
        std::fs::write(home.path().join("cloud.json"), cloud(&sim).to_string()).unwrap();
        Self {
            sim,
            home,
            _threads: threads,
        }
    }

    /// The settings file says this.
    pub(crate) fn settings(&self, text: &str) {
        std::fs::write(self.home.path().join("settings.toml"), text).unwrap();
    }

    /// The list of VMs, read with these variables and no others about proxies.
    pub(crate) fn list(&self, variables: &[(&str, String)]) -> Output {
        let mut command = self.command(&["-vv", "vms", "--json"], variables);
        command.output().expect("the program starts")
    }

    /// The program in this cloud and home.
    pub(crate) fn command(&self, words: &[&str], variables: &[(&str, String)]) -> Command {
        let mut command = Command::new(program());
        command
            .arg("--cloud")
            .arg(self.home.path().join("cloud.json"))
            .args(words)
            .stdin(Stdio::null())
            .env("GANGWAY_HOME", self.home.path())
            .env("HOME", self.home.path())
            .env("AZURE_TENANT_ID", self.sim.tenant())
            .env("AZURE_CLIENT_ID", self.sim.client_id())
            .env("AZURE_CLIENT_SECRET", self.sim.client_secret());
        for name in ["HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
            command.env_remove(name);
            command.env_remove(name.to_ascii_lowercase());
        }
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Nothing that was left behind, logs in full detail among it, holds these words.
    pub(crate) fn holds_none_of(&self, words: &[&str]) {
        let mut folders = vec![self.home.path().to_owned()];
        let mut files = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                let kind = entry.file_type().unwrap();
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() {
                    let bytes = std::fs::read(entry.path()).unwrap();
                    let text = String::from_utf8_lossy(&bytes);
                    let found = words.iter().find(|word| text.contains(**word));
                    assert_eq!(found, None, "{}", entry.path().display());
                    files += usize::from(text.contains("client ready"));
                }
            }
        }
        assert_eq!(files, 1, "the log tells of the connection");
    }
}

/// Whether it was read, and through Azure's stand-in.
pub(crate) fn went_through(stage: &Stage, said: &Output) {
    let out = String::from_utf8_lossy(&said.stdout);
    assert!(
        said.status.success() && out.contains("vm-web-01"),
        "{said:?}"
    );
    assert!(!stage.sim.asked_on("token").is_empty());
}

/// The system's roots come from a file that a variable names on Linux only.
fn system_roots_can_be_named() -> bool {
    let can = std::env::consts::OS == "linux";
    if !can {
        gangway_skips::skip("the system's roots cannot be named for one program");
    }
    can
}

#[test]
fn the_systems_own_root_and_the_environments_proxy_are_enough() {
    if !system_roots_can_be_named() {
        return;
    }
    let stage = Stage::new();
    let Some(inspector) = Inspector::before(&stage.sim, Some("proxy-person:s3cret/word")) else {
        return;
    };
    let proxy = format!("http://proxy-person:s3cret%2Fword@{}", inspector.name());
    let said = stage.list(&[("SSL_CERT_FILE", root(&inspector)), ("HTTPS_PROXY", proxy)]);
    went_through(&stage, &said);
    stage.holds_none_of(&["s3cret", "proxy-person"]);
}

#[test]
fn the_settings_win_over_the_environment() {
    let stage = Stage::new();
    let Some(inspector) = Inspector::before(&stage.sim, None) else {
        return;
    };
    stage.settings(&format!(
        "proxy = \"{}\"\nextra_ca = '{}'\n",
        inspector.name(),
        root(&inspector)
    ));
    // Nobody listens where the environment says.
    let said = stage.list(&[("HTTPS_PROXY", "http://127.0.0.1:1".to_owned())]);
    went_through(&stage, &said);
}

#[test]
fn a_sign_in_that_is_missing_is_a_problem_with_a_name() {
    if !system_roots_can_be_named() {
        return;
    }
    let stage = Stage::new();
    let Some(inspector) = Inspector::before(&stage.sim, Some("worker:s3cret")) else {
        return;
    };
    let proxy = format!("http://worker:other@{}", inspector.name());
    let said = stage.list(&[("SSL_CERT_FILE", root(&inspector)), ("HTTPS_PROXY", proxy)]);
    let all = format!("{said:?}");
    assert!(
        all.contains("proxy-sign-in") && all.contains(&inspector.name()),
        "{all}"
    );
    assert!(!all.contains("worker") && !all.contains("other@"), "{all}");
    assert!(stage.sim.asked().is_empty());
}

#[test]
fn a_stranger_in_the_middle_is_named_by_the_program() {
    let stage = Stage::new();
    let Some(inspector) = Inspector::before(&stage.sim, None) else {
        return;
    };
    let said = stage.list(&[("HTTPS_PROXY", format!("http://{}", inspector.name()))]);
    let all = format!("{said:?}");
    assert!(
        all.contains("issuer-unknown") && all.contains("mitmproxy") && all.contains("extra_ca"),
        "{all}"
    );
    assert!(stage.sim.asked().is_empty());
}

pub(crate) fn root(inspector: &Inspector) -> String {
    inspector.root().display().to_string()
}

/// The program as it was built beside this test.
fn program() -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let folder = here.parent().and_then(|deps| deps.parent()).unwrap();
    let program = folder.join(format!("gangway{}", std::env::consts::EXE_SUFFIX));
    assert!(
        program.exists(),
        "{} is missing: cargo build -p gangway-cli",
        program.display()
    );
    program
}
