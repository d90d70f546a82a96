//! Packets and rules: who gets through a network security group, and why.

pub(crate) mod flatten;
pub(crate) mod prefix;
pub(crate) mod rule;

pub(crate) use prefix::Tags;
pub(crate) use rule::{Packet, SecurityRule, decide};
