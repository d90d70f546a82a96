//! A desktop without a screen for a measurement: an X server whose pixels are a file, a bus, a window manager, a panel.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::platform;
use crate::process::read;

/// The panel holds nothing but the tray.
const PANEL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=10;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="32"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/></property>
    </property>
  </property>
  <property name="plugins" type="empty"><property name="plugin-1" type="string" value="systray"/></property>
</channel>
"#;

const PANEL_FILE: &str = "config/xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml";

/// Everything of it ends, and its folder goes, when the value does.
pub(super) struct Desktop {
    folder: TempDir,
    display: String,
    bus: String,
    /// In the order in which they were started.
    children: Vec<Child>,
}

impl Desktop {
    /// Ready when the panel takes tray icons.
    pub(super) fn start() -> Result<Self> {
        let folder = platform::private_folder("gangway-bench-").context("no temporary folder")?;
        let panel = folder.path().join(PANEL_FILE);
        fs::create_dir_all(panel.parent().context("no folder for the panel")?)?;
        fs::write(panel, PANEL)?;
        fs::create_dir(folder.path().join("run"))?;
        let mut desktop = Self {
            folder,
            display: String::new(),
            bus: String::new(),
            children: Vec::new(),
        };
        let mut screen = Command::new("Xvfb");
        screen
            .args([
                "-screen",
                "0",
                "1280x800x24",
                "-nolisten",
                "tcp",
                "-displayfd",
                "1",
            ])
            .arg("-fbdir")
            .arg(desktop.folder.path());
        desktop.display = format!(":{}", desktop.first_line(&mut screen)?);
        let mut bus = Command::new("dbus-daemon");
        bus.args(["--session", "--nofork", "--print-address"]);
        desktop.surround(&mut bus);
        desktop.bus = desktop.first_line(&mut bus)?;
        let mut panel = desktop.listen(
            "org.freedesktop.DBus",
            "NameOwnerChanged",
            Some("org.kde.StatusNotifierWatcher"),
        )?;
        for program in ["openbox", "xfce4-panel"] {
            let child = desktop.command(program).spawn();
            desktop
                .children
                .push(child.with_context(|| format!("cannot start {program}"))?);
        }
        panel.wait()?;
        Ok(desktop)
    }

    /// A program that runs on this desktop and says nothing.
    pub(super) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        self.surround(&mut command);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Sets the environment of a program that is to run here.
    pub(super) fn surround(&self, command: &mut Command) {
        let folder = |name: &str| self.folder.path().join(name);
        command
            .env("HOME", self.folder.path())
            .env("XDG_CONFIG_HOME", folder("config"))
            .env("XDG_CACHE_HOME", folder("cache"))
            .env("XDG_DATA_HOME", folder("data"))
            .env("XDG_RUNTIME_DIR", folder("run"))
            // Assistive technology has a bus of its own, which is not what is measured.
            .env("NO_AT_BRIDGE", "1")
            .env_remove("WAYLAND_DISPLAY");
        if !self.display.is_empty() {
            command.env("DISPLAY", &self.display);
        }
        if !self.bus.is_empty() {
            command.env("DBUS_SESSION_BUS_ADDRESS", &self.bus);
        }
    }

    /// The X server's screen.
    pub(super) fn screen(&self) -> PathBuf {
        self.folder.path().join("Xvfb_screen0")
    }

    /// Hears one signal of the bus, about this if that is said, from now on.
    pub(super) fn listen(
        &self,
        interface: &str,
        member: &str,
        about: Option<&str>,
    ) -> Result<Signal> {
        let mut rule = format!("type='signal',interface='{interface}',member='{member}'");
        if let Some(about) = about {
            rule += &format!(",arg0='{about}'");
        }
        let mut monitor = Command::new("dbus-monitor");
        self.surround(&mut monitor);
        let mut child = monitor
            .args(["--session", "--profile", &rule])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start dbus-monitor")?;
        let out = child.stdout.take().context("dbus-monitor is silent")?;
        let mut signal = Signal {
            lines: BufReader::new(out).lines(),
            child,
            member: member.to_owned(),
        };
        // It is listening once the bus has greeted it.
        signal.until("NameAcquired")?;
        Ok(signal)
    }

    /// Calls a method of the first icon in the tray.
    pub(super) fn call_icon(&self, method: &str) -> Result<Command> {
        let items = self.items()?;
        let item = items.first().context("no icon is in the tray")?;
        let (name, path) = item.split_at(item.find('/').unwrap_or(item.len()));
        let path = if path.is_empty() {
            "/StatusNotifierItem"
        } else {
            path
        };
        let mut call = self.command("dbus-send");
        call.args([
            "--session",
            "--type=method_call",
            &format!("--dest={name}"),
            path,
        ])
        .arg(format!("org.kde.StatusNotifierItem.{method}"))
        .args(["int32:1264", "int32:784"]);
        Ok(call)
    }

    /// The icons that are in the tray.
    pub(super) fn items(&self) -> Result<Vec<String>> {
        const WATCHER: &str = "org.kde.StatusNotifierWatcher";
        let mut ask = Command::new("dbus-send");
        self.surround(&mut ask);
        let told = read(ask.args([
            "--session",
            "--print-reply=literal",
            &format!("--dest={WATCHER}"),
            "/StatusNotifierWatcher",
            "org.freedesktop.DBus.Properties.Get",
            &format!("string:{WATCHER}"),
            "string:RegisteredStatusNotifierItems",
        ]))?;
        let words = told
            .split_whitespace()
            .map(|word| word.trim_matches(['[', ']']));
        Ok(words
            .filter(|word| word.starts_with([':', 'o']) && word.contains("StatusNotifierItem"))
            .map(str::to_owned)
            .collect())
    }

    /// Starts a program that lives as long as the desktop, and reads the first line that it prints.
    fn first_line(&mut self, command: &mut Command) -> Result<String> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {command:?}"))?;
        let out = child.stdout.take().context("no output")?;
        self.children.push(child);
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        if line.trim().is_empty() {
            bail!("{command:?} did not start");
        }
        Ok(line.trim().to_owned())
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        // The screen last: what draws on it would complain.
        for child in self.children.iter_mut().rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A signal of the bus that is waited for.
pub(super) struct Signal {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
    member: String,
}

impl Signal {
    /// Returns when the signal has come.
    pub(super) fn wait(&mut self) -> Result<()> {
        let member = self.member.clone();
        self.until(&member)
    }

    fn until(&mut self, word: &str) -> Result<()> {
        let heard = self.lines.by_ref().map_while(Result::ok);
        if heard.into_iter().any(|line| line.contains(word)) {
            Ok(())
        } else {
            bail!("the bus ended before it told of {word}")
        }
    }
}

impl Drop for Signal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
