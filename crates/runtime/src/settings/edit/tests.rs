//! Settings read and changed one by one, comments kept.

use super::super::{MachinePolicy, read_with};
use super::*;

fn home_with(text: &str) -> (tempfile::TempDir, Home) {
    let place = tempfile::tempdir().unwrap();
    let home = Home::at(place.path());
    fs::write(home.settings_file(), text).unwrap();
    (place, home)
}

#[test]
fn a_value_is_set_and_comments_stay() {
    let (_place, home) = home_with("# mine\nduration = \"1h\" # short\n\n[ssh]\nuser = \"a\"\n");
    let (settings, _) = read_with(&home, &MachinePolicy::none());
    set(&home, &settings, "duration", "2h").unwrap();
    set(&home, &settings, "vm.vm-web-01.ssh_port", "2201").unwrap();
    set(&home, &settings, "ssh.user", "b").unwrap();
    set(&home, &settings, "warn_before", "[\"20s\", \"5s\"]").unwrap();
    let text = fs::read_to_string(home.settings_file()).unwrap();
    assert!(text.contains("# mine\nduration = \"2h\" # short"), "{text}");
    assert!(text.contains("[vm.vm-web-01]\nssh_port = 2201"), "{text}");
    let (settings, problems) = read_with(&home, &MachinePolicy::none());
    assert_eq!(problems, []);
    assert_eq!(settings.ssh.user.as_deref(), Some("b"));
    let listed = list(&home, &settings).unwrap();
    let duration = listed.iter().find(|entry| entry.key == "duration").unwrap();
    assert_eq!(
        (duration.value.as_str(), duration.origin),
        ("\"2h\"", Origin::File)
    );
    assert!(
        listed
            .iter()
            .any(|entry| entry.key == "vm.vm-web-01.ssh_port")
    );
    unset(&home, "duration").unwrap();
    assert!(
        !fs::read_to_string(home.settings_file())
            .unwrap()
            .contains("duration")
    );
}

#[test]
fn every_documented_key_is_listed_with_where_it_comes_from() {
    let (_place, home) =
        home_with("extra_pools = [\"10.1.2.0/24\"]\n[rdp]\nclipboard = true\nsound = true\n");
    let demands = serde_json::json!({
        "pools": ["172.16.9.0/24"], "rdp.clipboard": false, "may_confirm_tunnel": false
    });
    let serde_json::Value::Object(demands) = demands else {
        panic!()
    };
    let policy = MachinePolicy::from_values("test", demands);
    let (settings, problems) = read_with(&home, &policy);
    assert_eq!(problems, []);
    let listed = list(&home, &settings).unwrap();
    let of = |key: &str| {
        let entry = listed.iter().find(|entry| entry.key == key);
        let entry = entry.unwrap_or_else(|| panic!("{key} is not listed"));
        (entry.value.as_str(), entry.origin)
    };
    assert_eq!(of("rdp.clipboard"), ("false", Origin::Policy));
    assert_eq!(of("rdp.sound"), ("true", Origin::File));
    assert_eq!(of("rdp.target"), ("\"automatic\"", Origin::Default));
    assert_eq!(of("ssh.user"), ("", Origin::Default));
    assert_eq!(of("pools"), ("[\"172.16.9.0/24\"]", Origin::Policy));
    assert_eq!(of("extra_pools"), ("[\"10.1.2.0/24\"]", Origin::File));
    assert_eq!(of("may_confirm_tunnel"), ("false", Origin::Policy));
    assert_eq!(of("whole_prefixes"), ("false", Origin::Default));
    assert!(set(&home, &settings, "rdp.clipboard", "true").is_err());
    let document: DocumentMut = include_str!("../example.toml").parse().unwrap();
    let mut keys = Vec::new();
    flatten("", document.as_table(), &mut keys);
    for Entry { key, .. } in keys.iter().filter(|entry| !entry.key.starts_with(".vm")) {
        of(key.trim_start_matches('.'));
    }
}

#[test]
fn a_value_that_does_not_fit_leaves_the_file_as_it_is() {
    let text = "duration = \"1h\"\n";
    let (_place, home) = home_with(text);
    let settings = Settings::default();
    for (key, value) in [
        ("duration", "soon"),
        ("duraton", "1h"),
        ("ssh", "x"),
        ("", "x"),
    ] {
        assert!(set(&home, &settings, key, value).is_err(), "{key}");
    }
    assert_eq!(fs::read_to_string(home.settings_file()).unwrap(), text);
}

#[test]
fn what_is_proposed_for_a_key_is_accepted() {
    let (_place, home) = home_with("");
    let settings = Settings::default();
    for entry in list(&home, &settings).unwrap() {
        // What only machine policy may say stands in no file.
        if let Some(value) = example(&entry.key) {
            set(&home, &settings, &entry.key, &value).unwrap();
        }
    }
    assert_eq!(example("duration").as_deref(), Some("2h"));
    let ways = example("sign_in_ways");
    assert_eq!(ways.as_deref(), Some("[\"browser\", \"device-code\"]"));
    assert_eq!(example("vm.vm-db.ssh_port").as_deref(), Some("2201"));
    assert_eq!((example("duraton"), example("ssh")), (None, None));
}

#[test]
fn a_file_with_a_mistake_is_never_written() {
    let text = "duraton = \"1h\"\n";
    let (_place, home) = home_with(text);
    let error = set(&home, &Settings::default(), "duration", "2h").unwrap_err();
    assert_eq!(error.problem().code(), "settings-invalid");
    assert_eq!(fs::read_to_string(home.settings_file()).unwrap(), text);
    let (settings, problems) = read_with(&home, &MachinePolicy::none());
    assert_eq!(settings, Settings::default());
    assert_eq!(problems.len(), 1);
}
