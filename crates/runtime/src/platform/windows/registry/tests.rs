//! What group policy writes into the registry is what is read from it; under Wine as on Windows.

use std::fmt::Write;
use std::process::{Command, Stdio};

use gangway_engine::problem::Problem;
use serde_json::json;

use super::super::policy_below;
use super::*;
use crate::home::Home;
use crate::settings::{self, Entry, MachinePolicy, Origin, admx};

#[test]
fn policy_is_read_as_group_policy_writes_it_and_the_machine_beats_the_person() {
    let (path, person, machine) = keys("Both");
    let of_person = admx::enabled(true);
    let of_machine: Map<String, Value> = admx::enabled(false).into_iter().step_by(3).collect();
    assert!(person.import(&of_person), "reg import failed");
    if !machine.import(&of_machine) {
        gangway_skips::skip_without("only an administrator writes what is the machine's");
        return;
    }
    let policy = policy_below(&path);
    assert_eq!(policy.problems(), []);
    let mut merged = of_person;
    merged.extend(of_machine.clone());
    let wanted = in_force(&MachinePolicy::from_values("wanted", merged));
    let read = in_force(&policy);
    assert_eq!(read.len(), wanted.len());
    for (read, wanted) in read.iter().zip(wanted) {
        assert_eq!((&read.key, &read.value), (&wanted.key, &wanted.value));
        assert_eq!(read.origin, Origin::Policy, "{}", read.key);
        let hive = if of_machine.contains_key(&read.key) {
            "HKLM"
        } else {
            "HKCU"
        };
        assert_eq!(read.place, Some(format!("{hive}\\{path}")), "{}", read.key);
    }
    // Without the machine's key the person's says it all, and without either there is none.
    drop(machine);
    let alone = in_force(&policy_below(&path));
    let wanted = in_force(&MachinePolicy::from_values("wanted", admx::enabled(true)));
    let values = |entries: &[Entry]| {
        entries
            .iter()
            .map(|of| of.value.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(values(&alone), values(&wanted));
    drop(person);
    let none = in_force(&policy_below(&path));
    assert!(none.iter().all(|entry| entry.origin == Origin::Default));
}

#[test]
fn a_long_list_is_read_whole_and_a_value_of_another_type_is_told() {
    let (path, person, _machine) = keys("Long");
    let pools: Vec<String> = (0..4_000)
        .map(|at| format!("10.{}.{}.0/24", at / 250, at % 250))
        .collect();
    let values = [("pools".to_owned(), json!(pools))];
    assert!(person.import(&values.into_iter().collect()));
    let policy = policy_below(&path);
    assert_eq!(policy.problems(), []);
    let read = in_force(&policy);
    let read = read.iter().find(|entry| entry.key == "pools").unwrap();
    assert_eq!(read.value.matches("/24").count(), 4_000);
    // Blanks, names in other letters and the key's own value are no mistakes; bytes are one.
    person.import_text("@=\"x\"\n\"Duration\"=\" 90m \"\n");
    assert_eq!(policy_below(&path).problems(), []);
    person.import_text("\"notices\"=hex:01,02\n");
    let policy = policy_below(&path);
    let told = format!("{:?}", policy.problems());
    assert!(
        told.contains("\"notices\"") && told.contains("is neither") && told.contains("HKCU"),
        "{told}"
    );
}

#[test]
fn a_key_below_the_policy_s_locks_what_may_be_meant_by_it() {
    let (path, person, _machine) = keys("Below");
    let below = |name: &str| Key(format!(r"{}\{name}", person.0));
    let [rdp, notices, vm] = ["Rdp", "notices", "vm"].map(below);
    assert!(rdp.import_text("\"drives\"=dword:00000000\n"));
    assert!(notices.import_text("") && vm.import_text(""));
    person.import_text("\"rdp.usb\"=dword:00000001\n");
    let policy = policy_below(&path);
    let told = format!("{:?}", policy.problems());
    assert_eq!(policy.problems().len(), 3, "{told}");
    for name in ["\"Rdp\"", "\"notices\"", "\"vm\"", "it is a key", "HKCU"] {
        assert!(told.contains(name), "{name}: {told}");
    }
    for entry in told_and_in_force(&policy).1 {
        let is_meant = entry.key.starts_with("rdp.") || entry.key == "notices";
        assert_eq!(entry.origin == Origin::Policy, is_meant, "{}", entry.key);
        if entry.key == "rdp.usb" {
            assert_eq!(entry.value, "true");
        }
    }
}

fn in_force(policy: &MachinePolicy) -> Vec<Entry> {
    let (problems, entries) = told_and_in_force(policy);
    assert_eq!(problems, []);
    entries
}

fn told_and_in_force(policy: &MachinePolicy) -> (Vec<Problem>, Vec<Entry>) {
    let place = tempfile::tempdir().unwrap();
    let home = Home::at(place.path());
    let (settings, problems) = settings::read_with(&home, policy);
    let entries = settings::list(&home, &settings).unwrap();
    (problems, entries)
}

/// A key of this test alone, in both hives.
fn keys(test: &str) -> (String, Key, Key) {
    let path = format!(r"Software\GangwayTest{test}-{}", std::process::id());
    let key = |hive: &str| Key(format!("{hive}\\{path}"));
    let (person, machine) = (key("HKEY_CURRENT_USER"), key("HKEY_LOCAL_MACHINE"));
    (path, person, machine)
}

/// A key that is gone with its test.
struct Key(String);

impl Key {
    /// Writes values as a policy editor does: `REG_DWORD`, `REG_SZ`, `REG_MULTI_SZ`.
    fn import(&self, values: &Map<String, Value>) -> bool {
        let mut text = String::new();
        for (name, value) in values {
            let value = match value {
                Value::Number(number) => format!("dword:{:08x}", number.as_u64().unwrap()),
                Value::String(text) => {
                    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
                    format!("\"{escaped}\"")
                }
                Value::Array(entries) => {
                    let entries = entries.iter().map(|entry| entry.as_str().unwrap());
                    let mut units: Vec<u16> = Vec::new();
                    for entry in entries {
                        units.extend(entry.encode_utf16().chain([0]));
                    }
                    units.push(0);
                    let bytes = units.iter().flat_map(|unit| unit.to_le_bytes());
                    let bytes: Vec<String> = bytes.map(|byte| format!("{byte:02x}")).collect();
                    format!("hex(7):{}", bytes.join(","))
                }
                other => panic!("{other}"),
            };
            let _written = writeln!(text, "\"{name}\"={value}");
        }
        self.import_text(&text)
    }

    fn import_text(&self, values: &str) -> bool {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("policy.reg");
        let text = format!(
            "Windows Registry Editor Version 5.00\n\n[{}]\n{values}\n",
            self.0
        );
        let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
        let bytes: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
        std::fs::write(&file, bytes).unwrap();
        reg(&["import", &file.display().to_string()])
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        let _was_there = reg(&["delete", &self.0, "/f"]);
    }
}

fn reg(arguments: &[&str]) -> bool {
    let mut command = Command::new("reg");
    let command = command.args(arguments);
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().unwrap().success()
}
