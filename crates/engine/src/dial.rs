//! Dialling: the VPNs that this machine knows, which of them fits, and what came of a wish for one.
//!
//! No password passes through here: whichever program keeps a VPN keeps its sign-in as well.

use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::tunnel::{VpnClient, VpnEntry};

mod dialler;
#[cfg(test)]
mod tests;

pub(crate) use dialler::Dialler;

/// A VPN that stands in the settings of one of this machine's programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VpnProfile {
    /// By which it is known and dialled.
    pub entry: VpnEntry,
    /// The host that it connects to, where that is told. Data.
    pub server: Option<String>,
    /// That host bears a name as Azure's gateways have it.
    pub azure: bool,
    /// An imported profile names the same host.
    pub imported: bool,
    /// Whether it is connected now, where the system tells.
    pub connected: Option<bool>,
    /// What Gangway can do about it.
    pub dialling: Dialling,
}

/// How a VPN is connected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "dialling", rename_all = "kebab-case")]
pub enum Dialling {
    /// Gangway connects it, and ends it.
    ByGangway,
    /// Gangway opens its program; a person chooses it there.
    InItsProgram,
    /// A person runs this line.
    ByHand {
        /// The line, for a terminal.
        line: String,
    },
}

/// How far a program got with a VPN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialled {
    /// It was not connected, and its program begins now: more is told later. Whoever gives it
    /// up from here on ends nothing that was there before.
    Begins,
    /// It is connected.
    Up,
    /// It is being connected: an address tells when it is.
    Begun,
    /// Its program is open: a person has to choose it there.
    Opened,
}

/// A wish to connect a VPN or to end it, and what has become of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DialView {
    /// Which VPN.
    pub entry: VpnEntry,
    /// It is to be ended.
    pub ends: bool,
    /// How far that is.
    pub stage: DialStage,
}

/// How far a dial is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "stage", rename_all = "kebab-case")]
pub enum DialStage {
    /// Its program is at it.
    UnderWay,
    /// Its program has taken it; an address has to come.
    AwaitsAddress,
    /// Its program is open; a person has to choose it there.
    AwaitsPerson,
    /// It was done. How the tunnel stands now is told by the tunnel.
    Done,
    /// It could not be done.
    Failed {
        /// Why.
        problem: Problem,
    },
}

impl DialStage {
    /// Whether something is still to come of it.
    #[must_use]
    pub const fn goes_on(&self) -> bool {
        match self {
            Self::UnderWay | Self::AwaitsAddress | Self::AwaitsPerson => true,
            Self::Done | Self::Failed { .. } => false,
        }
    }
}

/// Why a VPN could not be connected or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum DialWhy {
    /// The gateway refused the name or password that the system keeps.
    SignInRefused,
    /// A name, a password or an answer is wanted that only a person can give.
    WantsPerson,
    /// There is no certificate that could be shown to the gateway.
    CertificateMissing,
    /// The two sides do not accept each other's certificates.
    CertificateRefused,
    /// The two sides know no common way to protect the tunnel.
    NothingInCommon,
    /// The gateway's name leads to no address.
    HostUnknown,
    /// The gateway does not answer.
    NoAnswer,
    /// It is being dialled already.
    Busy,
    /// No program knows a VPN of that name.
    Unknown,
    /// The system does not permit it to this person.
    NotPermitted,
    /// Its name cannot be handed to a program safely.
    NameUnfit,
    /// It is connected by hand.
    ByHand,
    /// Its program is not there, or would not start.
    ProgramMissing,
    /// It took too long.
    TookTooLong,
    /// Its program took it, and no new address came.
    NoAddress,
    /// Something else.
    Other,
}

impl DialWhy {
    /// What stands behind "could not be connected:".
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::SignInRefused => "the gateway refused the name or password kept for it",
            Self::WantsPerson => "it wants a name, a password or an answer that only you can give",
            Self::CertificateMissing => "no certificate for it is on this computer",
            Self::CertificateRefused => {
                "computer and gateway do not accept each other's certificates"
            }
            Self::NothingInCommon => {
                "computer and gateway know no common way to protect the tunnel"
            }
            Self::HostUnknown => "the gateway's name leads nowhere",
            Self::NoAnswer => "the gateway does not answer",
            Self::Busy => "it is being connected already",
            Self::Unknown => "no program here knows a VPN of that name",
            Self::NotPermitted => "the system does not permit it to you",
            Self::NameUnfit => "its name has characters that cannot be handed to its program",
            Self::ByHand => "it is connected by hand",
            Self::ProgramMissing => "its program would not start",
            Self::TookTooLong => "it took too long",
            Self::NoAddress => "no new address came of it, and it was left as it is",
            Self::Other => "its program gives no reason that is known here",
        }
    }
}

/// The VPNs among these that can lead to the company's gateway, best known first: the one
/// that settings name, else those of imported profiles, else those of Azure's gateways, else
/// whatever there is.
#[must_use]
pub fn fitting<'a>(profiles: &'a [VpnProfile], named: Option<&str>) -> Vec<&'a VpnProfile> {
    let of = |fits: &dyn Fn(&VpnProfile) -> bool| -> Vec<&'a VpnProfile> {
        profiles.iter().filter(|profile| fits(profile)).collect()
    };
    if let Some(named) = named {
        return of(&|profile| is_called(profile, named));
    }
    [
        of(&|profile| profile.imported),
        of(&|profile| profile.azure),
        of(&|_| true),
    ]
    .into_iter()
    .find(|found| !found.is_empty())
    .unwrap_or_default()
}

/// Whether a person means this VPN by that name.
#[must_use]
pub fn is_called(profile: &VpnProfile, name: &str) -> bool {
    profile.entry.name.to_lowercase() == name.trim().to_lowercase()
}

impl VpnClient {
    /// The program's name, as people know it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AzureVpnClient => "Azure VPN Client",
            Self::System => "Windows",
            Self::OpenVpnGui => "OpenVPN GUI",
            Self::NetworkManager => "NetworkManager",
            Self::OpenVpn => "OpenVPN",
        }
    }
}
