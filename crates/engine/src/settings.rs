//! The settings in force, as the engine needs them: already read, merged and checked.

use ipnet::Ipv4Net;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::time::{mins, secs};

/// What the engine has to know of settings and machine policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Settings {
    /// For how long access is requested where nobody says; the policy's maximum bounds it.
    #[cfg_attr(test, ts(type = "string"))]
    pub duration: SignedDuration,
    /// How long before the end to warn, longest first.
    #[cfg_attr(test, ts(type = "Array<string>"))]
    pub warn_before: Vec<SignedDuration>,
    /// What to do when the tunnel comes back with another address.
    pub on_address_change: OnAddressChange,
    /// Request even when the port is open already.
    pub always_request: bool,
    /// A reason must be given.
    pub reason_required: bool,
    /// After how long an accepted request counts as late.
    #[cfg_attr(test, ts(type = "string"))]
    pub rule_late_after: SignedDuration,
    /// All traffic goes through the tunnel (a profile or machine policy says so).
    pub full_tunnel: bool,
    /// Sources besides tunnels; from machine policy only.
    #[cfg_attr(test, ts(type = "Array<string>"))]
    pub allowed_sources: Vec<Ipv4Net>,
    /// Whether a person may confirm an unknown tunnel; machine policy can forbid it.
    pub may_confirm_tunnel: bool,
    /// Whether a policy's whole prefix may be asked for after consent; machine policy only.
    pub whole_prefix_allowed: bool,
    /// The VPN to dial where a connection waits for a tunnel, by its name; whichever fits
    /// where `None`.
    #[serde(default)]
    pub vpn: Option<String>,
    /// What only views want to know.
    #[serde(default)]
    pub shell: ShellSettings,
}

/// What views want to know of settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ShellSettings {
    /// For how long access is requested where nobody says.
    #[cfg_attr(test, ts(type = "string"))]
    pub duration: SignedDuration,
    /// A reason must be given.
    pub reason_required: bool,
    /// Light, dark or as the system has it.
    pub theme: Theme,
    /// The language tag of the text (`en`); the system's where `None`.
    pub language: Option<String>,
    /// Start with the person's session.
    pub autostart: bool,
    /// Show notices.
    pub notices: bool,
    /// The cloud's name where it is not Azure's public one: views mark it.
    pub cloud: Option<String>,
}

impl Default for ShellSettings {
    fn default() -> Self {
        Self {
            duration: mins(60),
            reason_required: false,
            theme: Theme::System,
            language: None,
            autostart: false,
            notices: true,
            cloud: None,
        }
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What to do when the tunnel address changes while an access runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum OnAddressChange {
    /// Offer a request for the new address.
    Ask,
    /// Make it.
    Renew,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            duration: mins(60),
            warn_before: vec![mins(15), mins(5)],
            on_address_change: OnAddressChange::Ask,
            always_request: false,
            reason_required: false,
            rule_late_after: secs(60),
            full_tunnel: false,
            allowed_sources: Vec::new(),
            may_confirm_tunnel: true,
            whole_prefix_allowed: false,
            vpn: None,
            shell: ShellSettings::default(),
        }
    }
}
