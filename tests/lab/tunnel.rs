//! The P2S gateway and its clients: OpenVPN over TLS, TCP 443, as Azure's gateway offers it.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use rcgen::ExtendedKeyUsagePurpose;

use crate::ground::RUN;
use crate::keys::Keys;
use crate::net::{EDGE, Home};
use crate::program::{Program, inside, run};

const UP: &str = "Initialization Sequence Completed";
const PATIENCE: Duration = Duration::from_secs(20);

/// The gateway in the edge's namespace.
pub(crate) struct Gateway {
    _program: Program,
    logs: PathBuf,
}

/// A client's tunnel while it is up.
pub(crate) struct Tunnel {
    program: Program,
    /// The client's address in the pool.
    pub(crate) address: String,
}

impl Gateway {
    pub(crate) fn start(keys: &Keys, logs: &std::path::Path) -> Result<Self> {
        fs::create_dir_all(format!("{RUN}/ccd"))?;
        let server = keys.pair("gateway", ExtendedKeyUsagePurpose::ServerAuth)?;
        let config = format!(
            "mode server\ntls-server\nproto tcp-server\nlocal {EDGE}\nport 443\ndev tun0\ndev-type tun\ntopology subnet\n\
             server 172.16.201.0 255.255.255.0\npush \"route 10.20.0.0 255.255.255.0\"\n\
             client-config-dir {RUN}/ccd\nca {}\ncert {}\nkey {}\ndh none\ntls-version-min 1.2\n\
             data-ciphers AES-256-GCM\ndisable-dco\nkeepalive 5 30\nverb 3\n",
            keys.authority_file().display(),
            server.certificate.display(),
            server.key.display(),
        );
        let file = format!("{RUN}/gateway.conf");
        fs::write(&file, config)?;
        for home in [Home::First, Home::Second] {
            let name = home.namespace();
            let pair = keys.pair(name, ExtendedKeyUsagePurpose::ClientAuth)?;
            let config = format!(
                "client\nproto tcp-client\nremote {EDGE} 443\nnobind\ndev tun0\ndev-type tun\nremote-cert-tls server\n\
                 ca {}\ncert {}\nkey {}\ntls-version-min 1.2\ndata-ciphers AES-256-GCM\ndisable-dco\n\
                 connect-retry 1 1\nverb 3\n",
                keys.authority_file().display(),
                pair.certificate.display(),
                pair.key.display(),
            );
            fs::write(format!("{RUN}/{name}.conf"), config)?;
        }
        let mut program = Program::start(
            "gateway",
            logs,
            &mut inside("azure", &["openvpn", "--config", &file]),
        )?;
        program.wait_for(UP, PATIENCE)?;
        Ok(Self {
            _program: program,
            logs: logs.to_owned(),
        })
    }

    /// Brings a client's tunnel up. With an address the gateway gives that one, else the next of its pool.
    pub(crate) fn dial(&self, home: Home, address: Option<&str>) -> Result<Tunnel> {
        let name = home.namespace();
        let file = format!("{RUN}/ccd/{name}");
        match address {
            Some(address) => fs::write(&file, format!("ifconfig-push {address} 255.255.255.0\n"))?,
            None => fs::remove_file(&file).or_else(|error| match error.kind() {
                std::io::ErrorKind::NotFound => Ok(()),
                _ => Err(error),
            })?,
        }
        let config = format!("{RUN}/{name}.conf");
        let log = format!("tunnel-{name}");
        let mut program = Program::start(
            &log,
            &self.logs,
            &mut inside(name, &["openvpn", "--config", &config]),
        )?;
        program.wait_for(UP, PATIENCE)?;
        let listed = run(&mut inside(
            name,
            &["ip", "-4", "-o", "addr", "show", "dev", "tun0"],
        ))?;
        let address = listed
            .split_whitespace()
            .skip_while(|word| *word != "inet")
            .nth(1);
        let address = address
            .and_then(|address| address.split('/').next())
            .context("tun0 has no address")?
            .to_owned();
        Ok(Tunnel { program, address })
    }
}

impl Tunnel {
    /// Takes the tunnel down, address and route with it.
    pub(crate) fn hang_up(self) -> Result<()> {
        self.program.end()?;
        Ok(())
    }
}
