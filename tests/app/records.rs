//! Records: a listener in the journal's place hears what happened, with these fields and nothing secret.

use std::collections::BTreeMap;
use std::os::unix::net::UnixDatagram;
use std::path::Path;

use azure_sim::{Fault, Wrong};
use jiff::SignedDuration;

use crate::stage::{Said, Stage, has_ssh};
use crate::wait::LIMIT;

/// Somebody in the journal's place.
struct Journal(UnixDatagram);

impl Journal {
    fn at(path: &Path) -> Self {
        let socket = UnixDatagram::bind(path).unwrap();
        socket.set_read_timeout(Some(LIMIT)).unwrap();
        Self(socket)
    }

    /// The next record, its fields by their names.
    fn next(&self) -> BTreeMap<String, String> {
        let mut bytes = vec![0; 65536];
        let length = self.0.recv(&mut bytes).expect("a record");
        let mut rest = &bytes[..length];
        let mut fields = BTreeMap::new();
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let name = String::from_utf8(rest[..end].to_vec()).unwrap();
            let (size, value) = rest[end + 1..].split_first_chunk::<8>().unwrap();
            let size = usize::try_from(u64::from_le_bytes(*size)).unwrap();
            fields.insert(name, String::from_utf8(value[..size].to_vec()).unwrap());
            rest = &value[size + 1..];
        }
        fields
    }
}

fn connect(stage: &Stage, journal: &Path, vm: &str) -> Said {
    let cloud = stage.home.path().join("cloud.json");
    let (id, port) = (stage.id(vm), stage.port(vm));
    let words = [
        "--cloud",
        cloud.to_str().unwrap(),
        "connect",
        &id,
        "--ssh",
        "--port",
        &port,
        "--",
        "true",
    ];
    let mut command = stage.command(&words);
    command.env("GANGWAY_RECORDS", journal);
    Said::of(command)
}

#[test]
fn requests_launches_ends_and_refusals_are_told() {
    if !has_ssh() {
        return;
    }
    let stage = Stage::demo();
    let path = stage.home.path().join("journal");
    let journal = Journal::at(&path);
    connect(&stage, &path, "vm-web-01").ended(0);
    let request = journal.next();
    assert_eq!(request["GANGWAY_KIND"], "request", "{request:?}");
    assert_eq!(request["GANGWAY_PORT"], stage.port("vm-web-01"));
    assert!(!request["GANGWAY_UNTIL"].is_empty());
    let vm = stage.id("vm-web-01");
    assert!(request["GANGWAY_VM"].eq_ignore_ascii_case(&vm));
    assert_eq!(request["GANGWAY_TENANT"], stage.sim.tenant());
    let launch = journal.next();
    assert_eq!(launch["GANGWAY_KIND"], "launch", "{launch:?}");
    assert_eq!(launch["SYSLOG_IDENTIFIER"], "gangway");
    // Later that access is over, and another one is refused.
    stage.advance(SignedDuration::from_hours(2));
    stage.sim.fault(Fault::on("jit.initiate", Wrong::Forbidden));
    connect(&stage, &path, "vm-web-01").ended(3);
    let mut later = [journal.next(), journal.next()];
    later.sort_by_key(|record| record["GANGWAY_KIND"].clone());
    let [end, refusal] = later;
    assert_eq!(end["GANGWAY_KIND"], "end", "{end:?}");
    assert_eq!(end["GANGWAY_REASON"], "Expired");
    assert_eq!(end["GANGWAY_REQUEST"], request["GANGWAY_REQUEST"]);
    assert_eq!(refusal["GANGWAY_KIND"], "refusal", "{refusal:?}");
    assert_eq!(refusal["PRIORITY"], "4");
    assert_eq!(refusal["GANGWAY_PROBLEM"], "permission-missing");
    for record in [request, launch, end, refusal] {
        let all = format!("{record:?}");
        assert!(!all.contains(&stage.sim.client_secret()), "{all}");
        assert!(!all.contains("eyJ"), "{all}");
    }
}
