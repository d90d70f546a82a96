//! From a rule's going live to the client's start, on the real network.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;

use crate::places;
use crate::world::World;

const SOON: Duration = Duration::from_secs(20);

/// Long enough for the request to be answered before its rule is live, so that the proof waits for the rule.
const RULE_DELAY_MS: usize = 400;

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
        world.transcript.line(&format!(
            "measured ms: {:.1}",
            waited.as_secs_f64() * 1000.0
        ));
        told.done(SOON)?;
    }
    Ok(())
}
