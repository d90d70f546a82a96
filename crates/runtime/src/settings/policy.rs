//! Machine policy: what an administrator demands; it beats the person's choice.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use gangway_engine::account::Way;
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::settings::{OnAddressChange, Theme};
use ipnet::Ipv4Net;
use serde::Deserialize;
use serde_json::Value;

use super::clients::{RdpKeys, RdpLaunch, RdpProtection, RdpTarget, SshClient};
use super::layers::{Layer, Merged, Places};
use super::merge::LogLevel;
use super::value::{
    ClientId, Flag, Language, Lasting, Monitors, Pixels, ProxyAddress, Suffix, TenantName,
};

/// The machine policy of this machine: what it says, or why it cannot be read.
///
/// A policy with a mistake is not followed half, and it grants nothing: nobody may confirm
/// a tunnel by hand while it cannot be read, and nobody may sign in by any way but those
/// that its `sign_in_ways` allows, where that key by itself can be read; else by none.
#[derive(Debug, Clone)]
pub struct MachinePolicy {
    demands: Demands,
    places: Places,
    problem: Option<Problem>,
}

/// Every key of a policy. The first block locks a setting of the person; the second exists
/// here only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Demands {
    pub(super) duration: Option<Lasting>,
    pub(super) warn_before: Option<Vec<Lasting>>,
    pub(super) on_address_change: Option<OnAddressChange>,
    pub(super) always_request: Option<Flag>,
    pub(super) reason_required: Option<Flag>,
    pub(super) cloud: Option<String>,
    pub(super) tenants: Option<Vec<String>>,
    pub(super) history_days: Option<u16>,
    pub(super) log_level: Option<LogLevel>,
    pub(super) theme: Option<Theme>,
    pub(super) language: Option<Language>,
    pub(super) autostart: Option<Flag>,
    pub(super) notices: Option<Flag>,
    pub(super) rule_late_after: Option<Lasting>,
    pub(super) extra_pools: Option<Vec<Ipv4Net>>,
    pub(super) client_id: Option<ClientId>,
    pub(super) tenant: Option<TenantName>,
    pub(super) sign_in_ways: Option<Vec<Way>>,
    pub(super) browser: Option<Vec<String>>,
    pub(super) proxy: Option<ProxyAddress>,
    pub(super) proxy_user: Option<String>,
    pub(super) extra_ca: Option<PathBuf>,
    // Flat, with dots: the registry knows no tables.
    #[serde(rename = "ssh.client")]
    pub(super) ssh_client: Option<SshClient>,
    #[serde(rename = "ssh.user")]
    pub(super) ssh_user: Option<String>,
    pub(super) vpn: Option<String>,
    #[serde(rename = "ssh.identity")]
    pub(super) ssh_identity: Option<PathBuf>,
    #[serde(rename = "ssh.known_hosts")]
    pub(super) ssh_known_hosts: Option<PathBuf>,
    #[serde(rename = "ssh.terminal")]
    pub(super) ssh_terminal: Option<String>,
    #[serde(rename = "rdp.user")]
    pub(super) rdp_user: Option<String>,
    #[serde(rename = "rdp.target")]
    pub(super) rdp_target: Option<RdpTarget>,
    #[serde(rename = "rdp.suffixes")]
    pub(super) rdp_suffixes: Option<Vec<Suffix>>,
    #[serde(rename = "rdp.launch")]
    pub(super) rdp_launch: Option<RdpLaunch>,
    #[serde(rename = "rdp.thumbprint")]
    pub(super) rdp_thumbprint: Option<String>,
    #[serde(rename = "rdp.entra_sign_in")]
    pub(super) rdp_entra_sign_in: Option<Flag>,
    #[serde(rename = "rdp.protection")]
    pub(super) rdp_protection: Option<RdpProtection>,
    #[serde(rename = "rdp.admin")]
    pub(super) rdp_admin: Option<Flag>,
    #[serde(rename = "rdp.full_screen")]
    pub(super) rdp_full_screen: Option<Flag>,
    #[serde(rename = "rdp.all_monitors")]
    pub(super) rdp_all_monitors: Option<Flag>,
    #[serde(rename = "rdp.monitors")]
    pub(super) rdp_monitors: Option<Monitors>,
    #[serde(rename = "rdp.width")]
    pub(super) rdp_width: Option<Pixels>,
    #[serde(rename = "rdp.height")]
    pub(super) rdp_height: Option<Pixels>,
    #[serde(rename = "rdp.clipboard")]
    pub(super) rdp_clipboard: Option<Flag>,
    #[serde(rename = "rdp.drives")]
    pub(super) rdp_drives: Option<Flag>,
    #[serde(rename = "rdp.printers")]
    pub(super) rdp_printers: Option<Flag>,
    #[serde(rename = "rdp.smart_cards")]
    pub(super) rdp_smart_cards: Option<Flag>,
    #[serde(rename = "rdp.sound")]
    pub(super) rdp_sound: Option<Flag>,
    #[serde(rename = "rdp.microphone")]
    pub(super) rdp_microphone: Option<Flag>,
    #[serde(rename = "rdp.cameras")]
    pub(super) rdp_cameras: Option<Flag>,
    #[serde(rename = "rdp.webauthn")]
    pub(super) rdp_webauthn: Option<Flag>,
    #[serde(rename = "rdp.usb")]
    pub(super) rdp_usb: Option<Flag>,
    #[serde(rename = "rdp.com_ports")]
    pub(super) rdp_com_ports: Option<Flag>,
    #[serde(rename = "rdp.location")]
    pub(super) rdp_location: Option<Flag>,

    pub(super) full_tunnel: Option<Flag>,
    pub(super) pools: Vec<Ipv4Net>,
    pub(super) allowed_sources: Vec<Ipv4Net>,
    pub(super) whole_prefixes: Option<Flag>,
    pub(super) may_confirm_tunnel: Option<Flag>,
}

impl Demands {
    /// The keys of `[rdp]`.
    pub(super) fn rdp(&self) -> RdpKeys {
        RdpKeys {
            user: self.rdp_user.clone(),
            target: self.rdp_target,
            suffixes: self.rdp_suffixes.clone(),
            launch: self.rdp_launch,
            thumbprint: self.rdp_thumbprint.clone(),
            entra_sign_in: self.rdp_entra_sign_in,
            protection: self.rdp_protection,
            admin: self.rdp_admin,
            full_screen: self.rdp_full_screen,
            all_monitors: self.rdp_all_monitors,
            monitors: self.rdp_monitors.clone(),
            width: self.rdp_width,
            height: self.rdp_height,
            clipboard: self.rdp_clipboard,
            drives: self.rdp_drives,
            printers: self.rdp_printers,
            smart_cards: self.rdp_smart_cards,
            sound: self.rdp_sound,
            microphone: self.rdp_microphone,
            cameras: self.rdp_cameras,
            webauthn: self.rdp_webauthn,
            usb: self.rdp_usb,
            com_ports: self.rdp_com_ports,
            location: self.rdp_location,
        }
    }
}

impl MachinePolicy {
    /// No policy at all.
    #[must_use]
    pub fn none() -> Self {
        Self {
            demands: Demands::default(),
            places: Places::new(),
            problem: None,
        }
    }

    /// The policy in a JSON file; one that is not there demands nothing.
    #[must_use]
    pub fn in_file(path: &str) -> Self {
        let invalid = |line, column, mistake: String| {
            Problem::new(Cause::SettingsInvalid {
                file: path.to_owned(),
                line,
                column,
                mistake,
            })
        };
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Self::none(),
            Err(error) => return Self::with_mistake(path, invalid(0, 0, error.to_string()), None),
        };
        match serde_json::from_str(&text) {
            Ok(demands) => Self {
                demands,
                places: keys_in(&text).map(|key| (key, path.to_owned())).collect(),
                problem: None,
            },
            Err(error) => {
                let at = |number| u32::try_from(number).unwrap_or(u32::MAX);
                let mistake = invalid(at(error.line()), at(error.column()), error.to_string());
                let values: Option<Value> = serde_json::from_str(&text).ok();
                Self::with_mistake(path, mistake, values.as_ref().and_then(ways_of))
            }
        }
    }

    /// The policy in values that were read from `place`, the registry.
    #[must_use]
    pub fn from_values(place: &str, values: serde_json::Map<String, Value>) -> Self {
        Self::from_layers(vec![Layer {
            place: place.to_owned(),
            values,
            ..Layer::default()
        }])
    }

    /// The policy that several places make, each beating those before it key by key.
    pub(crate) fn from_layers(layers: Vec<Layer>) -> Self {
        let merged = Merged::of(layers);
        match merged.demands() {
            Ok(demands) => Self {
                demands,
                places: merged.places,
                problem: None,
            },
            Err(mistake) => {
                let ways = ways_of(&Value::Object(merged.values));
                Self::with_mistake(&merged.place, mistake, ways)
            }
        }
    }

    /// In which place each key is set.
    pub(super) fn places(&self) -> &Places {
        &self.places
    }

    /// Why it cannot be read, where that is so.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    pub(super) fn demands(&self) -> Demands {
        self.demands.clone()
    }

    fn with_mistake(place: &str, problem: Problem, ways: Option<Vec<Way>>) -> Self {
        let closed = ["may_confirm_tunnel", "sign_in_ways"];
        Self {
            places: closed.map(|key| (key.to_owned(), place.to_owned())).into(),
            demands: Demands {
                may_confirm_tunnel: Some(Flag(false)),
                sign_in_ways: Some(ways.unwrap_or_default()),
                ..Demands::default()
            },
            problem: Some(problem),
        }
    }
}

/// The keys of a policy that was read without a mistake.
fn keys_in(text: &str) -> impl Iterator<Item = String> {
    let values: serde_json::Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
    values.into_iter().map(|(key, _)| key)
}

/// The ways that a policy with a mistake elsewhere allows.
fn ways_of(values: &Value) -> Option<Vec<Way>> {
    Vec::deserialize(values.get("sign_in_ways")?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_with_a_mistake_is_told_and_grants_nothing() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("policy.json");
        fs::write(&file, "{\n  \"whole_prefixes\": true,\n  \"alowed\": []\n}").unwrap();
        let policy = MachinePolicy::in_file(&file.display().to_string());
        let Some(Cause::SettingsInvalid { line, mistake, .. }) =
            policy.problem().map(|problem| &problem.cause)
        else {
            panic!("{policy:?}");
        };
        assert_eq!(*line, 3);
        assert!(mistake.contains("alowed"));
        assert_eq!(policy.demands().whole_prefixes, None);
        assert_eq!(policy.demands().may_confirm_tunnel, Some(Flag(false)));
        assert_eq!(policy.demands().sign_in_ways, Some(vec![]));
    }

    #[test]
    fn a_policy_with_a_mistake_opens_no_way_in() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("policy.json");
        for (text, ways) in [
            ("{", vec![]),
            (
                "{\"sign_in_ways\": [\"browser\"], \"duration\": 3}",
                vec![Way::Browser],
            ),
            ("{\"sign_in_ways\": [\"brwser\"]}", vec![]),
            ("{\"sign_in_way\": [\"browser\"]}", vec![]),
            ("[1]", vec![]),
        ] {
            fs::write(&file, text).unwrap();
            let policy = MachinePolicy::in_file(&file.display().to_string());
            assert!(policy.problem().is_some(), "{text}");
            assert_eq!(policy.demands().sign_in_ways, Some(ways), "{text}");
        }
        // Not readable at all: a folder in its place.
        let policy = MachinePolicy::in_file(&place.path().display().to_string());
        assert_eq!(policy.demands().sign_in_ways, Some(vec![]));
        let mistaken = serde_json::json!({"sign_in_ways": ["azure-cli"], "proxy": 1});
        let Value::Object(values) = mistaken else {
            panic!()
        };
        let policy = MachinePolicy::from_values("registry", values);
        assert_eq!(policy.demands().sign_in_ways, Some(vec![Way::AzureCli]));
    }

    #[test]
    fn registry_values_are_numbers_and_texts() {
        let values = serde_json::json!({
            "whole_prefixes": 1, "duration": "4h", "allowed_sources": ["10.9.0.0/16"]
        });
        let serde_json::Value::Object(values) = values else {
            panic!()
        };
        let policy = MachinePolicy::from_values("registry", values);
        assert!(policy.problem().is_none());
        assert_eq!(policy.demands().whole_prefixes, Some(Flag(true)));
        assert_eq!(policy.demands().allowed_sources.len(), 1);
    }

    #[test]
    fn no_file_is_no_policy() {
        assert!(
            MachinePolicy::in_file("/nowhere/policy.json")
                .problem()
                .is_none()
        );
    }
}
