//! A record of this machine's network, without names, for somebody else to look at.

use std::net::Ipv4Addr;

use gangway_engine::id::VmId;
use gangway_engine::problem::Problem;
use gangway_engine::tunnel::TunnelKnowledge;
use gangway_vpn::record::Record;

use super::scrub::Scrub;
use crate::error::Error;
use crate::platform;
use crate::runtime::Runtime;
use crate::world::World;

impl Runtime {
    /// Writes down what this machine's network looks like and what is decided of it, as JSON:
    /// of the way to a VM, where one is named, and to every private network that there is a
    /// route to. Public addresses and the names of people and machines are replaced.
    ///
    /// # Errors
    /// `store-not-writable` when the store cannot be read, `tunnel-down` when the system does
    /// not list its adapters.
    pub fn network_record(&self, vm: Option<&VmId>) -> Result<String, Problem> {
        let snapshot = self.snapshot_now().unwrap_or_default();
        let accounts = &snapshot.accounts.accounts;
        let scrub = Scrub::new(accounts, platform::names().into_iter());
        let (targets, known) = asked(&self.world, vm).map_err(|error| error.problem())?;
        let record = Record::now(&targets, known).map_err(|error| error.to_problem())?;
        let told = record.redacted(|text| scrub.text(text)).to_json();
        told.map_err(|error| Error::Record(Box::new(error)).problem())
    }
}

/// The addresses of the VM, and what is known of tunnels to it.
fn asked(world: &World, vm: Option<&VmId>) -> Result<(Vec<Ipv4Addr>, TunnelKnowledge), Error> {
    let Some(vm) = vm else {
        let settings = world.engine_settings();
        let known = TunnelKnowledge {
            pools: world.pools()?,
            full_tunnel: settings.full_tunnel,
            allowed_sources: settings.allowed_sources,
            confirmed: world.store.confirmed_tunnels()?,
            may_confirm: settings.may_confirm_tunnel,
            ..TunnelKnowledge::default()
        };
        return Ok((Vec::new(), known));
    };
    let cached = world.cached(vm)?;
    let known = cached.vm.iter().flat_map(|vm| &vm.addresses);
    let targets = known.map(|address| address.address).collect();
    Ok((targets, world.tunnel_knowledge(&cached)))
}
