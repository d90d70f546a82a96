//! What a person may do in a subscription, as far as Azure's list of permissions tells it.
//!
//! The list leaves out locks, deny assignments, Azure Policy and roles that are eligible but
//! not active. So this is a hint for a person; what a call may do, Azure decides.

use serde::{Deserialize, Serialize};

use crate::id::SubscriptionId;

/// What finding VMs and their addresses needs.
pub const SEEING_VMS: &[&str] = &[
    "Microsoft.Compute/virtualMachines/read",
    "Microsoft.Network/networkInterfaces/read",
];

/// What seeing which ports may be asked for needs.
pub const READING_POLICIES: &[&str] =
    &["Microsoft.Security/locations/jitNetworkAccessPolicies/read"];

/// What asking needs, beside seeing VMs and reading policies.
pub const REQUESTING: &[&str] =
    &["Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action"];

/// Whether somebody may do something in the whole of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Right {
    /// Yes.
    Yes,
    /// Not in the whole subscription; in some of its resource groups perhaps.
    NotWhole,
    /// Azure does not tell.
    CannotSee,
}

/// What somebody may do in a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SubscriptionRights {
    /// Where.
    pub subscription: SubscriptionId,
    /// Find VMs and their addresses: [`SEEING_VMS`].
    pub sees_vms: Right,
    /// See which ports may be asked for: [`READING_POLICIES`].
    pub reads_policies: Right,
    /// Ask for access: [`REQUESTING`], and both of the above.
    pub may_request: Right,
}

/// One element of Azure's list: what one role allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Patterns of allowed actions.
    pub actions: Vec<String>,
    /// Patterns of what these actions do not include. They take nothing from other grants.
    pub not_actions: Vec<String>,
}

impl Grant {
    /// Whether this grant alone allows an action
    /// (<https://learn.microsoft.com/azure/role-based-access-control/role-definitions>).
    #[must_use]
    pub fn allows(&self, action: &str) -> bool {
        let fits = |patterns: &[String]| patterns.iter().any(|pattern| matches(pattern, action));
        fits(&self.actions) && !fits(&self.not_actions)
    }
}

/// Azure's list of permissions at a subscription.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permissions {
    /// What could be read of it. Empty where there is no role at the subscription itself.
    pub grants: Vec<Grant>,
    /// Whether there is more that could not be read: what no grant allows may be in it.
    pub more: bool,
}

impl Permissions {
    /// The rights at `subscription` that this list gives.
    #[must_use]
    pub fn rights(&self, subscription: SubscriptionId) -> SubscriptionRights {
        let requesting = [SEEING_VMS, READING_POLICIES, REQUESTING].concat();
        SubscriptionRights {
            subscription,
            sees_vms: self.right(SEEING_VMS),
            reads_policies: self.right(READING_POLICIES),
            may_request: self.right(&requesting),
        }
    }

    fn right(&self, actions: &[&str]) -> Right {
        let allowed = |action: &&str| self.grants.iter().any(|grant| grant.allows(action));
        if actions.iter().all(allowed) {
            Right::Yes
        } else if self.more {
            Right::CannotSee
        } else {
            Right::NotWhole
        }
    }
}

impl SubscriptionRights {
    /// Where Azure does not tell the list at all.
    #[must_use]
    pub const fn unseen(subscription: SubscriptionId) -> Self {
        Self {
            subscription,
            sees_vms: Right::CannotSee,
            reads_policies: Right::CannotSee,
            may_request: Right::CannotSee,
        }
    }
}

/// Whether an action is of a pattern: without regard to case, `*` for any text, `/` included.
fn matches(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.as_bytes(), action.as_bytes());
    let (mut at, mut read) = (0, 0);
    // After the last star: where the pattern goes on, and how far the star reaches so far.
    let mut star: Option<(usize, usize)> = None;
    while let Some(letter) = action.get(read) {
        match pattern.get(at) {
            Some(b'*') => {
                at += 1;
                star = Some((at, read));
            }
            Some(wanted) if wanted.eq_ignore_ascii_case(letter) => {
                at += 1;
                read += 1;
            }
            Some(_) | None => {
                let Some((after, reach)) = &mut star else {
                    return false;
                };
                *reach += 1;
                (at, read) = (*after, *reach);
            }
        }
    }
    pattern.iter().skip(at).all(|rest| *rest == b'*')
}

#[cfg(test)]
mod tests;
