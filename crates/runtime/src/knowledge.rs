//! Puts together what the store and the settings know of a VM and of the company's tunnels.

use gangway_engine::id::VmId;
use gangway_engine::input::CachedVm;
use gangway_engine::policy::{AllowedSources, find_rule};
use gangway_engine::tunnel::{Pool, TunnelKnowledge};
use gangway_engine::vm::{Protocol, Vm};

use crate::error::Error;
use crate::store::{StoredGateway, StoredProfile, gateway};
use crate::world::World;

impl World {
    /// Everything that is known of a VM without asking Azure.
    pub(crate) fn cached(&self, vm: &VmId) -> Result<CachedVm, Error> {
        let now = self.clock.now();
        let known = self.store.vm(vm, now)?;
        let policies = self.store.policies(vm, now)?;
        let gateways = self.store.gateways()?;
        let profiles = self.store.profiles()?;
        let ages = [
            known.as_ref().map(|(_, age)| *age),
            policies.as_ref().map(|(_, age)| *age),
        ];
        let known = known.map(|(vm, _)| vm);
        let subnet = known
            .iter()
            .flat_map(|vm| &vm.addresses)
            .find_map(|address| address.subnet.as_ref());
        let serving = subnet.and_then(|subnet| gateway::serving(&gateways, subnet));
        Ok(CachedVm {
            serving: serving.cloned(),
            dialled: gateway::dialled(&gateways, &profiles).cloned(),
            vm: known,
            policies: policies.map(|(policies, _)| policies),
            age: ages.into_iter().flatten().max(),
            pools: self.pools_with(&gateways, &profiles),
            confirmed: self.store.confirmed_tunnels()?,
            expected: self.store.expected_host(vm)?,
            usual: self.store.usual()?,
        })
    }

    /// Every known pool: gateways, profiles, settings, machine policy.
    pub(crate) fn pools(&self) -> Result<Vec<Pool>, Error> {
        let (gateways, profiles) = (self.store.gateways()?, self.store.profiles()?);
        Ok(self.pools_with(&gateways, &profiles))
    }

    /// Whether an imported profile says that all traffic goes through the tunnel: the only
    /// one there is, or else that of the gateway that is known to be dialled.
    pub(crate) fn full_tunnel_by_profile(&self) -> Result<bool, Error> {
        let profiles = self.store.profiles()?;
        if let [only] = profiles.as_slice() {
            return Ok(only.full_tunnel);
        }
        let gateways = self.store.gateways()?;
        let dialled = gateway::dialled(&gateways, &profiles);
        let of_it = gateways.iter().find(|gateway| Some(&gateway.id) == dialled);
        Ok(of_it.is_some_and(|gateway| {
            profiles
                .iter()
                .any(|profile| profile.full_tunnel && gateway::names(profile, gateway))
        }))
    }

    /// What can show a tunnel to this VM to be the company's.
    pub(crate) fn tunnel_knowledge(&self, cached: &CachedVm) -> TunnelKnowledge {
        let settings = self.engine_settings();
        let policy_sources = cached
            .vm
            .iter()
            .flat_map(|vm| self.policy_sources(cached, vm));
        TunnelKnowledge {
            pools: cached.pools.clone(),
            serving: cached.serving.clone(),
            dialled: cached.dialled.clone(),
            policy_sources: policy_sources.collect(),
            full_tunnel: settings.full_tunnel,
            allowed_sources: settings.allowed_sources,
            confirmed: cached.confirmed.clone(),
            may_confirm: settings.may_confirm_tunnel,
        }
    }

    fn pools_with(&self, gateways: &[StoredGateway], profiles: &[StoredProfile]) -> Vec<Pool> {
        let mut pools: Vec<Pool> = gateway::pools(gateways).collect();
        pools.extend(profiles.iter().flat_map(StoredProfile::pools));
        pools.extend(self.settings().pools.iter().cloned());
        pools
    }

    /// The sources that the VM's own policy allows on the ports that are looked at.
    fn policy_sources(&self, cached: &CachedVm, vm: &Vm) -> Vec<ipnet::Ipv4Net> {
        let Some(policies) = &cached.policies else {
            return Vec::new();
        };
        let settings = self.settings();
        let service = settings.service_of_vm(&vm.id, vm.os);
        let ports = [Protocol::Ssh, Protocol::Rdp]
            .into_iter()
            .filter_map(|protocol| settings.service(&vm.id, protocol));
        let ports = service.into_iter().chain(ports);
        let found = ports.filter_map(|service| find_rule(policies, &vm.id, service.port));
        found
            .flat_map(|found| match found.rule.sources {
                AllowedSources::Prefixes(prefixes) => prefixes,
                AllowedSources::Any => Vec::new(),
            })
            .collect()
    }
}
