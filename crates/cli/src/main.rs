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
#[cfg(test)]
mod golden_sign_in;
mod interrupt;
mod json;
mod next;
mod out;
mod platform;
mod progress;
#[cfg(test)]
mod promises;
mod say;
mod show;
mod who;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    command::run(args::Args::parse())
}
