//! What the tray costs: how soon its icon and its popover are there, and what it holds and does while nothing happens.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::azure::Azure;
use super::desktop::Desktop;
use super::frames::Screen;
use super::measure::{Row, duration, ms, percentile};
use crate::platform;
use crate::process::read;
use crate::tools::npm;

const TIMES: usize = 7;
/// Long after everything is drawn; the last picture of it is what the earlier ones are compared with.
const WATCHED: Duration = Duration::from_secs(4);
/// Until what belongs to the start is over: the first look at Azure, and what it leaves to be freed.
const SETTLED: Duration = Duration::from_secs(15);
const IDLE: Duration = Duration::from_secs(20);

/// In `IDLE`. A thread that looked around twice a second would come to 40; a bus that is asked something, to a few.
const NO_POLLING: f64 = 20.0;

pub(super) fn rows(programs: &Path) -> Result<Vec<Row>> {
    let desktop = Desktop::start()?;
    let azure = with_cache(programs, "demo")?;
    let mut rows = Vec::new();
    let (mut icons, mut popovers) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let tray = Tray::start(&desktop, &azure, programs)?;
        icons.push(ms(tray.visible_after));
        popovers.push(ms(tray.popover(&desktop)?));
        tray.end()?;
    }
    rows.push(Row::new(
        "tray visible after process start, median",
        percentile(icons, 0.5)?,
        Some(300.0),
        "ms",
    ));
    rows.push(Row::new(
        "popover painted after the click, cold, median",
        percentile(popovers, 0.5)?,
        Some(500.0),
        "ms",
    ));
    rows.extend(at_rest(&desktop, &azure, programs)?);
    let many = with_cache(programs, "large:100000")?;
    let tray = Tray::start(&desktop, &many, programs)?;
    pass(SETTLED);
    rows.push(Row::new(
        "tray without a window, private, at 100,000 VMs",
        tray.status("RssAnon")? / 1024.0,
        None,
        "MiB",
    ));
    tray.end()?;
    Ok(rows)
}

/// A keystroke in the popover's list, measured in a browser over what the engine's tests wrote.
pub(super) fn list(_: &Path) -> Result<Vec<Row>> {
    let told = read(npm("tests/ui").args(["run", "--silent", "bench", "--", "--json"]))?;
    let line = told.lines().rfind(|line| line.starts_with('{'));
    let figures: Value = serde_json::from_str(line.context("the browser told no figures")?)?;
    let row = |what: &str, key: &str, promised: f64, unit| {
        let figure = figures[key].as_f64().with_context(|| format!("no {key}"))?;
        anyhow::Ok(Row::new(what, figure, Some(promised), unit))
    };
    Ok(vec![
        row(
            "keystroke to list at 10,000 VMs, 95th percentile",
            "keystroke_ms",
            16.0,
            "ms",
        )?,
        row(
            "longest task of a scroll at 100,000 VMs",
            "scroll_longest_task_ms",
            16.0,
            "ms",
        )?,
        row(
            "longest task of a filter at 100,000 VMs",
            "filter_longest_task_ms",
            16.0,
            "ms",
        )?,
        row(
            "rows in the page at 100,000 VMs",
            "rows_in_page",
            60.0,
            "rows",
        )?,
    ])
}

/// Both programs as an installer packs them.
pub(super) fn payload(programs: &Path) -> Result<Vec<Row>> {
    let folder = platform::private_folder("gangway-bench-")?;
    let packed = folder.path().join("payload.tar.xz");
    read(
        Command::new("tar")
            .args(["--create", "--xz", "--file"])
            .arg(&packed)
            .arg("--directory")
            .arg(programs)
            .args(["gangway", "gangway-tray"]),
    )?;
    let size = super::measure::size;
    Ok(vec![
        Row::new(
            "release gangway-tray",
            size(&programs.join("gangway-tray"))?,
            None,
            "MB",
        ),
        Row::new(
            "installer payload, both programs packed",
            size(&packed)?,
            Some(15.0),
            "MB",
        ),
    ])
}

fn at_rest(desktop: &Desktop, azure: &Azure, programs: &Path) -> Result<Vec<Row>> {
    let tray = Tray::start(desktop, azure, programs)?;
    pass(SETTLED);
    let private = tray.status("RssAnon")? / 1024.0;
    let resident = tray.status("VmRSS")? / 1024.0;
    azure.control("forget", "")?;
    let before = tray.switches()?;
    pass(IDLE);
    let switches = tray.switches()? - before;
    let asked: Value = serde_json::from_str(&azure.control("asked", "")?)?;
    let asked = u32::try_from(asked.as_array().map_or(0, Vec::len))?;
    tray.end()?;
    Ok(vec![
        Row::new("tray without a window, private", private, Some(30.0), "MiB"),
        Row::new(
            "tray without a window, resident",
            resident,
            Some(80.0),
            "MiB",
        ),
        Row::new(
            "calls to Azure in 20 s of rest",
            asked.into(),
            Some(0.0),
            "calls",
        ),
        Row::new(
            "context switches in 20 s of rest",
            switches,
            Some(NO_POLLING),
            "",
        ),
    ])
}

/// An estate that was looked at before, as on any day but the first.
fn with_cache(programs: &Path, estate: &str) -> Result<Azure> {
    let azure = Azure::start(programs, estate, "")?;
    duration(&mut azure.gangway(&["vms", "--fresh", "--limit", "1"]))?;
    Ok(azure)
}

/// A span of time over which something is measured: there is no event at its end.
fn pass(time: Duration) {
    let until = Instant::now() + time;
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        thread::park_timeout(left);
    }
}

struct Tray {
    child: Child,
    visible_after: Duration,
}

impl Tray {
    /// Returns when its icon is in the tray.
    fn start(desktop: &Desktop, azure: &Azure, programs: &Path) -> Result<Self> {
        let mut icon = desktop.listen(
            "org.kde.StatusNotifierWatcher",
            "StatusNotifierItemRegistered",
            None,
        )?;
        let mut command = azure.gangway(&[]);
        let mut start = Command::new(programs.join("gangway-tray"));
        start.args(command.get_args()).arg("--background");
        for (key, value) in command.stdin(Stdio::null()).get_envs() {
            if let Some(value) = value {
                start.env(key, value);
            }
        }
        desktop.surround(&mut start);
        start
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let started = Instant::now();
        let child = start.spawn().context("cannot start gangway-tray")?;
        icon.wait()?;
        Ok(Self {
            child,
            visible_after: started.elapsed(),
        })
    }

    /// From the click on the icon to a popover that looks as it goes on looking.
    fn popover(&self, desktop: &Desktop) -> Result<Duration> {
        // A person needs a moment to move the pointer; the first look at Azure is over by then.
        pass(Duration::from_secs(3));
        let mut click = desktop.call_icon("Activate")?;
        let mut screen = Screen::open(&desktop.screen())?;
        screen.until_drawn(WATCHED, || {
            click.spawn().context("cannot click")?;
            Ok(())
        })
    }

    /// A figure of `/proc/PID/status`.
    fn status(&self, key: &str) -> Result<f64> {
        figure(&Path::new("/proc").join(self.child.id().to_string()), key)
    }

    /// How often its threads were given the processor.
    fn switches(&self) -> Result<f64> {
        let tasks = Path::new("/proc")
            .join(self.child.id().to_string())
            .join("task");
        let mut sum = 0.0;
        for task in fs::read_dir(tasks)? {
            let task = task?.path();
            sum += figure(&task, "voluntary_ctxt_switches")?;
            sum += figure(&task, "nonvoluntary_ctxt_switches")?;
        }
        Ok(sum)
    }

    fn end(mut self) -> Result<()> {
        platform::ask_to_end(self.child.id())?;
        let status = self.child.wait()?;
        if !status.success() {
            bail!("gangway-tray ended with {status}");
        }
        Ok(())
    }
}

impl Drop for Tray {
    fn drop(&mut self) {
        // Where a measurement broke off; otherwise it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn figure(folder: &Path, key: &str) -> Result<f64> {
    let status = fs::read_to_string(folder.join("status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
    let number = line.and_then(|rest| rest.split_whitespace().next());
    Ok(number.with_context(|| format!("no {key}"))?.parse()?)
}
