//! Names and fingerprints out of what a host sent, made harmless.

use ring::digest::{SHA256, digest};
use x509_parser::extensions::GeneralName;
use x509_parser::parse_x509_certificate;

/// The longest name or line that is kept.
const LONGEST: usize = 255;

/// How many names are kept.
const MOST: usize = 16;

/// SHA-256 of a certificate, in lower-case hex.
pub(super) fn fingerprint(certificate: &[u8]) -> String {
    digest(&SHA256, certificate)
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The names a certificate bears: common name first, then alternative names, each once.
pub(super) fn names(certificate: &[u8]) -> Vec<String> {
    let Ok((_, parsed)) = parse_x509_certificate(certificate) else {
        return Vec::new();
    };
    let common = parsed
        .subject()
        .iter_common_name()
        .filter_map(|name| name.as_str().ok());
    let alternative = parsed.subject_alternative_name().ok().flatten();
    let alternative = alternative
        .iter()
        .flat_map(|extension| &extension.value.general_names)
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => Some(*name),
            _ => None,
        });
    let mut names: Vec<String> = Vec::new();
    for name in common.chain(alternative).take(MOST) {
        let name = plain_line(name.as_bytes());
        if !names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            names.push(name);
        }
    }
    names
}

/// A line as text: what is no printable character becomes a question mark.
pub(super) fn plain_line(line: &[u8]) -> String {
    String::from_utf8_lossy(line)
        .trim_end()
        .chars()
        .take(LONGEST)
        .map(|letter| if letter.is_control() { '?' } else { letter })
        .collect()
}
