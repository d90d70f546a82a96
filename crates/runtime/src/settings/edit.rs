//! Reading and changing single settings, comments and order kept.

use std::fs;
use std::io::Write;

use gangway_engine::problem::Problem;
use serde::Serialize;
use toml_edit::{DocumentMut, Item, Table, TableLike, Value};

use super::file;
use super::in_force::in_force;
use super::merge::Settings;
use crate::error::Error;
use crate::home::Home;

/// A setting, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its key, with dots.
    pub key: String,
    /// Its value as it would stand in the file.
    pub value: String,
    /// Where the value comes from.
    pub origin: Origin,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// The person's file.
    File,
    /// Machine policy: locked.
    Policy,
}

/// Every documented setting in force, its value empty where there is none, and what the file
/// says of single VMs.
///
/// # Errors
/// The problem of a file with a mistake.
pub fn list(home: &Home, settings: &Settings) -> Result<Vec<Entry>, Problem> {
    let document = document(home)?;
    let mut entries: Vec<Entry> = in_force(settings)
        .into_iter()
        .map(|(key, value)| Entry {
            origin: if settings.locked.contains(key) {
                Origin::Policy
            } else if stands_in(&document, key) {
                Origin::File
            } else {
                Origin::Default
            },
            key: key.to_owned(),
            value: value.map(|value| value.to_string()).unwrap_or_default(),
        })
        .collect();
    if let Some(table) = document.get("vm").and_then(Item::as_table_like) {
        flatten("vm", table, &mut entries);
    }
    Ok(entries)
}

/// Sets one value. `value` may be TOML (`"1h"`, `true`, `["15m", "5m"]`); what is no TOML is a text.
///
/// # Errors
/// `settings-invalid` when the file has a mistake already or would have one then, in both
/// cases the file is left as it is; [`Error::Setting`] when machine policy has set the key;
/// [`Error::File`] when it cannot be written.
pub fn set(home: &Home, settings: &Settings, key: &str, value: &str) -> Result<(), Error> {
    let path = split(key)?;
    if let Some(locked) = settings.locked.get(path.join(".").as_str()) {
        return Err(Error::Setting {
            mistake: format!("{locked} is set by machine policy"),
        });
    }
    let mut document = document(home)?;
    let value: Value = value.trim().parse().unwrap_or_else(|_text| value.into());
    let (last, tables) = path.split_last().unwrap_or((&path[0], &[]));
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for name in tables {
        let item = table.entry(name).or_insert_with(|| {
            let mut table = Table::new();
            table.set_implicit(true);
            Item::Table(table)
        });
        table = item.as_table_like_mut().ok_or_else(|| Error::Setting {
            mistake: format!("{name} is a value, not a table"),
        })?;
    }
    match table.get_mut(last).and_then(Item::as_value_mut) {
        Some(there) => {
            let decor = there.decor().clone();
            *there = value;
            *there.decor_mut() = decor;
        }
        None => {
            table.insert(last, Item::Value(value));
        }
    }
    save(home, &document)
}

/// A value that fits a documented key, as it is typed for [`set`]; none for any other key.
#[must_use]
pub fn example(key: &str) -> Option<String> {
    let mut path = split(key).ok()?;
    if let [table, vm, _] = path.as_mut_slice()
        && table == "vm"
    {
        // Of whichever VM.
        "vm-web-01".clone_into(vm);
    }
    let document: DocumentMut = include_str!("example.toml").parse().ok()?;
    let mut item = document.as_item();
    for name in &path {
        item = item.get(name.as_str())?;
    }
    let value = item.as_value()?;
    Some(match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.to_string().trim().to_owned(),
    })
}

/// Takes one value out of the file, so that its default is in force.
///
/// # Errors
/// As [`set`].
pub fn unset(home: &Home, key: &str) -> Result<(), Error> {
    let path = split(key)?;
    let mut document = document(home)?;
    let (last, tables) = path.split_last().unwrap_or((&path[0], &[]));
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for name in tables {
        let Some(next) = table.get_mut(name).and_then(Item::as_table_like_mut) else {
            return Ok(());
        };
        table = next;
    }
    table.remove(last);
    save(home, &document)
}

/// A dotted key's parts; a part in double quotes may hold dots (`vm."a.b".user`).
fn split(key: &str) -> Result<Vec<String>, Error> {
    let parts = toml_edit::Key::parse(key).map_err(|_error| Error::Setting {
        mistake: format!("{key:?} is no key"),
    })?;
    let parts: Vec<String> = parts.iter().map(|part| part.get().to_owned()).collect();
    if parts.is_empty() {
        return Err(Error::Setting {
            mistake: "a key is missing".to_owned(),
        });
    }
    Ok(parts)
}

/// The file as it is written, having been found without a mistake.
fn document(home: &Home) -> Result<DocumentMut, Problem> {
    let path = home.settings_file();
    file::read(&path)?;
    let text = fs::read_to_string(&path).unwrap_or_default();
    Ok(text.parse().unwrap_or_default())
}

/// Writes the file through a second one, so that a full disk cannot leave half of it.
fn save(home: &Home, document: &DocumentMut) -> Result<(), Error> {
    let path = home.settings_file();
    let text = document.to_string();
    file::parse(&path.display().to_string(), &text)?;
    home.make_config()?;
    let new = path.with_extension("toml.new");
    let written = fs::remove_file(&new)
        .or_else(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        })
        .and_then(|()| crate::platform::make_private_file(&new))
        .and_then(|mut file| {
            file.write_all(text.as_bytes())
                .and_then(|()| file.sync_all())
        })
        .and_then(|()| fs::rename(&new, &path));
    written.map_err(|source| Error::File { path, source })?;
    // Whoever runs reads the file again.
    crate::platform::ring(&home.bells(), None);
    Ok(())
}

/// Whether a key with at most one dot stands in the file.
fn stands_in(document: &DocumentMut, key: &str) -> bool {
    match key.split_once('.') {
        Some((table, key)) => {
            let table = document.get(table).and_then(Item::as_table_like);
            table.is_some_and(|table| table.contains_key(key))
        }
        None => document.contains_key(key),
    }
}

fn flatten(prefix: &str, table: &dyn TableLike, entries: &mut Vec<Entry>) {
    for (key, item) in table.iter() {
        let bare = key
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_');
        let key = if bare {
            format!("{prefix}.{key}")
        } else {
            format!("{prefix}.{}", Value::from(key))
        };
        match item.as_table_like() {
            Some(table) => flatten(&key, table, entries),
            None => entries.push(Entry {
                key,
                value: item.to_string().trim().to_owned(),
                origin: Origin::File,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
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
        let (_place, home) =
            home_with("# mine\nduration = \"1h\" # short\n\n[ssh]\nuser = \"a\"\n");
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
        let document: DocumentMut = include_str!("example.toml").parse().unwrap();
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
}
