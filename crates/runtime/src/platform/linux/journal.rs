//! The journal, by its own protocol: one datagram is one entry
//! (<https://systemd.io/JOURNAL_NATIVE_PROTOCOL/>).

use std::ffi::OsStr;
use std::io;
use std::os::unix::net::UnixDatagram;

use crate::records::{Kind, Record};

const SOCKET: &str = "/run/systemd/journal/socket";

/// Tells the journal, or whoever listens at `instead`. Never waits: a journal that cannot
/// keep up misses an entry.
pub(crate) fn tell_system(instead: Option<&OsStr>, record: &Record) -> io::Result<()> {
    let socket = UnixDatagram::unbound()?;
    socket.set_nonblocking(true)?;
    let to = instead.unwrap_or(OsStr::new(SOCKET));
    socket.send_to(&entry(record), to).map(drop)
}

fn entry(record: &Record) -> Vec<u8> {
    // Syslog's numbers: a notice, and a warning.
    let priority = match record.kind {
        Kind::Request | Kind::Launch | Kind::End => "5",
        Kind::Refusal => "4",
    };
    let mut entry = Vec::new();
    put(&mut entry, "MESSAGE", &record.sentence());
    put(&mut entry, "MESSAGE_ID", message_id(record.kind));
    put(&mut entry, "PRIORITY", priority);
    put(&mut entry, "SYSLOG_IDENTIFIER", "gangway");
    for (name, value) in record.fields() {
        if !value.is_empty() {
            put(&mut entry, &format!("GANGWAY_{name}"), &value);
        }
    }
    entry
}

/// What finds all of a kind in the journal, the same for ever
/// (<https://www.freedesktop.org/software/systemd/man/latest/systemd.journal-fields.html>).
const fn message_id(kind: Kind) -> &'static str {
    match kind {
        Kind::Request => "5d1c3f6e0b7a4c0f9e5a2f4b8c6d7e01",
        Kind::Launch => "5d1c3f6e0b7a4c0f9e5a2f4b8c6d7e02",
        Kind::End => "5d1c3f6e0b7a4c0f9e5a2f4b8c6d7e03",
        Kind::Refusal => "5d1c3f6e0b7a4c0f9e5a2f4b8c6d7e04",
    }
}

/// Every value with its length: none can begin a field of its own.
fn put(entry: &mut Vec<u8>, name: &str, value: &str) {
    entry.extend_from_slice(name.as_bytes());
    entry.push(b'\n');
    let length = u64::try_from(value.len()).unwrap_or(u64::MAX);
    entry.extend_from_slice(&length.to_le_bytes());
    entry.extend_from_slice(value.as_bytes());
    entry.push(b'\n');
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::records::hostile;

    /// Reads as the journal does: both forms of a field.
    fn read(mut entry: &[u8]) -> BTreeMap<String, String> {
        let mut fields = BTreeMap::new();
        while !entry.is_empty() {
            let end = entry.iter().position(|it| *it == b'\n').unwrap();
            let line = std::str::from_utf8(&entry[..end]).unwrap();
            entry = &entry[end + 1..];
            let (name, value) = match line.split_once('=') {
                Some((name, value)) => (name, value.to_owned()),
                None => {
                    let (length, rest) = entry.split_first_chunk::<8>().unwrap();
                    let length = usize::try_from(u64::from_le_bytes(*length)).unwrap();
                    let value = String::from_utf8(rest[..length].to_vec()).unwrap();
                    assert_eq!(rest[length], b'\n');
                    entry = &rest[length + 1..];
                    (line, value)
                }
            };
            assert_eq!(fields.insert(name.to_owned(), value), None, "{name} twice");
        }
        fields
    }

    #[test]
    fn a_listener_reads_exactly_these_fields() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("socket");
        let journal = UnixDatagram::bind(&path).unwrap();
        tell_system(Some(path.as_os_str()), &hostile()).unwrap();
        let mut bytes = vec![0; 65536];
        let length = journal.recv(&mut bytes).unwrap();
        let fields = read(&bytes[..length]);
        let names: Vec<_> = fields.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "GANGWAY_ACCOUNT",
                "GANGWAY_AT",
                "GANGWAY_CORRELATION",
                "GANGWAY_KIND",
                "GANGWAY_PORT",
                "GANGWAY_PROBLEM",
                "GANGWAY_REASON",
                "GANGWAY_REQUEST",
                "GANGWAY_SOURCE",
                "GANGWAY_TENANT",
                "GANGWAY_VM",
                "MESSAGE",
                "MESSAGE_ID",
                "PRIORITY",
                "SYSLOG_IDENTIFIER",
            ]
        );
        assert_eq!(fields["GANGWAY_KIND"], "refusal");
        assert_eq!(fields["PRIORITY"], "4");
        assert_eq!(fields["GANGWAY_REQUEST"], "7");
    }

    #[test]
    fn where_nobody_listens_that_is_said() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("nobody");
        assert!(tell_system(Some(path.as_os_str()), &hostile()).is_err());
    }
}
