//! What is known of a virtual machine.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use crate::id::{NicId, NsgId, SubnetId, TenantId, VmId};

/// A virtual machine as last seen, from the cache or from a fresh read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Vm {
    /// Its ARM id.
    pub id: VmId,
    /// The resource's name as shown to people. Data: it may hold anything.
    pub name: String,
    /// The tenant whose token reaches it.
    pub tenant: TenantId,
    /// The region, as Azure writes it (`westeurope`).
    pub location: String,
    /// The operating system of its disk, where Azure says.
    pub os: Option<Os>,
    /// The host name that was given at creation; not necessarily the resource's name.
    pub computer_name: Option<String>,
    /// Whether it runs.
    pub power: Power,
    /// Its private IPv4 addresses, primary first.
    pub addresses: Vec<VmAddress>,
}

/// One private IPv4 address of a VM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VmAddress {
    /// The address.
    pub address: Ipv4Addr,
    /// The network interface that carries it.
    pub nic: NicId,
    /// The security group on that interface, if one is there.
    pub nic_nsg: Option<NsgId>,
    /// The subnet it lies in.
    pub subnet: Option<SubnetId>,
    /// Whether interface and configuration are both the VM's primary ones.
    pub primary: bool,
}

/// The operating system of a VM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Os {
    /// Windows: RDP unless asked otherwise.
    Windows,
    /// Linux: SSH unless asked otherwise.
    Linux,
}

/// The power state of a VM
/// (<https://learn.microsoft.com/azure/virtual-machines/states-billing>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Power {
    /// It runs.
    Running,
    /// It is being started.
    Starting,
    /// It is being stopped and still holds its host.
    Stopping,
    /// Stopped, host still held.
    Stopped,
    /// Its host is being given back.
    Deallocating,
    /// Stopped, host given back.
    Deallocated,
    /// Azure did not say, or said something this program does not know.
    Unknown,
}

impl Power {
    /// Whether the VM has to be started before anything can answer.
    #[must_use]
    pub const fn is_off(self) -> bool {
        match self {
            Self::Stopping | Self::Stopped | Self::Deallocating | Self::Deallocated => true,
            Self::Running | Self::Starting | Self::Unknown => false,
        }
    }
}

/// How a person wants to get on a VM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// A remote desktop session.
    Rdp,
    /// A secure shell session.
    Ssh,
    /// Only an open port; what runs on it is the person's business.
    Port,
}

/// A protocol and the port it is spoken on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Service {
    /// What is spoken.
    pub protocol: Protocol,
    /// The TCP port on the VM.
    pub port: u16,
}

impl Service {
    /// RDP on 3389.
    pub const RDP: Self = Self {
        protocol: Protocol::Rdp,
        port: 3389,
    };
    /// SSH on 22.
    pub const SSH: Self = Self {
        protocol: Protocol::Ssh,
        port: 22,
    };

    /// The service that usually listens at this port, where one does.
    #[must_use]
    pub const fn usual_at(port: u16) -> Option<Self> {
        match port {
            22 => Some(Self::SSH),
            3389 => Some(Self::RDP),
            _ => None,
        }
    }
}
