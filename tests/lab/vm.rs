//! A VM of the lab: a real sshd and a real xrdp behind security rules that drop what they do not name.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use rcgen::ExtendedKeyUsagePurpose;

use crate::ground::{LAB, RUN, USER};
use crate::keys::Keys;
use crate::net;
use crate::program::{Program, feed, inside};

const PATIENCE: Duration = Duration::from_secs(10);

/// One machine in the VNet.
pub(crate) struct Vm {
    pub(crate) name: &'static str,
    pub(crate) address: &'static str,
    /// The public half of its SSH host key, as known_hosts has it: type and key.
    pub(crate) host_key: String,
    _sshd: Program,
    _xrdp: Program,
}

impl Vm {
    /// Boots it. The person's key, `authorized`, signs in as the lab's user.
    pub(crate) fn boot(
        name: &'static str,
        address: &'static str,
        keys: &Keys,
        authorized: &Path,
        logs: &Path,
    ) -> Result<Self> {
        net::add_vm(name, address)?;
        close(name)?;
        let host = keys.ssh(name)?;
        let ssh_config = ssh_config(name, &host, authorized)?;
        let sshd = start_sshd(name, &ssh_config, logs)?;
        // It says that it listens, but into a buffer where its output is no terminal.
        let start = format!(
            "exec stdbuf -oL xrdp --nodaemon --config {}",
            rdp_config(name, keys)?.display()
        );
        let mut xrdp = Program::start(
            &format!("{name}-xrdp"),
            logs,
            &mut own_machine(name, &start),
        )?;
        xrdp.wait_for("listening to port 3389", PATIENCE)?;
        let public =
            fs::read_to_string(host.with_extension("pub")).context("no public host key")?;
        let host_key = public
            .split_whitespace()
            .take(2)
            .collect::<Vec<_>>()
            .join(" ");
        Ok(Self {
            name,
            address,
            host_key,
            _sshd: sshd,
            _xrdp: xrdp,
        })
    }
}

fn start_sshd(name: &str, config: &Path, logs: &Path) -> Result<Program> {
    let start = format!("exec /usr/sbin/sshd -D -e -f {}", config.display());
    let mut sshd = Program::start(
        &format!("{name}-sshd"),
        logs,
        &mut own_machine(name, &start),
    )?;
    sshd.wait_for("Server listening on", PATIENCE)?;
    Ok(sshd)
}

/// Security rules of a VM that nothing may reach yet.
pub(crate) fn close(name: &str) -> Result<()> {
    set_rules(name, "[]")
}

/// Sets a VM's security rules through the same hook that the simulator calls.
pub(crate) fn set_rules(name: &str, rules: &str) -> Result<()> {
    let hook = Path::new(LAB).with_file_name("lab-hook");
    let change =
        format!(r#"{{"vm": "{name}", "vm_id": "{name}", "address": "any", "rules": {rules}}}"#);
    feed(&mut std::process::Command::new(hook), &change)
}

/// A shell on a machine of its own: network, host name and /run.
fn own_machine(name: &str, then: &str) -> std::process::Command {
    let set_up = format!(
        "hostname {name} && mount -t tmpfs tmpfs /run/lock && mkdir -p /run/lock/{name} && {RDP_RUN}{then}"
    );
    inside(name, &["unshare", "--uts", "--mount", "sh", "-c", &set_up])
}

/// Where xrdp keeps its process id: one per machine, or the second refuses to start.
const RDP_RUN: &str = "mkdir -p /run/xrdp && mount -t tmpfs tmpfs /run/xrdp && ";

fn ssh_config(name: &str, host: &Path, authorized: &Path) -> Result<PathBuf> {
    let file = PathBuf::from(format!("{RUN}/{name}-sshd.conf"));
    let text = format!(
        "Port 22\nAddressFamily inet\nHostKey {}\nAuthorizedKeysFile {}\nStrictModes no\nPidFile none\nUsePAM no\n\
         PasswordAuthentication no\nKbdInteractiveAuthentication no\nAllowUsers {USER}\nPrintMotd no\nUseDNS no\n",
        host.display(),
        authorized.with_extension("pub").display(),
    );
    fs::write(&file, text)?;
    Ok(file)
}

fn rdp_config(name: &str, keys: &Keys) -> Result<PathBuf> {
    let pair = keys.pair(name, ExtendedKeyUsagePurpose::ServerAuth)?;
    let given = fs::read_to_string("/etc/xrdp/xrdp.ini").context("xrdp brought no settings")?;
    let lines = given
        .lines()
        .map(|line| match line.split_once('=').map(|(key, _)| key) {
            Some("certificate") => format!("certificate={}", pair.certificate.display()),
            Some("key_file") => format!("key_file={}", pair.key.display()),
            Some("security_layer") => "security_layer=tls".to_owned(),
            Some("LogFile") => format!("LogFile={RUN}/{name}-xrdp.log"),
            Some("ls_title" | "#ls_title") => format!("ls_title={name}"),
            Some("EnableSyslog") => "EnableSyslog=false".to_owned(),
            // The only way to hear that it listens.
            Some("#EnableConsole" | "EnableConsole") => "EnableConsole=true".to_owned(),
            Some("#ConsoleLevel" | "ConsoleLevel") => "ConsoleLevel=INFO".to_owned(),
            _ => line.to_owned(),
        });
    let file = PathBuf::from(format!("{RUN}/{name}-xrdp.ini"));
    fs::write(&file, lines.collect::<Vec<_>>().join("\n"))?;
    Ok(file)
}
