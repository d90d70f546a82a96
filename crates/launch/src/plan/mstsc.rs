//! mstsc: with a file, a signed file or none, whatever is set and group policies leave.

use gangway_engine::vm::Protocol;

use crate::error::Error;
use crate::installed::Installed;
use crate::invocation::{Argument, Preparation};
use crate::settings::{RdpMode, RdpSettings};

/// The setting that names the certificate.
const THUMBPRINT: &str = "rdp.thumbprint";

/// How mstsc is told its target.
pub(super) enum Way {
    /// On its command line.
    Direct,
    /// By a file, after these steps.
    File(Vec<Preparation>),
}

pub(super) fn way(settings: &RdpSettings, installed: &Installed) -> Result<Way, Error> {
    let blocked = installed.blocked;
    match (settings.mode, &settings.thumbprint) {
        (RdpMode::Automatic | RdpMode::SignedFile, Some(thumbprint)) => {
            Ok(Way::File(vec![signing(thumbprint, installed)?]))
        }
        (RdpMode::SignedFile, None) => Err(Error::Refused {
            what: THUMBPRINT,
            why: "is missing: it names the certificate that signs .rdp files",
        }),
        (RdpMode::Automatic | RdpMode::File, _) if !blocked.unsigned_files => {
            Ok(Way::File(Vec::new()))
        }
        (RdpMode::Automatic | RdpMode::Direct, _) if !blocked.direct => Ok(Way::Direct),
        (RdpMode::Automatic | RdpMode::File | RdpMode::Direct, _) => Err(Error::RdpBlocked),
    }
}

/// `rdpsign /sha256 THUMBPRINT FILE`
/// (<https://learn.microsoft.com/windows-server/administration/windows-commands/rdpsign>).
fn signing(thumbprint: &str, installed: &Installed) -> Result<Preparation, Error> {
    let program = installed
        .signer
        .clone()
        .ok_or_else(|| Error::ClientMissing {
            protocol: Protocol::Rdp,
            looked_for: vec!["rdpsign.exe".to_owned()],
        })?;
    Ok(Preparation {
        program,
        arguments: vec!["/sha256".into(), hex(thumbprint)?.into(), Argument::File(0)],
        setting: THUMBPRINT,
    })
}

/// Windows' certificate window shows a thumbprint with spaces and begins it with an
/// invisible mark; both come along when it is copied.
fn hex(thumbprint: &str) -> Result<String, Error> {
    let digits: String = thumbprint
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{200e}')
        .collect();
    let fits = matches!(digits.len(), 40 | 64) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    if fits {
        Ok(digits.to_ascii_uppercase())
    } else {
        Err(Error::Refused {
            what: THUMBPRINT,
            why: "must have 40 or 64 hexadecimal digits",
        })
    }
}
