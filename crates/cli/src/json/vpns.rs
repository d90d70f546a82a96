//! The VPNs that this computer's programs know, as data.

use gangway_engine::dial::{Dialling, VpnProfile};
use serde::Serialize;

use crate::say::name;

/// The answer to `vpn list`.
#[derive(Debug, Serialize)]
pub(crate) struct VpnsJson {
    vpns: Vec<VpnJson>,
}

/// A VPN.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct VpnJson {
    name: String,
    /// The program that keeps it.
    client: String,
    /// The host that it connects to, where that is told.
    server: Option<String>,
    azure: bool,
    imported: bool,
    /// Nothing where the system does not tell.
    connected: Option<bool>,
    /// `by-gangway`, `in-its-program` or `by-hand`.
    dialling: &'static str,
    /// What to run, where it is connected by hand.
    line: Option<String>,
}

impl From<&[VpnProfile]> for VpnsJson {
    fn from(rows: &[VpnProfile]) -> Self {
        Self {
            vpns: rows.iter().map(VpnJson::from).collect(),
        }
    }
}

impl From<&VpnProfile> for VpnJson {
    fn from(profile: &VpnProfile) -> Self {
        let (dialling, line) = match &profile.dialling {
            Dialling::ByGangway => ("by-gangway", None),
            Dialling::InItsProgram => ("in-its-program", None),
            Dialling::ByHand { line } => ("by-hand", Some(line.clone())),
        };
        Self {
            name: profile.entry.name.clone(),
            client: name(profile.entry.client),
            server: profile.server.clone(),
            azure: profile.azure,
            imported: profile.imported,
            connected: profile.connected,
            dialling,
            line,
        }
    }
}

/// The answer to `vpn connect` and `vpn disconnect`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DialJson {
    name: String,
    client: String,
    /// Whether it was ended, not connected.
    ended: bool,
}

impl DialJson {
    /// What was done with this VPN.
    pub(crate) fn new(profile: &VpnProfile, ended: bool) -> Self {
        Self {
            name: profile.entry.name.clone(),
            client: name(profile.entry.client),
            ended,
        }
    }
}
