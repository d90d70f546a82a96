//! `gangway` and a tunnel that is not there, comes, goes, and comes back as another.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::look::{self, Until};
use crate::net::Home;
use crate::person::Told;
use crate::world::World;

const SOON: Duration = Duration::from_secs(20);

pub(super) fn down_then_up(world: &mut World) -> Result<()> {
    world.begin()?;
    world.hang_up()?;
    let mut told = world
        .person
        .start(&["connect", "vm-web-01", "--", "hostname"])?;
    told.problem("tunnel-down", SOON)?;
    ensure!(
        world.azure.initiates()?.is_empty(),
        "asked for access without a tunnel"
    );
    let address = world.dial(None)?;
    told.done(SOON)?;
    world.azure.asked_once_for(&address)
}

pub(super) fn another_address(world: &mut World) -> Result<()> {
    let (mut told, first, second) = moved(world)?;
    let seen = look::from(
        "client",
        world.web.address,
        22,
        Duration::from_millis(600),
        Until::Once,
    )?;
    ensure!(!seen.is_open(), "open for {second}, which nobody asked for");
    // Asked only: nothing is requested of its own accord.
    world.azure.asked_once_for(&first)?;
    told.interrupt(SOON)?;
    world.hang_up()
}

pub(super) fn handed_to_somebody_else(world: &mut World) -> Result<()> {
    let (mut told, first, _) = moved(world)?;
    // This is the hole that the person was told of: whoever gets the address gets the port.
    let other = world.gateway.dial(Home::Second, Some(&first))?;
    let seen = look::from(
        Home::Second.namespace(),
        world.web.address,
        22,
        SOON,
        Until::Open,
    )?;
    ensure!(seen.is_open(), "the old access should still run: {seen:?}");
    told.interrupt(SOON)?;
    other.hang_up()?;
    world.hang_up()
}

/// An access that runs, and a tunnel that came back with another address: the person is told.
fn moved(world: &mut World) -> Result<(Told, String, String)> {
    world.begin()?;
    let first = world.dial(Some("172.16.201.30"))?;
    let mut told = world
        .person
        .start(&["connect", "vm-web-01", "--port", "22"])?;
    told.step("proof", SOON)?;
    let second = world.dial(Some("172.16.201.31"))?;
    let event = told.problem("tunnel-moved", SOON)?;
    world
        .transcript
        .note(&format!("told: {}", event["problem"]["message"]));
    Ok((told, first, second))
}
