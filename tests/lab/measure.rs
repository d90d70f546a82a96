//! How long it takes on the real network: a rule's going live to the client's start, a tunnel's coming up to its being noticed.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::json;

use crate::net::{Home, VNET};
use crate::places;
use crate::program::{feed, inside};
use crate::world::World;

const SOON: Duration = Duration::from_secs(20);

/// Long enough for the request to be answered before its rule is live, so that the proof waits for the rule.
const RULE_DELAY_MS: usize = 400;

/// An address of the pool.
const INSIDE: &str = "172.16.201.77";

/// The probe's pace. The rule goes live at another moment between two probes each time.
const PACE_MS: usize = 125;

/// Prints one line for each time, `measured ms: N`.
pub(crate) fn rule_to_client(world: &mut World, times: usize) -> Result<()> {
    world.tunnel()?;
    for time in 0..times {
        world.begin()?;
        let delay = RULE_DELAY_MS + time * 37 % PACE_MS;
        world
            .azure
            .control("set", Some(json!({"rule_delay_ms": delay})))?;
        let mut told = world
            .person
            .start(&["connect", world.web.name, "--", "true"])?;
        told.step("launch", SOON)?;
        // Both times are the file system's, which both programs share.
        let now = places::rules_live("now");
        fs::write(&now, "")?;
        let started = fs::metadata(&now)?.modified()?;
        let live = fs::metadata(places::rules_live(world.web.name))?.modified()?;
        let waited = started
            .duration_since(live)
            .context("the client started before the rule was live")?;
        measured(world, waited);
        told.done(SOON)?;
    }
    Ok(())
}

/// Prints the same lines. The time runs from before the interface gets its address and route to the first word that
/// the connection goes on, with everything in between: the pause in which more changes may come, the look at the
/// network, the decision.
pub(crate) fn tunnel_to_noticed(world: &mut World, times: usize) -> Result<()> {
    let home = Home::First.namespace();
    world.hang_up()?;
    let change = |lines: &str| feed(&mut inside(home, &["ip", "-batch", "-"]), lines);
    for _ in 0..times {
        world.begin()?;
        change("tuntap add dev tun9 mode tun\n")?;
        let words = ["connect", world.web.name, "--no-launch"];
        let mut told = world.person.start(&words)?;
        told.problem("tunnel-down", SOON)?;
        let begun = Instant::now();
        change(&format!(
            "addr add {INSIDE}/24 dev tun9\nlink set tun9 up\nroute replace {VNET} dev tun9\n"
        ))?;
        told.step("tunnel", SOON)?;
        measured(world, begun.elapsed());
        told.interrupt(SOON)?;
        change("link del tun9\n")?;
    }
    Ok(())
}

fn measured(world: &mut World, time: Duration) {
    let line = format!("measured ms: {:.1}", time.as_secs_f64() * 1000.0);
    world.transcript.line(&line);
}
