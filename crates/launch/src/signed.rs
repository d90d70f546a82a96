//! Looks at a file after it was signed: it still says what was written, and bears a signature.

use std::fs;
use std::io;
use std::path::Path;

use crate::invocation::NewFile;

/// What of a file's own lines has to be among those that are signed. The signer signs all that
/// it knows of the rest, and mstsc asks about what is not.
const SIGNED: &str = "full address";

/// How the keys begin that send the session or its program another way than the target.
const LEADS_ELSEWHERE: [&str; 8] = [
    "gateway",
    "alternate shell",
    "remoteapplication",
    "loadbalanceinfo",
    "kdcproxyname",
    "full address",
    "server port",
    "password",
];

/// Whether the file at `path` says all that `written` said, and bears a signature over its
/// target.
pub(crate) fn holds(path: &Path, written: &NewFile) -> io::Result<bool> {
    let text = text(&fs::read(path)?);
    let lines: Vec<&str> = text.lines().collect();
    let value = |key: &str| {
        let of = |line: &&str| {
            line.get(..key.len())
                .is_some_and(|begins| begins.eq_ignore_ascii_case(key))
        };
        lines
            .iter()
            .copied()
            .find(of)
            .map(|line| &line[key.len()..])
    };
    let scope = value("signscope:s:")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_signed = value("signature:s:").is_some_and(|signature| !signature.trim().is_empty());
    let kept = written.text.lines().all(|line| lines.contains(&line));
    let signs_target = scope.split(',').any(|key| key.trim() == SIGNED);
    Ok(kept && is_signed && signs_target && lines.iter().all(|line| is_ours(line, written)))
}

/// Whether a line says nothing but what was written: it is a line of ours, of the signature's,
/// or the target once more, which the signer adds. Nothing may lead elsewhere.
fn is_ours(line: &str, written: &NewFile) -> bool {
    let line = line.trim_end();
    let key = |line: &str| {
        line.split(':')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
    };
    let mut ours = written.text.lines();
    let address = ours.clone().find(|ours| key(ours) == SIGNED);
    let second = address.map(|address| format!("alternate {address}"));
    let is_new = !ours.any(|ours| key(ours) == key(line));
    match key(line).as_str() {
        "alternate full address" => second.is_some_and(|second| line.eq_ignore_ascii_case(&second)),
        other => {
            written.text.lines().any(|ours| ours.trim_end() == line)
                || (is_new
                    && !LEADS_ELSEWHERE
                        .iter()
                        .any(|begins| other.starts_with(begins)))
        }
    }
}

/// Text as Windows writes it.
fn text(bytes: &[u8]) -> String {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => {
            let (units, _odd) = rest.as_chunks::<2>();
            let units: Vec<u16> = units.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
            String::from_utf16_lossy(&units)
        }
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        bytes => String::from_utf8_lossy(bytes).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invocation::Encoding;

    #[test]
    fn a_signature_counts_only_over_what_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.rdp");
        let written = NewFile {
            extension: "rdp",
            text: "full address:s:10.0.0.4:3389\r\nusername:s:\u{fc}ser\r\n".to_owned(),
            encoding: Encoding::Utf16,
            executable: false,
        };
        let signed = "signscope:s:Full Address,Alternate Full Address\r\nsignature:s:AQAB  \r\n";
        let other = written.text.replace("10.0.0.4", "10.0.0.5");
        for (text, expected) in [
            (written.text.clone(), false),
            (format!("{}{signed}", written.text), true),
            (format!("{other}{signed}"), false),
            (format!("{other}{}{signed}", written.text), false),
            (
                format!(
                    "{}alternate full address:s:10.0.0.4:3389\r\n{signed}",
                    written.text
                ),
                true,
            ),
            (
                format!(
                    "{}alternate full address:s:10.0.0.5:3389\r\n{signed}",
                    written.text
                ),
                false,
            ),
            (
                format!("{}gatewayhostname:s:elsewhere\r\n{signed}", written.text),
                false,
            ),
            (
                format!("{}alternate shell:s:cmd\r\n{signed}", written.text),
                false,
            ),
            (
                format!("{}{}", written.text, signed.replace("Full Address,A", "A")),
                false,
            ),
            (
                format!("{}{}", written.text, signed.replace("AQAB", "")),
                false,
            ),
        ] {
            for encoding in [Encoding::Utf8, Encoding::Utf16] {
                fs::write(&path, encoding.bytes(&text)).unwrap();
                assert_eq!(holds(&path, &written).unwrap(), expected, "{text}");
            }
        }
    }
}
