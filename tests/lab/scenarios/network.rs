//! The network by itself, without the product: it must be what the other scenarios take it for.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::ground::{RUN, USER};
use crate::look::{self, Seen, Until};
use crate::net;
use crate::program::{inside, run};
use crate::screen::Screen;
use crate::vm::{close, set_rules};
use crate::world::World;

const SHORT: Duration = Duration::from_millis(800);
const LONG: Duration = Duration::from_secs(5);

pub(super) fn no_way_without_tunnel(world: &mut World) -> Result<()> {
    world.hang_up()?;
    allow(world.web.name, "198.51.100.11", 22)?;
    let route = run(&mut inside(
        "client",
        &["ip", "route", "get", world.web.address],
    ))?;
    world.transcript.quote(&route);
    ensure!(
        route.contains("dev eth0"),
        "the VM's address should leave by the LAN"
    );
    let seen = look::from("client", world.web.address, 22, SHORT, Until::Once)?;
    ensure!(!seen.is_open(), "reached without a tunnel: {seen:?}");
    close(world.web.name)
}

pub(super) fn only_way_is_the_tunnel(world: &mut World) -> Result<()> {
    let address = world.tunnel()?;
    let route = run(&mut inside(
        "client",
        &["ip", "route", "get", world.web.address],
    ))?;
    world.transcript.quote(&route);
    ensure!(
        route.contains("dev tun0") && route.contains(&format!("src {address}")),
        "not through the tunnel"
    );
    ensure!(
        address.starts_with("172.16.201."),
        "{address} is not in the pool {}",
        net::POOL
    );
    let others = run(&mut inside("client", &["ip", "route", "show", net::VNET]))?;
    ensure!(
        others.lines().count() == 1,
        "more than one route to the VNet: {others}"
    );
    Ok(())
}

pub(super) fn one_rule_opens(world: &mut World) -> Result<()> {
    let address = world.tunnel()?;
    close(world.web.name)?;
    let before = look::from("client", world.web.address, 22, SHORT, Until::Once)?;
    ensure!(before == Seen::Silent, "should be silent: {before:?}");
    allow(world.web.name, "172.16.201.250", 22)?;
    let other = look::from("client", world.web.address, 22, SHORT, Until::Once)?;
    ensure!(
        other == Seen::Silent,
        "open for another address than the rule's: {other:?}"
    );
    allow(world.web.name, &address, 22)?;
    let after = look::from("client", world.web.address, 22, LONG, Until::Open)?;
    world
        .transcript
        .note(&format!("greeting: {}", after.greeting()));
    ensure!(
        after.greeting().starts_with("SSH-2.0-OpenSSH"),
        "no greeting: {after:?}"
    );
    Ok(())
}

pub(super) fn ssh_tells_the_name(world: &mut World) -> Result<()> {
    let address = world.tunnel()?;
    allow(world.web.name, &address, 22)?;
    let said = run(&mut ssh(world, "hostname && echo from $SSH_CONNECTION"))?;
    world.transcript.quote(&said);
    ensure!(
        said.lines().next() == Some(world.web.name),
        "the VM is called {said}"
    );
    ensure!(
        said.contains(&format!("from {address} ")),
        "the VM saw another source than {address}"
    );
    Ok(())
}

pub(super) fn flow_outlives_its_rule(world: &mut World) -> Result<()> {
    let address = world.tunnel()?;
    allow(world.web.name, &address, 22)?;
    // The session waits for its input, the rule goes, the input comes, the answer must still arrive.
    let mut session = ssh(world, "echo ready; read line; echo got $line");
    let mut session = session
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()?;
    let mut answers = std::io::BufRead::lines(std::io::BufReader::new(
        session.stdout.take().context("no output")?,
    ));
    ensure!(
        answers.next().transpose()?.as_deref() == Some("ready"),
        "no session"
    );
    close(world.web.name)?;
    let seen = look::from("client", world.web.address, 22, SHORT, Until::Once)?;
    ensure!(seen == Seen::Silent, "still open for new flows: {seen:?}");
    std::io::Write::write_all(&mut session.stdin.take().context("no input")?, b"through\n")?;
    ensure!(
        answers.next().transpose()?.as_deref() == Some("got through"),
        "the session was cut"
    );
    session.wait()?;
    Ok(())
}

pub(super) fn rdp_negotiates_tls(world: &mut World) -> Result<()> {
    let address = world.tunnel()?;
    allow(world.desk.name, &address, 3389)?;
    let seen = look::from("client", world.desk.address, 3389, LONG, Until::Open)?;
    let Seen::Open { greeting, .. } = &seen else {
        anyhow::bail!("closed: {seen:?}")
    };
    // X.224 Connection Confirm with a negotiation response that selects TLS (MS-RDPBCGR 2.2.1.2).
    ensure!(
        greeting.get(5) == Some(&0xd0) && greeting.get(11) == Some(&2),
        "no confirm: {greeting:?}"
    );
    world.transcript.note(&format!("confirm: {greeting:02x?}"));
    Ok(())
}

pub(super) fn freerdp_opens_its_window(world: &mut World) -> Result<()> {
    let address = world.tunnel()?;
    allow(world.desk.name, &address, 3389)?;
    let mut screen = Screen::start(&world.logs)?;
    let picture = world.folder.join("network-rdp.png");
    let title = screen.freerdp(world.desk.address, &world.logs)?;
    world.transcript.note(&format!("window: {title}"));
    screen.picture(&picture)?;
    world.transcript.note(&format!(
        "picture: {}",
        picture.file_name().unwrap_or_default().to_string_lossy()
    ));
    close(world.desk.name)
}

pub(super) fn another_address(world: &mut World) -> Result<()> {
    let first = world.dial(Some("172.16.201.20"))?;
    allow(world.web.name, &first, 22)?;
    let seen = look::from("client", world.web.address, 22, LONG, Until::Open)?;
    ensure!(seen.is_open(), "closed for {first}: {seen:?}");
    let second = world.dial(Some("172.16.201.21"))?;
    ensure!(first != second, "the same address again");
    let seen = look::from("client", world.web.address, 22, SHORT, Until::Once)?;
    ensure!(seen == Seen::Silent, "open for {second}: {seen:?}");
    world.hang_up()?;
    close(world.web.name)
}

pub(super) fn address_handed_over(world: &mut World) -> Result<()> {
    let address = world.tunnel()?;
    net::hand_over(world.web.address, world.web.name, world.desk.name)?;
    allow(world.desk.name, &address, 22)?;
    let said = run(Command::new("nsenter")
        .arg("--net=/run/netns/client")
        .args(["ssh-keyscan", "-t", "ed25519", world.web.address]));
    net::hand_over(world.web.address, world.desk.name, world.web.name)?;
    close(world.desk.name)?;
    let said = said?;
    world.transcript.quote(&said);
    ensure!(
        said.contains(&world.desk.host_key),
        "not the other machine's key: {said}"
    );
    Ok(())
}

/// One allow rule, as JIT would write it.
fn allow(vm: &str, source: &str, port: u16) -> Result<()> {
    set_rules(
        vm,
        &format!(
            r#"[{{"priority": 100, "access": "Allow", "protocol": "tcp", "source": ["{source}/32"],
                 "destination": ["10.20.0.0/24"], "ports": ["{port}"], "name": "lab"}}]"#
        ),
    )
}

fn ssh(world: &World, remote: &str) -> Command {
    let known = format!("{RUN}/known_hosts");
    // A known key, so that nothing is asked and nothing is let by.
    let line = format!("{} {}\n", world.web.name, world.web.host_key);
    let _ = std::fs::write(&known, line);
    let mut command = inside(
        "client",
        &[
            "ssh",
            "-F",
            "none",
            "-o",
            "BatchMode=yes",
            "-o",
            "StrictHostKeyChecking=yes",
        ],
    );
    command
        .args([
            "-o",
            &format!("UserKnownHostsFile={known}"),
            "-o",
            &format!("HostKeyAlias={}", world.web.name),
            "-i",
        ])
        .arg(&world.key)
        .args([&format!("{USER}@{}", world.web.address), remote]);
    command
}
