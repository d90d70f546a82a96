//! The language of the scenarios: one line, one thing that happens.
//!
//! Lines that prepare the world (`vm`, `policy`, `request`, `net`, `pool`, `known`) say
//! nothing to the engine; the others do. `after 2s` lets time pass, with a tick wherever
//! the engine asked for one; `jump 1h` moves the clock without any.

mod answer;
mod dial;
mod run;
mod shell;
mod show;
mod sign_in;
mod words;
mod world;

use std::path::Path;

#[allow(
    clippy::disallowed_methods,
    reason = "the scripts lie beside the test; the engine itself reads no file"
)]
pub fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// All golden files, one after the other.
#[allow(
    clippy::disallowed_methods,
    reason = "the golden files lie beside the test; the engine itself reads no file"
)]
pub fn golden(folder: &Path) -> String {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "snap"))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect()
}

/// Plays a script and tells what the engine did.
pub fn run(script: &str) -> String {
    let mut runner = run::Runner::new();
    for line in script.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if !line.is_empty() {
            runner.line(line);
        }
    }
    runner.trace
}
