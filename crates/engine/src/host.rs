//! Who answered: what a greeting tells of the host behind an address.

use serde::{Deserialize, Serialize};

/// What a TCP connect to an address and port brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reachability {
    /// Nothing answered within the attempt's time.
    Silent,
    /// A refusal (RST) came.
    Refused,
    /// TCP completed, no greeting came.
    Open,
    /// The protocol's greeting came, with what it tells of the host.
    Greeted(HostIdentity),
    /// The local system would not let the packet out (no route, address gone).
    Unsendable(String),
}

/// What a host says it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostIdentity {
    /// The fingerprint of the SSH host key (`SHA256:…`) or RDP certificate (hex SHA-256).
    pub fingerprint: Option<String>,
    /// The names in the RDP certificate.
    pub names: Vec<String>,
    /// The first line an SSH server sends, without its line end. Data.
    pub banner: Option<String>,
}

/// What is known of a VM's host before it answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpectedHost {
    /// Fingerprints seen at earlier proved connections to this VM and port.
    pub fingerprints: Vec<String>,
    /// Other VMs that are known to bear one of these fingerprints, by fingerprint.
    pub strangers: Vec<(String, String)>,
}
