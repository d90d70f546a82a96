//! The command line of Gangway: reads what is wanted, asks the runtime, shows what is true.

mod args;
mod ask;
mod choose;
mod command;
mod desk;
mod effective;
mod exit;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod golden;
mod interrupt;
mod json;
mod next;
mod out;
mod progress;
#[cfg(test)]
mod promises;
mod say;
mod show;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    command::run(args::Args::parse())
}
