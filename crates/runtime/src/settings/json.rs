//! A policy as a JSON file: its keys in their lines, and those that stand there twice.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::keys::of;
use super::layers::Layer;
use super::policy::Demands;

/// Every key with its value, in order: a map would keep the last of two and say nothing.
struct Pairs(Vec<(String, Said)>);

/// What stands at a key.
#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    /// Settings of one table, as `settings.toml` writes them.
    Table(Pairs),
    /// Anything else.
    Other(Value),
}

/// What the text says, which stands in the file `place`.
pub(super) fn layer(place: &str, text: &str) -> Layer {
    let pairs = match serde_json::from_str::<Pairs>(text) {
        Ok(pairs) => pairs.flat(&of::<Demands>()),
        Err(error) => {
            return Layer {
                place: place.to_owned(),
                unreadable: Some(error.to_string()),
                ..Layer::default()
            };
        }
    };
    let mut layer = Layer {
        place: place.to_owned(),
        lines: lines(text, &pairs),
        ..Layer::default()
    };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (key, _) in &pairs {
        *seen.entry(key.to_lowercase()).or_default() += 1;
    }
    let mut values = Map::new();
    for (key, value) in pairs {
        if seen
            .get(&key.to_lowercase())
            .is_some_and(|times| *times > 1)
        {
            layer.unusable.push((key, "it is there twice".to_owned()));
        } else {
            values.insert(key, value);
        }
    }
    layer.values = values;
    layer
}

impl Pairs {
    /// Every setting by its full name: `{"rdp": {"drives": false}}` says `rdp.drives`. What is
    /// a setting by itself has no others below it, whatever is said of it.
    fn flat(self, keys: &[&str]) -> Vec<(String, Value)> {
        let of_key = |(key, said): (String, Said)| match said {
            Said::Table(Self(inner)) if !keys.contains(&key.to_lowercase().as_str()) => inner
                .into_iter()
                .map(|(name, said)| (format!("{key}.{name}"), said.value()))
                .collect(),
            said => vec![(key, said.value())],
        };
        self.0.into_iter().flat_map(of_key).collect()
    }
}

impl Said {
    fn value(self) -> Value {
        match self {
            Self::Table(Pairs(inner)) => {
                let inner = inner.into_iter().map(|(name, said)| (name, said.value()));
                Value::Object(inner.collect())
            }
            Self::Other(value) => value,
        }
    }
}

/// In which line each key stands, the last where there are several.
fn lines(text: &str, pairs: &[(String, Value)]) -> BTreeMap<String, usize> {
    let quoted = |key: &str| Value::from(key).to_string();
    let in_table = |key: &str| {
        let (table, name) = key.split_once('.')?;
        let start = text.find(&quoted(table))?;
        Some(start + text.get(start..)?.find(&quoted(name))?)
    };
    let line_of = |key: &str| {
        let at = text.rfind(&quoted(key)).or_else(|| in_table(key))?;
        Some(text.get(..at)?.matches('\n').count() + 1)
    };
    let found = pairs
        .iter()
        .filter_map(|(key, _)| Some((key.clone(), line_of(key)?)));
    found.collect()
}

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Of;
        impl<'de> Visitor<'de> for Of {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of settings")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Of)
    }
}
