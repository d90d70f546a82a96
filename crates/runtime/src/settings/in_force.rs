//! Every documented key with the value in force, as a settings file would write it.

use std::path::PathBuf;

use gangway_engine::account::Way;
use gangway_engine::tunnel::PoolOrigin;
use serde::Serialize;
use toml_edit::Value;

use super::clients::Rdp;
use super::merge::Settings;

/// Every key and its value; `None` where nobody set one and there is no default.
pub(super) fn in_force(settings: &Settings) -> Vec<(&'static str, Option<Value>)> {
    let mut all = plain(settings);
    all.extend(sign_in(settings));
    all.extend(ssh(settings));
    all.extend(all_of_rdp(&settings.rdp));
    all.extend(by_policy_only(settings));
    all
}

fn plain(settings: &Settings) -> Vec<(&'static str, Option<Value>)> {
    let engine = &settings.engine;
    let time = |time: jiff::SignedDuration| format!("{time:#}");
    let warn = engine.warn_before.iter().map(|before| time(*before));
    let cloud = settings.cloud.as_deref().unwrap_or("public");
    let tenants = settings.tenants.iter().map(String::as_str);
    vec![
        ("duration", Some(time(engine.duration).into())),
        ("warn_before", Some(warn.collect())),
        ("on_address_change", named(&engine.on_address_change)),
        ("always_request", Some(engine.always_request.into())),
        ("reason_required", Some(engine.reason_required.into())),
        ("rule_late_after", Some(time(engine.rule_late_after).into())),
        ("cloud", Some(cloud.into())),
        ("tenants", Some(tenants.collect())),
        ("extra_pools", pools(settings, &PoolOrigin::Setting)),
        ("vpn", text(&engine.vpn)),
        (
            "history_days",
            Some((settings.history.as_hours() / 24).into()),
        ),
        ("log_level", named(&settings.log_level)),
        ("theme", named(&engine.shell.theme)),
        ("language", text(&engine.shell.language)),
        ("autostart", Some(engine.shell.autostart.into())),
        ("notices", Some(engine.shell.notices.into())),
    ]
}

fn sign_in(settings: &Settings) -> Vec<(&'static str, Option<Value>)> {
    let (sign_in, network) = (&settings.sign_in, &settings.network);
    let ways = sign_in.ways.as_deref().unwrap_or(&Way::ALL);
    let ways = ways.iter().map(|way| way.as_str());
    let browser = sign_in.browser.iter().map(String::as_str);
    vec![
        ("client_id", text(&sign_in.client_id)),
        ("tenant", text(&sign_in.tenant)),
        ("sign_in_ways", Some(ways.collect())),
        ("browser", Some(browser.collect())),
        ("proxy", text(&network.proxy)),
        ("proxy_user", text(&network.proxy_user)),
        ("extra_ca", path(&network.extra_ca)),
    ]
}

fn ssh(settings: &Settings) -> Vec<(&'static str, Option<Value>)> {
    let ssh = &settings.ssh;
    vec![
        ("ssh.client", named(&ssh.client)),
        ("ssh.user", text(&ssh.user)),
        ("ssh.identity", path(&ssh.identity)),
        ("ssh.known_hosts", path(&ssh.known_hosts)),
        ("ssh.terminal", text(&ssh.terminal)),
    ]
}

/// One key of `[rdp]`.
pub(super) fn of_rdp(key: &str, rdp: &Rdp) -> Option<Value> {
    all_of_rdp(rdp)
        .into_iter()
        .find_map(|(name, value)| value.filter(|_| name == key))
}

fn all_of_rdp(rdp: &Rdp) -> Vec<(&'static str, Option<Value>)> {
    let pixels = |number: Option<u16>| number.map(|number| i64::from(number).into());
    vec![
        ("rdp.user", text(&rdp.user)),
        ("rdp.target", named(&rdp.target)),
        (
            "rdp.suffixes",
            Some(rdp.suffixes.iter().map(String::as_str).collect()),
        ),
        ("rdp.launch", named(&rdp.launch)),
        ("rdp.thumbprint", text(&rdp.thumbprint)),
        ("rdp.entra_sign_in", Some(rdp.entra_sign_in.into())),
        ("rdp.protection", named(&rdp.protection)),
        ("rdp.admin", Some(rdp.admin.into())),
        ("rdp.full_screen", Some(rdp.full_screen.into())),
        ("rdp.all_monitors", Some(rdp.all_monitors.into())),
        ("rdp.monitors", text(&rdp.monitors)),
        ("rdp.width", pixels(rdp.width)),
        ("rdp.height", pixels(rdp.height)),
        ("rdp.clipboard", Some(rdp.clipboard.into())),
        ("rdp.drives", Some(rdp.drives.into())),
        ("rdp.printers", Some(rdp.printers.into())),
        ("rdp.smart_cards", Some(rdp.smart_cards.into())),
        ("rdp.sound", Some(rdp.sound.into())),
        ("rdp.microphone", Some(rdp.microphone.into())),
        ("rdp.cameras", Some(rdp.cameras.into())),
        ("rdp.webauthn", Some(rdp.webauthn.into())),
        ("rdp.usb", Some(rdp.usb.into())),
        ("rdp.com_ports", Some(rdp.com_ports.into())),
        ("rdp.location", Some(rdp.location.into())),
    ]
}

fn by_policy_only(settings: &Settings) -> Vec<(&'static str, Option<Value>)> {
    let engine = &settings.engine;
    let sources = engine.allowed_sources.iter().map(ToString::to_string);
    vec![
        ("full_tunnel", Some(engine.full_tunnel.into())),
        ("pools", pools(settings, &PoolOrigin::MachinePolicy)),
        ("allowed_sources", Some(sources.collect())),
        ("whole_prefixes", Some(engine.whole_prefix_allowed.into())),
        ("may_confirm_tunnel", Some(engine.may_confirm_tunnel.into())),
    ]
}

fn pools(settings: &Settings, origin: &PoolOrigin) -> Option<Value> {
    let of = settings.pools.iter().filter(|pool| pool.origin == *origin);
    Some(of.map(|pool| pool.prefix.to_string()).collect())
}

fn text(value: &Option<String>) -> Option<Value> {
    value.as_deref().map(Value::from)
}

fn path(value: &Option<PathBuf>) -> Option<Value> {
    value.as_ref().map(|path| path.display().to_string().into())
}

/// The name of a unit variant, as serde writes it.
fn named<T: Serialize>(value: &T) -> Option<Value> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Some(name.into()),
        _ => None,
    }
}
