//! A session bus with a real keyring on it, both of one's own: gnome-keyring, opened with a throw-away password.
//!
//! Prints the bus's address and lives until its standard input ends. The person's own bus and keyring see nothing of it.

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result};
use clap::Parser;
use tempfile::TempDir;

#[derive(Parser)]
#[command(about = "A bus and a keyring of one's own, until standard input ends")]
struct Arguments {
    /// The bus alone: nobody keeps secrets on it
    #[arg(long)]
    without_keyring: bool,
}

/// The exit code when a package is absent.
const ABSENT: u8 = 77;

const KEYRING: &str = "gnome-keyring-daemon";

/// Lives as long as its standard input is open; with it ends the bus, and with the bus the keyring.
const LIVE: &str = "echo \"$DBUS_SESSION_BUS_ADDRESS\"; exec cat >/dev/null";

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let keyring = Keyring::find();
    if find("dbus-run-session").is_none() || (keyring.is_none() && !arguments.without_keyring) {
        return Ok(ExitCode::from(ABSENT));
    }
    let folder = TempDir::with_prefix("gangway-keyring-")?;
    let services = folder.path().join("services");
    fs::create_dir(&services)?;
    if let Some(keyring) = keyring.filter(|_| !arguments.without_keyring) {
        let start = folder.path().join("start-keyring");
        fs::write(&start, keyring.script(folder.path())?)?;
        // The bus starts it when it is first asked for, and nobody waits for a name that is not there yet.
        let start = start.display();
        let service =
            format!("[D-BUS Service]\nName=org.freedesktop.secrets\nExec=/bin/sh {start}\n");
        fs::write(services.join("org.freedesktop.secrets.service"), service)?;
    }
    let file = folder.path().join("session.conf");
    fs::write(&file, configuration(folder.path()))?;
    let mut session = Command::new("dbus-run-session")
        .arg("--config-file")
        .arg(&file)
        .args(["--", "/bin/sh", "-c", LIVE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("cannot start dbus-run-session")?;
    let out = session.stdout.take().context("the bus is silent")?;
    let mut address = String::new();
    BufReader::new(out).read_line(&mut address)?;
    io::stdout().write_all(address.as_bytes())?;
    io::copy(&mut io::stdin(), &mut io::sink())?;
    drop(session.stdin.take());
    session.wait()?;
    Ok(ExitCode::SUCCESS)
}

/// Only our own services can be started by this bus, none of the person's.
fn configuration(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\"\n \
         \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n\
         <busconfig><type>session</type><listen>unix:dir={folder}</listen><auth>EXTERNAL</auth>\
         <servicedir>{folder}/services</servicedir><policy context=\"default\">\
         <allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/>\
         <allow own=\"*\"/></policy></busconfig>\n"
    )
}

/// The keyring's program and, where it was unpacked rather than installed, its libraries.
struct Keyring {
    program: PathBuf,
    libraries: Vec<PathBuf>,
}

impl Keyring {
    fn find() -> Option<Self> {
        let unpacked = unpacked()?;
        let program = unpacked.join("bin").join(KEYRING);
        if !program.is_file() {
            return Some(Self {
                program: find(KEYRING)?,
                libraries: Vec::new(),
            });
        }
        let lib = unpacked.join("lib");
        let inner = fs::read_dir(&lib).into_iter().flatten().flatten();
        let mut libraries: Vec<PathBuf> = inner
            .map(|entry| entry.path())
            .filter(|path| path.to_string_lossy().ends_with("-linux-gnu"))
            .collect();
        libraries.extend([unpacked.join("lib64"), lib]);
        Some(Self { program, libraries })
    }

    /// The home and all that goes with it are ours: no file of a person's keyring is read or written.
    fn script(&self, folder: &Path) -> Result<String> {
        let libraries = env::join_paths(&self.libraries)?;
        let folder = folder.display();
        Ok(format!(
            "export HOME={folder} XDG_DATA_HOME={folder}/data XDG_CONFIG_HOME={folder}/config\n\
             export XDG_CACHE_HOME={folder}/cache XDG_RUNTIME_DIR={folder} LD_LIBRARY_PATH={}\n\
             unset DISPLAY WAYLAND_DISPLAY\n\
             printf throw-away | exec {} --foreground --unlock --components=secrets \
             --control-directory={folder}/control >/dev/null 2>&1\n",
            libraries.display(),
            self.program.display(),
        ))
    }
}

/// Where `cargo xtask setup` unpacks what is never installed: below the folder that cargo builds in.
fn unpacked() -> Option<PathBuf> {
    let here = env::current_exe().ok()?;
    Some(here.ancestors().nth(2)?.join("lab/root/usr"))
}

fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}
