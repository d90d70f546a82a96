//! What is tried in the lab, one function each, in an order in which each leaves the world as the next expects it.

mod connect;
mod dialling;
mod network;
mod others;
mod trouble;
mod tunnel;

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

const fn long(name: &'static str, run: fn(&mut World) -> Result<()>) -> Scenario {
    Scenario {
        name,
        long: true,
        run,
    }
}

/// All of them.
pub(crate) const ALL: &[Scenario] = &[
    short(
        "no tunnel, no way to the VNet",
        network::no_way_without_tunnel,
    ),
    short(
        "the only way to a VM is the tunnel",
        network::only_way_is_the_tunnel,
    ),
    short(
        "a closed port is silent, one rule opens it",
        network::one_rule_opens,
    ),
    short(
        "ssh signs in, the VM tells its name",
        network::ssh_tells_the_name,
    ),
    short(
        "a flow lives on when its rule goes",
        network::flow_outlives_its_rule,
    ),
    short("RDP negotiates TLS", network::rdp_negotiates_tls),
    short(
        "FreeRDP opens its window",
        network::freerdp_opens_its_window,
    ),
    short(
        "the tunnel comes back with another address",
        network::another_address,
    ),
    short(
        "an address goes to another machine",
        network::address_handed_over,
    ),
    short(
        "a request to Azure opens for its source only",
        connect::azure_opens_for_one,
    ),
    short("gangway: ssh signs in", connect::ssh_login),
    short("gangway: a FreeRDP window opens", connect::rdp_window),
    short(
        "gangway: two at once make one request",
        connect::two_at_once,
    ),
    short(
        "gangway: killed after the request",
        connect::killed_in_between,
    ),
    short("gangway: tunnel down first, up later", tunnel::down_then_up),
    short(
        "gangway: OpenVPN is connected by its unit, and a connection goes on",
        dialling::openvpn_by_its_unit,
    ),
    short(
        "gangway: tunnel back with another address",
        tunnel::another_address,
    ),
    short(
        "gangway: the old address goes to somebody else",
        tunnel::handed_to_somebody_else,
    ),
    long("gangway: the rule comes 5 s late", trouble::rule_late),
    short("gangway: the rule never comes", trouble::rule_never_comes),
    short(
        "gangway: the rule is removed under way",
        trouble::rule_removed_while_proving,
    ),
    short(
        "gangway: the rule is removed while a session is open",
        trouble::rule_removed_in_session,
    ),
    long("gangway: the access ends by itself", trouble::expiry),
    short("gangway: somebody else displaces us", others::displaced),
    short("gangway: another machine answers", others::another_machine),
    long(
        "gangway: a SYN proxy in front connects, never greets",
        others::syn_proxy,
    ),
];
