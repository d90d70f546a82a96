//! What is different for one VM: looked up by its name or its id, without case.

use gangway_engine::id::VmId;
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::vm::{Os, Protocol, Service};
use jiff::SignedDuration;

use super::clients::{Rdp, rdp_with};
use super::in_force;
use super::value::Port;
use super::{Settings, VmOverride};

impl VmOverride {
    /// The port this VM listens on for a protocol, where a person set it.
    #[must_use]
    pub fn port(&self, protocol: Protocol) -> Option<u16> {
        match protocol {
            Protocol::Ssh => self.ssh,
            Protocol::Rdp => self.rdp,
            Protocol::Port => self.plain,
        }
        .map(|port| port.0)
    }

    /// The value of a key as it is typed; `None` where nobody set it.
    pub(crate) fn value(&self, key: &str) -> Option<String> {
        let port = |port: Option<Port>| port.map(|port| port.0.to_string());
        match key {
            "protocol" => self.protocol.map(|protocol| {
                match protocol {
                    Protocol::Rdp => "rdp",
                    Protocol::Ssh => "ssh",
                    Protocol::Port => "port",
                }
                .to_owned()
            }),
            "ssh_port" => port(self.ssh),
            "rdp_port" => port(self.rdp),
            "port" => port(self.plain),
            "user" => self.user.clone(),
            "name" => self.host_name().map(str::to_owned),
            "duration" => self.duration().map(|time| format!("{time:#}")),
            _ => self.rdp_value(key),
        }
    }

    /// A key of `[rdp]` that is set for this VM, as it is typed.
    fn rdp_value(&self, key: &str) -> Option<String> {
        let set: Vec<_> = self.rdp_keys.set().collect();
        let key = set.into_iter().find(|set| *set == key)?;
        let value = in_force::of_rdp(key, &self.rdp_keys.clone().into())?;
        Some(match value.as_str() {
            Some(text) => text.to_owned(),
            None => value.to_string(),
        })
    }

    /// The name that the VM bears in DNS, where a person set it.
    #[must_use]
    pub fn host_name(&self) -> Option<&str> {
        self.host_name.as_ref().map(|name| name.0.as_str())
    }

    /// For how long access to this VM is requested, where a person set it.
    #[must_use]
    pub fn duration(&self) -> Option<SignedDuration> {
        self.lasting.map(|lasting| lasting.0)
    }
}

impl Settings {
    /// What is set for this VM: under its id, else under its name.
    #[must_use]
    pub fn of_vm(&self, vm: &VmId) -> Option<&VmOverride> {
        let by_id = self.vms.get(&vm.key());
        by_id.or_else(|| self.vms.get(&vm.name().to_lowercase()))
    }

    /// How RDP sessions with this VM are started.
    #[must_use]
    pub fn rdp_of(&self, vm: &VmId) -> Rdp {
        match self.of_vm(vm) {
            Some(own) => rdp_with(&own.rdp_keys, &self.rdp_keys),
            None => self.rdp.clone(),
        }
    }

    /// The problem with the place where machine policy has set what was refused.
    pub(crate) fn placed(&self, mut problem: Problem) -> Problem {
        if let Cause::SettingRefused { setting, place, .. } = &mut problem.cause
            && let Some(of_policy) = self.places.get(setting.as_str())
        {
            place.clone_from(of_policy);
        }
        problem
    }

    /// Whether machine policy decides this key of every VM.
    pub(crate) fn locks_of_vm(&self, key: &str) -> bool {
        match key {
            "duration" => self.locked.contains("duration"),
            "user" => ["ssh.user", "rdp.user"]
                .iter()
                .any(|user| self.locked.contains(user)),
            // A key of `[rdp]` is called the same everywhere.
            _ => key.starts_with("rdp.") && self.locked.contains(key),
        }
    }

    /// The service that stands for a protocol on this VM: the port a person set, else the
    /// protocol's usual one. [`Protocol::Port`] has no usual one.
    #[must_use]
    pub fn service(&self, vm: &VmId, protocol: Protocol) -> Option<Service> {
        let set = self.of_vm(vm).and_then(|vm| vm.port(protocol));
        let port = match protocol {
            Protocol::Ssh => Some(set.unwrap_or(Service::SSH.port)),
            Protocol::Rdp => Some(set.unwrap_or(Service::RDP.port)),
            Protocol::Port => set,
        };
        port.map(|port| Service { protocol, port })
    }

    /// The service that settings alone decide for this VM, `None` where they say nothing:
    /// the protocol that is set, else that of its operating system on a port that is set.
    #[must_use]
    pub fn service_of_vm(&self, vm: &VmId, os: Option<Os>) -> Option<Service> {
        let set = self.of_vm(vm)?;
        let of_system = os.map(|os| match os {
            Os::Windows => Protocol::Rdp,
            Os::Linux => Protocol::Ssh,
        });
        // One port without a protocol says which protocol is meant.
        let of_port = [Protocol::Ssh, Protocol::Rdp, Protocol::Port]
            .into_iter()
            .filter(|protocol| set.port(*protocol).is_some());
        let of_only_port = (of_port.clone().count() == 1)
            .then(|| of_port.clone().next())
            .flatten();
        let protocol = set.protocol.or(of_system).or(of_only_port)?;
        self.service(vm, protocol)
    }
}

#[cfg(test)]
mod tests {
    use super::super::file::parse;
    use super::super::merge::merge;
    use super::super::policy::MachinePolicy;
    use super::*;

    fn settings(text: &str) -> Settings {
        merge(parse("f", text).unwrap(), &MachinePolicy::none())
    }

    fn vm(name: &str) -> VmId {
        VmId::new(format!(
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/{name}"
        ))
        .unwrap()
    }

    #[test]
    fn a_vm_is_found_by_name_and_id_without_case() {
        let settings = settings(&format!(
            "[vm.\"VM-Web-01\"]\nssh_port = 2201\n[vm.\"{}\"]\nprotocol = \"rdp\"\n",
            vm("x").as_str().to_uppercase()
        ));
        let web = vm("vm-web-01");
        assert_eq!(settings.service(&web, Protocol::Ssh).unwrap().port, 2201);
        assert_eq!(settings.service(&web, Protocol::Rdp), Some(Service::RDP));
        assert_eq!(settings.service(&web, Protocol::Port), None);
        assert_eq!(settings.service_of_vm(&vm("x"), None), Some(Service::RDP));
        assert_eq!(settings.service_of_vm(&vm("y"), Some(Os::Linux)), None);
    }

    #[test]
    fn what_is_set_for_one_vm_goes_before_and_policy_before_both() {
        let text = "[rdp]\nsound = true\nwidth = 900\n\
                    [vm.one]\nname = \"one.corp.example\"\n\
                    [vm.one.rdp]\nclipboard = true\nwidth = 1600\nmonitors = \"1,0\"\n";
        let at = settings(text);
        let (one, two) = (at.rdp_of(&vm("one")), at.rdp_of(&vm("two")));
        assert_eq!(
            (one.clipboard, one.sound, one.width),
            (true, true, Some(1600))
        );
        assert_eq!(
            (two.clipboard, two.sound, two.width),
            (false, true, Some(900))
        );
        let own = at.of_vm(&vm("ONE")).unwrap();
        assert_eq!(own.host_name(), Some("one.corp.example"));
        assert_eq!(own.value("rdp.clipboard").as_deref(), Some("true"));
        assert_eq!(own.value("rdp.monitors").as_deref(), Some("1,0"));
        assert_eq!((own.value("rdp.sound"), own.value("rdp.x")), (None, None));
        let serde_json::Value::Object(demands) = serde_json::json!({"rdp.width": 1000}) else {
            panic!()
        };
        let policy = MachinePolicy::from_values("test", demands);
        let at = merge(parse("f", text).unwrap(), &policy);
        assert_eq!(at.rdp_of(&vm("one")).width, Some(1000));
        assert!(at.locks_of_vm("rdp.width") && !at.locks_of_vm("rdp.clipboard"));
    }

    #[test]
    fn the_system_chooses_between_ports_and_one_port_chooses_itself() {
        let settings =
            settings("[vm.one]\nssh_port = 2201\n[vm.two]\nssh_port = 2201\nrdp_port = 3391\n");
        let port = |name, os| settings.service_of_vm(&vm(name), os).map(|s| s.port);
        assert_eq!(port("one", None), Some(2201));
        assert_eq!(port("two", None), None);
        assert_eq!(port("two", Some(Os::Windows)), Some(3391));
        assert_eq!(port("two", Some(Os::Linux)), Some(2201));
    }

    #[test]
    fn a_value_of_policy_s_is_refused_in_its_own_place() {
        let values = serde_json::json!({"rdp.thumbprint": "zz"});
        let policy = MachinePolicy::from_values("HKLM", values.as_object().unwrap().clone());
        let settings = merge(parse("f", "").unwrap(), &policy);
        let problem = |setting: &str| {
            Problem::new(Cause::SettingRefused {
                setting: setting.to_owned(),
                place: "settings.toml".to_owned(),
                mistake: "it is none".to_owned(),
            })
        };
        let place = |setting| match settings.placed(problem(setting)).cause {
            Cause::SettingRefused { place, .. } => place,
            other => panic!("{other:?}"),
        };
        assert_eq!(place("rdp.thumbprint"), "HKLM");
        assert_eq!(place("rdp.user"), "settings.toml");
    }
}
