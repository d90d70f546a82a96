//! What is tried in the lab, one function each, in an order in which each leaves the world as the next expects it.

mod network;

use anyhow::Result;

use crate::world::World;

/// One thing that is tried.
pub(crate) struct Scenario {
    /// A sentence that says what holds.
    pub(crate) name: &'static str,
    /// Takes more than a few seconds: left out by `--quick`.
    pub(crate) long: bool,
    pub(crate) run: fn(&mut World) -> Result<()>,
}

const fn short(name: &'static str, run: fn(&mut World) -> Result<()>) -> Scenario {
    Scenario {
        name,
        long: false,
        run,
    }
}

/// All of them.
pub(crate) const ALL: &[Scenario] = &[
    short(
        "without a tunnel the VNet is out of reach",
        network::no_way_without_tunnel,
    ),
    short(
        "the only way to a VM is the tunnel",
        network::only_way_is_the_tunnel,
    ),
    short(
        "a closed port is silent and greets after one rule",
        network::one_rule_opens,
    ),
    short(
        "ssh signs in and the VM tells its own name",
        network::ssh_tells_the_name,
    ),
    short(
        "a flow lives on when its rule goes",
        network::flow_outlives_its_rule,
    ),
    short(
        "RDP negotiates TLS and shows the VM's name",
        network::rdp_shows_the_name,
    ),
    short(
        "FreeRDP opens its window",
        network::freerdp_opens_its_window,
    ),
    short(
        "the tunnel comes back with another address",
        network::another_address,
    ),
    short(
        "an address can be handed to another machine",
        network::address_handed_over,
    ),
];
