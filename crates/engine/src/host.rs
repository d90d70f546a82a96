//! Who answered: what a greeting tells of the host behind an address.

use serde::{Deserialize, Serialize};

use crate::vm::Protocol;

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
    /// Whether `came` shows which host greeted, as far as this protocol and what is known
    /// ask for it.
    ///
    /// Where a fingerprint of this protocol is known, one must come: whoever holds the
    /// address could leave it out. RDP always shows a certificate. An SSH host that is not
    /// known yet may share no algorithm with us; its client looks at the key again.
    #[must_use]
    pub fn is_shown_by(&self, came: &HostIdentity, protocol: Protocol) -> bool {
        came.fingerprint.is_some()
            || match protocol {
                Protocol::Rdp => false,
                Protocol::Ssh => !self.fingerprints.iter().any(|known| is_of_ssh(known)),
                Protocol::Port => true,
            }
    }

    /// What was expected instead, where `came` cannot be this VM's host; `None` where it
    /// can. `own` are the names the VM's host may bear.
    ///
    /// A fingerprint of another VM is that VM. A changed SSH host key is another host. An
    /// RDP certificate is renewed by itself every half year, so a changed one counts only
    /// when the names in it are other ones too. What is known of one protocol says nothing
    /// of the other.
    #[must_use]
    pub fn contradicted_by(&self, came: &HostIdentity, own: &[Option<String>]) -> Option<String> {
        let fingerprint = came.fingerprint.as_ref()?;
        if self.fingerprints.contains(fingerprint) {
            return None;
        }
        let known: Vec<&str> = self
            .fingerprints
            .iter()
            .filter(|known| is_of_ssh(known) == is_of_ssh(fingerprint))
            .map(String::as_str)
            .collect();
        let own: Vec<&String> = own.iter().flatten().collect();
        let stranger = self.strangers.iter().any(|(known, _)| known == fingerprint);
        let renewed = came
            .names
            .iter()
            .any(|name| own.iter().any(|known| same_host(name, known)));
        if stranger || (!known.is_empty() && !renewed) {
            let names = own.iter().map(|name| name.as_str()).collect();
            let expected: Vec<&str> = if known.is_empty() { names } else { known };
            return Some(expected.join(", "));
        }
        None
    }
}

/// An SSH key's fingerprint names its digest; an RDP certificate's is bare hex.
fn is_of_ssh(fingerprint: &str) -> bool {
    fingerprint.starts_with("SHA256:")
}

/// Host names compare by their first label, without case, as a domain may follow.
fn same_host(one: &str, other: &str) -> bool {
    let label = |name: &str| name.split('.').next().map(str::to_ascii_lowercase);
    label(one) == label(other)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "SHA256:key";
    const CERTIFICATE: &str = "00ff";

    fn some_of(all: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
        prop::sample::subsequence(all, 0..=all.len())
            .prop_map(|some| some.into_iter().map(str::to_owned).collect())
    }

    proptest! {
        /// Who leaves the fingerprint out gets no further than who shows a wrong one.
        #[test]
        fn leaving_the_fingerprint_out_never_helps(
            fingerprints in some_of(&[KEY, "SHA256:old", CERTIFICATE, "aa11"]),
            names in some_of(&["web", "db"]),
            banner in prop::option::of(Just("SSH-2.0-x".to_owned())),
        ) {
            let expected = ExpectedHost { fingerprints, strangers: Vec::new() };
            let came = HostIdentity { fingerprint: None, names, banner };
            let knows_a_key = expected.fingerprints.iter().any(|known| is_of_ssh(known));
            prop_assert!(!expected.is_shown_by(&came, Protocol::Rdp));
            prop_assert_eq!(expected.is_shown_by(&came, Protocol::Ssh), !knows_a_key);
        }

        /// A key says nothing of a certificate, nor the other way round.
        #[test]
        fn what_one_protocol_showed_does_not_contradict_the_other(
            keys in some_of(&[KEY, "SHA256:old"]),
            certificates in some_of(&[CERTIFICATE, "aa11"]),
        ) {
            let came = |fingerprint: &str| HostIdentity {
                fingerprint: Some(fingerprint.to_owned()),
                ..HostIdentity::default()
            };
            let knowing = |fingerprints| ExpectedHost { fingerprints, strangers: Vec::new() };
            prop_assert_eq!(knowing(keys).contradicted_by(&came("bb22"), &[]), None);
            prop_assert_eq!(knowing(certificates).contradicted_by(&came("SHA256:new"), &[]), None);
        }
    }
}
