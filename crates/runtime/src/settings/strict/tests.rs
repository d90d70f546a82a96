//! Any policy, with any of its values spoilt: what is left whole is followed, and what is spoilt forbids.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::super::file::{File, parse};
use super::super::in_force::in_force;
use super::super::keys::of;
use super::super::merge::merge;
use super::super::policy::MachinePolicy;
use super::super::{Settings, edit, kind};
use super::*;

/// A person who allows everything, everywhere.
const PERSON: &str = r#"
duration = "24h"
vpn = "person"
on_address_change = "renew"
extra_pools = ["0.0.0.0/0"]
tenants = ["contoso.example"]
tenant = "contoso.example"
client_id = "11111111-1111-1111-1111-111111111111"
cloud = "private.json"
browser = ["person"]
proxy = "person.example:8080"
proxy_user = "person"
extra_ca = "person.pem"
[ssh]
client = "putty"
user = "person"
identity = "person"
known_hosts = "person"
terminal = "person"
[rdp]
user = "person"
target = "address"
suffixes = ["person.example"]
launch = "file"
thumbprint = "person"
entra_sign_in = true
admin = true
full_screen = true
all_monitors = true
monitors = "1"
width = 999
height = 999
clipboard = true
drives = true
printers = true
smart_cards = true
sound = true
microphone = true
cameras = true
webauthn = true
usb = true
com_ports = true
location = true
[vm.v.rdp]
drives = true
launch = "file"
"#;

fn person() -> File {
    parse("f", PERSON).unwrap()
}

/// What a key may say, as a policy says it.
fn said(key: &'static str) -> BoxedStrategy<Value> {
    let any = |values: Vec<Value>| prop::sample::select(values).boxed();
    match key {
        "pools" | "allowed_sources" | "extra_pools" => any(vec![
            json!([]),
            json!(["10.1.0.0/16"]),
            json!(["0.0.0.0/0"]),
        ]),
        "sign_in_ways" => any(vec![
            json!([]),
            json!(["browser"]),
            json!(["azure-cli", "environment", "device-code"]),
        ]),
        "full_tunnel" | "whole_prefixes" | "may_confirm_tunnel" => {
            any(vec![json!(true), json!(0), json!(1)])
        }
        _ => match kind::of(key) {
            Some(gangway_engine::query::SettingKind::Choice { of }) => {
                any(of.into_iter().map(Value::from).collect())
            }
            Some(gangway_engine::query::SettingKind::Toggle) => any(vec![json!(true), json!(0)]),
            _ => any(vec![example(key)]),
        },
    }
}

/// The documented example of a key, read as JSON reads it.
fn example(key: &str) -> Value {
    let text = edit::example(key).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|_| text.trim_matches('"').into())
}

fn policies() -> impl Strategy<Value = BTreeMap<&'static str, Value>> {
    let keys = of::<Demands>();
    let chosen = prop::sample::subsequence(keys.clone(), 0..=keys.len());
    chosen.prop_flat_map(|keys| {
        let each: Vec<_> = keys
            .into_iter()
            .map(|key| said(key).prop_map(move |value| (key, value)))
            .collect();
        each.prop_map(|pairs| pairs.into_iter().collect())
    })
}

/// How a key is spoilt: a value of no use to any key, or a slip in its name.
fn spoilt(key: &str, how: u8) -> (String, Value) {
    match how % 6 {
        0 => (key.to_owned(), Value::Null),
        1 => (key.to_owned(), json!({"value": true})),
        2 => (key.to_owned(), json!(7.5)),
        3 => (key.to_owned(), json!([["x"]])),
        4 => (format!("{key}x"), json!(true)),
        _ => (key[1..].to_owned(), json!(false)),
    }
}

fn of_values(values: Map<String, Value>) -> MachinePolicy {
    MachinePolicy::from_values("policy", values)
}

fn shown(settings: &Settings) -> BTreeMap<&'static str, String> {
    let all = in_force(settings).into_iter();
    all.map(|(key, value)| {
        (
            key,
            value.map(|value| value.to_string()).unwrap_or_default(),
        )
    })
    .collect()
}

/// Whether `now`, where a key is spoilt, allows nothing that `meant` forbids.
fn forbids(key: &str, meant: &str, now: &str) -> bool {
    let is_within = || {
        let items = |text: &str| -> BTreeSet<String> {
            let text = text.trim_matches(['[', ']', ' ']);
            let items = text.split(',').map(|item| item.trim().to_owned());
            items.filter(|item| !item.is_empty()).collect()
        };
        items(now).is_subset(&items(meant))
    };
    match key {
        "reason_required" | "always_request" => now == "true" || meant == "false",
        "pools" | "allowed_sources" | "extra_pools" | "sign_in_ways" => is_within(),
        "rdp.launch" => now == "\"signed-file\"",
        "rdp.target" => now == "\"name\"",
        "rdp.protection" => now == "\"restricted-admin\"",
        "vpn" => now == "\"\"",
        "on_address_change" => now == "\"ask\"",
        _ => match kind::of(key) {
            // What looks or starts differently only is Gangway's own choice.
            _ if ["autostart", "notices"].contains(&key) => true,
            Some(gangway_engine::query::SettingKind::Toggle) => now == "false",
            _ => !now.contains("person") && !now.contains("contoso") && !now.contains("24h"),
        },
    }
}

proptest! {
    #[test]
    fn no_mistake_lifts_what_is_whole_and_none_grants(
        policy in policies(),
        hows in prop::collection::vec(any::<Option<u8>>(), 64),
        in_front in any::<bool>(),
    ) {
        let whole: Map<String, Value> =
            policy.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        let meant = merge(person(), &of_values(whole));
        let mut values = Map::new();
        let mut bad = BTreeSet::new();
        for ((key, value), how) in policy.iter().zip(&hows) {
            match how {
                None => values.insert((*key).to_owned(), value.clone()),
                Some(how) => {
                    bad.insert(*key);
                    let (name, value) = spoilt(key, *how);
                    values.insert(name, value)
                }
            };
        }
        // A newer version's key, and a person's hive that cannot be read, are mistakes, too.
        values.insert("from_the_future".to_owned(), json!(1));
        let machine = super::super::layers::Layer {
            place: "machine".to_owned(),
            values,
            ..Default::default()
        };
        let user = super::super::layers::Layer {
            place: "user".to_owned(),
            unusable: bad.iter().map(|key| ((*key).to_owned(), "binary".to_owned())).collect(),
            ..Default::default()
        };
        let layers = if in_front { vec![user, machine] } else { vec![machine] };
        let policy_now = MachinePolicy::from_layers(layers);
        let now = merge(person(), &policy_now);
        let (was, is) = (shown(&meant), shown(&now));
        let names_places = policy_now.problems().iter().all(|problem| {
            let said = format!("{problem:?}");
            said.contains("\"machine\"") || said.contains("\"user\"")
        });
        prop_assert!(policy_now.problems().len() > bad.len() && names_places);
        for key in policy.keys() {
            // What only policy has is nobody else's to choose.
            let is_taken = now.locked.contains(key) || kind::is_by_policy_only(key);
            prop_assert!(is_taken, "{} is free", key);
            let closed = *key == "sign_in_ways" && is[key] == "[]";
            if bad.contains(key) {
                prop_assert!(forbids(key, &was[key], &is[key]), "{}: {} -> {}", key, was[key], is[key]);
            } else if !closed {
                prop_assert_eq!(&was[key], &is[key], "{}", key);
            }
        }
        // One VM's own settings are beaten as well.
        let of_vm = &now.vms["v"];
        let frees = of_vm.value("rdp.drives").is_some() && now.locked.contains("rdp.drives");
        prop_assert!(!frees);
    }

    #[test]
    fn a_place_that_cannot_be_read_forbids_all_and_voids_no_other(policy in policies()) {
        let whole: Map<String, Value> =
            policy.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        let meant = shown(&merge(person(), &of_values(whole.clone())));
        let user = super::super::layers::Layer {
            place: "user".to_owned(),
            unreadable: Some("access denied".to_owned()),
            ..Default::default()
        };
        let machine = super::super::layers::Layer {
            place: "machine".to_owned(),
            values: whole,
            ..Default::default()
        };
        let both = MachinePolicy::from_layers(vec![user.clone(), machine.clone()]);
        let now = shown(&merge(person(), &both));
        for key in policy.keys() {
            let closed = *key == "sign_in_ways" && now[key] == "[]";
            prop_assert!(closed || meant[key] == now[key], "{}", key);
        }
        // The other way round nothing of the person's hive counts.
        let reversed = MachinePolicy::from_layers(vec![machine, user]);
        let now = merge(person(), &reversed);
        let is = shown(&now);
        for key in of::<Demands>() {
            prop_assert!(now.locked.contains(key));
            prop_assert!(forbids(key, &meant[key], &is[key]), "{}: {}", key, is[key]);
        }
    }
}
