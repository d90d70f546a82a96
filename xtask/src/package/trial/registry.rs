//! The registry as Windows exports it, as a map that can be compared.

use std::collections::BTreeMap;

/// Keys, and in each the values by name (the nameless one is `@`); a key without values is there as well.
pub(super) type Registry = BTreeMap<String, BTreeMap<String, String>>;

/// Reads the text of a .reg file.
pub(super) fn parse(text: &str) -> Registry {
    let text = text.replace("\r\n", "\n").replace("\\\n  ", "");
    let mut registry = Registry::new();
    let mut key = String::new();
    for line in text.lines() {
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            name.clone_into(&mut key);
            registry.entry(key.clone()).or_default();
        } else if let Some((name, data)) = value(line) {
            registry.entry(key.clone()).or_default().insert(name, data);
        }
    }
    registry
}

/// The UTF-16 of a .reg file, with its mark at the beginning.
pub(super) fn text(bytes: &[u8]) -> String {
    let units = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    let text: String = char::decode_utf16(units)
        .map(|letter| letter.unwrap_or('?'))
        .collect();
    text.trim_start_matches('\u{feff}').to_owned()
}

/// `"name"="text"`, `@="text"`, `"name"=dword:00000001`, `"name"=hex(2):43,00`.
fn value(line: &str) -> Option<(String, String)> {
    let (name, data) = match line.strip_prefix('@') {
        Some(rest) => ("@".to_owned(), rest.strip_prefix('=')?),
        None => {
            let end = line.find("\"=")?;
            (unescaped(line.get(1..end)?), line.get(end + 2..)?)
        }
    };
    let data = match data.strip_prefix('"') {
        Some(text) => unescaped(text.strip_suffix('"')?),
        None => match data.strip_prefix("hex(2):") {
            Some(hex) => expandable(hex),
            None => data.to_owned(),
        },
    };
    Some((name, data))
}

fn unescaped(text: &str) -> String {
    text.replace("\\\"", "\"").replace("\\\\", "\\")
}

fn expandable(hex: &str) -> String {
    let bytes: Vec<u8> = hex
        .split(',')
        .filter_map(|byte| u8::from_str_radix(byte.trim(), 16).ok())
        .collect();
    text(&bytes).trim_end_matches('\0').to_owned()
}

/// What is in one and not, or not so, in the other.
pub(super) fn difference(before: &Registry, after: &Registry) -> Vec<String> {
    let none = BTreeMap::new();
    let keys = before.keys().chain(after.keys());
    let mut lines: Vec<String> = Vec::new();
    for key in keys {
        let (old, new) = (before.get(key), after.get(key));
        match (old, new) {
            (Some(_), None) => lines.push(format!("gone: {key}")),
            (None, Some(_)) => lines.push(format!("new: {key}")),
            _ => {}
        }
        let (old, new) = (old.unwrap_or(&none), new.unwrap_or(&none));
        for name in old.keys().chain(new.keys()) {
            if old.get(name) != new.get(name) {
                lines.push(format!(
                    "{key}, {name}: {:?} became {:?}",
                    old.get(name),
                    new.get(name)
                ));
            }
        }
    }
    lines.sort();
    lines.dedup();
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Empty]\r\n\r\n[HKEY_CURRENT_USER\\A]\r\n@=\"\\\"C:\\\\a b\\\\x.exe\\\" -- \\\"%1\\\"\"\r\n\"N\"=dword:00000001\r\n\"Path\"=hex(2):43,00,\\\r\n  3a,00,00,00\r\n";

    #[test]
    fn reads_every_kind_that_is_written() {
        let registry = parse(TEXT);
        assert!(registry["HKEY_CURRENT_USER\\Empty"].is_empty());
        let values = &registry["HKEY_CURRENT_USER\\A"];
        assert_eq!(values["@"], "\"C:\\a b\\x.exe\" -- \"%1\"");
        assert_eq!(values["N"], "dword:00000001");
        assert_eq!(values["Path"], "C:");
    }

    #[test]
    fn tells_what_differs() {
        let (before, after) = (parse(TEXT), parse(&TEXT.replace("00000001", "00000002")));
        assert!(difference(&before, &before).is_empty());
        assert_eq!(difference(&before, &after).len(), 1);
        assert!(
            difference(&before, &Registry::new())
                .contains(&"gone: HKEY_CURRENT_USER\\A".to_owned())
        );
    }
}
