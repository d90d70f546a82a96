//! A screen that nobody looks at, with a window manager and, where it is wanted, a panel.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::program::{Program, run};
use crate::wait;

const PATIENCE: Duration = Duration::from_secs(30);

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

impl Drop for Screen {
    fn drop(&mut self) {
        // Those that were started last go first; the X server takes its socket along when it is asked to.
        for program in self.programs.drain(..).rev() {
            let _ended = program.end();
        }
    }
}

/// ImageMagick's programs bear longer names where they were only unpacked.
fn magick(name: &'static str) -> String {
    let names = [name.to_owned(), format!("{name}-im6.q16")];
    let there = names
        .iter()
        .find(|name| Path::new("/usr/bin").join(name).exists());
    there.unwrap_or(&names[0]).clone()
}
