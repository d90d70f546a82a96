//! From the click to Remote Desktop where the port is open already: here, and for Windows under Wine.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::azure::Azure;
use super::measure::{Row, duration, ms, percentile};
use super::rows::TIMES;
use crate::process::run;
use crate::windows::{self, Wine, lay_shim};

const VM: &str = "vm-win-01";

/// On loopback every VM has an address of its own, and keeps the usual port.
const SETTINGS: &str = "[rdp]\ntarget = \"address\"\n";

/// What is promised for Windows.
const PROMISED: f64 = 50.0;

/// A Remote Desktop that ends at once.
const STAND_IN: &str = "int main(void) { return 0; }\n";

/// The way as everywhere, with a program that ends at once in the place of FreeRDP.
pub(super) fn here(programs: &Path) -> Result<Vec<Row>> {
    let azure = Azure::start(programs, "demo", SETTINGS)?;
    let own = azure.folder().join("bin");
    fs::create_dir(&own)?;
    let source = own.join("client.c");
    fs::write(&source, STAND_IN)?;
    run(Command::new("cc")
        .arg("-o")
        .arg(own.join("sdl-freerdp3"))
        .arg(&source))?;
    let command = || {
        let mut command = azure.gangway(&["--json", "connect", VM, "--rdp"]);
        command.env("PATH", &own);
        command
    };
    let times = open_port(&azure, command)?;
    Ok(vec![Row::new(
        "port open, click to Remote Desktop started, median",
        percentile(times, 0.5)?,
        Some(PROMISED),
        "ms",
    )])
}

/// `gangway.exe` with a stand-in for `mstsc.exe`. Wine is not Windows: it starts programs by its own server, so what is
/// measured is more than what a person on Windows waits.
pub(super) fn under_wine(programs: &Path) -> Result<Vec<Row>> {
    let built = windows::build(&["gangway-cli"], true)?;
    lay_shim(&built)?;
    let wine = Wine::start()?;
    let measured = with_mstsc(programs, &built);
    wine.stop()?;
    Ok(vec![Row::new(
        "port open, click to mstsc started, under Wine, median",
        percentile(measured?, 0.5)?,
        Some(PROMISED),
        "ms",
    )])
}

fn with_mstsc(programs: &Path, built: &Path) -> Result<Vec<f64>> {
    let azure = Azure::start(programs, "demo", SETTINGS)?;
    let mstsc = Mstsc::lay(azure.folder())?;
    let command = || {
        let known = azure.gangway(&["--json", "connect", VM, "--rdp"]);
        let mut command = Command::new("wine");
        Wine::surroundings(&mut command);
        command.arg(built.join("gangway.exe"));
        // A path of this system's is one of Wine's drive Z.
        let words = known.get_args().map(|word| {
            let path = Path::new(word);
            if path.is_absolute() {
                windows_path(path).into()
            } else {
                word.to_owned()
            }
        });
        command.args(words).stderr(Stdio::null());
        for (name, value) in known.get_envs() {
            match value {
                Some(value) if name == "GANGWAY_HOME" => {
                    command.env(name, windows_path(Path::new(value)))
                }
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    };
    let times = open_port(&azure, command);
    mstsc.remove()?;
    times
}

fn windows_path(path: &Path) -> String {
    format!("Z:{}", path.display()).replace('/', "\\")
}

/// In the system folder of Wine's Windows, where Gangway looks for it.
struct Mstsc(PathBuf);

impl Mstsc {
    fn lay(scratch: &Path) -> Result<Self> {
        let source = scratch.join("mstsc.c");
        fs::write(&source, STAND_IN)?;
        let program = Wine::prefix().join("drive_c/windows/system32/mstsc.exe");
        run(Command::new("x86_64-w64-mingw32-gcc")
            .args(["-mwindows", "-o"])
            .arg(&program)
            .arg(&source))?;
        Ok(Self(program))
    }

    fn remove(self) -> Result<()> {
        Ok(fs::remove_file(self.0)?)
    }
}

/// The first one opens the port, and the inventory is read; those after it are measured.
fn open_port(azure: &Azure, command: impl Fn() -> Command) -> Result<Vec<f64>> {
    duration(&mut azure.gangway(&["vms"]))?;
    one(&mut command())?;
    (0..TIMES).map(|_| one(&mut command()).map(ms)).collect()
}

/// From the first word of the connection, which comes with the click, to the client's start.
fn one(command: &mut Command) -> Result<Duration> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let lines = BufReader::new(child.stdout.take().context("gangway is silent")?).lines();
    let (mut clicked, mut client) = (None, None);
    for line in lines.map_while(Result::ok) {
        let Ok(event) = serde_json::from_str::<Value>(&line) else {
            continue;
        };
        let now = Instant::now();
        clicked = clicked.or(Some(now));
        if event["step"] == "launch" && event["standing"] == "done" {
            client = Some(now);
            break;
        }
        if event["event"] == "result" && client.is_none() {
            bail!("no client was started: {line}");
        }
    }
    // It would stay until its access ends.
    child.kill()?;
    child.wait()?;
    let (clicked, client) = (
        clicked.context("no click was seen")?,
        client.context("no client was seen")?,
    );
    Ok(client.duration_since(clicked))
}
