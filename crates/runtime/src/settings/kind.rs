//! What fits each documented setting, so that a view can offer a switch, a choice or a field.

use gangway_engine::query::SettingKind;

/// Keys that only machine policy can set.
const BY_POLICY_ONLY: [&str; 5] = [
    "full_tunnel",
    "pools",
    "allowed_sources",
    "whole_prefixes",
    "may_confirm_tunnel",
];

/// Keys that decide which program runs, and whom this program trusts or sends tokens to. A
/// view shows pages, and a page that went bad is not to reach further than its window: these
/// are changed in the person's file or by the command line.
const ELSEWHERE: [&str; 10] = [
    "browser",
    "cloud",
    "extra_ca",
    "proxy",
    "proxy_user",
    "ssh.client",
    "ssh.identity",
    "ssh.known_hosts",
    "ssh.terminal",
    "rdp.thumbprint",
];

/// Whether a view may change this key.
pub(crate) fn is_for_views(key: &str) -> bool {
    !ELSEWHERE.contains(&key)
}

/// Whether only machine policy can set this key.
pub(crate) fn is_by_policy_only(key: &str) -> bool {
    BY_POLICY_ONLY.contains(&key)
}

/// What fits a documented key; `None` for a key that is none. A key of a single VM is named
/// as it stands in its table.
pub(crate) fn of(key: &str) -> Option<SettingKind> {
    Some(match key {
        "always_request" | "reason_required" | "autostart" | "notices" | "rdp.entra_sign_in"
        | "rdp.admin" | "rdp.full_screen" | "rdp.all_monitors" | "rdp.clipboard" | "rdp.drives"
        | "rdp.printers" | "rdp.smart_cards" | "rdp.sound" | "rdp.microphone" | "rdp.cameras"
        | "rdp.webauthn" | "rdp.usb" | "rdp.com_ports" | "rdp.location" | "full_tunnel"
        | "whole_prefixes" | "may_confirm_tunnel" => SettingKind::Toggle,
        "on_address_change" => choice(&["ask", "renew"]),
        "log_level" => choice(&["off", "error", "warn", "info", "debug", "trace"]),
        "theme" => choice(&["system", "light", "dark"]),
        "rdp.target" => choice(&["automatic", "name", "address"]),
        "rdp.launch" => choice(&["automatic", "file", "signed-file", "direct"]),
        "rdp.protection" => choice(&["off", "remote-guard", "restricted-admin"]),
        "ssh.client" => choice(&["openssh", "putty"]),
        "duration" | "rule_late_after" => SettingKind::Time,
        "history_days" | "rdp.width" | "rdp.height" => SettingKind::Number,
        "cloud" | "language" | "client_id" | "tenant" | "proxy" | "proxy_user" | "extra_ca"
        | "vpn" | "ssh.user" | "ssh.identity" | "ssh.known_hosts" | "ssh.terminal" | "rdp.user"
        | "rdp.thumbprint" | "rdp.monitors" => SettingKind::Text,
        "warn_before" | "tenants" | "extra_pools" | "sign_in_ways" | "browser" | "pools"
        | "allowed_sources" | "rdp.suffixes" => SettingKind::List,
        _ => return None,
    })
}

/// What fits a key within a VM's table; a key of `[rdp]` stands in a table below it.
pub(crate) fn of_vm(key: &str) -> Option<SettingKind> {
    if key.starts_with("rdp.") {
        return of(key);
    }
    Some(match key {
        "protocol" => choice(&["rdp", "ssh", "port"]),
        "ssh_port" | "rdp_port" | "port" => SettingKind::Number,
        "user" | "name" => SettingKind::Text,
        "duration" => SettingKind::Time,
        _ => return None,
    })
}

/// The keys of a VM's table, as `docs/settings.md` orders them.
pub(crate) const OF_VM: [&str; 27] = [
    "protocol",
    "ssh_port",
    "rdp_port",
    "port",
    "user",
    "duration",
    "name",
    "rdp.target",
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
];

/// Whether what fits is written as a text.
pub(crate) fn is_text(kind: &SettingKind) -> bool {
    match kind {
        SettingKind::Text | SettingKind::Time | SettingKind::Choice { .. } => true,
        SettingKind::Toggle | SettingKind::Number | SettingKind::List => false,
    }
}

fn choice(values: &[&str]) -> SettingKind {
    SettingKind::Choice {
        of: values.iter().map(|value| (*value).to_owned()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MachinePolicy, Settings, edit, read_with};
    use super::*;
    use crate::home::Home;

    #[test]
    fn every_documented_key_has_a_kind_and_its_values_fit() {
        let place = tempfile::tempdir().unwrap();
        let home = Home::at(place.path());
        let settings = Settings::default();
        let mut elsewhere = std::collections::BTreeSet::from(ELSEWHERE);
        for entry in edit::list(&home, &settings).unwrap() {
            let key = entry.key.as_str();
            let kind = of(key).unwrap_or_else(|| panic!("{key} has no kind"));
            elsewhere.remove(key);
            assert_eq!(
                is_by_policy_only(key),
                edit::example(key).is_none(),
                "{key}"
            );
            if is_by_policy_only(key) {
                continue;
            }
            let values = match kind {
                SettingKind::Choice { of } => of,
                SettingKind::Toggle => vec!["true".to_owned(), "false".to_owned()],
                SettingKind::Time => vec!["1h 30m".to_owned()],
                SettingKind::Number => vec!["900".to_owned()],
                SettingKind::List => vec!["[]".to_owned()],
                SettingKind::Text => vec![edit::example(key).unwrap()],
            };
            for value in values {
                edit::set(&home, &settings, key, &value).unwrap();
            }
        }
        assert!(elsewhere.is_empty(), "no settings: {elsewhere:?}");
        for key in OF_VM {
            assert!(of_vm(key).is_some() && is_for_views(key));
            let value = edit::example(&format!("vm.vm-x.{key}")).unwrap();
            edit::set(&home, &settings, &format!("vm.vm-x.{key}"), &value).unwrap();
        }
        assert_eq!(read_with(&home, &MachinePolicy::none()).1, []);
        assert_eq!((of("ssh"), of_vm("identity")), (None, None));
    }
}
