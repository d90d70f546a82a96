//! `gangway` and rules that are late, never come, vanish, or end.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;

use crate::look::{self, Seen, Until};
use crate::world::World;

const SOON: Duration = Duration::from_secs(25);

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

pub(super) fn rule_removed(world: &mut World) -> Result<()> {
    world.begin()?;
    let address = world.tunnel()?;
    world.person.grow_impatient()?;
    let mut told = world
        .person
        .start(&["connect", "vm-web-01", "--", "hostname"])?;
    told.done(SOON)?;
    world
        .azure
        .control("do", Some(json!({"remove-rules": {"vm": "vm-web-01"}})))?;
    // The access still runs, so nothing is asked for again; but the way is closed, and the reason is found.
    let mut told = world
        .person
        .start(&["connect", "vm-web-01", "--", "hostname"])?;
    let result = told.failed_with("rule-vanished", SOON)?;
    world
        .transcript
        .note(&format!("told: {}", result["problem"]["message"]));
    world.azure.asked_once_for(&address)
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
    let seen = look::from(
        "client",
        world.web.address,
        22,
        Duration::from_millis(600),
        Until::Once,
    )?;
    ensure!(seen == Seen::Silent, "open after its end: {seen:?}");
    world.azure.asked_once_for(&address)
}
