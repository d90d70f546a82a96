//! `ssh` with the host's key checked under the VM's own name.

use std::fmt::Write;
use std::path::Path;

use gangway_engine::effect::LaunchPlan;
use gangway_engine::id::VmId;
use gangway_engine::launch::{LaunchView, LaunchWay};
use gangway_engine::vm::Protocol;

use super::{putty, terminal};
use crate::error::Error;
use crate::install::Missing;
use crate::installed::{ClientKind, Installed};
use crate::invocation::{Argument, Invocation, Stage, quoted};
use crate::settings::{ClientSettings, Place, SshProgram, SshSettings};
use crate::words::is_odd;

pub(super) fn invocation(
    plan: &LaunchPlan,
    settings: &ClientSettings,
    installed: &Installed,
) -> Result<Invocation, Error> {
    // A command and its answer belong to the terminal, which PuTTY's window is not.
    if settings.ssh.program == SshProgram::Putty && plan.command.is_empty() {
        return putty::invocation(plan, &settings.ssh, installed);
    }
    let client = installed
        .clients
        .iter()
        .find(|client| client.kind == ClientKind::Ssh)
        .ok_or_else(|| Error::ClientMissing {
            protocol: Protocol::Ssh,
            missing: Missing::OpenSsh,
            looked_for: installed.looked_for(Protocol::Ssh),
        })?;
    let alone = Invocation {
        protocol: Protocol::Ssh,
        program: client.program.clone(),
        arguments: arguments(plan, &settings.ssh)?,
        environment: Vec::new(),
        files: Vec::new(),
        before: Vec::new(),
        otherwise: None,
        stage: Stage::ThisTerminal,
        stays: true,
        view: LaunchView {
            way: LaunchWay::Terminal,
            notes: Vec::new(),
        },
    };
    match settings.place {
        Place::Here => Ok(alone),
        Place::Desktop => terminal::around(alone, &plan.vm_name, installed),
    }
}

/// The name under which a VM's host key is kept: its id in lower case (ssh lower-cases it
/// too). Addresses are handed on from VM to VM, ids are not. What could mean something else
/// in a known_hosts file or on a line of ssh's configuration is written as `%` and two digits.
#[must_use]
pub fn host_key_alias(vm: &VmId) -> String {
    let mut alias = String::new();
    for byte in vm.key().bytes() {
        if byte.is_ascii_alphanumeric() || b"-_./()".contains(&byte) {
            alias.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(alias, "%{byte:02x}");
        }
    }
    alias
}

fn arguments(plan: &LaunchPlan, settings: &SshSettings) -> Result<Vec<Argument>, Error> {
    let mut options = vec![
        format!("HostKeyAlias={}", host_key_alias(&plan.vm)),
        "StrictHostKeyChecking=ask".to_owned(),
        // The address says nothing about the host, so it must not be remembered with the key.
        "CheckHostIP=no".to_owned(),
        format!("BindAddress={}", plan.source),
        // What was proved is the direct way from the tunnel address: neither a proxy from
        // the person's configuration nor an older connection to this address may stand in.
        "ProxyCommand=none".to_owned(),
        "ControlMaster=no".to_owned(),
        "ControlPath=none".to_owned(),
    ];
    if settings.connect_timeout > 0 {
        options.push(format!("ConnectTimeout={}", settings.connect_timeout));
    }
    if let Some(file) = &settings.known_hosts {
        options.push(format!(
            "UserKnownHostsFile={}",
            in_a_line("ssh.known_hosts", file)?
        ));
    }
    if let Some(file) = &settings.identity {
        options.push("IdentitiesOnly=yes".to_owned());
        options.push(format!("IdentityFile={}", in_a_line("ssh.identity", file)?));
    }
    let mut arguments: Vec<Argument> = options
        .into_iter()
        .flat_map(|option| [Argument::from("-o"), Argument::from(option)])
        .collect();
    arguments.extend(["-p".into(), plan.service.port.to_string().into()]);
    if let Some(user) = &settings.user {
        arguments.extend(["-l".into(), clean_user(user)?.into()]);
    }
    arguments.extend(["--".into(), plan.target.to_string().into()]);
    if !plan.command.is_empty() {
        arguments.push(remote_command(&plan.command)?.into());
    }
    Ok(arguments)
}

/// ssh hands one line to the VM's shell. Each word is quoted, so that what arrives there is
/// what was typed here; a whole line of shell is `sh -c 'line'`.
fn remote_command(words: &[String]) -> Result<String, Error> {
    if words.iter().any(|word| word.contains('\0')) {
        return Err(Error::Refused {
            what: "the command",
            why: "holds a NUL character",
        });
    }
    Ok(words
        .iter()
        .map(|word| quoted(word))
        .collect::<Vec<_>>()
        .join(" "))
}

pub(super) fn clean_user(user: &str) -> Result<&str, Error> {
    let refused = |why| Error::Refused {
        what: "ssh.user",
        why,
    };
    if user.is_empty() || user.len() > 256 {
        return Err(refused("must have between 1 and 256 bytes"));
    }
    if user.starts_with('-') {
        return Err(refused("begins with a hyphen, as an option does"));
    }
    if user.chars().any(|c| is_odd(c) || c.is_whitespace()) {
        return Err(refused("holds a space or a character that is not seen"));
    }
    // Quotes and what joins commands: no user's name on a VM has them, ssh refuses most of
    // them itself (OpenSSH 9.6), and whoever puts a line together on the way may trip.
    if user.contains(|c| "'`\"$;&<>|(){}".contains(c)) || user.ends_with('\\') {
        return Err(refused(
            "holds a quotation mark or a character that joins commands",
        ));
    }
    Ok(user)
}

/// A path within an `-o` option is read like a line of ssh's configuration: quotes keep its
/// spaces together where it has any, and a percent sign is doubled, for it begins a name to be
/// filled in.
fn in_a_line(what: &'static str, path: &Path) -> Result<String, Error> {
    let refused = |why| Error::Refused { what, why };
    let text = path.to_str().ok_or(refused("is not valid Unicode"))?;
    if text.is_empty() || text.chars().any(|c| is_odd(c) || matches!(c, '"' | '$')) {
        return Err(refused(
            "is empty, or holds a quotation mark, a dollar sign or a control character",
        ));
    }
    let line = text.replace('\\', "\\\\").replace('%', "%%");
    // Quotes go through fewer hands unharmed than letters do.
    let plain = |c: char| c.is_alphanumeric() || "\\/:.-_%".contains(c);
    if line.chars().all(plain) {
        return Ok(line);
    }
    Ok(format!("\"{line}\""))
}
