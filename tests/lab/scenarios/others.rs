//! `gangway` and others: somebody whose request displaces ours, machines that are not the VM.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;

use crate::look::{self, Seen, Until};
use crate::net::{self, Home};
use crate::walls::SynProxy;
use crate::world::World;

const SOON: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(1500);
const LONG: Duration = Duration::from_secs(30);

pub(super) fn displaced(world: &mut World) -> Result<()> {
    world.begin()?;
    let address = world.dial(Some("172.16.201.50"))?;
    let mut told = world
        .person
        .start(&["connect", "vm-web-01", "--port", "22"])?;
    told.step("proof", SOON)?;
    let other = world.gateway.dial(Home::Second, Some("172.16.201.51"))?;
    let request = json!({"request": {
        "vm": "vm-web-01", "port": 22, "source": other.address, "seconds": 600, "requestor": "second@contoso.example",
    }});
    world.azure.control("do", Some(request))?;
    let seen = look::from(
        Home::Second.namespace(),
        world.web.address,
        22,
        SOON,
        Until::Open,
    )?;
    ensure!(
        seen.is_open(),
        "the second person's request opened nothing: {seen:?}"
    );
    // Read again when the tunnel changes.
    world.dial(Some(&address))?;
    let event = told.problem("access-displaced", SOON)?;
    world
        .transcript
        .note(&format!("told: {}", event["problem"]["message"]));
    // Two programs that asked again by themselves would displace each other for ever.
    world.azure.asked_once_for(&address)?;
    told.interrupt(SOON)?;
    other.hang_up()?;
    world.hang_up()
}

pub(super) fn another_machine(world: &mut World) -> Result<()> {
    world.begin()?;
    world.tunnel()?;
    let mut told = world
        .person
        .start(&["connect", "vm-web-01", "--", "hostname"])?;
    told.done(SOON)?;
    // The other machine answers at the VM's address and lets the same source in.
    let open = json!([{"priority": 100, "access": "Allow", "protocol": "tcp", "source": ["172.16.201.0/24"],
                       "destination": ["10.20.0.0/24"], "ports": ["22"], "name": "lab"}]);
    crate::vm::set_rules(world.desk.name, &open.to_string())?;
    net::hand_over(world.web.address, world.web.name, world.desk.name)?;
    let outcome = world
        .person
        .start(&["connect", "vm-web-01", "--", "hostname"])
        .and_then(|mut told| {
            let result = told.failed_with("other-host-answered", SOON)?;
            ensure!(
                !told.program.said.iter().any(|line| line == world.desk.name),
                "signed in to the other machine"
            );
            Ok(result)
        });
    net::hand_over(world.web.address, world.desk.name, world.web.name)?;
    crate::vm::close(world.desk.name)?;
    world
        .transcript
        .note(&format!("told: {}", outcome?["problem"]["message"]));
    Ok(())
}

pub(super) fn syn_proxy(world: &mut World) -> Result<()> {
    world.begin()?;
    world.tunnel()?;
    // The VM's own rule stays closed: what completes is the proxy's handshake alone.
    world
        .azure
        .control("set", Some(json!({"rule_never_comes": true})))?;
    let _proxy = SynProxy::before(world.web.address)?;
    let before = look::from("client", world.web.address, 22, SHORT, Until::Once)?;
    ensure!(
        before.is_open() && before.greeting().is_empty(),
        "no proxy that connects and stays silent: {before:?}"
    );
    let behind = look::from("azure", world.web.address, 22, SHORT, Until::Once)?;
    ensure!(behind == Seen::Silent, "the VM itself is open: {behind:?}");
    let mut told = world
        .person
        .start(&["connect", "vm-web-01", "--", "hostname"])?;
    let result = told.failed_with("answers-but-silent", LONG)?;
    ensure!(
        !told.program.said.iter().any(|line| line == world.web.name),
        "signed in through a closed rule"
    );
    world
        .transcript
        .note(&format!("told: {}", result["problem"]["message"]));
    Ok(())
}
