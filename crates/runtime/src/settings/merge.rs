//! The settings in force: the person's choice, beaten by machine policy.

use std::collections::{BTreeMap, BTreeSet};

use gangway_engine::settings::{Settings as ForEngine, ShellSettings};
use gangway_engine::tunnel::{Pool, PoolOrigin};
use ipnet::Ipv4Net;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::clients::{self, Rdp, RdpKeys, Ssh};
use super::file::{File, VmOverride};
use super::layers::Places;
use super::policy::{Demands, MachinePolicy};
use super::sign_in::{self, NetworkSettings, SignInSettings};
use super::value::{Flag, Lasting};

/// How long history is kept where nobody says.
const HISTORY_DAYS: u16 = 90;

/// Everything that is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What the engine has to know.
    pub engine: ForEngine,
    /// The cloud's name or definition file; `None` is the public cloud.
    pub cloud: Option<String>,
    /// The tenants that are looked at; empty means those that are switched on.
    pub tenants: Vec<String>,
    /// Pools from settings and machine policy.
    pub pools: Vec<Pool>,
    /// How people sign in.
    pub sign_in: SignInSettings,
    /// How Azure is reached.
    pub network: NetworkSettings,
    /// How SSH sessions are started.
    pub ssh: Ssh,
    /// How RDP sessions are started.
    pub rdp: Rdp,
    /// What is different for single VMs, by name or id in lower case.
    pub vms: BTreeMap<String, VmOverride>,
    /// For how long requests that are over are kept.
    pub history: SignedDuration,
    /// How much is written to the log.
    pub log_level: LogLevel,
    /// The keys that machine policy has set.
    pub locked: BTreeSet<&'static str>,
    /// In which place machine policy has set each key.
    pub(super) places: Places,
    /// As `rdp`, key by key: what is set for one VM goes before.
    pub(super) rdp_keys: RdpKeys,
    /// What the person chose, as it was written.
    pub(super) person: File,
}

impl Default for Settings {
    fn default() -> Self {
        merge(File::default(), &MachinePolicy::none())
    }
}

impl Settings {
    /// Whether the person or machine policy says after how long a request is late.
    pub(crate) fn chooses_when_late(&self) -> bool {
        self.person.rule_late_after.is_some() || self.locked.contains("rule_late_after")
    }
}

/// How much is written to the log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// Failures only.
    Error,
    /// Failures and surprises.
    Warn,
    /// What was asked and what came of it.
    #[default]
    Info,
    /// Each step.
    Debug,
    /// Everything.
    Trace,
}

pub(super) fn merge(file: File, policy: &MachinePolicy) -> Settings {
    let demands = policy.demands();
    let person = file.clone();
    let mut choice = Choice::of_policy(policy);
    let mut sign_in = sign_in::sign_in(&mut choice, &demands, &file);
    sign_in.policy_mistake = policy.closed().cloned();
    let network = sign_in::network(&mut choice, &demands, &file);
    let shell = shell(&mut choice, &demands, &file);
    let ssh = clients::ssh(&mut choice, &demands, file.ssh);
    let rdp_keys = clients::rdp(&mut choice, &demands, file.rdp);
    let usual = ForEngine::default();
    let mut engine = ForEngine {
        duration: lasting(
            choice.of("duration", demands.duration, file.duration),
            usual.duration,
        ),
        warn_before: choice
            .of("warn_before", demands.warn_before.clone(), file.warn_before)
            .map_or(usual.warn_before, longest_first),
        on_address_change: choice
            .of(
                "on_address_change",
                demands.on_address_change,
                file.on_address_change,
            )
            .unwrap_or(usual.on_address_change),
        always_request: flag(choice.of(
            "always_request",
            demands.always_request,
            file.always_request,
        )),
        reason_required: flag(choice.of(
            "reason_required",
            demands.reason_required,
            file.reason_required,
        )),
        rule_late_after: lasting(
            choice.of(
                "rule_late_after",
                demands.rule_late_after,
                file.rule_late_after,
            ),
            usual.rule_late_after,
        ),
        full_tunnel: flag(choice.of("full_tunnel", demands.full_tunnel, None)),
        allowed_sources: demands.allowed_sources.clone(),
        may_confirm_tunnel: demands
            .may_confirm_tunnel
            .map_or(usual.may_confirm_tunnel, |flag| flag.0),
        whole_prefix_allowed: flag(demands.whole_prefixes),
        vpn: choice.of("vpn", demands.vpn.clone(), file.vpn.clone()),
        shell,
    };
    engine.shell.duration = engine.duration;
    engine.shell.reason_required = engine.reason_required;
    let extra = choice.of("extra_pools", demands.extra_pools.clone(), file.extra_pools);
    let pools = pools(&demands, extra.unwrap_or_default());
    for (key, set) in [
        ("pools", !demands.pools.is_empty()),
        ("allowed_sources", !demands.allowed_sources.is_empty()),
        ("whole_prefixes", demands.whole_prefixes.is_some()),
        ("may_confirm_tunnel", demands.may_confirm_tunnel.is_some()),
    ] {
        choice.of(key, set.then_some(()), None);
    }
    let history = choice.of("history_days", demands.history_days, file.history_days);
    Settings {
        engine,
        cloud: choice.of("cloud", demands.cloud.clone(), file.cloud),
        tenants: choice
            .of("tenants", demands.tenants.clone(), file.tenants)
            .unwrap_or_default(),
        pools,
        sign_in,
        network,
        ssh,
        rdp: rdp_keys.clone().into(),
        rdp_keys,
        vms: file
            .vm
            .into_iter()
            .map(|(name, vm)| (name.to_lowercase(), without(vm, &choice.locked)))
            .collect(),
        history: SignedDuration::from_hours(24 * i64::from(history.unwrap_or(HISTORY_DAYS))),
        log_level: choice
            .of("log_level", demands.log_level, file.log_level)
            .unwrap_or_default(),
        locked: choice.locked,
        places: policy.places().clone(),
        person,
    }
}

/// What only views want to know. Duration and reason are the engine's own and stand there;
/// which cloud it is, whoever opens it knows.
fn shell(choice: &mut Choice<'_>, demands: &Demands, file: &File) -> ShellSettings {
    let usual = ShellSettings::default();
    let language = choice.of("language", demands.language.clone(), file.language.clone());
    ShellSettings {
        theme: choice
            .of("theme", demands.theme, file.theme)
            .unwrap_or(usual.theme),
        language: language.map(|tag| tag.0),
        autostart: choice
            .of("autostart", demands.autostart, file.autostart)
            .map_or(usual.autostart, |flag| flag.0),
        notices: choice
            .of("notices", demands.notices, file.notices)
            .map_or(usual.notices, |flag| flag.0),
        ..usual
    }
}

/// What is different for one VM, but for what machine policy has decided for all.
fn without(mut vm: VmOverride, locked: &BTreeSet<&'static str>) -> VmOverride {
    if locked.contains("duration") {
        vm.lasting = None;
    }
    if locked.contains("ssh.user") || locked.contains("rdp.user") {
        vm.user = None;
    }
    vm.rdp_keys = vm.rdp_keys.without(locked);
    vm
}

/// Notes which keys machine policy decided.
pub(super) struct Choice<'a> {
    policy: &'a MachinePolicy,
    locked: BTreeSet<&'static str>,
}

impl<'a> Choice<'a> {
    fn of_policy(policy: &'a MachinePolicy) -> Self {
        let locked = BTreeSet::new();
        Self { policy, locked }
    }

    /// The keys that a person cannot choose.
    pub(super) fn locked(&self) -> &BTreeSet<&'static str> {
        &self.locked
    }

    /// What policy demands, else what the person chose; not even that where policy says
    /// something that nobody can read.
    pub(super) fn of<T>(
        &mut self,
        key: &'static str,
        policy: Option<T>,
        person: Option<T>,
    ) -> Option<T> {
        let is_barred = self.policy.bars(key);
        if policy.is_some() || is_barred {
            self.locked.insert(key);
        }
        policy.or(person.filter(|_| !is_barred))
    }
}

fn lasting(value: Option<Lasting>, usual: SignedDuration) -> SignedDuration {
    value.map_or(usual, |value| value.0)
}

fn flag(value: Option<Flag>) -> bool {
    value.is_some_and(|flag| flag.0)
}

fn longest_first(times: Vec<Lasting>) -> Vec<SignedDuration> {
    let mut times: Vec<_> = times.into_iter().map(|time| time.0).collect();
    times.sort_unstable_by(|one, other| other.cmp(one));
    times.dedup();
    times
}

fn pools(demands: &Demands, extra: Vec<Ipv4Net>) -> Vec<Pool> {
    let of_policy = demands.pools.iter().map(|prefix| Pool {
        prefix: prefix.trunc(),
        origin: PoolOrigin::MachinePolicy,
    });
    let of_person = extra.into_iter().map(|prefix| Pool {
        prefix: prefix.trunc(),
        origin: PoolOrigin::Setting,
    });
    of_policy.chain(of_person).collect()
}

#[cfg(test)]
mod tests {
    use super::super::clients::RdpLaunch;
    use super::super::file::parse;
    use super::*;

    fn policy(json: serde_json::Value) -> MachinePolicy {
        let serde_json::Value::Object(values) = json else {
            panic!()
        };
        MachinePolicy::from_values("test", values)
    }

    #[test]
    fn policy_beats_the_person_and_is_marked() {
        let file = parse(
            "f",
            "duration = \"8h\"\ncloud = \"china\"\nextra_pools = [\"10.1.2.3/24\"]",
        )
        .unwrap();
        let settings = merge(
            file,
            &policy(serde_json::json!({"duration": "1h", "pools": ["172.16.0.0/24"]})),
        );
        assert_eq!(settings.engine.duration, SignedDuration::from_hours(1));
        assert_eq!(settings.cloud.as_deref(), Some("china"));
        assert_eq!(settings.locked, BTreeSet::from(["duration", "pools"]));
        assert_eq!(settings.pools[0].origin, PoolOrigin::MachinePolicy);
        assert_eq!(settings.pools[1].prefix.to_string(), "10.1.2.0/24");
    }

    #[test]
    fn policy_locks_what_is_shared_with_a_vm_and_everything_else_that_is_set() {
        let file = parse(
            "f",
            "rule_late_after = \"5m\"\nextra_pools = [\"10.1.2.0/24\"]\n\
             [ssh]\nuser = \"a\"\nterminal = \"t\"\n[rdp]\nclipboard = true\ndrives = true\n\
             [vm.x]\nuser = \"b\"\nduration = \"9h\"\nrdp = { clipboard = true }",
        );
        let settings = merge(
            file.unwrap(),
            &policy(serde_json::json!({
                "rdp.clipboard": 0, "rdp.launch": "signed-file", "ssh.user": "ops", "duration": "1h",
                "extra_pools": [], "rule_late_after": "30s", "full_tunnel": true,
            })),
        );
        assert!(!settings.rdp.clipboard && settings.rdp.drives);
        assert_eq!(settings.rdp.launch, RdpLaunch::SignedFile);
        assert_eq!(settings.ssh.user.as_deref(), Some("ops"));
        assert_eq!(settings.ssh.terminal.as_deref(), Some("t"));
        assert_eq!(settings.pools, []);
        assert_eq!(
            settings.engine.rule_late_after,
            SignedDuration::from_secs(30)
        );
        assert!(settings.engine.full_tunnel);
        assert_eq!(settings.vms["x"], VmOverride::default());
        assert_eq!(settings.locked.len(), 7, "{:?}", settings.locked);
    }

    #[test]
    fn what_only_policy_may_allow_is_off_without_one() {
        let settings = Settings::default();
        assert!(settings.engine.allowed_sources.is_empty());
        assert!(!settings.engine.whole_prefix_allowed);
        assert!(settings.engine.may_confirm_tunnel);
        assert_eq!(settings.engine, ForEngine::default());
        assert!(parse("f", "allowed_sources = []").is_err());
        assert!(parse("f", "full_tunnel = true").is_err());
    }

    #[test]
    fn warnings_come_longest_first_and_once() {
        let file = parse("f", "warn_before = [\"5s\", \"20s\", \"5s\"]").unwrap();
        let settings = merge(file, &MachinePolicy::none());
        let seconds: Vec<_> = settings
            .engine
            .warn_before
            .iter()
            .map(|w| w.as_secs())
            .collect();
        assert_eq!(seconds, [20, 5]);
    }
}
