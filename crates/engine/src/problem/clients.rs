//! The parameters of what keeps a client from being started.

use std::net::Ipv4Addr;

use crate::launch::LaunchWay;
use crate::text::catalogue;
use crate::vm::Protocol;

type Params<const N: usize> = [(&'static str, String); N];

/// Of `client-missing`.
pub(super) fn missing(
    protocol: Protocol,
    looked_for: &[String],
    install: Option<&str>,
) -> Params<3> {
    let protocol = match protocol {
        Protocol::Rdp => "RDP",
        Protocol::Ssh => "SSH",
        Protocol::Port => "this port",
    };
    let install = install.unwrap_or("one of the programs named here");
    [
        ("protocol", protocol.to_owned()),
        ("programs", looked_for.join(", ")),
        ("install", install.to_owned()),
    ]
}

/// Of `rdp-blocked-by-policy`.
pub(super) fn blocked(allowed: &[LaunchWay]) -> Params<1> {
    let words: Vec<&str> = allowed
        .iter()
        .map(|way| catalogue().get(way.key()).map_or(way.key(), String::as_str))
        .collect();
    let words = match words.as_slice() {
        [] => "nothing".to_owned(),
        words => words.join(", "),
    };
    [("allowed", words)]
}

/// Of `name-unresolved`.
pub(super) fn unresolved(names: &[String], target: Ipv4Addr) -> Params<2> {
    let names = match names {
        [] => "none is known".to_owned(),
        names => names.join(", "),
    };
    [("names", names), ("target", target.to_string())]
}
