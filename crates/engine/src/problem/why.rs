//! Why a sign-in was refused, or a way of signing in is not to be had.

use serde::{Deserialize, Serialize};

/// Why Entra refused a sign-in for good, or a person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum RefusedWhy {
    /// Somebody said no on the page.
    Declined,
    /// The account is disabled (AADSTS50057).
    Disabled,
    /// The account is not assigned to the application (AADSTS50105).
    NotAssigned,
    /// The tenants' cross-tenant access policies forbid it (AADSTS500212, 500213).
    CrossTenant,
    /// Entra saw a loop of sign-ins and wants a pause (AADSTS50196).
    Loop,
    /// Anything else; what was observed stands in the details.
    Other,
}

/// Why a way of signing in is not to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum ForbiddenWhy {
    /// Machine policy does not list it.
    Policy,
    /// The person's own `sign_in_ways` do not list it.
    Settings,
    /// It is not set up on this computer.
    NotSetUp,
}
