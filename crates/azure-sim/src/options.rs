//! How a simulator is started.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::clock::ClockKind;
use crate::estate::Estate;

/// How a simulator is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// What it contains.
    pub estate: Estate,
    /// Where its time comes from.
    pub clock: ClockKind,
    /// Address of Entra and ARM; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The host it goes by in everything it says, where clients come through a proxy that knows it by that name and
    /// not by its address.
    pub called: Option<String>,
    /// Address of the control endpoint (plain HTTP); port 0 takes a free one.
    pub control: SocketAddr,
    /// Address of the sign-in pages over plain HTTP, loopback only; port 0 takes a free one.
    pub pages: SocketAddr,
    /// The application's certificate (PEM), with whose key it may sign an assertion instead of sending its secret.
    pub client_certificate: Option<String>,
    /// What stands behind the VMs' addresses.
    pub vms: VmGround,
    /// Where to write the cloud definition.
    pub cloud_file: Option<PathBuf>,
}

impl Options {
    /// Loopback everywhere, real time, no cloud file.
    pub fn new(estate: Estate) -> Self {
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            estate,
            clock: ClockKind::Real,
            listen: loopback,
            called: None,
            control: loopback,
            pages: loopback,
            client_certificate: None,
            vms: VmGround::Loopback,
            cloud_file: None,
        }
    }
}

/// What stands behind the VMs' addresses.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum VmGround {
    /// Listeners on loopback; the estate's addresses and ports are replaced by theirs.
    #[default]
    Loopback,
    /// The estate's addresses are real; this program is told of each rule change, and of every VM at the start.
    ///
    /// It is run once per private IPv4 address with one JSON object on its standard input, and its end is awaited:
    ///
    /// ```json
    /// {"vm": "vm1", "vm_id": "/subscriptions/...", "address": "10.1.0.4", "running": true, "rules": [
    ///   {"priority": 100, "access": "Allow", "protocol": "tcp", "source": ["172.16.200.5/32"],
    ///    "destination": ["10.1.0.4/32"], "ports": ["22"], "name": "MicrosoftDefenderForCloud-JITRule-..."}
    /// ]}
    /// ```
    ///
    /// `rules` is the whole inbound list in order, the first match decides, the last one matches everything. Tags and
    /// stars are written out as blocks; `protocol` is `tcp`, `udp`, `icmp` or `*`; ports are `22` or `20-30`. Where two
    /// NSGs stand in the way the list is their product. A VM with `"running": false` answers nobody.
    Hook(PathBuf),
    /// Nothing: only the answers of Azure are played.
    Nothing,
}
