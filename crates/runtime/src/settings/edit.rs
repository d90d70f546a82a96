//! Reading and changing single settings, comments and order kept.

use std::fs;
use std::io::Write;

use gangway_engine::id::VmId;
use gangway_engine::problem::Problem;
use serde::Serialize;
use toml_edit::{DocumentMut, Item, Table, TableLike, Value};

use super::in_force::in_force;
use super::merge::Settings;
use super::{file, kind};
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
    /// Where machine policy says so: a file, or a key of the registry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
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
    let mut entries = entries(settings, |key, _| stands_in(&document, key));
    if let Some(table) = document.get("vm").and_then(Item::as_table_like) {
        flatten("vm", table, &mut entries);
    }
    Ok(entries)
}

/// As [`list`], while the file has a mistake: what is in force and differs from the default was
/// the person's choice before.
pub(crate) fn list_without_file(settings: &Settings) -> Vec<Entry> {
    let usual = entries(&Settings::default(), |_, _| false);
    entries(settings, |key, value| {
        let usual = usual.iter().find(|entry| entry.key == key);
        usual.is_some_and(|entry| entry.value != value)
    })
}

fn entries(settings: &Settings, is_chosen: impl Fn(&str, &str) -> bool) -> Vec<Entry> {
    in_force(settings)
        .into_iter()
        .map(|(key, value)| {
            let value = value.map(|value| value.to_string()).unwrap_or_default();
            let origin = if settings.locked.contains(key) {
                Origin::Policy
            } else if is_chosen(key, &value) {
                Origin::File
            } else {
                Origin::Default
            };
            Entry {
                key: key.to_owned(),
                value,
                place: settings
                    .places
                    .get(key)
                    .filter(|_| origin == Origin::Policy)
                    .cloned(),
                origin,
            }
        })
        .collect()
}

/// Sets one value. `value` may be TOML (`"1h"`, `true`, `["15m", "5m"]`); what is no TOML is a text.
///
/// # Errors
/// `settings-invalid` when the file has a mistake already or would have one then, in both
/// cases the file is left as it is; [`Error::Setting`] when machine policy has set the key;
/// [`Error::File`] when it cannot be written.
pub fn set(home: &Home, settings: &Settings, key: &str, value: &str) -> Result<(), Error> {
    set_at(home, settings, &split(key)?, value)
}

/// As [`set`], for a key whose parts are known: a VM's name is one part, whatever is in it.
///
/// # Errors
/// As [`set`].
pub(crate) fn set_at(
    home: &Home,
    settings: &Settings,
    path: &[String],
    value: &str,
) -> Result<(), Error> {
    let of_all = path.join(".");
    let (key, is_locked) = match path {
        [table, _, key @ ..] if table == "vm" => {
            let key = key.join(".");
            let is_locked = settings.locks_of_vm(&key);
            (key, is_locked)
        }
        _ => {
            let is_locked = settings.locked.contains(of_all.as_str());
            (of_all, is_locked)
        }
    };
    if is_locked {
        return Err(Error::Setting {
            mistake: format!("{key} is set by machine policy"),
        });
    }
    let mut document = document(home)?;
    let value = typed(path, value);
    let Some((last, tables)) = path.split_last() else {
        return Err(missing());
    };
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

/// The value that was typed: TOML, or else a text. Where only a text fits, a number is one too.
fn typed(path: &[String], value: &str) -> Value {
    let parsed: Option<Value> = value.trim().parse().ok();
    let kind = match path {
        [table, _, key @ ..] if table == "vm" => kind::of_vm(&key.join(".")),
        _ => kind::of(&path.join(".")),
    };
    let wants_text = kind.as_ref().is_some_and(kind::is_text);
    parsed
        .filter(|parsed| parsed.is_str() || !wants_text)
        .unwrap_or_else(|| value.into())
}

/// A value that fits a documented key, as it is typed for [`set`]; none for any other key.
#[must_use]
pub fn example(key: &str) -> Option<String> {
    let mut path = split(key).ok()?;
    if let [table, vm, _, ..] = path.as_mut_slice()
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
    unset_at(home, &split(key)?)
}

/// As [`unset`], for a key whose parts are known.
///
/// # Errors
/// As [`set`].
pub(crate) fn unset_at(home: &Home, path: &[String]) -> Result<(), Error> {
    let mut document = document(home)?;
    let Some((last, tables)) = path.split_last() else {
        return Err(missing());
    };
    if !remove(document.as_table_mut(), tables, last) {
        return Ok(());
    }
    save(home, &document)
}

/// Removes a value, and the tables that are empty without it; whether it was there.
fn remove(table: &mut dyn TableLike, tables: &[String], key: &str) -> bool {
    let Some((name, below)) = tables.split_first() else {
        return table.remove(key).is_some();
    };
    let next = table.get_mut(name).and_then(Item::as_table_like_mut);
    let Some(next) = next else { return false };
    let removed = remove(next, below, key);
    if removed && next.is_empty() {
        table.remove(name);
    }
    removed
}

/// A dotted key's parts; a part in double quotes may hold dots (`vm."a.b".user`).
fn split(key: &str) -> Result<Vec<String>, Error> {
    let parts = toml_edit::Key::parse(key).map_err(|_error| Error::Setting {
        mistake: format!("{key:?} is no key"),
    })?;
    let parts: Vec<String> = parts.iter().map(|part| part.get().to_owned()).collect();
    if parts.is_empty() {
        return Err(missing());
    }
    Ok(parts)
}

fn missing() -> Error {
    Error::Setting {
        mistake: "a key is missing".to_owned(),
    }
}

/// The path to a key of one VM in the person's file: in the table that names it already, by
/// its id or its name in any case, else in one under its id.
///
/// # Errors
/// The problem of a file with a mistake.
pub(crate) fn path_of_vm(home: &Home, vm: &VmId, key: &str) -> Result<Vec<String>, Problem> {
    let document = document(home)?;
    let tables = document.get("vm").and_then(Item::as_table_like);
    let names: Vec<&str> = tables
        .iter()
        .flat_map(|table| table.iter().map(|(name, _)| name))
        .collect();
    let named = |wanted: &str| {
        let wanted = wanted.to_lowercase();
        names.iter().find(|name| name.to_lowercase() == wanted)
    };
    let table = named(vm.as_str()).or_else(|| named(vm.name()));
    let table = table.map_or(vm.as_str(), |name| name);
    let path = ["vm", table].into_iter().chain(key.split('.'));
    Ok(path.map(str::to_owned).collect())
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
                place: None,
            }),
        }
    }
}

#[cfg(test)]
mod tests;
