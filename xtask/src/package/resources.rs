//! What a program for Windows says of itself before it runs: version, maker, icon, and the manifest that Windows obeys.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::place;

/// As the installer and AppLocker's publisher rules name us.
const MAKER: &str = "Gangway contributors";

/// Never more rights than whoever starts it, and paths of any length (`packaging/windows/program.manifest`).
const OBEYED: [&str; 2] = [
    r#"<requestedExecutionLevel level="asInvoker" uiAccess="false"/>"#,
    r#"<longPathAware xmlns="http://schemas.microsoft.com/SMI/2016/WindowsSettings">true</longPathAware>"#,
];

/// Reads them back from a program that was built.
pub(super) fn borne_by(program: &Path, version: &str) -> Result<()> {
    let bytes = fs::read(program).with_context(|| format!("cannot read {}", program.display()))?;
    for (key, wanted) in [
        ("CompanyName", MAKER),
        ("ProductName", "Gangway"),
        ("ProductVersion", version),
        ("FileVersion", version),
    ] {
        let found = said(&bytes, key)?;
        ensure!(
            found.as_deref() == Some(wanted),
            "{} bears {found:?} as {key}, and not {wanted:?}",
            program.display()
        );
    }
    for line in OBEYED {
        ensure!(
            at(&bytes, line.as_bytes()).is_some(),
            "the manifest of {} lacks {line}",
            program.display()
        );
    }
    let icon = fs::read(place::root().join("icons/app/icon.ico"))?;
    let picture = first_picture(&icon).context("icons/app/icon.ico is no icon")?;
    ensure!(
        at(&bytes, picture).is_some(),
        "{} has no icon of ours",
        program.display()
    );
    Ok(())
}

/// A text of the version resource, in Windows' letters: the key, its end, and what it says
/// (<https://learn.microsoft.com/windows/win32/menurc/string-str>).
pub(super) fn said(bytes: &[u8], key: &str) -> Result<Option<String>> {
    let key: Vec<u8> = format!("{key}\0")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let Some(found) = at(bytes, &key) else {
        return Ok(None);
    };
    let units = bytes[found + key.len()..]
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .skip_while(|unit| *unit == 0)
        .take_while(|unit| *unit != 0);
    Ok(Some(String::from_utf16(&units.collect::<Vec<_>>())?))
}

fn at(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|found| found == part)
}

/// The bytes of an icon's first picture: six bytes of head, then for each picture its size and place
/// (<https://learn.microsoft.com/previous-versions/ms997538(v=msdn.10)>).
fn first_picture(icon: &[u8]) -> Option<&[u8]> {
    let number = |from: usize| {
        let four: [u8; 4] = icon.get(from..from + 4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(four)).ok()
    };
    let (size, place) = (number(14)?, number(18)?);
    icon.get(place..place + size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_by_its_key() {
        let text: Vec<u8> = "\u{1}FileVersion\u{0}\u{0}1.2.3\u{0}\u{0}"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(said(&text, "FileVersion").unwrap().unwrap(), "1.2.3");
        assert_eq!(said(&text, "CompanyName").unwrap(), None);
    }

    #[test]
    fn a_program_without_any_is_found_out() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("a.exe");
        fs::write(&program, "MZ").unwrap();
        let error = borne_by(&program, "0.1.0").unwrap_err().to_string();
        assert!(error.contains("CompanyName"), "{error}");
    }

    #[test]
    fn our_icon_has_a_picture() {
        let icon = fs::read(place::root().join("icons/app/icon.ico")).unwrap();
        assert!(first_picture(&icon).unwrap().len() > 100);
        assert_eq!(first_picture(b"none"), None);
    }

    #[test]
    fn the_manifest_that_both_are_given_says_it() {
        let manifest = place::root().join("packaging/windows/program.manifest");
        let manifest = fs::read_to_string(manifest).unwrap();
        for line in OBEYED {
            assert!(manifest.contains(line), "{line}");
        }
        // The tray's is written line by line with a space before each: nothing may stand that has to come first.
        assert!(manifest.starts_with("<assembly "), "{manifest}");
    }
}
