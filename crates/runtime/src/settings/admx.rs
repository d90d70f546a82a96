//! Group policy for Windows: the ADMX and ADML files, written from the table of settings and held against it.
//!
//! The schema: <https://learn.microsoft.com/previous-versions/windows/desktop/Policy/admx-schema>.
//! What Intune takes of it, no combo boxes and no other file's names among them:
//! <https://learn.microsoft.com/mem/intune/configuration/administrative-templates-import-custom>.

mod fields;
mod guide;
mod read;
mod tests;
mod words;
mod write;

use std::path::PathBuf;

use gangway_engine::query::SettingKind;
use serde_json::{Map, Value};

use super::{Settings, in_force, kind, value};

/// Where policies are read from, below either hive.
const KEY: &str = r"Software\Policies\Gangway";

/// The most characters of a text that has no limit of its own: what the editor takes
/// (<https://learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2008-r2-and-2008/cc732210(v=ws.10)>).
const LONGEST_TEXT: usize = 1023;

/// The most characters of a whole list.
const LONGEST_LIST: usize = 16_384;

/// Every category below the root, and its policies in their order.
const CATEGORIES: [(&str, &[&str]); 7] = [
    (
        "Access",
        &[
            "duration",
            "warn_before",
            "on_address_change",
            "always_request",
            "reason_required",
            "rule_late_after",
            "whole_prefixes",
            "history_days",
        ],
    ),
    (
        "Tunnel",
        &[
            "pools",
            "extra_pools",
            "full_tunnel",
            "allowed_sources",
            "may_confirm_tunnel",
            "vpn",
        ],
    ),
    (
        "SignIn",
        &[
            "client_id",
            "tenant",
            "tenants",
            "sign_in_ways",
            "cloud",
            "browser",
        ],
    ),
    ("Network", &["proxy", "proxy_user", "extra_ca"]),
    (
        "RemoteDesktop",
        &[
            "rdp.user",
            "rdp.target",
            "rdp.suffixes",
            "rdp.launch",
            "rdp.thumbprint",
            "rdp.entra_sign_in",
            "rdp.protection",
            "rdp.admin",
            "rdp.full_screen",
            "rdp.all_monitors",
            "rdp.monitors",
            "rdp.width",
            "rdp.height",
            "rdp.clipboard",
            "rdp.drives",
            "rdp.printers",
            "rdp.smart_cards",
            "rdp.sound",
            "rdp.microphone",
            "rdp.cameras",
            "rdp.webauthn",
            "rdp.usb",
            "rdp.com_ports",
            "rdp.location",
        ],
    ),
    (
        "Ssh",
        &[
            "ssh.client",
            "ssh.user",
            "ssh.identity",
            "ssh.known_hosts",
            "ssh.terminal",
        ],
    ),
    (
        "Program",
        &["theme", "language", "autostart", "notices", "log_level"],
    ),
];

/// One setting as a policy.
struct Policy {
    /// As it stands in the registry.
    key: &'static str,
    category: &'static str,
    form: Form,
    /// No person can set it.
    here_only: bool,
    /// What holds where nobody chooses, as a settings file would write it.
    usual: Option<toml_edit::Value>,
}

/// What an administrator fills in.
#[derive(Debug, PartialEq, Eq)]
enum Form {
    /// Nothing: the policy is on or off.
    Toggle,
    Choice(Vec<String>),
    Number {
        least: u16,
        most: u16,
    },
    Time,
    Text {
        longest: usize,
    },
    List(Entries),
}

/// What the entries of a list are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entries {
    Texts,
    Times,
    Blocks,
}

impl Policy {
    /// The name in the files, which has letters and digits only: it becomes part of a URI.
    fn name(&self) -> String {
        name(self.key)
    }

    /// The registry's type (<https://learn.microsoft.com/windows/win32/sysinfo/registry-value-types>).
    fn registry_type(&self) -> &'static str {
        match self.form {
            Form::Toggle | Form::Number { .. } => "REG_DWORD",
            Form::Choice(_) | Form::Time | Form::Text { .. } => "REG_SZ",
            Form::List(_) => "REG_MULTI_SZ",
        }
    }
}

/// Every policy, in the order of the files.
fn policies() -> Vec<Policy> {
    let usual = in_force::in_force(&Settings::default());
    let of_category = |(category, keys): &(&'static str, &'static [&'static str])| {
        let category = *category;
        let of = |key: &&'static str| {
            let found = usual.iter().find(|(name, _)| name == key);
            Policy {
                key,
                category,
                form: form(key),
                here_only: kind::is_by_policy_only(key),
                usual: found.and_then(|(_, value)| value.clone()),
            }
        };
        keys.iter().map(of).collect::<Vec<_>>()
    };
    CATEGORIES.iter().flat_map(of_category).collect()
}

fn form(key: &str) -> Form {
    match kind::of(key) {
        Some(SettingKind::Toggle) => Form::Toggle,
        Some(SettingKind::Choice { of }) => Form::Choice(of),
        Some(SettingKind::Number) => {
            let (least, most) = match key {
                "rdp.width" | "rdp.height" => value::PIXELS.into_inner(),
                _ => (0, u16::MAX),
            };
            Form::Number { least, most }
        }
        Some(SettingKind::Time) => Form::Time,
        Some(SettingKind::Text) => Form::Text {
            longest: match key {
                // A GUID.
                "client_id" => 36,
                "tenant" => value::LONGEST_TENANT,
                "language" => value::LONGEST_LANGUAGE,
                _ => LONGEST_TEXT,
            },
        },
        Some(SettingKind::List) => Form::List(match key {
            "warn_before" => Entries::Times,
            "pools" | "extra_pools" | "allowed_sources" => Entries::Blocks,
            _ => Entries::Texts,
        }),
        None => panic!("{key} is no setting"),
    }
}

/// `rdp.full_screen` becomes `RdpFullScreen`.
fn name(key: &str) -> String {
    let parts = key.split(['.', '_', '-']);
    let capital = |part: &str| {
        let mut letters = part.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    parts.map(capital).collect()
}

/// The folder of the files.
fn folder() -> PathBuf {
    [
        env!("CARGO_MANIFEST_DIR"),
        "..",
        "..",
        "packaging",
        "windows",
        "policy",
    ]
    .iter()
    .collect()
}

/// What the checked-in ADMX makes of every policy that is enabled, and filled in with values
/// that fit; with `other`, of the same policies set to something else.
pub(crate) fn enabled(other: bool) -> Map<String, Value> {
    read::Admx::checked_in().enabled(other)
}
