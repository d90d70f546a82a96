//! A screen that nobody looks at, with a window manager and, where it is wanted, a panel.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::program::{Program, run};
use crate::wait;

const PATIENCE: Duration = Duration::from_secs(30);

/// Where something else stands on the screen, clear of the tray and of what comes up beside it.
const BESIDE: (i32, i32) = (60, 500);

/// The X server and what runs on it. Everything ends with it.
pub(crate) struct Screen {
    pub(crate) display: String,
    programs: Vec<Program>,
}

/// As `xdotool` knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) id: String,
    pub(crate) title: String,
}

/// Where a window stands, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) left: i32,
    pub(crate) top: i32,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

impl Screen {
    /// Its own number, told on standard output; a socket without TCP.
    pub(crate) fn start(logs: &Path) -> Self {
        let mut command = Command::new("Xvfb");
        command
            .args(["-displayfd", "1", "-screen", "0", "1280x900x24"])
            .args(["-nolisten", "tcp", "-noreset"]);
        let mut server = Program::start("screen", logs, &mut command).expect("Xvfb");
        let number = server
            .wait_until(PATIENCE, |line| line.trim().parse::<u32>().is_ok())
            .expect("a number");
        Self {
            display: format!(":{}", number.trim()),
            programs: vec![server],
        }
    }

    /// Lets a program run on it until it goes.
    pub(crate) fn run(&mut self, name: &str, logs: &Path, command: &mut Command) {
        let started = Program::start(name, logs, command);
        self.programs.push(started.expect(name));
    }

    /// The windows of a program that can be seen.
    pub(crate) fn windows_of(&self, process: u32) -> Vec<Window> {
        let process = process.to_string();
        let search = [
            "search",
            "--all",
            "--onlyvisible",
            "--pid",
            &process,
            "--name",
            ".*",
        ];
        // It ends with 1 where there are none.
        let found = self.xdotool(&search).unwrap_or_default();
        let window = |id: &str| {
            let title = self.xdotool(&["getwindowname", id]).ok()?;
            Some(Window {
                id: id.to_owned(),
                title: title.trim().to_owned(),
            })
        };
        found.lines().filter_map(window).collect()
    }

    /// Waits until a program shows a window; the first.
    pub(crate) fn window_of(&self, process: u32) -> Window {
        wait::until("a window", || self.windows_of(process).into_iter().next())
    }

    /// Where a window stands.
    pub(crate) fn place_of(&self, window: &Window) -> Place {
        let told = self
            .xdotool(&["getwindowgeometry", "--shell", &window.id])
            .unwrap();
        let number = |name: &str| {
            let line = told.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|value| value.parse().ok()).unwrap()
        };
        Place {
            left: number("X="),
            top: number("Y="),
            width: number("WIDTH="),
            height: number("HEIGHT="),
        }
    }

    /// Keeps a picture of a window, or of the whole screen.
    pub(crate) fn picture(&self, window: Option<&Window>, file: &Path) {
        let of = window.map_or("root", |window| &window.id);
        let mut import = Command::new(magick("import"));
        import.args(["-window", of]).arg(file);
        run(import.env("DISPLAY", &self.display)).expect("a picture");
    }

    /// What a person does with mouse and keys.
    pub(crate) fn xdotool(&self, words: &[&str]) -> anyhow::Result<String> {
        run(Command::new("xdotool")
            .args(words)
            .env("DISPLAY", &self.display))
    }
}

/// What a person does with hands, and what it comes to.
impl Screen {
    /// A click of the left button on the icon in the panel: the only one in its part of the panel.
    pub(crate) fn click_icon(&self) {
        let tray = wait::until("an icon in the panel", || {
            self.tray().filter(|place| place.width > 9)
        });
        let (x, y) = (tray.left + tray.width / 2, tray.top + tray.height / 2);
        self.click(x, y);
    }

    /// A click on what else there is on the screen.
    pub(crate) fn click_beside(&self) {
        self.click(BESIDE.0 + 100, BESIDE.1 + 100);
    }

    /// Clicks there until that has the keyboard.
    pub(crate) fn occupies(&self) {
        let title = || self.xdotool(&["getactivewindow", "getwindowname"]);
        wait::until("another window in use", || {
            self.click_beside();
            title()
                .is_ok_and(|title| title.trim() == "beside")
                .then_some(())
        });
    }

    /// Types as a keyboard does: to whichever window has it.
    pub(crate) fn types(&self, text: &str) {
        self.xdotool(&["type", "--delay", "30", text]).unwrap();
    }

    /// Waits until a window of this process has the keyboard.
    pub(crate) fn until_in_use(&self, process: u32) {
        wait::until("the keyboard", || {
            (self.in_use() == Some(process)).then_some(())
        });
    }

    /// Waits until none of its windows can be seen.
    pub(crate) fn until_hidden(&self, process: u32) {
        wait::until("no window", || {
            self.windows_of(process).is_empty().then_some(())
        });
    }

    /// Whose window has the keyboard.
    fn in_use(&self) -> Option<u32> {
        let told = self.xdotool(&["getactivewindow", "getwindowpid"]).ok()?;
        told.trim().parse().ok()
    }

    fn click(&self, x: i32, y: i32) {
        let (x, y) = (x.to_string(), y.to_string());
        self.xdotool(&["mousemove", "--sync", &x, &y, "click", "1"])
            .unwrap();
    }

    /// The part of the panel where icons of programs stand: a process of its own.
    fn tray(&self) -> Option<Place> {
        let found = self.xdotool(&["search", "--onlyvisible", "--class", "wrapper"]);
        let shows_icons = |id: &&str| {
            let process = self.xdotool(&["getwindowpid", id]).unwrap_or_default();
            let words = fs::read(format!("/proc/{}/cmdline", process.trim()));
            words.is_ok_and(|words| String::from_utf8_lossy(&words).contains("libsystray"))
        };
        let id = found.ok()?.lines().find(shows_icons)?.to_owned();
        let title = String::new();
        Some(self.place_of(&Window { id, title }))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // Those that were started last go first; the X server takes its socket along when it is asked to.
        for program in self.programs.drain(..).rev() {
            let _ended = program.end();
        }
    }
}

/// Something else to have the keyboard: a picture in a window of its own.
pub(crate) fn picture_viewer(command: impl Fn(String) -> Command) -> Command {
    let mut viewer = command(magick("display"));
    let place = format!("200x200+{}+{}", BESIDE.0, BESIDE.1);
    viewer.args(["-title", "beside", "-geometry", &place]);
    viewer.args(["-size", "200x200", "xc:white"]);
    viewer
}

/// ImageMagick's programs bear longer names where they were only unpacked.
fn magick(name: &'static str) -> String {
    let names = [name.to_owned(), format!("{name}-im6.q16")];
    let there = names
        .iter()
        .find(|name| Path::new("/usr/bin").join(name).exists());
    there.unwrap_or(&names[0]).clone()
}
