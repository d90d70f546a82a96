//! Puts an estate's VMs on loopback: each gets an address and ports from 1024, and everything that names them follows.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};

use socket2::{Domain, Protocol, Socket, Type};

use crate::error::Error;
use crate::estate::Estate;
use crate::platform;

/// Holds a block of loopback addresses for as long as it lives, so that two simulators do not meet.
#[derive(Debug)]
pub(crate) struct Claim(#[allow(dead_code, reason = "held, never used")] Option<TcpListener>);

/// A port of a VM, bound and not yet listening.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) at: SocketAddr,
    pub(crate) socket: Socket,
}

/// Rewrites addresses and ports of the estate and binds every one of them.
pub(crate) fn place(estate: &mut Estate) -> Result<(Claim, Vec<Placed>), Error> {
    let (claim, block) = claim()?;
    let mut number = 0_u16;
    let mut placed = Vec::new();
    for sub in estate.tenants.iter_mut().flat_map(|t| &mut t.subscriptions) {
        let mut ports: HashMap<(String, String), HashMap<u16, u16>> = HashMap::new();
        for vm in &mut sub.vms {
            let mut addresses = Vec::new();
            for address in vm.nics.iter_mut().flat_map(|n| &mut n.addresses) {
                if address
                    .address
                    .as_ref()
                    .is_some_and(|a| a.parse::<Ipv4Addr>().is_ok())
                {
                    number += 1;
                    let here = platform::vm_address(block, number);
                    address.address = Some(here.to_string());
                    // Where all addresses are one, its port is bound once.
                    if !addresses.contains(&here) {
                        addresses.push(here);
                    }
                }
            }
            let map = ports
                .entry((vm.resource_group.to_lowercase(), vm.name.to_lowercase()))
                .or_default();
            for service in &mut vm.services {
                let old = service.port;
                for address in &addresses {
                    let one = bind(
                        *address,
                        if addresses[0] == *address {
                            wanted(old, *address)
                        } else {
                            service.port
                        },
                    )?;
                    service.port = one.at.port();
                    placed.push(one);
                }
                map.insert(old, service.port);
            }
        }
        for policy in &mut sub.policies {
            for entry in &mut policy.vms {
                let key = (
                    policy.resource_group.to_lowercase(),
                    entry.vm.to_lowercase(),
                );
                for port in &mut entry.ports {
                    if let Some(new) = ports.get(&key).and_then(|map| map.get(&port.number)) {
                        port.number = *new;
                    }
                }
            }
            for request in &mut policy.requests {
                let key = (
                    policy.resource_group.to_lowercase(),
                    request.vm.to_lowercase(),
                );
                if let Some(new) = ports.get(&key).and_then(|map| map.get(&request.port)) {
                    request.port = *new;
                }
            }
        }
    }
    Ok((claim, placed))
}

/// 22 becomes 2222 and 3389 stays, where each VM has its own address; elsewhere any free port.
fn wanted(port: u16, address: Ipv4Addr) -> u16 {
    match port {
        _ if address == Ipv4Addr::LOCALHOST => 0,
        low @ 0..1024 => low + 2200,
        high => high,
    }
}

pub(crate) fn bind(address: Ipv4Addr, port: u16) -> Result<Placed, Error> {
    let at = SocketAddr::new(IpAddr::V4(address), port);
    let open = || -> std::io::Result<Placed> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP))?;
        platform::prepare(&socket)?;
        socket.set_nonblocking(true)?;
        socket.bind(&at.into())?;
        let at = socket.local_addr()?.as_socket().unwrap_or(at);
        Ok(Placed { at, socket })
    };
    open().map_err(Error::io(format!("binding {at} for a VM")))
}

/// The first block whose last address nobody holds. Where all VMs share one address there is nothing to hold.
fn claim() -> Result<(Claim, u8), Error> {
    const PORT: u16 = 40_404;
    if platform::vm_address(77, 1) == Ipv4Addr::LOCALHOST {
        return Ok((Claim(None), 77));
    }
    let mut last = None;
    for block in 77..=254_u8 {
        match TcpListener::bind((Ipv4Addr::new(127, block, 255, 254), PORT)) {
            Ok(held) => return Ok((Claim(Some(held)), block)),
            Err(error) => last = Some(error),
        }
    }
    let error = last.unwrap_or_else(|| std::io::ErrorKind::AddrInUse.into());
    Err(Error::Io {
        what: "finding a free block of loopback addresses".into(),
        source: error,
    })
}
