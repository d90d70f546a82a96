//! `gangway` has OpenVPN brought up by its unit. What stands for `systemctl` starts the real OpenVPN
//! with the unit's own configuration: there is no systemd in the lab.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::ground::RUN;
use crate::net::Home;
use crate::person::Told;
use crate::program::run;
use crate::world::World;

const SOON: Duration = Duration::from_secs(20);

/// A connection waits for a tunnel, another `gangway` connects the VPN, and the connection goes on.
pub(super) fn openvpn_by_its_unit(world: &mut World) -> Result<()> {
    world.begin()?;
    world.hang_up()?;
    let units = units()?;
    let mut told = start(world, &units, &["connect", "vm-web-01", "--", "hostname"])?;
    told.problem("tunnel-down", SOON)?;
    ensure!(
        world.azure.initiates()?.is_empty(),
        "asked for access without a tunnel"
    );
    let mut dialled = start(world, &units, &["vpn", "connect", "lab"])?;
    let said = dialled
        .event(SOON, |said| said["kind"] == "dial")
        .context("the VPN was not connected")?;
    ensure!(said["client"] == "open-vpn", "{said}");
    told.done(SOON)?;
    ensure!(world.azure.initiates()?.len() == 1, "asked more than once");
    let mut ended = start(world, &units, &["vpn", "disconnect", "lab"])?;
    ended.event(SOON, |said| said["ended"] == true)?;
    Ok(())
}

/// The unit's configuration where OpenVPN's units look, and the folder with what starts it.
fn units() -> Result<PathBuf> {
    let home = Home::First.namespace();
    // By this systemd says that it runs (sd_booted(3)).
    fs::create_dir_all("/run/systemd/system")?;
    fs::create_dir_all("/etc/openvpn/client")?;
    fs::copy(format!("{RUN}/{home}.conf"), "/etc/openvpn/client/lab.conf")?;
    let folder = PathBuf::from(RUN).join("units");
    fs::create_dir_all(&folder)?;
    let file = folder.join("systemctl");
    let text = format!(
        "#!/bin/sh\ncase \"$1 $2\" in\n\
         'start openvpn-client@lab.service')\n\
           exec openvpn --config /etc/openvpn/client/lab.conf --daemon lab --writepid {RUN}/lab.pid --log {RUN}/lab.log;;\n\
         'stop openvpn-client@lab.service')\n\
           kill \"$(cat {RUN}/lab.pid)\" && while ip link show tun0 >/dev/null 2>&1; do sleep 0.05; done;;\n\
         'is-active openvpn-client@lab.service')\n\
           if ip link show tun0 >/dev/null 2>&1; then echo active; else echo inactive; exit 3; fi;;\n\
         *) exit 1;;\nesac\n"
    );
    fs::write(&file, text)?;
    run(Command::new("chmod").arg("0755").arg(&file))?;
    Ok(folder)
}

fn start(world: &World, units: &Path, words: &[&str]) -> Result<Told> {
    let words = [&["--json"], words].concat();
    let mut command: Command = world.person.command(&words);
    let others = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(units.to_owned()).chain(std::env::split_paths(&others));
    command.env("PATH", std::env::join_paths(folders)?);
    world.person.start_command(&mut command)
}
