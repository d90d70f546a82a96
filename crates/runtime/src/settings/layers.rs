//! Machine policy from several places, one above the other: what can be read of it, and what is
//! wrong in which of them.

use std::collections::{BTreeMap, BTreeSet};

use gangway_engine::problem::{Cause, Problem};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::keys::{below, meant, of};
use super::policy::Demands;

/// What stands for a policy's whole content, where none of it can be read.
const WHOLE: &str = "machine policy";

/// The values of a policy that were read in one place.
#[derive(Debug, Clone, Default)]
pub(crate) struct Layer {
    /// The place, as people know it.
    pub(crate) place: String,
    /// What it says.
    pub(crate) values: Map<String, Value>,
    /// The names of values that cannot be used whatever the key, and why.
    pub(crate) unusable: Vec<(String, String)>,
    /// In which line of the place each key stands, where it has lines.
    pub(crate) lines: BTreeMap<String, usize>,
    /// Why the place cannot be read at all.
    pub(crate) unreadable: Option<String>,
}

/// Where each key was set.
pub(super) type Places = BTreeMap<String, String>;

/// Layers put together.
#[derive(Debug, Default)]
pub(super) struct Merged {
    /// What is demanded by the keys that can be read.
    pub(super) values: Map<String, Value>,
    /// In which place each key stands, those that cannot be read among them.
    pub(super) places: Places,
    /// The keys that say something nobody can read, each with what is wrong.
    pub(super) barred: BTreeMap<&'static str, Problem>,
    /// What is wrong in names that are no keys, and in whole places.
    others: Vec<(Option<String>, Problem)>,
}

impl Merged {
    /// Puts layers together, key by key: a later one beats those before it, with a value that
    /// cannot be read as well as with one that can. Windows knows the names of values in any
    /// case.
    pub(super) fn of(layers: Vec<Layer>) -> Self {
        let keys = of::<Demands>();
        let mut merged = Self::default();
        for layer in layers {
            merged.add(layer, &keys);
        }
        merged
    }

    /// What is wrong, each with its key and its place.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = Vec::new();
        let others = self.others.iter().map(|(_, problem)| problem);
        for problem in others.chain(self.barred.values()) {
            // A whole place bars many keys with one and the same.
            if !problems.contains(problem) {
                problems.push(problem.clone());
            }
        }
        problems
    }

    fn add(&mut self, layer: Layer, keys: &[&'static str]) {
        let at = |name: &str| match layer.lines.get(name) {
            Some(line) => format!("{}:{line}", layer.place),
            None => layer.place.clone(),
        };
        if let Some(why) = &layer.unreadable {
            let problem = refused(WHOLE, at(WHOLE), why);
            for key in keys {
                self.bar(key, &layer.place, &problem);
            }
            self.others.push((None, problem));
        }
        let mut good = Vec::new();
        let mut wrong = layer.unusable.clone();
        for (name, value) in &layer.values {
            match judge(&name.to_lowercase(), value) {
                Ok(()) => good.push((name.to_lowercase(), value.clone())),
                Err(why) => wrong.push((name.clone(), why)),
            }
        }
        for (name, why) in wrong {
            let key = name.to_lowercase();
            let place = at(&name);
            if let Some(key) = keys.iter().find(|known| **known == key) {
                self.bar(key, &layer.place, &refused(key, place, &why));
                continue;
            }
            // A table is written out elsewhere; here its settings are named in full.
            let below = below(&key, keys);
            let mistake = match below.first() {
                Some(one) => {
                    format!("it is not read by itself: each setting has its full name, as {one}")
                }
                None => "there is no such setting".to_owned(),
            };
            let problem = refused(&name, place, &mistake);
            // What was meant is not known to be what is there before, so that does not count.
            for meant in meant(&key, keys).into_iter().chain(below) {
                // Its own mistake says more.
                if !self.barred.contains_key(meant) {
                    self.bar(meant, &layer.place, &problem);
                }
            }
            self.others
                .retain(|(other, _)| other.as_ref() != Some(&key));
            self.others.push((Some(key), problem));
        }
        for (key, value) in good {
            self.barred.remove(key.as_str());
            self.places.insert(key.clone(), layer.place.clone());
            self.values.insert(key, value);
        }
    }

    fn bar(&mut self, key: &'static str, place: &str, problem: &Problem) {
        self.values.remove(key);
        self.places.insert(key.to_owned(), place.to_owned());
        self.barred.insert(key, problem.clone());
    }
}

/// Whether a value can be read by itself: what stands beside it is no part of it.
fn judge(key: &str, value: &Value) -> Result<(), String> {
    // Nothing would be read from it, as if the key were not there.
    if value.is_null() {
        return Err("it has no value".to_owned());
    }
    let only = Map::from_iter([(key.to_owned(), value.clone())]);
    match Demands::deserialize(&Value::Object(only)) {
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

/// A value that cannot be used as it stands in a place.
pub(super) fn refused(setting: &str, place: String, mistake: &str) -> Problem {
    Problem::new(Cause::SettingRefused {
        setting: setting.to_owned(),
        place,
        mistake: mistake.to_owned(),
    })
}

/// The keys that are not a person's any more, though policy says nothing that can be read.
pub(super) fn barred(merged: &Merged) -> BTreeSet<&'static str> {
    merged.barred.keys().copied().collect()
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

    fn told(policy: &MachinePolicy) -> Vec<String> {
        let problems = policy.problems().iter();
        let said = problems.map(|problem| match &problem.cause {
            Cause::SettingRefused {
                setting,
                place,
                mistake,
            } => format!("{place}: {setting}: {mistake}"),
            other => panic!("{other:?}"),
        });
        said.collect()
    }

    #[test]
    fn a_later_layer_beats_key_by_key_and_in_any_case() {
        let policy = MachinePolicy::from_layers(vec![
            layer("user", json!({"Duration": "2h", "notices": 0})),
            layer("machine", json!({"duration": "1h", "Autostart": 1})),
        ]);
        assert_eq!(told(&policy), Vec::<String>::new());
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
        let good = || layer("machine", json!({"rdp.drives": 0}));
        let of = |layers| {
            let policy = MachinePolicy::from_layers(layers);
            // A mistake of the person's hive, or beside it, lifts nothing of the machine's.
            assert_eq!(policy.demands().rdp_drives, Some(Flag(false)));
            told(&policy)
        };
        let wrong = layer("user", json!({"notices": 2, "autostart": 1, "theme": null}));
        let said = of(vec![wrong, good()]);
        assert!(
            said[0].starts_with("user: notices: invalid value"),
            "{said:?}"
        );
        assert_eq!(said[1], "user: theme: it has no value");
        let unknown = layer("machine", json!({"duratoin": "1h", "rdp.drives": 0}));
        assert_eq!(
            of(vec![unknown]),
            ["machine: duratoin: there is no such setting"]
        );
        let binary = Layer {
            place: "user".to_owned(),
            unusable: vec![("Theme".to_owned(), "it is binary".to_owned())],
            ..Layer::default()
        };
        assert_eq!(
            of(vec![binary.clone(), good()]),
            ["user: theme: it is binary"]
        );
        let closed = Layer {
            place: "user".to_owned(),
            unreadable: Some("access denied".to_owned()),
            ..Layer::default()
        };
        assert_eq!(
            of(vec![closed, good()]),
            ["user: machine policy: access denied"]
        );
        // What the machine says of the same value counts.
        let machine = layer("machine", json!({"theme": "dark", "rdp.drives": 0}));
        assert_eq!(of(vec![binary, machine]), Vec::<String>::new());
    }

    #[test]
    fn what_stands_for_a_whole_table_locks_all_of_it_and_nothing_else() {
        let user = || layer("user", json!({"rdp.drives": 1, "ssh.user": "x"}));
        for table in [
            layer("machine", json!({"RDP": 1})),
            Layer {
                place: "machine".to_owned(),
                unusable: vec![("Rdp".to_owned(), "it is a key".to_owned())],
                ..Layer::default()
            },
        ] {
            let policy = MachinePolicy::from_layers(vec![user(), table.clone()]);
            assert_eq!(told(&policy).len(), 1, "{policy:?}");
            assert!(told(&policy)[0].ends_with("as rdp.user"), "{policy:?}");
            assert_eq!(policy.demands().rdp_drives, None);
            assert!(policy.bars("rdp.drives") && policy.bars("rdp.location"));
            assert!(!policy.bars("ssh.user") && !policy.bars("duration"));
            // What is named in full beside it, or above it, is read all the same.
            let mut beside = table.clone();
            beside.values.insert("rdp.drives".to_owned(), json!(0));
            for layers in [vec![beside], vec![table, user()]] {
                let policy = MachinePolicy::from_layers(layers);
                assert!(!policy.bars("rdp.drives") && policy.bars("rdp.usb"));
            }
        }
    }

    #[test]
    fn what_the_machine_says_wrongly_is_not_taken_from_the_person_s_hive() {
        let user = || {
            layer(
                "user",
                json!({"rdp.drives": 1, "sign_in_ways": ["browser"]}),
            )
        };
        for (values, place) in [
            (json!({"rdp.drives": "no", "sign_in_ways": [7]}), "machine"),
            (
                json!({"rdp.drvies": 0, "sign_in_way": ["azure-cli"]}),
                "machine",
            ),
        ] {
            let policy = MachinePolicy::from_layers(vec![user(), layer(place, values)]);
            assert_eq!(policy.demands().rdp_drives, None);
            assert_eq!(policy.demands().sign_in_ways, Some(vec![]));
            assert!(policy.bars("rdp.drives"));
            assert_eq!(policy.places()["rdp.drives"], place);
        }
    }
}
