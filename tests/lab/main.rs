//! The lab: a real tunnel, real security rules, real servers and clients, in namespaces that end with it.
//!
//! `cargo xtask lab` starts this with a network, mounts and process ids of its own; it is of no use otherwise.

mod azure;
mod ground;
mod keys;
mod look;
mod measure;
mod net;
mod person;
mod places;
mod program;
mod say;
mod scenarios;
mod screen;
mod tunnel;
mod vm;
mod walls;
mod world;

use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{self, ExitCode};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Parser;

use crate::scenarios::{ALL, Scenario};
use crate::world::World;

#[derive(Parser)]
#[command(about = "The lab; start it with `cargo xtask lab`")]
struct Arguments {
    /// Only tell the scenarios' names, one a line
    #[arg(long)]
    list: bool,
    /// Look from here at an address and port, tell what was seen, end
    #[arg(long)]
    look: Option<SocketAddr>,
    /// Instead of the scenarios, measure so many times how long it is from a rule's going live to the client's start
    #[arg(long)]
    measure: Option<usize>,
    /// The same from a tunnel's coming up to a waiting connection's going on
    #[arg(long)]
    measure_tunnel: Option<usize>,
    #[arg(long, default_value_t = 1000)]
    within_ms: u64,
    #[arg(long)]
    until_open: bool,
    /// Where unpacked programs lie and artefacts go
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Where the programs under test lie
    #[arg(long)]
    programs: Option<PathBuf>,
    /// Leave out the long scenarios
    #[arg(long)]
    quick: bool,
    /// Only scenarios whose name contains one of these
    names: Vec<String>,
}

fn main() -> ExitCode {
    match start(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr().lock(), "lab: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start(arguments: &Arguments) -> Result<bool> {
    let mut out = io::stdout().lock();
    if arguments.list {
        for scenario in ALL {
            writeln!(out, "{}", scenario.name)?;
        }
        return Ok(true);
    }
    if let Some(at) = arguments.look {
        let until = if arguments.until_open {
            look::Until::Open
        } else {
            look::Until::Once
        };
        let seen = look::look(at, Duration::from_millis(arguments.within_ms), until);
        writeln!(out, "{}", serde_json::to_string(&seen)?)?;
        return Ok(true);
    }
    drop(out);
    end_with_whoever_started_us();
    let folder = arguments.folder.as_deref().context("--folder is missing")?;
    let programs = arguments
        .programs
        .as_deref()
        .context("--programs is missing")?;
    let mut world = World::build(folder, programs)?;
    if let Some(times) = arguments.measure {
        measure::rule_to_client(&mut world, times)?;
        return Ok(true);
    }
    if let Some(times) = arguments.measure_tunnel {
        measure::tunnel_to_noticed(&mut world, times)?;
        return Ok(true);
    }
    let wanted = |scenario: &&Scenario| {
        let named = arguments
            .names
            .iter()
            .any(|name| scenario.name.contains(name.as_str()));
        arguments.names.is_empty() || named
    };
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for scenario in ALL.iter().filter(wanted) {
        if scenario.long && arguments.quick {
            skipped += 1;
            world
                .transcript
                .line(&format!("SKIPPED   {} (long)", scenario.name));
            continue;
        }
        world
            .transcript
            .line(&format!("--        {}", scenario.name));
        let started = Instant::now();
        let done = (scenario.run)(&mut world);
        let seconds = started.elapsed().as_secs_f64();
        match done {
            Ok(()) => {
                passed += 1;
                world
                    .transcript
                    .line(&format!("PASSED    {} ({seconds:.1} s)", scenario.name));
            }
            Err(error) => {
                failed += 1;
                world.transcript.line(&format!(
                    "FAILED    {} ({seconds:.1} s): {error:#}",
                    scenario.name
                ));
            }
        }
    }
    world.transcript.line(&format!(
        "{passed} passed, {failed} failed, {skipped} skipped"
    ));
    Ok(failed == 0)
}

/// Whoever started the lab holds its standard input open. As first process of its namespace the lab hears no Ctrl-C;
/// when it ends, the kernel ends all it started.
fn end_with_whoever_started_us() {
    thread::spawn(|| {
        let _ = io::stdin().lock().read_to_end(&mut Vec::new());
        process::exit(130);
    });
}
