//! Machine policy from several places, one above the other, and what is wrong in which of them.

use std::collections::{BTreeMap, BTreeSet};

use gangway_engine::problem::{Cause, Problem};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::policy::Demands;

/// The values of a policy that were read in one place.
#[derive(Debug, Clone, Default)]
pub(crate) struct Layer {
    /// The place, as people know it.
    pub(crate) place: String,
    /// What it says.
    pub(crate) values: Map<String, Value>,
    /// The names of values that are of no kind a policy has.
    pub(crate) unusable: Vec<String>,
    /// Why the place cannot be read at all.
    pub(crate) unreadable: Option<String>,
}

/// Where each key was set.
pub(super) type Places = BTreeMap<String, String>;

/// Layers put together.
#[derive(Debug, Default)]
pub(super) struct Merged {
    pub(super) values: Map<String, Value>,
    pub(super) places: Places,
    /// The place of most authority that was read.
    pub(super) place: String,
    unusable: BTreeSet<String>,
    unreadable: Option<Problem>,
}

impl Merged {
    /// Puts layers together, key by key: a later one beats those before it. Windows knows the
    /// names of values in any case.
    pub(super) fn of(layers: Vec<Layer>) -> Self {
        let mut merged = Self::default();
        for layer in layers {
            merged.place.clone_from(&layer.place);
            if let Some(why) = layer.unreadable {
                merged.unreadable = Some(mistake(&layer.place, why));
            }
            for name in layer.unusable {
                let key = name.to_lowercase();
                merged.values.remove(&key);
                merged.places.insert(key.clone(), layer.place.clone());
                merged.unusable.insert(key);
            }
            for (name, value) in layer.values {
                let key = name.to_lowercase();
                merged.unusable.remove(&key);
                merged.places.insert(key.clone(), layer.place.clone());
                merged.values.insert(key, value);
            }
        }
        merged
    }

    /// What is demanded, or the first mistake: which value, and in which place it stands.
    pub(super) fn demands(&self) -> Result<Demands, Problem> {
        if let Some(problem) = &self.unreadable {
            return Err(problem.clone());
        }
        let place = |key: &str| self.places.get(key).map_or("", String::as_str);
        if let Some(key) = self.unusable.first() {
            let why = format!("{key} is neither REG_SZ, REG_DWORD nor REG_MULTI_SZ");
            return Err(mistake(place(key), why));
        }
        Demands::deserialize(&Value::Object(self.values.clone())).map_err(|error| {
            let alone = |(key, value): (&String, &Value)| {
                let only = Map::from_iter([(key.clone(), value.clone())]);
                let error = Demands::deserialize(&Value::Object(only)).err()?;
                Some(mistake(place(key), format!("{key}: {error}")))
            };
            let found = self.values.iter().find_map(alone);
            found.unwrap_or_else(|| mistake(&self.place, error.to_string()))
        })
    }
}

fn mistake(place: &str, mistake: String) -> Problem {
    Problem::new(Cause::SettingsInvalid {
        file: place.to_owned(),
        line: 0,
        column: 0,
        mistake,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::policy::MachinePolicy;
    use super::super::value::Flag;
    use super::*;

    fn layer(place: &str, values: Value) -> Layer {
        let Value::Object(values) = values else {
            panic!()
        };
        Layer {
            place: place.to_owned(),
            values,
            ..Layer::default()
        }
    }

    #[test]
    fn a_later_layer_beats_key_by_key_and_in_any_case() {
        let policy = MachinePolicy::from_layers(vec![
            layer("user", json!({"Duration": "2h", "notices": 0})),
            layer("machine", json!({"duration": "1h", "Autostart": 1})),
        ]);
        assert_eq!(policy.problem(), None);
        let demands = policy.demands();
        assert_eq!(demands.duration.unwrap().0.as_hours(), 1);
        assert_eq!(demands.notices, Some(Flag(false)));
        assert_eq!(demands.autostart, Some(Flag(true)));
        let place = |key: &str| policy.places().get(key).map(String::as_str);
        assert_eq!(place("duration"), Some("machine"));
        assert_eq!(place("notices"), Some("user"));
        assert_eq!(place("theme"), None);
    }

    #[test]
    fn a_mistake_names_the_value_and_the_place_it_stands_in() {
        let told = |layers| {
            let policy = MachinePolicy::from_layers(layers);
            assert_eq!(policy.demands().may_confirm_tunnel, Some(Flag(false)));
            assert_eq!(policy.demands().sign_in_ways, Some(vec![]));
            match policy.problem().map(|problem| &problem.cause) {
                Some(Cause::SettingsInvalid { file, mistake, .. }) => format!("{file}: {mistake}"),
                other => panic!("{other:?}"),
            }
        };
        let good = || layer("machine", json!({"duration": "1h"}));
        let wrong = layer("user", json!({"notices": 2, "autostart": 1}));
        assert!(told(vec![wrong, good()]).starts_with("user: notices: "));
        let unknown = layer("machine", json!({"duratoin": "1h"}));
        assert!(told(vec![good(), unknown]).starts_with("machine: duratoin: "));
        let binary = Layer {
            place: "user".to_owned(),
            unusable: vec!["Theme".to_owned()],
            ..Layer::default()
        };
        let said = told(vec![binary.clone(), good()]);
        assert!(said.starts_with("user: theme is neither"), "{said}");
        let closed = Layer {
            place: "machine".to_owned(),
            unreadable: Some("access denied".to_owned()),
            ..Layer::default()
        };
        assert_eq!(told(vec![good(), closed]), "machine: access denied");
        // What the machine says of the same value counts.
        let machine = layer("machine", json!({"theme": "dark"}));
        let policy = MachinePolicy::from_layers(vec![binary, machine]);
        assert_eq!(policy.problem(), None);
    }
}
