//! Finds hardware addresses within names: Linux calls adapters after theirs (`enx001122334455`).

use std::ops::Range;

/// Hexadecimal digits of a hardware address (IEEE 802 EUI-48).
const DIGITS: usize = 12;

/// What stands between its pairs of digits, where anything does.
const BETWEEN: [u8; 4] = *b":-_.";

/// Where hardware addresses stand in a text, in order, each with its digits in lower case.
///
/// Twelve hexadecimal digits count, in a row or in pairs, whatever letters stand before: `enx`
/// ends in no hexadecimal digit, and of a longer row every digit may be part of one.
pub(super) fn found_in(text: &str) -> Vec<(Range<usize>, String)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match row(bytes, at).or_else(|| pairs(bytes, at)) {
            Some(end) => {
                let digits = text[at..end].chars().filter(char::is_ascii_hexdigit);
                found.push((at..end, digits.collect::<String>().to_ascii_lowercase()));
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// The end of a row of twelve digits or more that begins here.
fn row(bytes: &[u8], at: usize) -> Option<usize> {
    let length = bytes[at..]
        .iter()
        .take_while(|byte| byte.is_ascii_hexdigit())
        .count();
    (length >= DIGITS).then_some(at + length)
}

/// The end of six pairs that begin here, with the same character between all of them.
fn pairs(bytes: &[u8], at: usize) -> Option<usize> {
    let between = *bytes.get(at + 2)?;
    let end = at + DIGITS + DIGITS / 2 - 1;
    let all = bytes.get(at..end)?.iter().enumerate().all(|(place, byte)| {
        if place % 3 == 2 {
            *byte == between
        } else {
            byte.is_ascii_hexdigit()
        }
    });
    (all && BETWEEN.contains(&between)).then_some(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn digits(text: &str) -> Vec<String> {
        let found = found_in(text).into_iter();
        found.map(|(_, digits)| digits).collect()
    }

    #[test]
    fn an_address_is_found_however_it_is_written() {
        for text in [
            "enx001122aabbcc",
            "wlx001122AABBCC",
            "Phone 00:11:22:aa:bb:cc (PAN)",
            "00-11-22-AA-BB-CC",
            "bt_00_11_22_aa_bb_cc",
        ] {
            assert_eq!(digits(text), ["001122aabbcc"], "{text}");
        }
        for text in ["tun0", "Ethernet 2", "vnet-hub", "00:11:22-aa:bb:cc", ""] {
            assert!(digits(text).is_empty(), "{text}");
        }
        assert_eq!(digits("br-0123456789abcdef"), ["0123456789abcdef"]);
    }

    proptest! {
        #[test]
        fn any_text_survives(text in "\\PC*") {
            for (place, _) in found_in(&text) {
                prop_assert!(text.get(place).is_some());
            }
        }
    }
}
