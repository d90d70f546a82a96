//! What every test stands on: a simulator, a home of its own, and the program.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use azure_sim::estate::Estate;
use azure_sim::{Deed, Options, Sim};
use jiff::SignedDuration;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Longer than anything here takes on a busy machine.
const LIMIT: Duration = Duration::from_secs(90);

/// A simulator, and a home in which nobody has been.
pub(crate) struct Stage {
    pub(crate) sim: Sim,
    pub(crate) home: TempDir,
    /// The simulator lives on its threads.
    threads: Runtime,
}

/// What the program said and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Stage {
    /// The demo estate.
    pub(crate) fn demo() -> Self {
        Self::with(azure_sim::estate::demo())
    }

    /// Any estate.
    pub(crate) fn with(estate: Estate) -> Self {
        let threads = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let home = TempDir::new().unwrap();
        let mut options = Options::new(estate);
        options.cloud_file = Some(home.path().join("cloud.json"));
        let sim = threads.block_on(Sim::start(options)).unwrap();
        Self { sim, home, threads }
    }

    /// The program with these words, in this home, signed in with the simulator's secret.
    pub(crate) fn command<W: AsRef<OsStr>>(&self, words: &[W]) -> Command {
        let mut command = Command::new(beside("gangway"));
        command
            .args(words)
            .stdin(Stdio::null())
            .env("GANGWAY_HOME", self.home.path())
            .env("HOME", self.home.path())
            .env("TZ", "UTC")
            .env("NO_COLOR", "1")
            .env("AZURE_TENANT_ID", self.sim.tenant())
            .env("AZURE_CLIENT_ID", self.sim.client_id())
            .env("AZURE_CLIENT_SECRET", self.sim.client_secret());
        if let Some(ssh) = find("ssh") {
            let own = self.home.path().join("bin");
            std::fs::create_dir_all(&own).unwrap();
            let name = format!("ssh{}", std::env::consts::EXE_SUFFIX);
            std::fs::copy(env!("CARGO_BIN_EXE_first-ssh"), own.join(name)).unwrap();
            let path = std::env::var_os("PATH").unwrap_or_default();
            let all = std::iter::once(own).chain(std::env::split_paths(&path));
            command
                .env("PATH", std::env::join_paths(all).unwrap())
                .env("GANGWAY_TESTS_SSH", ssh);
        }
        for proxy in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"] {
            command.env_remove(proxy);
        }
        command
    }

    /// Runs the program in the simulator's cloud to its end.
    pub(crate) fn gangway(&self, words: &[&str]) -> Said {
        let cloud = self.home.path().join("cloud.json");
        let mut all: Vec<&OsStr> = vec![OsStr::new("--cloud"), cloud.as_os_str()];
        all.extend(words.iter().map(OsStr::new));
        Said::of(self.command(&all))
    }

    /// Starts the program in the simulator's cloud and lets it run.
    pub(crate) fn begin(&self, words: &[&str]) -> Running {
        let cloud = self.home.path().join("cloud.json");
        let mut all: Vec<&OsStr> = vec![OsStr::new("--cloud"), cloud.as_os_str()];
        all.extend(words.iter().map(OsStr::new));
        let mut command = self.command(&all);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Running(command.spawn().expect("the program starts"))
    }

    /// The id of a VM of the estate.
    pub(crate) fn id(&self, name: &str) -> String {
        self.sim.vm(name).expect(name).id
    }

    /// The port a VM of the estate listens on.
    pub(crate) fn port(&self, name: &str) -> String {
        let port = self.sim.vm(name).expect(name).port;
        port.expect("a port").to_string()
    }

    /// Something happens in Azure that is not this program's doing.
    pub(crate) fn trigger(&self, deed: Deed) {
        self.threads.block_on(self.sim.trigger(deed)).unwrap();
    }

    /// Azure's clock is so much further than this machine's from now on.
    pub(crate) fn advance(&self, by: SignedDuration) {
        self.threads.block_on(self.sim.advance(by));
    }

    /// Waits until this was asked of Azure or Entra, for as long as anything may take here.
    pub(crate) fn hears(&self, route: &str) {
        let heard = async { tokio::time::timeout(LIMIT, self.sim.heard(route, 1)).await };
        self.threads.block_on(heard).expect(route);
    }

    /// How often access was requested.
    pub(crate) fn requests(&self) -> usize {
        self.sim.asked_on("jit.initiate").len()
    }
}

/// A program that runs beside the test.
pub(crate) struct Running(Child);

impl Running {
    /// Waits until it has printed `text`, interrupts it as Ctrl-C does, and hears it out.
    pub(crate) fn interrupted_after(mut self, text: &str) -> Said {
        let mut lines = BufReader::new(self.0.stdout.take().unwrap()).lines();
        let mut out = String::new();
        for line in lines.by_ref() {
            let line = line.unwrap();
            out.push_str(&line);
            out.push('\n');
            if line.contains(text) {
                let id = self.0.id().to_string();
                let sent = Command::new("kill").args(["-INT", &id]).status().unwrap();
                assert!(sent.success());
                break;
            }
        }
        for line in lines {
            out.push_str(&line.unwrap());
            out.push('\n');
        }
        let output = self.0.wait_with_output().unwrap();
        Said {
            code: output.status.code(),
            out,
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Said {
    /// Runs a command to its end; one that does not come to it is killed.
    pub(crate) fn of(command: Command) -> Self {
        let mut command = assert_cmd::Command::from_std(command);
        let output = command.timeout(LIMIT).output().expect("the program starts");
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The one JSON object it printed.
    pub(crate) fn json(&self) -> Value {
        let value: Value = serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("{self:?}"));
        assert_eq!(value["schema"], 1, "{self:?}");
        value
    }

    /// The events it printed, the last of which is the result.
    pub(crate) fn events(&self) -> Vec<Value> {
        let events: Vec<Value> = self
            .out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{self:?}")))
            .collect();
        assert!(events.iter().all(|event| event["schema"] == 1), "{self:?}");
        assert_eq!(
            events.last().expect("events")["event"],
            "result",
            "{self:?}"
        );
        events
    }

    /// The last event.
    pub(crate) fn result(&self) -> Value {
        self.events().pop().unwrap()
    }

    /// Ends the test unless the program ended with `code`.
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }
}

/// Whether sessions can be tried here: there is an `ssh`, and it is looked for on the path.
/// Where not, that is said, and where everything has to be there it is a failure.
pub(crate) fn has_ssh() -> bool {
    if std::env::consts::FAMILY != "unix" {
        gangway_skips::skip("ssh is started by full path here, so no other stands before it");
        return false;
    }
    let has = find("ssh").is_some();
    if !has {
        gangway_skips::skip_without("there is no ssh");
    }
    has
}

/// A program on the path.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(&name))
        .find(|file| file.is_file())
}

/// A program as it was built beside this test.
pub(crate) fn beside(name: &str) -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let folder = here.parent().and_then(|deps| deps.parent()).unwrap();
    let program = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        program.exists(),
        "{} is missing: cargo build -p gangway-cli -p azure-sim",
        program.display()
    );
    program
}
