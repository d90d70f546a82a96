//! What people read in the policy files, in each language.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Entries, Form, Policy, folder};

/// The languages, the one that others are held against first.
pub(super) const LANGUAGES: [&str; 2] = ["en-US", "de-DE"];

/// One language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) file: File,
    pub(super) categories: BTreeMap<String, String>,
    ending: BTreeMap<String, String>,
    pub(super) policies: BTreeMap<String, OfPolicy>,
}

/// Of the file itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) description: String,
    /// What the policies work on.
    pub(super) supported: String,
}

/// Of one policy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfPolicy {
    pub(super) name: String,
    text: String,
    /// Of the field, where there is one.
    pub(super) label: Option<String>,
    /// What each value of a choice is called.
    #[serde(default)]
    pub(super) choices: BTreeMap<String, String>,
}

impl Words {
    #[allow(
        clippy::disallowed_methods,
        reason = "the checked-in files are what the tests are about"
    )]
    pub(super) fn of(language: &str) -> Self {
        let file = folder().join("words").join(format!("{language}.toml"));
        let text = std::fs::read_to_string(&file).unwrap();
        toml_edit::de::from_str(&text).unwrap_or_else(|error| panic!("{language}: {error}"))
    }

    pub(super) fn policy(&self, key: &str) -> &OfPolicy {
        let found = self.policies.get(key);
        found.unwrap_or_else(|| panic!("no words for {key}"))
    }

    fn ending(&self, key: &str) -> &str {
        let found = self.ending.get(key);
        found.unwrap_or_else(|| panic!("no ending {key}"))
    }

    /// The whole explanation of a policy.
    pub(super) fn explanation(&self, policy: &Policy) -> String {
        let mut parts = vec![self.policy(policy.key).text.clone()];
        parts.extend(self.how_to_fill_in(&policy.form));
        parts.push(self.states(policy));
        let name = self.ending("registry").replace("{name}", policy.key);
        parts.push(name.replace("{type}", policy.registry_type()));
        parts.join("\n\n")
    }

    fn how_to_fill_in(&self, form: &Form) -> Option<String> {
        Some(match form {
            Form::Toggle | Form::Choice(_) | Form::Text { .. } => return None,
            Form::Time => self.ending("time").to_owned(),
            Form::Number { least, most } => self
                .ending("number")
                .replace("{least}", &least.to_string())
                .replace("{most}", &most.to_string()),
            Form::List(entries) => {
                let list = self.ending("list");
                match entries {
                    Entries::Texts => list.to_owned(),
                    Entries::Times => format!("{} {list}", self.ending("times")),
                    Entries::Blocks => format!("{} {list}", self.ending("blocks")),
                }
            }
        })
    }

    /// What enabled, disabled and not configured mean.
    fn states(&self, policy: &Policy) -> String {
        let default = self.default_of(policy);
        match (&policy.form, policy.here_only) {
            (Form::Toggle, false) => {
                let default = default.unwrap_or_default();
                self.ending("toggle").replace("{default}", &default)
            }
            (Form::Toggle, true) => {
                let on = policy.usual.as_ref().and_then(toml_edit::Value::as_bool);
                let ending = if on == Some(true) {
                    "toggle_here_only_on"
                } else {
                    "toggle_here_only"
                };
                self.ending(ending).to_owned()
            }
            (_, true) => self.ending("value_here_only").to_owned(),
            (_, false) => {
                let value = self.ending("value");
                match default {
                    None => value.to_owned(),
                    Some(default) => {
                        let told = self.ending("default").replace("{default}", &default);
                        format!("{value} {told}")
                    }
                }
            }
        }
    }

    fn default_of(&self, policy: &Policy) -> Option<String> {
        let usual = policy.usual.as_ref()?;
        if let Some(on) = usual.as_bool() {
            return Some(self.ending(if on { "on" } else { "off" }).to_owned());
        }
        let text = plain(usual);
        match policy.form {
            Form::Choice(_) => self.policy(policy.key).choices.get(&text).cloned(),
            _ => Some(text).filter(|text| !text.is_empty()),
        }
    }
}

/// A value without the signs of the settings file.
pub(super) fn plain(value: &toml_edit::Value) -> String {
    if let Some(text) = value.as_str() {
        return text.to_owned();
    }
    match value.as_array() {
        Some(entries) => entries.iter().map(plain).collect::<Vec<_>>().join(", "),
        None => value.to_string().trim().to_owned(),
    }
}
