//! A browser that signs in by itself: real Chromium without a screen, told who it is, given the page as last word.

mod page;
mod pipe;
mod walk;

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use serde_json::{Value, json};

use crate::page::Page;
use crate::pipe::Chromium;
use crate::walk::{Person, walk};

/// Longer than any sign-in takes on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

#[derive(Parser)]
#[command(about = "Signs in with Chromium, as settings.toml's `browser` wants it")]
struct Arguments {
    /// Who signs in
    #[arg(long = "as")]
    name: String,
    /// The password
    #[arg(long, env = "GANGWAY_TESTS_PASSWORD", default_value = "")]
    password: String,
    /// The code that a device code sign-in shows
    #[arg(long, default_value = "")]
    code: String,
    /// Say no where there is a choice
    #[arg(long)]
    refuse: bool,
    /// A folder for pictures of the pages
    #[arg(long)]
    shots: Option<PathBuf>,
    /// Who is told, in a line of JSON, where it ended; connected from the start
    #[arg(long)]
    tell: Option<SocketAddr>,
    /// The page to begin with
    address: String,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let listener = arguments.tell.map(TcpStream::connect).transpose();
    let walked = go(&arguments);
    let (told, code) = match walked {
        Ok(told) => (told, ExitCode::SUCCESS),
        Err(error) => (json!({"error": format!("{error:#}")}), ExitCode::FAILURE),
    };
    let line = format!("{told}\n");
    // Who does not listen any more is not told.
    let _ = std::io::stdout().write_all(line.as_bytes());
    if let Ok(Some(mut listener)) = listener {
        let _ = listener.write_all(line.as_bytes());
    }
    code
}

fn go(arguments: &Arguments) -> Result<Value> {
    let program = pipe::program().context("no Chromium: cargo xtask setup browser")?;
    let browser = Chromium::start(&program, LIMIT)?;
    let mut page = Page::open(browser, &arguments.address)?;
    let person = Person {
        name: &arguments.name,
        password: &arguments.password,
        code: &arguments.code,
        refuses: arguments.refuse,
    };
    walk(&mut page, &person, arguments.shots.as_deref())
}
