//! The person's certificates that can sign .rdp files.

use std::io;

use gangway_engine::launch::CertificateEntry;
use jiff::Timestamp;

use crate::platform;
use crate::policies::RdpPolicies;

/// A certificate of the person's store.
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
    /// Whether its private key is here.
    pub(crate) has_key: bool,
}

/// What can be said of the certificate that is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It can sign now.
    Usable,
    /// The person's store has none of this thumbprint.
    Missing,
    /// It has expired, or is not valid yet.
    OutOfTime,
    /// Its private key is not here.
    WithoutKey,
    /// It is made for other uses.
    OfOtherUse,
    /// The store cannot be read, and why.
    Unread(String),
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
        self.standing(now) == Standing::Usable
    }

    fn standing(&self, now: Timestamp) -> Standing {
        let signs = |uses: &Vec<String>| uses.iter().any(|one| SIGNING.contains(&one.as_str()));
        if !self.has_key {
            Standing::WithoutKey
        } else if now < self.begins_at || self.ends_at <= now {
            Standing::OutOfTime
        } else if !self.uses.as_ref().is_none_or(signs) {
            Standing::OfOtherUse
        } else {
            Standing::Usable
        }
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

/// What can be said of the certificate with this thumbprint.
pub(crate) fn standing(set: &str, now: Timestamp) -> Standing {
    match platform::certificates() {
        Ok(found) => standing_in(&found, set, now),
        Err(error) => Standing::Unread(error.to_string()),
    }
}

fn standing_in(found: &[Certificate], set: &str, now: Timestamp) -> Standing {
    let wanted = thumbprint(set);
    let is_set = |one: &&Certificate| wanted.as_deref().is_some_and(|wanted| one.is(wanted));
    match found.iter().find(is_set) {
        Some(one) => one.standing(now),
        None => Standing::Missing,
    }
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
            has_key: true,
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
    fn what_cannot_sign_says_why() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let others = Certificate {
            has_key: false,
            ..certificate(None)
        };
        let set = "ab ".repeat(20);
        let told = |found: &[Certificate], now| standing_in(found, &set, at(now));
        assert_eq!(told(&[certificate(None)], 150), Standing::Usable);
        assert_eq!(told(&[certificate(None)], 200), Standing::OutOfTime);
        assert_eq!(told(&[certificate(None)], 50), Standing::OutOfTime);
        assert_eq!(told(&[others], 150), Standing::WithoutKey);
        assert_eq!(
            told(&[certificate(Some(&["1.2"]))], 150),
            Standing::OfOtherUse
        );
        assert_eq!(told(&[], 150), Standing::Missing);
        let nonsense = standing_in(&[certificate(None)], "nonsense", at(150));
        assert_eq!(nonsense, Standing::Missing);
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
