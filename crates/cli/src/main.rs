//! The command line of Gangway: reads what is wanted, asks the runtime, shows what is true.

mod args;
mod ask;
mod choose;
mod exit;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod golden;
mod json;
mod next;
mod out;
mod progress;
mod say;
mod show;

fn main() {}
