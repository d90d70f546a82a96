//! The tunnel as `--json` shows it.

use gangway_engine::tunnel::{
    Interface, LocalNetwork, Pool, PoolOrigin, TunnelPath, TunnelProof, TunnelView,
};
use gangway_runtime::Profile;
use serde::Serialize;

use super::ProblemJson;
use crate::say::name;

/// The answer to `vpn status`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TunnelJson {
    interfaces: Vec<InterfaceJson>,
    default_route: Option<String>,
    pools: Vec<PoolJson>,
    /// The verdict, where a virtual machine was named.
    verdict: Option<VerdictJson>,
}

impl TunnelJson {
    /// From what a read brought.
    pub(crate) fn new(local: &LocalNetwork, pools: &[Pool], view: Option<&TunnelView>) -> Self {
        Self {
            interfaces: local.interfaces.iter().map(InterfaceJson::from).collect(),
            default_route: local.default_route.clone(),
            pools: pools.iter().map(PoolJson::from).collect(),
            verdict: view.map(VerdictJson::from),
        }
    }
}

/// A local interface.
#[derive(Debug, Serialize)]
pub(crate) struct InterfaceJson {
    name: String,
    kind: String,
    addresses: Vec<String>,
    /// What its driver calls itself, where the system says.
    description: Option<String>,
    /// The VPN entry that it was dialled with, where the system's dialler knows.
    entry: Option<EntryJson>,
}

/// A VPN entry of the system's.
#[derive(Debug, Serialize)]
struct EntryJson {
    name: String,
    /// `azure-vpn-client` or `system`.
    client: String,
}

impl From<&Interface> for InterfaceJson {
    fn from(interface: &Interface) -> Self {
        Self {
            name: interface.name.clone(),
            kind: name(interface.kind),
            addresses: interface
                .addresses
                .iter()
                .map(ToString::to_string)
                .collect(),
            description: interface.description.clone(),
            entry: interface.entry.as_ref().map(|entry| EntryJson {
                name: entry.name.clone(),
                client: name(entry.client),
            }),
        }
    }
}

/// A pool and how it is known.
#[derive(Debug, Serialize)]
pub(crate) struct PoolJson {
    prefix: String,
    /// `gateway`, `profile`, `setting` or `machine-policy`.
    origin: &'static str,
    /// The gateway's id or the profile's name.
    by: Option<String>,
}

impl From<&Pool> for PoolJson {
    fn from(pool: &Pool) -> Self {
        let (origin, by) = match &pool.origin {
            PoolOrigin::Gateway { id } => ("gateway", Some(id.to_string())),
            PoolOrigin::Profile { name } => ("profile", Some(name.clone())),
            PoolOrigin::Setting => ("setting", None),
            PoolOrigin::MachinePolicy => ("machine-policy", None),
        };
        Self {
            prefix: pool.prefix.to_string(),
            origin,
            by,
        }
    }
}

/// Which tunnel leads to a virtual machine, or why none does.
#[derive(Debug, Serialize)]
pub(crate) struct VerdictJson {
    path: Option<PathJson>,
    problem: Option<ProblemJson>,
    evidence: Vec<EvidenceJson>,
}

/// The way through the tunnel.
#[derive(Debug, Serialize)]
struct PathJson {
    interface: String,
    source: String,
    target: String,
    /// `in-pool`, `in-policy-source`, `confirmed` or `allowed-source`.
    proof: &'static str,
    /// The block that proves it, where one does.
    prefix: Option<String>,
}

/// What was found of one interface.
#[derive(Debug, Serialize)]
struct EvidenceJson {
    interface: String,
    address: String,
    finding: String,
}

impl From<&TunnelView> for VerdictJson {
    fn from(view: &TunnelView) -> Self {
        let evidence = view.evidence.iter().map(|it| EvidenceJson {
            interface: it.interface.clone(),
            address: it.address.to_string(),
            finding: crate::show::finding_name(&it.finding).to_owned(),
        });
        Self {
            path: view.verdict.as_ref().ok().map(PathJson::from),
            problem: view.verdict.as_ref().err().map(ProblemJson::from),
            evidence: evidence.collect(),
        }
    }
}

impl From<&TunnelPath> for PathJson {
    fn from(path: &TunnelPath) -> Self {
        let (proof, prefix) = match &path.proof {
            TunnelProof::InPool(pool) => ("in-pool", Some(pool.prefix)),
            TunnelProof::InPolicySource(prefix) => ("in-policy-source", Some(*prefix)),
            TunnelProof::Confirmed => ("confirmed", None),
            TunnelProof::AllowedSource(prefix) => ("allowed-source", Some(*prefix)),
        };
        Self {
            interface: path.interface.clone(),
            source: path.source.to_string(),
            target: path.target.to_string(),
            proof,
            prefix: prefix.map(|it| it.to_string()),
        }
    }
}

/// The answer to `vpn status --capture`.
#[derive(Debug, Serialize)]
pub(crate) struct RecordJson {
    /// The file that was written.
    file: String,
}

impl RecordJson {
    /// Of the file that was written.
    pub(crate) fn new(file: String) -> Self {
        Self { file }
    }
}

/// The answer to `vpn import`.
#[derive(Debug, Serialize)]
pub(crate) struct ProfilesJson {
    /// Each profile that was found.
    pub(crate) profiles: Vec<ProfileJson>,
}

/// A VPN profile.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProfileJson {
    name: String,
    /// The gateway's host name.
    gateway: Option<String>,
    /// The pools that the profile names.
    pools: Vec<String>,
    full_tunnel: bool,
}

impl From<&Profile> for ProfileJson {
    fn from(profile: &Profile) -> Self {
        Self {
            name: profile.name.clone(),
            gateway: profile.gateway.clone(),
            pools: profile.pools.iter().map(ToString::to_string).collect(),
            full_tunnel: profile.full_tunnel,
        }
    }
}
