//! A person's desktop: a screen, a session bus, a tray host or none, notices, a home, and the tray that is tried.

pub(crate) mod bus;
pub(crate) mod clients;
pub(crate) mod screen;

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt};
use std::path::{Path, PathBuf};
use std::process::Command;

use azure_sim::estate::Estate;
use tempfile::TempDir;

use crate::driver::Driver;
use crate::notices::Notices;
use crate::program::Program;
use crate::session::Session;
use crate::stage::{Stage, beside, find};
use crate::wait;

use bus::Bus;
use clients::Clients;
use screen::Screen;

const WATCHER: &str = "org.kde.StatusNotifierWatcher";

/// Where Debian and others put it; the bus of a test starts nothing by itself.
const XFCONFD: &[&str] = &[
    "/usr/lib/x86_64-linux-gnu/xfce4/xfconf/xfconfd",
    "/usr/lib/aarch64-linux-gnu/xfce4/xfconf/xfconfd",
    "/usr/libexec/xfce4/xfconf/xfconfd",
    "/usr/lib64/xfce4/xfconf/xfconfd",
];

/// All that a test needs. Dropped from top to bottom.
pub(crate) struct Desk {
    pub(crate) notices: Option<Notices>,
    pub(crate) clients: Clients,
    pub(crate) screen: Screen,
    pub(crate) bus: Bus,
    session: Session,
    pub(crate) stage: Stage,
    /// The person's home, apart from the program's own folder.
    pub(crate) home: TempDir,
}

impl Desk {
    /// With a panel that shows trays, and notices that are noted down.
    pub(crate) fn with_panel() -> Option<Self> {
        let mut desk = Self::without_panel()?;
        desk.open_panel();
        Some(desk)
    }

    /// Screen and bus, and nobody who would show a tray.
    pub(crate) fn without_panel() -> Option<Self> {
        let mut desk = Self::bare(Session::without_keyring()?, azure_sim::estate::demo())?;
        desk.notices = Some(Notices::record(&desk.bus));
        Some(desk)
    }

    /// In this session, before this cloud; nobody shows notices.
    pub(crate) fn bare(session: Session, estate: Estate) -> Option<Self> {
        for program in ["Xvfb", "openbox", "xfce4-panel", "dunst", "xdotool"] {
            if find(program).is_none() {
                let why = format!("there is no {program} (cargo xtask setup desktop)");
                gangway_skips::skip_without(&why);
                return None;
            }
        }
        let home = TempDir::with_prefix("gangway-app-").unwrap();
        for folder in ["logs", "cache", "run", "Downloads"] {
            let folder = home.path().join(folder);
            fs::DirBuilder::new().mode(0o700).create(folder).unwrap();
        }
        let logs = home.path().join("logs");
        let stage = Stage::with(estate);
        let bus = Bus::join(session.address());
        let screen = Screen::start(&logs);
        let clients = Clients::put(&home.path().join("bin"));
        let mut desk = Self {
            notices: None,
            clients,
            screen,
            bus,
            session,
            stage,
            home,
        };
        desk.set("");
        let mut manager = desk.command("openbox");
        manager.arg("--sm-disable");
        desk.screen.run("openbox", &logs, &mut manager);
        Some(desk)
    }

    /// Writes the settings anew: the VMs' ports, as the simulator's are not the usual ones, and more.
    pub(crate) fn set(&self, more: &str) {
        let mut settings = format!("log_level = \"debug\"\n{more}\n");
        for vm in self.stage.sim.vms() {
            if let (Some(port), Some(kind)) = (vm.port, vm.kind)
                && matches!(kind.as_str(), "ssh" | "rdp")
            {
                settings += &format!("[vm.{:?}]\n{kind}_port = {port}\n", vm.id);
            }
        }
        fs::write(self.stage.home.path().join("settings.toml"), settings).unwrap();
    }

    /// A program of this desktop: nothing of whoever runs the tests is lent to it.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let home = self.home.path();
        let mut command = Command::new(program);
        command
            .env_clear()
            .current_dir(home)
            .env("HOME", home)
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env("XDG_RUNTIME_DIR", home.join("run"))
            .env("XDG_DOWNLOAD_DIR", home.join("Downloads"))
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("DISPLAY", &self.screen.display)
            .env("DBUS_SESSION_BUS_ADDRESS", self.session.address())
            .env("LANG", "C.UTF-8")
            .env("TZ", "UTC")
            // What is tried out is nothing for the log of this machine.
            .env("GANGWAY_RECORDS", "")
            .env("GDK_BACKEND", "x11")
            // Nobody reads the screen aloud, and there is no graphics card.
            .env("NO_AT_BRIDGE", "1")
            .env("LIBGL_ALWAYS_SOFTWARE", "1");
        command
    }

    /// The tray with these words, signed in with the simulator's secret.
    pub(crate) fn tray(&self, words: &[&str]) -> Command {
        let mut command = self.tray_of_nobody(words);
        command
            .env("AZURE_TENANT_ID", self.stage.sim.tenant())
            .env("AZURE_CLIENT_ID", self.stage.sim.client_id())
            .env("AZURE_CLIENT_SECRET", self.stage.sim.client_secret());
        command
    }

    /// The same, where nobody is signed in.
    pub(crate) fn tray_of_nobody(&self, words: &[&str]) -> Command {
        let mut command = self.command(tray());
        command
            .arg("--cloud")
            .arg(self.stage.home.path().join("cloud.json"))
            .args(words)
            .env("GANGWAY_HOME", self.stage.home.path())
            // No Azure CLI either, wherever the tests run.
            .env("AZURE_CONFIG_DIR", self.home.path().join("azure"))
            .env("PATH", self.clients.folder());
        command
    }

    /// Starts it.
    pub(crate) fn start(&self, words: &[&str]) -> Program {
        self.launch(&mut self.tray(words))
    }

    pub(crate) fn launch(&self, command: &mut Command) -> Program {
        Program::start("tray", &self.logs(), command).expect("the tray starts")
    }

    /// Starts it so that its page can be driven.
    pub(crate) fn drive(&self, words: &[&str]) -> Driver {
        Driver::start(self, &mut self.tray(words))
    }

    /// A panel takes its place, and shows trays from now on.
    pub(crate) fn open_panel(&mut self) {
        let logs = self.logs();
        let daemon = XFCONFD.iter().find(|file| Path::new(file).exists());
        let mut daemon = self.command(daemon.expect("xfconfd, which comes with the panel"));
        self.screen.run("xfconfd", &logs, &mut daemon);
        self.bus.wait_for_name("org.xfce.Xfconf");
        let mut panel = self.command("xfce4-panel");
        // Else it asks which panel is wanted before it begins.
        panel.arg("--disable-wm-check");
        self.screen.run("panel", &logs, &mut panel);
        self.bus.wait_for_name(WATCHER);
    }

    /// Another window is there, in use by the person.
    pub(crate) fn occupy(&mut self) {
        let logs = self.logs();
        let mut viewer = screen::picture_viewer(|program| self.command(program));
        self.screen.run("beside", &logs, &mut viewer);
        self.screen.occupies();
    }

    /// Waits until a first start runs; its process.
    pub(crate) fn process(&self) -> u32 {
        let first = |name: &String| {
            name.starts_with("dev.gangway.Gangway") && name.ends_with(".SingleInstance")
        };
        let name = wait::until("the first start", || {
            self.bus.names().into_iter().find(first)
        });
        self.bus.process_of(&name)
    }

    /// An access to a VM that runs for an hour, requested by the command line in the same home.
    pub(crate) fn access(&self, vm: &str) {
        let (id, port) = (self.stage.id(vm), self.stage.port(vm));
        let words = [
            "connect",
            &id,
            "--ssh",
            "--port",
            &port,
            "--no-launch",
            "--json",
        ];
        let watching = self.stage.begin(&words);
        watching.interrupted_after(r#""state":"open""#).ended(0);
    }

    /// The folder of the program's own files.
    pub(crate) fn gangway_home(&self) -> &Path {
        self.stage.home.path()
    }

    pub(crate) fn logs(&self) -> PathBuf {
        self.home.path().join("logs")
    }

    /// Everything that lies in the program's own folder.
    pub(crate) fn files(&self) -> BTreeSet<String> {
        let mut files = BTreeSet::new();
        collect(self.stage.home.path(), Path::new(""), &mut files);
        files
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if let Some(kept) = env::var_os("GANGWAY_APP_LOGS").filter(|_| std::thread::panicking()) {
            let name = std::thread::current()
                .name()
                .unwrap_or("test")
                .replace("::", "-");
            let to = PathBuf::from(kept).join(name);
            let _made = fs::create_dir_all(&to);
            for from in [self.logs(), self.stage.home.path().join("logs")] {
                for file in fs::read_dir(from).into_iter().flatten().flatten() {
                    let _copied = fs::copy(file.path(), to.join(file.file_name()));
                }
            }
            self.screen.picture(None, &to.join("screen.png"));
        }
    }
}

/// The program as it was built beside this test.
pub(crate) fn tray() -> PathBuf {
    let program = beside("azure-sim").with_file_name("gangway-tray");
    assert!(
        program.exists(),
        "{} is missing: npm --prefix ui ci && npm --prefix ui run build && cargo build -p gangway-tray",
        program.display()
    );
    program
}

/// Waits until these processes are gone.
pub(crate) fn wait_until_gone(processes: &[u32]) {
    wait::until("the end of all processes", || {
        are_gone(processes).then_some(())
    });
}

pub(crate) fn are_gone(processes: &[u32]) -> bool {
    processes.iter().all(|process| is_gone(*process))
}

/// One that is over may stand there until whoever started it takes note.
fn is_gone(process: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/status"));
    status.map_or(true, |status| status.contains("State:\tZ"))
}

/// The program and all that draws for it, by what `/proc` tells. Clients that it started are a person's own: they stay.
pub(crate) fn family(process: u32) -> Vec<u32> {
    let mut all = vec![process];
    let ours = |it: &u32| name_of(*it).starts_with("WebKit");
    all.extend(
        children_of(process)
            .into_iter()
            .filter(ours)
            .flat_map(family),
    );
    all
}

fn children_of(process: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{process}/task"));
    let told = tasks.into_iter().flatten().flatten();
    let told = told.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    let told: String = told.collect();
    let children = told.split_whitespace();
    children.filter_map(|id| id.parse().ok()).collect()
}

/// What a process is called.
pub(crate) fn name_of(process: u32) -> String {
    let name = fs::read_to_string(format!("/proc/{process}/comm"));
    name.unwrap_or_default().trim().to_owned()
}

fn collect(root: &Path, below: &Path, files: &mut BTreeSet<String>) {
    for entry in fs::read_dir(root.join(below)).unwrap().map(Result::unwrap) {
        let path = below.join(entry.file_name());
        let kind = entry.file_type().unwrap();
        let mark = match () {
            () if kind.is_dir() => "/",
            () if kind.is_socket() => "=",
            () => "",
        };
        files.insert(format!("{}{mark}", path.display()));
        if kind.is_dir() {
            collect(root, &path, files);
        }
    }
}
