//! The lab's world while it stands: network, gateway, VMs, the person's keys.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::azure::Azure;
use crate::ground::{self, RUN};
use crate::keys::Keys;
use crate::net::{self, Home};
use crate::person::Person;
use crate::say::Transcript;
use crate::tunnel::{Gateway, Tunnel};
use crate::vm::Vm;

/// Everything that a scenario may touch.
pub(crate) struct World {
    pub(crate) transcript: Transcript,
    /// Where artefacts go.
    pub(crate) folder: PathBuf,
    pub(crate) logs: PathBuf,
    pub(crate) gateway: Gateway,
    /// The SSH VM.
    pub(crate) web: Vm,
    /// The RDP VM.
    pub(crate) desk: Vm,
    /// Azure, whose rules the VMs follow.
    pub(crate) azure: Azure,
    /// The person at the first client.
    pub(crate) person: Person,
    /// The person's SSH key.
    pub(crate) key: PathBuf,
    tunnel: Option<Tunnel>,
}

impl World {
    /// Builds it all. `programs` is where the programs under test lie.
    pub(crate) fn build(folder: &Path, programs: &Path) -> Result<Self> {
        let logs = folder.join("logs");
        // Logs are appended to: those of an earlier run would mislead.
        if logs.exists() {
            fs::remove_dir_all(&logs)?;
        }
        fs::create_dir_all(&logs)?;
        let transcript = Transcript::begin(&folder.join("transcript.txt"))?;
        transcript.note(
            "the ground: unpacked programs laid over the system's, /run and users of our own",
        );
        ground::lay(folder, programs)?;
        let programs = &ground::keep(programs)?;
        transcript.note("the network: client, client2, azure");
        net::lay()?;
        let keys = Keys::make(Path::new(&format!("{RUN}/keys")))?;
        let key = keys.ssh("person")?;
        transcript
            .note("the gateway: OpenVPN on TCP 443, pool 172.16.201.0/24, route to 10.20.0.0/24");
        let gateway = Gateway::start(&keys, &logs)?;
        transcript.note("the VMs: vm-web-01 10.20.0.4, vm-desk-01 10.20.0.5, each sshd and xrdp behind closed rules");
        let web = Vm::boot("vm-web-01", "10.20.0.4", &keys, &key, &logs)?;
        let desk = Vm::boot("vm-desk-01", "10.20.0.5", &keys, &key, &logs)?;
        transcript
            .note("Azure: azure-sim at 198.51.100.1:8443, its rule changes applied by lab-hook");
        let azure = Azure::start(programs, &logs)?;
        let person = Person::new(Home::First, programs, &azure, &[&web, &desk], &key, &logs)?;
        transcript.note("the world stands");
        Ok(Self {
            transcript,
            folder: folder.to_owned(),
            logs,
            gateway,
            web,
            desk,
            azure,
            person,
            key,
            tunnel: None,
        })
    }

    /// For a scenario of the product: nothing is open, nothing was asked, the program knows nothing.
    pub(crate) fn begin(&mut self) -> Result<()> {
        self.azure.calm(&[self.web.name, self.desk.name])?;
        self.person.forget()
    }

    /// The first client's tunnel, brought up if it is down; its address.
    pub(crate) fn tunnel(&mut self) -> Result<String> {
        if self.tunnel.is_none() {
            self.dial(None)?;
        }
        Ok(self
            .tunnel
            .as_ref()
            .map(|tunnel| tunnel.address.clone())
            .unwrap_or_default())
    }

    /// Brings the first client's tunnel up, with this address if one is named.
    pub(crate) fn dial(&mut self, address: Option<&str>) -> Result<String> {
        self.hang_up()?;
        let tunnel = self.gateway.dial(Home::First, address)?;
        self.transcript
            .note(&format!("tunnel up: {}", tunnel.address));
        let address = tunnel.address.clone();
        self.tunnel = Some(tunnel);
        Ok(address)
    }

    /// Takes the first client's tunnel down, if it is up.
    pub(crate) fn hang_up(&mut self) -> Result<()> {
        if let Some(tunnel) = self.tunnel.take() {
            tunnel.hang_up()?;
            self.transcript.note("tunnel down");
        }
        Ok(())
    }
}
