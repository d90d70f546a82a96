//! How a client is started, and what a person should know of it.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How a client is started, told before it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LaunchView {
    /// By which way.
    pub way: LaunchWay,
    /// What to know of it, the most pressing first.
    pub notes: Vec<LaunchNote>,
}

/// The ways to start a client. The word stands under `launch-way.<name>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum LaunchWay {
    /// SSH in a terminal.
    Terminal,
    /// A program with a window of its own, by its arguments.
    Window,
    /// An .rdp file that nobody signed.
    File,
    /// A signed .rdp file.
    SignedFile,
    /// Remote Desktop by its arguments, without a file.
    Direct,
    /// Nothing is started: the client that runs for this VM comes to the front.
    Front,
}

impl LaunchWay {
    /// The key of its word in the catalogue.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Terminal => "launch-way.terminal",
            Self::Window => "launch-way.window",
            Self::File => "launch-way.file",
            Self::SignedFile => "launch-way.signed-file",
            Self::Direct => "launch-way.direct",
            Self::Front => "launch-way.front",
        }
    }
}

/// What to know of a launch. Its sentence stands under `launch.<name>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(
    tag = "note",
    rename_all = "kebab-case",
    rename_all_fields = "camelCase"
)]
pub enum LaunchNote {
    /// Windows will warn of an .rdp file that nobody signed. Told once to each person.
    FirstWarning,
    /// Group policy blocks .rdp files that nobody signed.
    UnsignedBlocked,
    /// Group policy blocks signed .rdp files but of publishers that it names.
    SignedBlocked,
    /// The file's signature is of a publisher that group policy does not name: Windows asks.
    PublisherNotNamed,
    /// Not signed: the program that signs .rdp files is not here.
    NoSigner,
    /// Not signed: the certificate that is set is not in the person's store.
    CertificateMissing,
    /// Not signed: the certificate has expired, or is not valid yet.
    CertificateOutOfTime,
    /// Not signed: the certificate is there without its private key.
    CertificateWithoutKey,
    /// Not signed: the certificate is made for other things.
    CertificateOfOtherUse,
    /// Not signed: the store of certificates cannot be read.
    CertificatesUnread,
    /// Not signed: the program that signs refused.
    SigningFailed,
    /// Without a file, Remote Desktop takes its own defaults for what is shared.
    DirectDefaults,
    /// Without a file, single monitors cannot be chosen.
    DirectMonitors,
    /// The client is given this name, which leads to the proved address and nowhere else.
    ByName {
        /// The name.
        name: String,
    },
    /// The client is given the address: none of these names leads to it alone.
    ByAddress {
        /// The names that were tried.
        names: Vec<String>,
        /// The address.
        target: Ipv4Addr,
    },
    /// The network answers to these names, but DNS tells no full name of that host.
    NamesNotFull {
        /// The names.
        names: Vec<String>,
    },
    /// No Entra sign-in: no name was found that is the device's and leads to it.
    EntraNeedsName,
    /// No Entra sign-in: it does not go together with Remote Credential Guard.
    EntraNotWithGuard,
    /// No Entra sign-in: only an .rdp file can ask for it.
    EntraNotDirect,
    /// Remote Credential Guard wants Kerberos, and that a name.
    GuardNeedsName,
    /// `PuTTY` keeps the host's key in its own store, under the VM's id.
    OwnHostKeys,
}

impl LaunchNote {
    /// The key of its sentence in the catalogue.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::FirstWarning => "launch.first-warning",
            Self::UnsignedBlocked => "launch.unsigned-blocked",
            Self::SignedBlocked => "launch.signed-blocked",
            Self::PublisherNotNamed => "launch.publisher-not-named",
            Self::NoSigner => "launch.no-signer",
            Self::CertificateMissing => "launch.certificate-missing",
            Self::CertificateOutOfTime => "launch.certificate-out-of-time",
            Self::CertificateWithoutKey => "launch.certificate-without-key",
            Self::CertificateOfOtherUse => "launch.certificate-of-other-use",
            Self::CertificatesUnread => "launch.certificates-unread",
            Self::SigningFailed => "launch.signing-failed",
            Self::DirectDefaults => "launch.direct-defaults",
            Self::DirectMonitors => "launch.direct-monitors",
            Self::ByName { .. } => "launch.by-name",
            Self::ByAddress { .. } => "launch.by-address",
            Self::NamesNotFull { .. } => "launch.names-not-full",
            Self::EntraNeedsName => "launch.entra-needs-name",
            Self::EntraNotWithGuard => "launch.entra-not-with-guard",
            Self::EntraNotDirect => "launch.entra-not-direct",
            Self::GuardNeedsName => "launch.guard-needs-name",
            Self::OwnHostKeys => "launch.own-host-keys",
        }
    }

    /// What its sentence asks for.
    #[must_use]
    pub fn params(&self) -> BTreeMap<&'static str, String> {
        match self {
            Self::ByName { name } => BTreeMap::from([("name", name.clone())]),
            Self::ByAddress { names, target } => {
                BTreeMap::from([("names", names.join(", ")), ("target", target.to_string())])
            }
            Self::NamesNotFull { names } => BTreeMap::from([("names", names.join(", "))]),
            Self::FirstWarning
            | Self::UnsignedBlocked
            | Self::SignedBlocked
            | Self::PublisherNotNamed
            | Self::NoSigner
            | Self::CertificateMissing
            | Self::CertificateOutOfTime
            | Self::CertificateWithoutKey
            | Self::CertificateOfOtherUse
            | Self::CertificatesUnread
            | Self::SigningFailed
            | Self::DirectDefaults
            | Self::DirectMonitors
            | Self::EntraNeedsName
            | Self::EntraNotWithGuard
            | Self::EntraNotDirect
            | Self::GuardNeedsName
            | Self::OwnHostKeys => BTreeMap::new(),
        }
    }
}

/// A certificate of the person's that can sign .rdp files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CertificateEntry {
    /// Whom it names. Data.
    pub name: String,
    /// Who issued it. Data.
    pub issuer: String,
    /// Until when it is valid.
    #[cfg_attr(test, ts(type = "string"))]
    pub ends_at: Timestamp,
    /// Its SHA-1 thumbprint, in hex: what Windows shows, and what group policy names.
    pub thumbprint: String,
    /// Group policy names it as a publisher that is trusted: its files open without a question.
    pub named_by_policy: bool,
    /// It is the one that is set.
    pub chosen: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{catalogue, text};

    #[test]
    fn every_note_and_way_has_its_words_and_fills_them() {
        let target = [10, 0, 0, 4].into();
        let names = vec!["a".to_owned(), "b".to_owned()];
        let notes = [
            LaunchNote::FirstWarning,
            LaunchNote::UnsignedBlocked,
            LaunchNote::SignedBlocked,
            LaunchNote::PublisherNotNamed,
            LaunchNote::NoSigner,
            LaunchNote::CertificateMissing,
            LaunchNote::CertificateOutOfTime,
            LaunchNote::CertificateWithoutKey,
            LaunchNote::CertificateOfOtherUse,
            LaunchNote::CertificatesUnread,
            LaunchNote::SigningFailed,
            LaunchNote::DirectDefaults,
            LaunchNote::DirectMonitors,
            LaunchNote::ByName { name: "a".into() },
            LaunchNote::NamesNotFull {
                names: names.clone(),
            },
            LaunchNote::ByAddress { names, target },
            LaunchNote::EntraNeedsName,
            LaunchNote::EntraNotWithGuard,
            LaunchNote::EntraNotDirect,
            LaunchNote::GuardNeedsName,
            LaunchNote::OwnHostKeys,
        ];
        let mut keys: Vec<&str> = Vec::new();
        for note in &notes {
            let said = text(note.key(), &note.params());
            assert!(said != note.key() && !said.contains('{'), "{said}");
            let name = note.key().trim_start_matches("launch.");
            let json = serde_json::to_value(note).unwrap();
            assert_eq!(json["note"], name);
            keys.push(note.key());
        }
        keys.sort_unstable();
        let known = catalogue().keys().filter(|key| key.starts_with("launch."));
        assert_eq!(keys, known.map(String::as_str).collect::<Vec<_>>());
        for way in [
            LaunchWay::Terminal,
            LaunchWay::Window,
            LaunchWay::File,
            LaunchWay::SignedFile,
            LaunchWay::Direct,
            LaunchWay::Front,
        ] {
            assert!(catalogue().contains_key(way.key()), "{}", way.key());
        }
    }
}
