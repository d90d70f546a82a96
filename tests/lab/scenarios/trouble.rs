//! `gangway` and rules that are late, never come, vanish, or end.

use std::fs::{self, File};
use std::io::Write;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;

use crate::ground::{RUN, USER};
use crate::look::{self, Seen, Until};
use crate::program::run;
use crate::walls::HostFirewall;
use crate::world::World;

const SOON: Duration = Duration::from_secs(25);
const SHORT: Duration = Duration::from_millis(600);

pub(super) fn rule_late(world: &mut World) -> Result<()> {
    world.begin()?;
    let address = world.tunnel()?;
    world
        .azure
        .control("set", Some(json!({"rule_delay_ms": 5000})))?;
    let started = Instant::now();
    let mut told = world
        .person
        .start(&["connect", "vm-web-01", "--", "hostname"])?;
    told.done(SOON)?;
    ensure!(
        started.elapsed() >= Duration::from_secs(5),
        "the rule was not late"
    );
    world.azure.asked_once_for(&address)
}

pub(super) fn rule_never_comes(world: &mut World) -> Result<()> {
    world.begin()?;
    world.tunnel()?;
    world.person.grow_impatient()?;
    world
        .azure
        .control("set", Some(json!({"rule_never_comes": true})))?;
    let mut told = world
        .person
        .start(&["connect", "vm-web-01", "--", "hostname"])?;
    told.problem("rule-late", SOON)?;
    let result = told.failed_with("rule-vanished", SOON)?;
    world
        .transcript
        .note(&format!("told: {}", result["problem"]["message"]));
    Ok(())
}

pub(super) fn rule_removed_while_proving(world: &mut World) -> Result<()> {
    world.begin()?;
    let address = world.tunnel()?;
    world.person.grow_impatient()?;
    // The VM's own firewall holds the proof back, so that it is surely under way when the rule goes.
    let firewall = HostFirewall::on(world.web.name)?;
    let mut told = world
        .person
        .start(&["connect", "vm-web-01", "--", "hostname"])?;
    told.step("request", SOON)?;
    remove_rules(world)?;
    let result = told.failed_with("rule-vanished", SOON)?;
    world
        .transcript
        .note(&format!("told: {}", result["problem"]["message"]));
    world.azure.asked_once_for(&address)?;
    drop(firewall);
    requested_anew(world, &address)
}

pub(super) fn rule_removed_in_session(world: &mut World) -> Result<()> {
    world.begin()?;
    let address = world.tunnel()?;
    world.person.grow_impatient()?;
    // The session waits for a line, which comes after its rule went.
    let gate = format!("{RUN}/home/{USER}/gate");
    run(Command::new("mkfifo").args(["-m", "666", &gate]))?;
    // Read and write: opening only for one of both would wait for whoever does the other.
    let mut line = File::options().read(true).write(true).open(&gate)?;
    let script = format!("echo ready; read line < {gate}; echo got $line");
    let mut session = world
        .person
        .start(&["connect", "vm-web-01", "--", "sh", "-c", &script])?;
    session.program.wait_for("ready", SOON)?;
    remove_rules(world)?;
    let seen = look::from("client", world.web.address, 22, SHORT, Until::Once)?;
    ensure!(seen == Seen::Silent, "still open for new flows: {seen:?}");
    writeln!(line, "through")?;
    session.program.wait_for("got through", SOON)?;
    session.done(SOON)?;
    fs::remove_file(&gate)?;
    // The access still runs, so nothing is asked for again; but the way is closed, and the reason is found.
    let mut told = world
        .person
        .start(&["connect", "vm-web-01", "--", "hostname"])?;
    let result = told.failed_with("rule-vanished", SOON)?;
    world
        .transcript
        .note(&format!("told: {}", result["problem"]["message"]));
    world.azure.asked_once_for(&address)?;
    requested_anew(world, &address)
}

/// Takes the rule that a request has brought.
fn remove_rules(world: &World) -> Result<()> {
    let removal = json!({"remove-rules": {"vm": "vm-web-01"}});
    let done = world.azure.control("do", Some(removal))?;
    ensure!(done["removed"] == 1, "there was no rule to remove: {done}");
    Ok(())
}

/// Azure says that the access runs: only the person's word makes a second request.
fn requested_anew(world: &World, address: &str) -> Result<()> {
    let mut told = world
        .person
        .start(&["connect", "vm-web-01", "--request", "--", "hostname"])?;
    told.done(SOON)?;
    let sources = world.azure.sources()?;
    ensure!(
        sources == [address, address],
        "initiated for {sources:?}, expected twice for {address}"
    );
    Ok(())
}

pub(super) fn expiry(world: &mut World) -> Result<()> {
    world.begin()?;
    let address = world.tunnel()?;
    let mut told = world
        .person
        .start(&["connect", "vm-web-01", "--port", "22", "--for", "15s"])?;
    told.step("proof", SOON)?;
    told.event(SOON, |event| {
        event["event"] == "notice" && event["notice"] == "ends-soon"
    })?;
    let result = told.done(SOON)?;
    ensure!(
        result["ending"] == "access-ended",
        "ended otherwise: {result}"
    );
    // Azure takes the rule away after the end, not at it.
    let ended = Instant::now();
    let look = || look::from("client", world.web.address, 22, SHORT, Until::Once);
    let mut seen = look()?;
    while seen.is_open() && ended.elapsed() < SOON {
        seen = look()?;
    }
    ensure!(seen == Seen::Silent, "open after its end: {seen:?}");
    world.azure.asked_once_for(&address)
}
