//! `gangway connect` when all goes well, and when several start or one dies.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;

use crate::look::{self, Seen, Until};
use crate::program::run;
use crate::screen::Screen;
use crate::world::World;

const SOON: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(600);

pub(super) fn azure_opens_for_one(world: &mut World) -> Result<()> {
    world.begin()?;
    let address = world.tunnel()?;
    let request = |source: &str| json!({"request": {"vm": "vm-web-01", "port": 22, "source": source, "seconds": 60, "requestor": "a@contoso.example"}});
    world.azure.control("do", Some(request("172.16.201.250")))?;
    let seen = look::from("client", world.web.address, 22, SHORT, Until::Once)?;
    ensure!(seen == Seen::Silent, "open for another source: {seen:?}");
    world.azure.control("do", Some(request(&address)))?;
    let seen = look::from("client", world.web.address, 22, SOON, Until::Open)?;
    ensure!(
        seen.greeting().starts_with("SSH-2.0"),
        "closed after the request: {seen:?}"
    );
    let desk = look::from("client", world.desk.address, 22, SHORT, Until::Once)?;
    ensure!(desk == Seen::Silent, "another VM opened as well: {desk:?}");
    world
        .azure
        .control("do", Some(json!({"expire": {"vm": "vm-web-01"}})))?;
    let seen = look::from("client", world.web.address, 22, SHORT, Until::Once)?;
    ensure!(seen == Seen::Silent, "open after its end: {seen:?}");
    Ok(())
}

pub(super) fn ssh_login(world: &mut World) -> Result<()> {
    world.begin()?;
    let address = world.tunnel()?;
    let said = run(&mut world
        .person
        .command(&["connect", "vm-web-01", "--", "hostname"]))?;
    world.transcript.quote(&said);
    ensure!(
        said.lines().any(|line| line == world.web.name),
        "the remote hostname did not come back"
    );
    world.azure.asked_once_for(&address)?;
    // ssh's own exit code is reported.
    let mut told = world
        .person
        .start(&["connect", "vm-web-01", "--", "exit", "7"])?;
    let result = told.result(SOON)?;
    ensure!(
        result["exitCode"] == 7,
        "the remote exit code is lost: {result}"
    );
    // The access that still ran was taken again.
    world.azure.asked_once_for(&address)
}

pub(super) fn rdp_window(world: &mut World) -> Result<()> {
    world.begin()?;
    let address = world.tunnel()?;
    let screen = Screen::start(&world.logs)?;
    let mut command = world
        .person
        .command(&["--json", "connect", "vm-desk-01", "--rdp"]);
    let mut told = world
        .person
        .start_command(command.env("DISPLAY", screen.display()))?;
    told.step("launch", SOON)?;
    let title = screen.window(world.desk.name)?;
    world.transcript.note(&format!("window: {title}"));
    let picture = world.folder.join("rdp.png");
    screen.picture(&picture)?;
    world.transcript.note("picture: rdp.png");
    let result = told.interrupt(SOON)?;
    ensure!(
        result["exitCode"] == 0,
        "Ctrl-C after launch stops watching only: {result}"
    );
    world.azure.asked_once_for(&address)
}

pub(super) fn two_at_once(world: &mut World) -> Result<()> {
    world.begin()?;
    let address = world.tunnel()?;
    let mut first = world
        .person
        .start(&["connect", "vm-web-01", "--", "hostname"])?;
    let mut second = world
        .person
        .start(&["connect", "vm-web-01", "--", "hostname"])?;
    first.done(SOON)?;
    second.done(SOON)?;
    world.azure.asked_once_for(&address)
}

pub(super) fn killed_in_between(world: &mut World) -> Result<()> {
    world.begin()?;
    let address = world.tunnel()?;
    // The request takes effect, its answer stays away until the program is dead.
    world.azure.control(
        "fault",
        Some(json!({"route": "jit.initiate", "wrong": {"delay-ms": 3000}, "times": 1, "after_effect": true})),
    )?;
    let told = world
        .person
        .start(&["connect", "vm-web-01", "--port", "22"])?;
    let seen = look::from("client", world.web.address, 22, SOON, Until::Open)?;
    ensure!(seen.is_open(), "no request arrived: {seen:?}");
    told.program.signal("KILL")?;
    drop(told);
    let mut again = world
        .person
        .start(&["connect", "vm-web-01", "--", "hostname"])?;
    again.done(SOON)?;
    world.azure.asked_once_for(&address)
}
