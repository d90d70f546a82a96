//! The person's file, `settings.toml`, as it is written.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use gangway_engine::account::Way;
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::settings::{OnAddressChange, Theme};
use gangway_engine::vm::Protocol;
use ipnet::Ipv4Net;
use serde::Deserialize;

use super::clients::{RdpKeys, Ssh};
use super::merge::LogLevel;
use super::mistake_at;
use super::value::{ClientId, Flag, HostName, Language, Lasting, Port, ProxyAddress, TenantName};

/// More than any person writes; what is longer is no settings file.
const LONGEST: u64 = 1024 * 1024;

/// Every key that may stand in the file. What is absent has its default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    pub(super) duration: Option<Lasting>,
    pub(super) warn_before: Option<Vec<Lasting>>,
    pub(super) on_address_change: Option<OnAddressChange>,
    pub(super) always_request: Option<Flag>,
    pub(super) reason_required: Option<Flag>,
    pub(super) rule_late_after: Option<Lasting>,
    pub(super) cloud: Option<String>,
    pub(super) tenants: Option<Vec<String>>,
    pub(super) extra_pools: Option<Vec<Ipv4Net>>,
    pub(super) history_days: Option<u16>,
    pub(super) log_level: Option<LogLevel>,
    pub(super) theme: Option<Theme>,
    pub(super) language: Option<Language>,
    pub(super) autostart: Option<Flag>,
    pub(super) notices: Option<Flag>,
    pub(super) client_id: Option<ClientId>,
    pub(super) tenant: Option<TenantName>,
    pub(super) sign_in_ways: Option<Vec<Way>>,
    pub(super) browser: Option<Vec<String>>,
    pub(super) proxy: Option<ProxyAddress>,
    pub(super) proxy_user: Option<String>,
    pub(super) vpn: Option<String>,
    pub(super) extra_ca: Option<PathBuf>,
    pub(super) ssh: Ssh,
    pub(super) rdp: RdpKeys,
    pub(super) vm: BTreeMap<String, VmOverride>,
}

/// What is different for one VM, named by its name or ARM id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VmOverride {
    /// How it is connected to.
    pub protocol: Option<Protocol>,
    #[serde(rename = "ssh_port")]
    pub(super) ssh: Option<Port>,
    #[serde(rename = "rdp_port")]
    pub(super) rdp: Option<Port>,
    #[serde(rename = "port")]
    pub(super) plain: Option<Port>,
    #[serde(rename = "duration")]
    pub(super) lasting: Option<Lasting>,
    /// The user to log in as.
    pub user: Option<String>,
    #[serde(rename = "name")]
    pub(super) host_name: Option<HostName>,
    #[serde(rename = "rdp")]
    pub(super) rdp_keys: RdpKeys,
}

/// Reads the file; one that is not there is an empty one.
pub(super) fn read(path: &Path) -> Result<File, Problem> {
    let name = path.display().to_string();
    let unreadable = |mistake: String| {
        Problem::new(Cause::SettingsInvalid {
            file: name.clone(),
            line: 0,
            column: 0,
            mistake,
        })
    };
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(File::default()),
        Ok(found) if found.len() > LONGEST => {
            return Err(unreadable("it is longer than 1 MiB".to_owned()));
        }
        _ => {}
    }
    let text = fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    parse(&name, &text)
}

/// Reads the text of a settings file called `name`.
pub(super) fn parse(name: &str, text: &str) -> Result<File, Problem> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    toml_edit::de::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        mistake_at(name, text, at, error.message())
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::clients::RdpTarget;
    use super::*;

    #[rstest]
    #[case("duraton = \"1h\"\n", 1, 1, "duraton")]
    #[case("# mine\nduration = \"soon\"\n", 2, 12, "soon")]
    #[case("duration = \"1h\"\nduration = \"2h\"\n", 2, 1, "duplicate")]
    #[case("[ssh]\nuser = \"me\"\nidentiy = \"x\"\n", 3, 1, "identiy")]
    #[case("extra_pools = [\"10.0.0.0/8\", \"10.0.0.0/99\"]\n", 1, 30, "")]
    #[case("[vm.\"vm-1\"]\nssh_port = 70000\n", 2, 12, "70000")]
    #[case("on_address_change = \"perhaps\"\n", 1, 21, "perhaps")]
    #[case("always_request = 2\n", 1, 18, "")]
    #[case("[rdp]\nmonitors = \"0;1\"\n", 2, 12, "0;1")]
    #[case("[rdp]\nsuffixes = [\"-x\"]\n", 2, 12, "-x")]
    #[case("[vm.x.rdp]\nclipbord = true\n", 2, 1, "clipbord")]
    #[case("[vm.x]\nname = \"a b\"\n", 2, 8, "a b")]
    #[case("duration = \n", 1, 12, "")]
    fn a_mistake_is_told_with_line_and_column(
        #[case] text: &str,
        #[case] line: u32,
        #[case] column: u32,
        #[case] about: &str,
    ) {
        let problem = parse("settings.toml", text).unwrap_err();
        let Cause::SettingsInvalid {
            line: l,
            column: c,
            mistake,
            ..
        } = problem.cause
        else {
            panic!("{problem:?}");
        };
        assert_eq!((l, c), (line, column), "{mistake}");
        assert!(mistake.contains(about), "{mistake}");
    }

    #[test]
    fn every_key_is_read() {
        let file = parse("settings.toml", include_str!("example.toml")).unwrap();
        assert_eq!(
            file.duration,
            Some(Lasting(jiff::SignedDuration::from_hours(2)))
        );
        assert_eq!(file.vm.len(), 2);
        assert_eq!(file.rdp.target, Some(RdpTarget::Address));
    }
}
