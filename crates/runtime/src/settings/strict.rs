//! What stands for a policy's key that nobody can read: its strictest reading, which forbids
//! and never grants.

use super::clients::{RdpLaunch, RdpProtection, RdpTarget};
use super::policy::Demands;
use super::value::Flag;

/// Makes the demand that forbids most of all that `key` could say. Where that is what is in
/// force without anybody's choice, nothing is demanded: the key is locked all the same.
pub(super) fn close(demands: &mut Demands, key: &str) {
    match key {
        "reason_required" => demands.reason_required = Some(Flag(true)),
        // Every session is to have its request.
        "always_request" => demands.always_request = Some(Flag(true)),
        "may_confirm_tunnel" => demands.may_confirm_tunnel = Some(Flag(false)),
        // To whom people may sign in, or by which way, is not known.
        "sign_in_ways" | "cloud" | "tenant" | "tenants" => demands.sign_in_ways = Some(Vec::new()),
        // No VPN has no name, so none is offered.
        "vpn" => demands.vpn = Some(String::new()),
        "rdp.target" => demands.rdp_target = Some(RdpTarget::Name),
        "rdp.launch" => demands.rdp_launch = Some(RdpLaunch::SignedFile),
        "rdp.protection" => demands.rdp_protection = Some(RdpProtection::RestrictedAdmin),
        _ => {}
    }
}

/// Whether it says who may sign in.
pub(super) fn is_of_sign_in(key: &str) -> bool {
    ["sign_in_ways", "cloud", "tenant", "tenants"].contains(&key)
}

#[cfg(test)]
mod tests;
