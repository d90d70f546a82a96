//! What every test stands on: a simulator, a home in which nobody has been, the program, and who may be asked for a keyring.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use azure_sim::{Counts, Options, Sim};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::bus::Bus;
use crate::visits::Visits;

/// Longer than anything here takes on a busy machine.
pub(crate) const LIMIT: Duration = Duration::from_secs(90);

/// Who signs in: at home in the first tenant, a guest in the second.
pub(crate) const ADMIN: &str = "admin@contoso.example";

/// Entra and Azure, with threads to live on.
pub(crate) struct Cloud {
    pub(crate) sim: Sim,
    folder: TempDir,
    _threads: Runtime,
}

/// One person's home on one machine.
pub(crate) struct Home {
    pub(crate) folder: TempDir,
    pub(crate) cloud: PathBuf,
}

/// What the program said and how it ended.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Cloud {
    /// The demo estate.
    pub(crate) fn demo() -> Self {
        let threads = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let folder = TempDir::new().unwrap();
        let mut options = Options::new(azure_sim::estate::demo());
        options.cloud_file = Some(folder.path().join("cloud.json"));
        let sim = threads.block_on(Sim::start(options)).unwrap();
        Self {
            sim,
            folder,
            _threads: threads,
        }
    }

    /// A folder that goes with the cloud.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What happened at Entra so far.
    pub(crate) fn sign_ins(&self) -> Counts {
        self.sim.sign_ins()
    }

    /// Settings with the registration, and a browser that is none: it follows the pages without a screen.
    pub(crate) fn with_visitor(&self, person: &str) -> String {
        let visitor = program("azure-sim").display().to_string();
        self.settings(&[
            visitor,
            "visit".to_owned(),
            "--as".to_owned(),
            person.to_owned(),
            "--mfa".to_owned(),
        ])
    }

    /// Settings with the registration and a real browser, which tells of its visits.
    pub(crate) fn with_browser(&self, visits: &Visits, person: &str, more: &[&str]) -> String {
        self.settings(&visits.browser(person, more))
    }

    /// Settings with the registration, and a browser that opens and shows nothing.
    pub(crate) fn with_browser_that_does_nothing(&self) -> String {
        self.settings(&["true".to_owned()])
    }

    fn settings(&self, browser: &[String]) -> String {
        let browser = serde_json::to_string(browser).unwrap();
        let app = self.sim.public_client_id();
        format!("client_id = \"{app}\"\nbrowser = {browser}\n")
    }

    /// `connect` to a VM with one command to run there, and whatever else is said.
    pub(crate) fn connect(&self, vm: &str, more: &[&str]) -> Vec<String> {
        let vm = self.sim.vm(vm).unwrap();
        let port = vm.port.unwrap().to_string();
        let mut words: Vec<&str> = vec!["connect", &vm.id, "--ssh", "--port", &port];
        words.extend(more);
        words.extend(["--", "true"]);
        words.into_iter().map(str::to_owned).collect()
    }

    /// A new home, with settings that begin so.
    pub(crate) fn home(&self, settings: &str) -> Home {
        let home = Home {
            folder: TempDir::new().unwrap(),
            cloud: self.folder.path().join("cloud.json"),
        };
        home.set(settings);
        home
    }
}

impl Home {
    /// Writes the settings anew.
    pub(crate) fn set(&self, settings: &str) {
        fs::write(self.folder.path().join("settings.toml"), settings).unwrap();
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program with these words in this home: nobody of the person's is asked, no keyring, no desktop, no proxy.
    pub(crate) fn command(&self, words: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new(program("gangway"));
        command
            .arg("--cloud")
            .arg(&self.cloud)
            .args(words)
            .stdin(Stdio::null())
            .env("GANGWAY_HOME", self.folder.path())
            .env("HOME", self.folder.path())
            .env("XDG_RUNTIME_DIR", self.folder.path())
            .env("AZURE_CONFIG_DIR", self.folder.path().join("azure"))
            .env("TZ", "UTC")
            .env("NO_COLOR", "1");
        for name in FOREIGN {
            command.env_remove(name);
        }
        self.lend_ssh(&mut command);
        command
    }

    /// An ssh that knows every host stands before the system's.
    fn lend_ssh(&self, command: &mut Command) {
        let Some(ssh) = find("ssh") else {
            return;
        };
        let own = self.folder.path().join("bin");
        fs::create_dir_all(&own).unwrap();
        if !own.join("ssh").exists() {
            fs::copy(env!("CARGO_BIN_EXE_first-ssh"), own.join("ssh")).unwrap();
        }
        let path = env::var_os("PATH").unwrap_or_default();
        let all = std::iter::once(own).chain(env::split_paths(&path));
        command
            .env("PATH", env::join_paths(all).unwrap())
            .env("GANGWAY_TESTS_SSH", ssh);
    }

    /// The same, on a bus where a keyring may be.
    pub(crate) fn command_on(&self, bus: &Bus, words: &[impl AsRef<OsStr>]) -> Command {
        let mut command = self.command(words);
        bus.lend(&mut command);
        command
    }

    /// Runs it to its end on a bus.
    pub(crate) fn on(&self, bus: &Bus, words: &[impl AsRef<OsStr>]) -> Said {
        Said::of(self.command_on(bus, words))
    }
}

/// What a person's session would lend to a program.
const FOREIGN: &[&str] = &[
    "DBUS_SESSION_BUS_ADDRESS",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "BROWSER",
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "http_proxy",
    "https_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
];

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

    /// Hears out a program that was started.
    pub(crate) fn from(child: Child) -> Self {
        let output = child.wait_with_output().unwrap();
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The one JSON object it printed.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("{self:#?}"))
    }

    /// Every JSON object it printed, one a line.
    pub(crate) fn events(&self) -> Vec<Value> {
        let lines = self.out.lines().chain(self.err.lines());
        lines
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    }

    /// Ends the test unless the program ended with `code`.
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }
}

/// A program on the path.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// A program as it was built beside this test.
pub(crate) fn program(name: &str) -> PathBuf {
    let here = env::current_exe().unwrap();
    let folder = here.parent().and_then(Path::parent).unwrap();
    let program = folder.join(format!("{name}{}", env::consts::EXE_SUFFIX));
    assert!(
        program.exists(),
        "{} is missing: cargo build -p gangway-cli",
        program.display()
    );
    program
}
