//! The first shell of Gangway: tray, popover, window and notices, drawn from what is true.
#![windows_subsystem = "windows"]

mod app;
mod args;
mod autostart;
mod commands;
mod first;
mod follow;
mod icon;
mod link;
mod log;
mod notices;
mod pages;
mod place;
mod platform;
#[cfg(test)]
mod rights;
mod shell;
mod tray;
mod window;
mod wish;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    platform::begin();
    app::run(args::Args::parse())
}
