//! The network: two clients at home, Azure's edge, and a VNet behind it.
//!
//! ```text
//!  client ── br-wan 198.51.100.0/24 ── azure ── br-vnet 10.20.0.0/24 ── VMs
//!  client2 ─┘                          │  └ tun0 172.16.201.0/24 (P2S)
//!                                      └ the simulator, 198.51.100.1
//! ```
//!
//! The clients' default route leads to Azure's edge, which forwards nothing to the VNet but what comes out of the tunnel.

use std::process::Command;

use anyhow::Result;

use crate::program::{feed, inside, run, script};

/// Azure's edge as the clients see it: gateway and simulator.
pub(crate) const EDGE: &str = "198.51.100.1";

/// The VNet.
pub(crate) const VNET: &str = "10.20.0.0/24";

/// The P2S pool.
pub(crate) const POOL: &str = "172.16.201.0/24";

/// A person's machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Home {
    First,
    Second,
}

impl Home {
    pub(crate) fn namespace(self) -> &'static str {
        match self {
            Self::First => "client",
            Self::Second => "client2",
        }
    }

    fn address(self) -> &'static str {
        match self {
            Self::First => "198.51.100.11",
            Self::Second => "198.51.100.12",
        }
    }
}

/// Makes the edge and both clients.
pub(crate) fn lay() -> Result<()> {
    add("azure")?;
    script(
        "azure",
        &format!(
            "ip link add name br-wan type bridge
             ip addr add {EDGE}/24 dev br-wan
             ip link set br-wan up
             ip link add name br-vnet type bridge
             ip addr add 10.20.0.1/24 dev br-vnet
             ip link set br-vnet up
             sysctl -q -w net.ipv4.ip_forward=1"
        ),
    )?;
    feed(
        &mut inside("azure", &["nft", "--file", "-"]),
        "table inet edge {\n  chain forward {\n    type filter hook forward priority filter; policy drop;\n    \
         ct state established,related accept\n    iifname \"tun0\" oifname \"br-vnet\" accept\n  }\n}\n",
    )?;
    for home in [Home::First, Home::Second] {
        add(home.namespace())?;
        join(home.namespace(), "br-wan", home.address(), EDGE)?;
    }
    Ok(())
}

/// A machine in the VNet: its namespace, its address, its way out.
pub(crate) fn add_vm(name: &str, address: &str) -> Result<()> {
    add(name)?;
    join(name, "br-vnet", address, "10.20.0.1")
}

/// Takes an address from one machine of the VNet and gives it to another.
pub(crate) fn hand_over(address: &str, from: &str, to: &str) -> Result<()> {
    run(&mut inside(
        from,
        &["ip", "addr", "del", &format!("{address}/24"), "dev", "eth0"],
    ))?;
    run(&mut inside(
        to,
        &["ip", "addr", "add", &format!("{address}/24"), "dev", "eth0"],
    ))?;
    // Removing a first address takes the default route with it.
    for machine in [from, to] {
        run(inside(
            machine,
            &["ip", "route", "replace", "default", "via", "10.20.0.1"],
        )
        .arg("dev")
        .arg("eth0"))
        .ok();
    }
    run(&mut inside(
        "azure",
        &["ip", "neigh", "flush", "dev", "br-vnet"],
    ))?;
    Ok(())
}

fn add(name: &str) -> Result<()> {
    run(Command::new("ip").args(["netns", "add", name]))?;
    script(name, "ip link set lo up")
}

fn join(name: &str, bridge: &str, address: &str, gateway: &str) -> Result<()> {
    // The far end is called after the last byte: names of interfaces are short.
    let port = format!(
        "{}-{}",
        &bridge[3..],
        address.rsplit('.').next().unwrap_or_default()
    );
    script(
        "azure",
        &format!(
            "ip link add name {port} type veth peer name eth0 netns {name}
             ip link set {port} master {bridge} up"
        ),
    )?;
    script(
        name,
        &format!(
            "ip addr add {address}/24 dev eth0
             ip link set eth0 up
             ip route add default via {gateway}"
        ),
    )
}
