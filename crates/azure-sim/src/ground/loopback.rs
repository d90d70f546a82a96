//! All doors of all VMs on loopback.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures_util::future::join_all;

use super::door::{Door, Greeter, Sessions};
use super::place::{Claim, Placed};
use super::{rdp, ssh};
use crate::error::Error;
use crate::estate::{Service, ServiceKind};
use crate::world::{Vm, VmState, World};

pub(crate) struct Loopback {
    doors: HashMap<SocketAddr, Door>,
    #[allow(dead_code, reason = "held for as long as the doors")]
    claim: Claim,
}

impl Loopback {
    /// One door per bound port; which VM it belongs to is found by address and port.
    pub(crate) fn new(world: &World, claim: Claim, placed: Vec<Placed>) -> Result<Self, Error> {
        let sessions = Sessions::default();
        let mut by_place: HashMap<SocketAddr, (&Vm, Service)> = HashMap::new();
        for vm in &world.vms {
            for address in addresses(world, vm) {
                for service in &vm.services {
                    by_place.insert(SocketAddr::new(address, service.port), (vm, *service));
                }
            }
        }
        let mut doors = HashMap::new();
        for one in placed {
            let Some((vm, service)) = by_place.get(&one.at) else {
                continue;
            };
            let greeter = match service.kind {
                ServiceKind::Ssh => Greeter::Ssh(Arc::new(ssh::Host::new(
                    &vm.name,
                    &vm.computer_name,
                    &vm.id,
                ))),
                ServiceKind::Rdp => {
                    Greeter::Rdp(Arc::new(rdp::Host::new(&vm.computer_name, &vm.id)?))
                }
                ServiceKind::Mute | ServiceKind::Off => Greeter::Mute,
            };
            let at = one.at;
            doors.insert(at, Door::new(one, *service, greeter, Arc::clone(&sessions)));
        }
        Ok(Self { doors, claim })
    }

    pub(crate) async fn follow(&mut self, changed: &[VmState]) {
        let mut wanted: HashMap<SocketAddr, (bool, bool)> = HashMap::new();
        for vm in changed {
            for door in &vm.doors {
                wanted.insert(
                    SocketAddr::new(door.address, door.port),
                    (door.open, vm.runs),
                );
            }
        }
        let moves = self.doors.values_mut().filter_map(|door| {
            let (open, runs) = wanted.get(&door.at()).copied()?;
            Some(async move {
                if let Err(error) = door.set(open, runs).await {
                    tracing::error!(at = %door.at(), %error, "a VM's port could not be switched");
                }
            })
        });
        join_all(moves).await;
    }
}

fn addresses<'w>(world: &'w World, vm: &'w Vm) -> impl Iterator<Item = IpAddr> + 'w {
    vm.nics
        .iter()
        .flat_map(|n| &world.nics[*n].addresses)
        .filter_map(|a| a.address.as_ref()?.parse().ok())
}
