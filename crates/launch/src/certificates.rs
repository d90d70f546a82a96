//! The person's certificates that can sign .rdp files.

use std::io;

use gangway_engine::launch::CertificateEntry;
use jiff::Timestamp;

use crate::platform;
use crate::policies::RdpPolicies;

/// A certificate of the person's store, with its private key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Certificate {
    pub(crate) name: String,
    pub(crate) issuer: String,
    pub(crate) begins_at: Timestamp,
    pub(crate) ends_at: Timestamp,
    /// SHA-1, upper-case hex.
    pub(crate) thumbprint: String,
    /// SHA-256, upper-case hex, where the store tells.
    pub(crate) sha256: Option<String>,
    /// What it may be used for; none means anything.
    pub(crate) uses: Option<Vec<String>>,
}

/// A server's certificate, one for code, and one made for .rdp files serve to sign them
/// (<https://learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2008-R2-and-2008/cc754499(v=ws.11)>);
/// so does one for anything.
const SIGNING: [&str; 4] = [
    "1.3.6.1.5.5.7.3.1",
    "1.3.6.1.5.5.7.3.3",
    "1.3.6.1.4.1.311.54.1.2",
    "2.5.29.37.0",
];

impl Certificate {
    fn signs_at(&self, now: Timestamp) -> bool {
        let is_valid = self.begins_at <= now && now < self.ends_at;
        let uses = self.uses.as_ref();
        is_valid && uses.is_none_or(|uses| uses.iter().any(|one| SIGNING.contains(&one.as_str())))
    }

    fn is(&self, thumbprint: &str) -> bool {
        thumbprint.eq_ignore_ascii_case(&self.thumbprint)
            || self
                .sha256
                .as_deref()
                .is_some_and(|one| one.eq_ignore_ascii_case(thumbprint))
    }
}

/// The certificates of the person's store that can sign .rdp files now, those that end last
/// first. `chosen` is the thumbprint that is set. None on other systems.
///
/// # Errors
/// The system's, where the store cannot be opened.
pub fn certificates(
    now: Timestamp,
    chosen: Option<&str>,
    policies: &RdpPolicies,
) -> io::Result<Vec<CertificateEntry>> {
    let chosen = chosen.and_then(thumbprint);
    let mut found: Vec<Certificate> = platform::certificates()?;
    found.retain(|one| one.signs_at(now));
    found.sort_by(|one, other| (other.ends_at, &one.name).cmp(&(one.ends_at, &other.name)));
    Ok(found
        .into_iter()
        .map(|one| CertificateEntry {
            named_by_policy: policies.names(&one.thumbprint),
            chosen: chosen.as_deref().is_some_and(|chosen| one.is(chosen)),
            name: one.name,
            issuer: one.issuer,
            ends_at: one.ends_at,
            thumbprint: one.thumbprint,
        })
        .collect())
}

/// A thumbprint in upper-case hex; `None` for what is none. Windows' certificate window shows
/// one with spaces and begins it with an invisible mark; both come along when it is copied.
#[must_use]
pub fn thumbprint(text: &str) -> Option<String> {
    let digits: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{200e}')
        .collect();
    let fits = matches!(digits.len(), 40 | 64) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    fits.then(|| digits.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(uses: Option<&[&str]>) -> Certificate {
        Certificate {
            name: "Contoso RDP".to_owned(),
            issuer: "Contoso CA".to_owned(),
            begins_at: Timestamp::from_second(100).unwrap(),
            ends_at: Timestamp::from_second(200).unwrap(),
            thumbprint: "AB".repeat(20),
            sha256: Some("CD".repeat(32)),
            uses: uses.map(|uses| uses.iter().map(ToString::to_string).collect()),
        }
    }

    #[test]
    fn what_signs_is_valid_and_made_for_it() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let any = certificate(None);
        assert!(any.signs_at(at(100)) && any.signs_at(at(199)));
        assert!(!any.signs_at(at(99)) && !any.signs_at(at(200)));
        assert!(certificate(Some(&["1.2.3", "1.3.6.1.5.5.7.3.3"])).signs_at(at(150)));
        // For clients and for mail only.
        let others = certificate(Some(&["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.4"]));
        assert!(!others.signs_at(at(150)) && !certificate(Some(&[])).signs_at(at(150)));
        assert!(any.is(&"ab".repeat(20)) && any.is(&"cd".repeat(32)) && !any.is("ab"));
    }

    #[test]
    fn a_thumbprint_is_taken_as_windows_shows_it() {
        let shown = format!("\u{200e}ab {}", "0c ".repeat(19));
        assert_eq!(thumbprint(&shown), Some(format!("AB{}", "0C".repeat(19))));
        for wrong in ["", "ab", "/v deadbeef", &"zz".repeat(20)] {
            assert_eq!(thumbprint(wrong), None, "{wrong}");
        }
    }
}
