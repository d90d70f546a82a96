//! Machine policy: what an administrator demands; it beats the person's choice.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use gangway_engine::account::Way;
use gangway_engine::problem::Problem;
use gangway_engine::settings::{OnAddressChange, Theme};
use ipnet::Ipv4Net;
use serde::Deserialize;
use serde_json::Value;

use super::clients::{RdpKeys, RdpLaunch, RdpProtection, RdpTarget, SshClient};
use super::json;
use super::layers::{Layer, Merged, Places, barred, refused};
use super::merge::LogLevel;
use super::strict;
use super::value::{
    ClientId, Flag, Language, Lasting, Monitors, Pixels, ProxyAddress, Suffix, TenantName,
};

/// The machine policy of this machine: what it says, and what of it cannot be read.
///
/// A mistake takes nothing away: every key that can be read by itself is followed. One that
/// cannot is read in the strictest way, which forbids and never grants, and is not the
/// person's to choose either. Of a policy that cannot be read at all, every key is so.
#[derive(Debug, Clone)]
pub struct MachinePolicy {
    demands: Demands,
    places: Places,
    barred: BTreeSet<&'static str>,
    problems: Vec<Problem>,
    /// Why nobody may sign in, where that is for a mistake.
    closed: Option<Problem>,
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
        Self::from_layers(Vec::new())
    }

    /// The policy in a JSON file; one that is not there demands nothing.
    #[must_use]
    pub fn in_file(path: &str) -> Self {
        let layer = match fs::read_to_string(path) {
            Ok(text) => json::layer(path, &text),
            Err(error) if error.kind() == ErrorKind::NotFound && is_absent(path) => {
                return Self::none();
            }
            Err(error) => Layer {
                place: path.to_owned(),
                unreadable: Some(error.to_string()),
                ..Layer::default()
            },
        };
        Self::from_layers(vec![layer])
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
        let mut merged = Merged::of(layers);
        let values = Value::Object(std::mem::take(&mut merged.values));
        let mut problems = merged.problems();
        // Each was read by itself already.
        let mut demands = Demands::deserialize(&values).unwrap_or_else(|error| {
            problems.push(refused("machine policy", String::new(), &error.to_string()));
            Demands::default()
        });
        let mut closed = None;
        for (key, problem) in &merged.barred {
            strict::close(&mut demands, key);
            if strict::is_of_sign_in(key) {
                closed.get_or_insert_with(|| problem.clone());
                let place = merged.places.get(*key).cloned().unwrap_or_default();
                merged.places.insert("sign_in_ways".to_owned(), place);
            }
        }
        Self {
            demands,
            barred: barred(&merged),
            places: merged.places,
            problems,
            closed,
        }
    }

    /// In which place each key is set.
    pub(super) fn places(&self) -> &Places {
        &self.places
    }

    /// What of it cannot be read, each with its key and its place.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The mistake for which nobody may sign in.
    pub(super) fn closed(&self) -> Option<&Problem> {
        self.closed.as_ref()
    }

    /// Whether this key says something that cannot be read.
    pub(super) fn bars(&self, key: &str) -> bool {
        self.barred.contains(key)
    }

    pub(super) fn demands(&self) -> Demands {
        self.demands.clone()
    }
}

/// Whether there is no policy at this path, rather than one that is out of reach for now: a
/// link to a share that is not mounted yet leads nowhere, and is there.
fn is_absent(path: &str) -> bool {
    let path = Path::new(path);
    let mut above = path.ancestors();
    let nearest = above.find(|it| fs::symlink_metadata(it).is_ok());
    nearest.is_none_or(|it| it != path && fs::metadata(it).is_ok())
}

#[cfg(test)]
mod tests {
    use gangway_engine::problem::Cause;

    use super::*;

    fn in_text(text: &str) -> (tempfile::TempDir, MachinePolicy) {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("policy.json");
        fs::write(&file, text).unwrap();
        let policy = MachinePolicy::in_file(&file.display().to_string());
        (place, policy)
    }

    #[test]
    fn a_mistake_is_told_with_its_line_and_takes_nothing_else_away() {
        let (_place, policy) =
            in_text("{\n  \"whole_prefixes\": true, \"rdp.drives\": false,\n  \"alowed\": []\n}");
        let Some(Cause::SettingRefused { setting, place, .. }) =
            policy.problems().first().map(|problem| &problem.cause)
        else {
            panic!("{policy:?}");
        };
        assert!(
            setting == "alowed" && place.ends_with("policy.json:3"),
            "{place}"
        );
        assert_eq!(policy.demands().whole_prefixes, Some(Flag(true)));
        assert_eq!(policy.demands().rdp_drives, Some(Flag(false)));
        // A key of a newer version forbids nobody to sign in.
        assert_eq!(policy.demands().sign_in_ways, None);
    }

    #[test]
    fn a_key_that_is_there_twice_is_not_one_of_its_values() {
        let (_place, policy) = in_text("{\"rdp.drives\": false,\n\"RDP.drives\": true}");
        assert_eq!(policy.demands().rdp_drives, None);
        assert!(policy.bars("rdp.drives") && policy.problems().len() == 1);
    }

    #[test]
    fn tables_are_read_as_the_person_s_file_has_them() {
        let (_place, policy) = in_text(
            "{\"RDP\": {\"drives\": false, \"usb\": 1,\n\"drvies\": 1, \"width\": {\"x\": 1}},\n\
             \"ssh\": {\"user\": \"admin\"}, \"rdp.USB\": true, \"duration\": {\"hours\": 1}, \"vpn\": {}}",
        );
        let demands = policy.demands();
        assert_eq!(demands.rdp_drives, Some(Flag(false)));
        assert_eq!(demands.ssh_user.as_deref(), Some("admin"));
        // Said twice, once in either form; no value; no setting with others below it.
        for key in ["rdp.usb", "rdp.width", "duration", "vpn"] {
            assert!(policy.bars(key), "{key}");
        }
        assert!(!policy.bars("rdp.drives") && !policy.bars("rdp.clipboard"));
        let told = format!("{:?}", policy.problems());
        assert!(told.contains("policy.json:2\""), "{told}");
        for text in [
            "{\"rdp\": {\"drives\": false, \"drives\": true}}",
            "{\"rdp\": false}",
        ] {
            let (_place, policy) = in_text(text);
            assert!(
                policy.bars("rdp.drives") && policy.problems().len() == 1,
                "{text}"
            );
        }
    }

    #[test]
    fn a_policy_with_a_mistake_opens_no_way_in() {
        for (text, ways) in [
            ("{", vec![]),
            (
                "{\"sign_in_ways\": [\"browser\"], \"duration\": 3}",
                vec![Way::Browser],
            ),
            ("{\"sign_in_ways\": [\"brwser\"]}", vec![]),
            ("{\"sign_in_ways\": null}", vec![]),
            ("{\"sign_in_way\": [\"browser\"]}", vec![]),
            ("{\"tenant\": 7, \"sign_in_ways\": [\"browser\"]}", vec![]),
            ("[1]", vec![]),
        ] {
            let (_place, policy) = in_text(text);
            assert!(!policy.problems().is_empty(), "{text}");
            assert_eq!(policy.demands().sign_in_ways, Some(ways), "{text}");
        }
        // Not readable at all: a folder in its place.
        let place = tempfile::tempdir().unwrap();
        let policy = MachinePolicy::in_file(&place.path().display().to_string());
        assert_eq!(policy.demands().sign_in_ways, Some(vec![]));
        assert_eq!(policy.demands().may_confirm_tunnel, Some(Flag(false)));
        assert!(policy.bars("rdp.drives") && policy.problems().len() == 1);
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
        assert!(policy.problems().is_empty());
        assert_eq!(policy.demands().whole_prefixes, Some(Flag(true)));
        assert_eq!(policy.demands().allowed_sources.len(), 1);
    }

    #[test]
    fn no_file_is_no_policy() {
        assert!(
            MachinePolicy::in_file("/nowhere/policy.json")
                .problems()
                .is_empty()
        );
    }
}
