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

impl HostIdentity {
    /// What it said of itself, for a person.
    #[must_use]
    pub fn described(&self) -> String {
        let names = self.names.join(", ");
        match (&self.fingerprint, names.is_empty()) {
            (Some(fingerprint), true) => fingerprint.clone(),
            (Some(fingerprint), false) => format!("{names} ({fingerprint})"),
            (None, false) => names,
            (None, true) => self.banner.clone().unwrap_or_default(),
        }
    }
}

impl ExpectedHost {
    /// What was expected instead, where `came` cannot be this VM's host; `None` where it
    /// can. `own` are the names the VM's host may bear.
    ///
    /// A fingerprint of another VM is that VM. A changed SSH host key is another host. An
    /// RDP certificate is renewed by itself every half year, so a changed one counts only
    /// when the names in it are other ones too.
    #[must_use]
    pub fn contradicted_by(&self, came: &HostIdentity, own: &[Option<String>]) -> Option<String> {
        let fingerprint = came.fingerprint.as_ref()?;
        if self.fingerprints.contains(fingerprint) {
            return None;
        }
        let own: Vec<&String> = own.iter().flatten().collect();
        let stranger = self.strangers.iter().any(|(known, _)| known == fingerprint);
        let changed = !self.fingerprints.is_empty();
        let renewed = came
            .names
            .iter()
            .any(|name| own.iter().any(|known| same_host(name, known)));
        if stranger || (changed && !renewed) {
            let names = own.iter().map(|name| name.as_str()).collect::<Vec<_>>();
            let known = self
                .fingerprints
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>();
            let expected = if known.is_empty() { names } else { known };
            return Some(expected.join(", "));
        }
        None
    }
}

/// Host names compare by their first label, without case, as a domain may follow.
fn same_host(one: &str, other: &str) -> bool {
    let label = |name: &str| name.split('.').next().map(str::to_ascii_lowercase);
    label(one) == label(other)
}
