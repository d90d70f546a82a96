//! mstsc: with a file, a signed file or none, whatever is set and group policies leave.

use gangway_engine::launch::{LaunchNote, LaunchWay};
use gangway_engine::vm::Protocol;

use crate::certificates::{Standing, thumbprint};
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
    /// The next best, should what has to be done before fail.
    pub(super) otherwise: Option<Box<Way>>,
}

/// The way that works: the one that is set, or the best that is left.
pub(super) fn way(settings: &RdpSettings, installed: &Installed) -> Result<Way, Error> {
    let policies = &installed.policies;
    let blocked = || Error::RdpBlocked {
        allowed: allowed(policies),
    };
    match settings.mode {
        RdpMode::File if policies.unsigned_files.allows() => Ok(file(policies)),
        RdpMode::Direct if policies.signed_files.allows() => Ok(without_file(false)),
        RdpMode::File | RdpMode::Direct => Err(blocked()),
        RdpMode::SignedFile => {
            let set = settings.thumbprint.as_deref().ok_or(Error::Refused {
                what: THUMBPRINT,
                why: "is missing: it names the certificate that signs .rdp files",
            })?;
            let hash = thumbprint(set).ok_or(Error::Refused {
                what: THUMBPRINT,
                why: "must have 40 or 64 hexadecimal digits",
            })?;
            if !opens(policies, &hash) {
                return Err(blocked());
            }
            signed(&hash, installed).map_err(refusal)
        }
        RdpMode::Automatic => {
            let Some(set) = settings.thumbprint.as_deref() else {
                return unsigned(policies).ok_or_else(blocked);
            };
            // Nobody can have a certificate of what is no thumbprint.
            let signing = match thumbprint(set) {
                None => Err(LaunchNote::CertificateMissing),
                Some(hash) if !opens(policies, &hash) => Err(LaunchNote::SignedBlocked),
                Some(hash) => signed(&hash, installed),
            };
            match (signing, unsigned(policies)) {
                (Ok(signed), next) => Ok(Way {
                    otherwise: next.map(|next| Box::new(next.because(LaunchNote::SigningFailed))),
                    ..signed
                }),
                (Err(why), Some(next)) => Ok(next.because(why)),
                (Err(LaunchNote::SignedBlocked), None) => Err(blocked()),
                (Err(why), None) => Err(refusal(why)),
            }
        }
    }
}

impl Way {
    /// The same way, taken for a reason.
    fn because(mut self, why: LaunchNote) -> Self {
        self.notes.insert(0, why);
        self
    }
}

/// The best way that needs no certificate.
fn unsigned(policies: &RdpPolicies) -> Option<Way> {
    if policies.unsigned_files.allows() {
        return Some(file(policies));
    }
    policies.signed_files.allows().then(|| without_file(true))
}

/// A certificate that cannot sign, where nothing else is wanted or allowed.
fn refusal(why: LaunchNote) -> Error {
    let why = match why {
        LaunchNote::NoSigner => {
            return Error::ClientMissing {
                protocol: Protocol::Rdp,
                missing: Missing::RemoteDesktop,
                looked_for: vec!["rdpsign.exe".to_owned()],
            };
        }
        LaunchNote::CertificateOutOfTime => {
            "names a certificate that has expired or is not valid yet"
        }
        LaunchNote::CertificateWithoutKey => "names a certificate whose private key is not here",
        LaunchNote::CertificateOfOtherUse => "names a certificate that is made for other uses",
        LaunchNote::CertificatesUnread => {
            "names a certificate, and your store of certificates cannot be read"
        }
        _ => "names a certificate that your store does not have",
    };
    Error::Refused {
        what: THUMBPRINT,
        why,
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

fn file(policies: &RdpPolicies) -> Way {
    let warned = (!policies.old_warnings).then_some(LaunchNote::FirstWarning);
    Way {
        way: LaunchWay::File,
        before: Vec::new(),
        notes: warned.into_iter().collect(),
        otherwise: None,
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
        otherwise: None,
    }
}

/// `rdpsign /sha256 THUMBPRINT FILE`
/// (<https://learn.microsoft.com/windows-server/administration/windows-commands/rdpsign>), or why
/// it cannot be.
fn signed(hash: &str, installed: &Installed) -> Result<Way, LaunchNote> {
    let program = installed.signer.clone().ok_or(LaunchNote::NoSigner)?;
    match &installed.certificate {
        None | Some(Standing::Usable) => {}
        Some(Standing::Missing) => return Err(LaunchNote::CertificateMissing),
        Some(Standing::OutOfTime) => return Err(LaunchNote::CertificateOutOfTime),
        Some(Standing::WithoutKey) => return Err(LaunchNote::CertificateWithoutKey),
        Some(Standing::OfOtherUse) => return Err(LaunchNote::CertificateOfOtherUse),
        Some(Standing::Unread(_)) => return Err(LaunchNote::CertificatesUnread),
    }
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
        otherwise: None,
    })
}
