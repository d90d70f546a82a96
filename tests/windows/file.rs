//! An .rdp file as `mstsc.exe` was given it: its bytes, and what a reader that nobody here wrote finds in it.

use ironrdp_propertyset::Value;

/// Its lines, having looked at what holds for every one: UTF-16, little end first, with its mark, each line ended by
/// CR and LF, and nothing that another reader does not understand.
pub(crate) fn lines(bytes: &[u8]) -> Vec<String> {
    assert_eq!(bytes[..2], [0xFF, 0xFE], "no mark");
    let (units, odd) = bytes[2..].as_chunks::<2>();
    assert!(odd.is_empty(), "an odd byte");
    let units: Vec<u16> = units.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    let text = String::from_utf16(&units).unwrap();
    let lines: Vec<String> = text
        .strip_suffix("\r\n")
        .expect("the last line has an end")
        .split("\r\n")
        .map(str::to_owned)
        .collect();
    let broken = |line: &String| line.contains(['\r', '\n', '\0', '\u{feff}']);
    assert!(!lines.iter().any(broken), "{lines:?}");
    let read = ironrdp_rdpfile::parse(&text);
    assert!(read.errors.is_empty(), "{:?}", read.errors);
    let mut found: Vec<String> = read
        .properties
        .iter()
        .map(|(key, value)| match value {
            Value::Int(number) => format!("{key}:i:{number}"),
            Value::Str(text) => format!("{key}:s:{text}"),
        })
        .collect();
    let mut expected = lines.clone();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    lines
}

/// What the launch crate's golden file says of a session for which nothing is set, at this address.
pub(crate) fn golden(address: &str, port: &str) -> Vec<String> {
    const GOLDEN: &str =
        include_str!("../../crates/launch/tests/snapshots/invocations__rdp-Mstsc.snap");
    let (_, text) = GOLDEN.split_once("--- .rdp Utf16\n").expect("a file");
    let text = text.replace("10.20.0.4:3389", &format!("{address}:{port}"));
    text.trim_end().lines().map(str::to_owned).collect()
}

/// The bytes of these lines as Windows writes them.
pub(crate) fn bytes(lines: &[String]) -> Vec<u8> {
    let text: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
    std::iter::once(0xFEFF)
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect()
}
