//! A screen that nobody looks at: Xvfb, the FreeRDP window on it, and a picture of what a person would see.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::ground::RUN;
use crate::program::{Program, inside, run};

const PATIENCE: Duration = Duration::from_secs(20);

/// A running X server without a monitor.
pub(crate) struct Screen {
    display: String,
    _server: Program,
    client: Option<Program>,
}

impl Screen {
    pub(crate) fn start(logs: &Path) -> Result<Self> {
        // Its own number, told on standard output; a socket without TCP.
        let words = [
            "Xvfb",
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1280x800x24",
            "-nolisten",
            "tcp",
            "-noreset",
        ];
        let mut server = Program::start("screen", logs, &mut inside("client", &words))?;
        let number = server.wait_until(PATIENCE, |line| line.trim().parse::<u32>().is_ok())?;
        Ok(Self {
            display: format!(":{}", number.trim()),
            _server: server,
            client: None,
        })
    }

    /// The value for DISPLAY.
    pub(crate) fn display(&self) -> &str {
        &self.display
    }

    /// Opens a session with FreeRDP, as a person would by hand, and waits for its window; its title.
    pub(crate) fn freerdp(&mut self, address: &str, logs: &Path) -> Result<String> {
        let program = if Path::new("/usr/bin/xfreerdp3").exists() {
            "xfreerdp3"
        } else {
            "xfreerdp"
        };
        let mut command = inside(
            "client",
            &[
                program,
                &format!("/v:{address}"),
                "/cert:tofu",
                "/size:1024x700",
                "/u:",
                "/p:",
            ],
        );
        command
            .env("DISPLAY", &self.display)
            .env("HOME", format!("{RUN}/home/root"));
        self.client = Some(Program::start("freerdp", logs, &mut command)?);
        self.window("FreeRDP")
    }

    /// Waits for a visible window whose title contains this text; the whole title.
    pub(crate) fn window(&self, title: &str) -> Result<String> {
        // `--sync` waits for the window to appear.
        let found = self.xdotool(&["search", "--sync", "--onlyvisible", "--name", title])?;
        let window = found.lines().next().context("no window")?;
        self.xdotool(&["getwindowname", window])
            .map(|title| title.trim().to_owned())
    }

    /// Waits until the screen shows more than one colour, then keeps a picture of it.
    pub(crate) fn picture(&self, file: &Path) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        loop {
            self.shoot(file)?;
            let colours = run(Command::new(magick("identify"))
                .args(["-format", "%k"])
                .arg(file))?;
            // The login dialog has hundreds; an empty window a handful.
            if colours.trim().parse::<u32>().unwrap_or(0) > 40 {
                return Ok(());
            }
            if Instant::now() > until {
                bail!("the window stays empty ({} colours)", colours.trim());
            }
        }
    }

    fn shoot(&self, file: &Path) -> Result<()> {
        run(inside("client", &[magick("import"), "-window", "root"])
            .arg(file)
            .env("DISPLAY", &self.display))?;
        Ok(())
    }

    fn xdotool(&self, words: &[&str]) -> Result<String> {
        let mut command = inside("client", &["timeout", "20", "xdotool"]);
        run(command.args(words).env("DISPLAY", &self.display))
    }
}

/// Debian gives ImageMagick's programs their plain names only when it is installed, not when it is unpacked.
fn magick(name: &'static str) -> &'static str {
    let debian = match name {
        "import" => "import-im6.q16",
        _ => "identify-im6.q16",
    };
    if Path::new("/usr/bin").join(name).exists() {
        name
    } else {
        debian
    }
}
