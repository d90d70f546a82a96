//! mstsc: with a file, a signed file or none, whatever is set and group policies leave.

use gangway_engine::launch::{LaunchNote, LaunchWay};
use gangway_engine::vm::Protocol;

use crate::certificates::thumbprint;
use crate::error::Error;
use crate::install::Missing;
use crate::installed::Installed;
use crate::invocation::{Argument, Preparation};
use crate::policies::RdpPolicies;
use crate::settings::{RdpMode, RdpSettings};

/// The setting that names the certificate.
const THUMBPRINT: &str = "rdp.thumbprint";

/// How mstsc is told its target.
pub(super) struct Way {
    /// By which way.
    pub(super) way: LaunchWay,
    /// What has to be done before.
    pub(super) before: Vec<Preparation>,
    /// Why this way, and what comes of it.
    pub(super) notes: Vec<LaunchNote>,
}

/// The way that works: the one that is set, or the best that is left.
pub(super) fn way(settings: &RdpSettings, installed: &Installed) -> Result<Way, Error> {
    let policies = &installed.policies;
    let certificate = certificate(settings)?;
    let opens = |hash: &String| opens(policies, hash);
    let signing = certificate.as_ref().filter(|hash| opens(hash));
    let (unsigned, direct) = (
        policies.unsigned_files.allows(),
        policies.signed_files.allows(),
    );
    match (settings.mode, signing) {
        (RdpMode::SignedFile, None) if certificate.is_none() => Err(Error::Refused {
            what: THUMBPRINT,
            why: "is missing: it names the certificate that signs .rdp files",
        }),
        (RdpMode::Automatic | RdpMode::SignedFile, Some(hash)) => signed(hash, installed),
        (RdpMode::Automatic | RdpMode::File, _) if unsigned => Ok(file(
            policies,
            certificate.is_some() && settings.mode == RdpMode::Automatic,
        )),
        (RdpMode::Automatic | RdpMode::Direct, _) if direct => {
            Ok(without_file(settings.mode == RdpMode::Automatic))
        }
        (RdpMode::Automatic | RdpMode::File | RdpMode::SignedFile | RdpMode::Direct, _) => {
            Err(Error::RdpBlocked {
                allowed: allowed(policies),
            })
        }
    }
}

/// What the policies leave open, whatever is set.
fn allowed(policies: &RdpPolicies) -> Vec<LaunchWay> {
    let (unsigned, signed) = (&policies.unsigned_files, &policies.signed_files);
    [
        (LaunchWay::File, unsigned.allows()),
        (
            LaunchWay::SignedFile,
            signed.allows() || !policies.publishers.is_empty(),
        ),
        (LaunchWay::Direct, signed.allows()),
    ]
    .into_iter()
    .filter_map(|(way, open)| open.then_some(way))
    .collect()
}

/// Whether a file that this certificate signs opens. Policies name publishers by SHA-1: of
/// another hash nothing is known beforehand, and Windows decides.
fn opens(policies: &RdpPolicies, hash: &str) -> bool {
    let may_be_named = hash.len() != 40 && !policies.publishers.is_empty();
    policies.opens_signed_by(hash) || may_be_named
}

fn file(policies: &RdpPolicies, would_be_signed: bool) -> Way {
    let warned = (!policies.old_warnings).then_some(LaunchNote::FirstWarning);
    let blocked = would_be_signed.then_some(LaunchNote::SignedBlocked);
    Way {
        way: LaunchWay::File,
        before: Vec::new(),
        notes: warned.into_iter().chain(blocked).collect(),
    }
}

fn without_file(by_need: bool) -> Way {
    let blocked = by_need.then_some(LaunchNote::UnsignedBlocked);
    Way {
        way: LaunchWay::Direct,
        before: Vec::new(),
        notes: blocked
            .into_iter()
            .chain([LaunchNote::DirectDefaults])
            .collect(),
    }
}

/// `rdpsign /sha256 THUMBPRINT FILE`
/// (<https://learn.microsoft.com/windows-server/administration/windows-commands/rdpsign>).
fn signed(hash: &str, installed: &Installed) -> Result<Way, Error> {
    let program = installed
        .signer
        .clone()
        .ok_or_else(|| Error::ClientMissing {
            protocol: Protocol::Rdp,
            missing: Missing::RemoteDesktop,
            looked_for: vec!["rdpsign.exe".to_owned()],
        })?;
    let asks = hash.len() == 40 && !installed.policies.names(hash);
    Ok(Way {
        way: LaunchWay::SignedFile,
        before: vec![Preparation {
            program,
            arguments: vec!["/sha256".into(), hash.into(), Argument::File(0)],
            setting: THUMBPRINT,
            signs: Some(0),
        }],
        notes: asks
            .then_some(LaunchNote::PublisherNotNamed)
            .into_iter()
            .collect(),
    })
}

/// The certificate that is set, where it is wanted.
fn certificate(settings: &RdpSettings) -> Result<Option<String>, Error> {
    let set = match settings.mode {
        RdpMode::Automatic | RdpMode::SignedFile => settings.thumbprint.as_deref(),
        RdpMode::File | RdpMode::Direct => None,
    };
    match set.map(|set| (set, thumbprint(set))) {
        None => Ok(None),
        Some((_, Some(hash))) => Ok(Some(hash)),
        Some((_, None)) => Err(Error::Refused {
            what: THUMBPRINT,
            why: "must have 40 or 64 hexadecimal digits",
        }),
    }
}
