//! What is measured.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::azure::Azure;
use super::measure::{Row, duration, ms, peak_memory, percentile, size};
use super::{peer, rdp, sign_in, tray};
use crate::lab::{self, Measured};
use crate::package;

type Measure = fn(programs: &Path) -> Result<Vec<Row>>;

/// All measurements, each with the name it bears when it fails.
pub(super) const ALL: &[(&str, Measure)] = &[
    ("size of gangway", sizes),
    ("connect", connect),
    ("inventory of 10,000", inventory),
    ("search in 100,000", search),
    ("signing in", sign_in::rows),
    ("installer payload", tray::payload),
    ("installer for Windows", installer),
    ("tray", tray::rows),
    ("list in the popover", tray::list),
    ("rule live to client started, in the lab", rule_to_client),
    ("tunnel up to noticed, in the lab", tunnel_noticed),
    ("click to Remote Desktop", rdp::here),
    ("click to mstsc under Wine", rdp::under_wine),
];

const VM: &str = "vm-web-01";
pub(super) const TIMES: usize = 20;

/// How long a closed port must be silent before access is asked for; it is Gangway's promise to wait that long.
const SILENCE: SignedDuration = SignedDuration::from_millis(150);

fn sizes(programs: &Path) -> Result<Vec<Row>> {
    Ok(vec![Row::new(
        "release gangway",
        size(&programs.join("gangway"))?,
        Some(9.0),
        "MB",
    )])
}

/// What a person downloads; it is built for another system than the rest of the table.
fn installer(_: &Path) -> Result<Vec<Row>> {
    let bytes = u32::try_from(package::installer_size()?)?;
    let megabytes = f64::from(bytes) / 1_000_000.0;
    Ok(vec![Row::new(
        "installer for Windows",
        megabytes,
        Some(15.0),
        "MB",
    )])
}

fn connect(programs: &Path) -> Result<Vec<Row>> {
    let settings = "[vm.\"vm-web-01\"]\nssh_port = 2222\n\n[ssh]\nuser = \"bench\"\n";
    let azure = Azure::start(programs, "demo", settings)?;
    duration(&mut azure.gangway(&["vms"]))?;
    let (mut started, mut own) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let times = one_connect(&mut azure.gangway(&["--json", "connect", VM, "--", "true"]))?;
        started.push(ms(times.client));
        let asked = initiate_came(&azure)?.duration_since(times.clicked);
        own.push((asked - SILENCE).as_secs_f64() * 1000.0);
        azure.control("do", &format!(r#"{{"expire": {{"vm": "{VM}"}}}}"#))?;
    }
    let mut rows = vec![
        Row::new(
            "connect, process start to client started, median",
            percentile(started, 0.5)?,
            Some(250.0),
            "ms",
        ),
        Row::new(
            "own time, click shown to initiate at Azure, median",
            percentile(own, 0.5)?,
            Some(10.0),
            "ms",
        ),
    ];
    rows.extend(peer::rows(&azure, VM)?);
    rows.push(connect_memory(&azure).unwrap_or_else(|error| Row::failed(MEMORY, &error)));
    Ok(rows)
}

const MEMORY: &str = "connect, peak memory";

/// Only the memory of a connection that got as far as a client counts.
fn connect_memory(azure: &Azure) -> Result<Row> {
    let command = azure.gangway(&["--json", "connect", VM, "--", "true"]);
    let (memory, events) = peak_memory(&command)?;
    let started = events
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .any(|event| event["step"] == "launch" && event["standing"] == "done");
    if !started {
        bail!("no client was started");
    }
    Ok(Row::new(MEMORY, memory, Some(20.0), "MiB"))
}

/// When the last request arrived, by the simulator's clock, which is this machine's.
fn initiate_came(azure: &Azure) -> Result<Timestamp> {
    let asked: Value = serde_json::from_str(&azure.control("asked", "")?)?;
    azure.control("forget", "")?;
    let mut calls = asked.as_array().into_iter().flatten();
    let last = calls.rfind(|call| call["route"] == "jit.initiate");
    let at = last.and_then(|call| call["at"].as_str());
    Ok(at.context("no request arrived")?.parse()?)
}

/// This machine's clock, as the simulator reads it.
#[expect(
    clippy::disallowed_methods,
    reason = "two processes are compared; their common clock is the machine's"
)]
pub(super) fn by_the_clock() -> Timestamp {
    Timestamp::now()
}

struct Times {
    /// When the first probe was told to run.
    clicked: Timestamp,
    /// From the process's start to the client's.
    client: Duration,
}

fn one_connect(command: &mut Command) -> Result<Times> {
    let begun = Instant::now();
    // With a remote command, standard output is that command's; the events come beside it.
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let lines = BufReader::new(child.stderr.take().context("gangway is silent")?).lines();
    let (mut clicked, mut client) = (None, None);
    for line in lines.map_while(Result::ok) {
        let Ok(event) = serde_json::from_str::<Value>(&line) else {
            continue;
        };
        let now = begun.elapsed();
        match (
            event["event"].as_str(),
            event["state"].as_str(),
            event["step"].as_str(),
        ) {
            (Some("state"), Some("knocking"), _) => clicked = Some(by_the_clock()),
            (Some("step"), _, Some("launch")) if event["standing"] == "done" => {
                client = Some(now);
            }
            (Some("result"), ..) if client.is_none() => bail!("no client was started: {line}"),
            _ => {}
        }
    }
    // Its end is its own: a program that is killed leaves things for the next one to clear up.
    child.wait()?;
    Ok(Times {
        clicked: clicked.context("no click was seen")?,
        client: client.context("no client was seen")?,
    })
}

fn inventory(programs: &Path) -> Result<Vec<Row>> {
    let azure = Azure::start(programs, "large:10000", "")?;
    let first = duration(&mut azure.gangway(&["vms", "--fresh"]))?;
    let cached = (0..TIMES)
        .map(|_| duration(&mut azure.gangway(&["vms"])).map(ms))
        .collect::<Result<Vec<_>>>()?;
    Ok(vec![
        Row::new(
            "inventory of 10,000 VMs in 20 subscriptions, first fetch",
            ms(first),
            None,
            "ms",
        ),
        Row::new(
            "gangway vms from the cache of 10,000, median",
            percentile(cached, 0.5)?,
            Some(50.0),
            "ms",
        ),
    ])
}

fn search(programs: &Path) -> Result<Vec<Row>> {
    let azure = Azure::start(programs, "large:100000", "")?;
    duration(&mut azure.gangway(&["vms", "--fresh"]))?;
    let all = |words: &[&str]| {
        let times = (0..TIMES)
            .map(|_| duration(&mut azure.gangway(words)).map(ms))
            .collect::<Result<Vec<_>>>()?;
        percentile(times, 0.5)
    };
    // What a process with an open store costs by itself is taken away; and one row is
    // printed, as printing many is not searching.
    let starting = all(&["history"])?;
    let row = |what: &str, text: &str| -> Result<Row> {
        let searching = all(&["vms", "--cached", "--limit", "1", text])?;
        Ok(Row::new(what, searching - starting, Some(5.0), "ms"))
    };
    Ok(vec![
        row("search in 100,000 VMs, none fits, median", "zzqx-nothing")?,
        row("search in 100,000 VMs, every one fits, median", "vm")?,
    ])
}

fn rule_to_client(programs: &Path) -> Result<Vec<Row>> {
    let times = lab::measure(Measured::Rule, programs, TIMES)?;
    Ok(vec![
        Row::new(
            "rule live to client started, in the lab, median",
            percentile(times.clone(), 0.5)?,
            Some(150.0),
            "ms",
        ),
        Row::new(
            "rule live to client started, in the lab, 95th percentile",
            percentile(times, 0.95)?,
            Some(350.0),
            "ms",
        ),
    ])
}

fn tunnel_noticed(programs: &Path) -> Result<Vec<Row>> {
    let times = lab::measure(Measured::Tunnel, programs, TIMES)?;
    let row = |what: &str, share| -> Result<Row> {
        let time = percentile(times.clone(), share)?;
        Ok(Row::new(what, time, Some(200.0), "ms"))
    };
    Ok(vec![
        row("tunnel up to noticed, in the lab, median", 0.5)?,
        row("tunnel up to noticed, in the lab, 95th percentile", 0.95)?,
    ])
}
