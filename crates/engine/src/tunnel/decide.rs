//! The decision which tunnel carries traffic to a VM.

use std::net::Ipv4Addr;

use super::{LocalNetwork, TunnelKnowledge, TunnelView};
use crate::problem::{Cause, Problem};

/// Which of a VM's addresses is reached through the company's tunnel, and from which source.
#[must_use]
pub fn decide(targets: &[Ipv4Addr], local: &LocalNetwork, known: &TunnelKnowledge) -> TunnelView {
    let _ = (local, known);
    let target = targets.first().copied().unwrap_or(Ipv4Addr::UNSPECIFIED);
    TunnelView {
        verdict: Err(Problem::new(Cause::TunnelDown {
            target,
            interface: None,
        })),
        evidence: Vec::new(),
    }
}
