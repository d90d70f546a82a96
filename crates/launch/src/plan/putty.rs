//! `PuTTY`, in a window of its own, with the host's key kept under the VM's own name.

use std::path::Path;

use gangway_engine::effect::LaunchPlan;
use gangway_engine::launch::{LaunchNote, LaunchView, LaunchWay};
use gangway_engine::vm::Protocol;

use super::ssh::{clean_user, host_key_alias};
use crate::error::Error;
use crate::install::Missing;
use crate::installed::{ClientKind, Installed};
use crate::invocation::{Argument, Invocation, Stage};
use crate::settings::SshSettings;

pub(super) fn invocation(
    plan: &LaunchPlan,
    settings: &SshSettings,
    installed: &Installed,
) -> Result<Invocation, Error> {
    let client = installed
        .clients
        .iter()
        .find(|client| client.kind == ClientKind::Putty)
        .ok_or_else(|| Error::ClientMissing {
            protocol: Protocol::Ssh,
            missing: Missing::Putty,
            looked_for: installed.looked_for(Protocol::Ssh),
        })?;
    if let Some(proxy) = &installed.putty_proxy
        && !proxy.leaves_out(plan.target)
    {
        return Err(Error::Refused {
            what: "ssh.client",
            why: "is PuTTY, whose Default Settings lead through a proxy: what was checked is the direct way",
        });
    }
    Ok(Invocation {
        protocol: Protocol::Ssh,
        program: client.program.clone(),
        arguments: arguments(plan, settings)?,
        environment: Vec::new(),
        files: Vec::new(),
        before: Vec::new(),
        otherwise: None,
        stage: Stage::Apart,
        stays: true,
        view: LaunchView {
            way: LaunchWay::Window,
            notes: vec![LaunchNote::OwnHostKeys],
        },
    })
}

/// `PuTTY`'s options
/// (<https://the.earth.li/~sgtatham/putty/0.83/htmldoc/Chapter3.html#using-cmdline>).
fn arguments(plan: &LaunchPlan, settings: &SshSettings) -> Result<Vec<Argument>, Error> {
    // Its store of host keys is its own, and nobody may think that another file is used.
    if settings.known_hosts.is_some() {
        return Err(Error::Refused {
            what: "ssh.known_hosts",
            why: "is for OpenSSH: PuTTY keeps the keys of hosts in its own store",
        });
    }
    let mut arguments: Vec<Argument> = vec![
        "-ssh".into(),
        // An older connection to this address may be another VM's.
        "-noshare".into(),
        "-P".into(),
        plan.service.port.to_string().into(),
        // As OpenSSH's HostKeyAlias: addresses are handed on from VM to VM, ids are not. It
        // asks about a key that it does not know, and about another one than it knows.
        "-loghost".into(),
        host_key_alias(&plan.vm).into(),
    ];
    if let Some(user) = &settings.user {
        arguments.extend(["-l".into(), clean_user(user)?.into()]);
    }
    if let Some(file) = &settings.identity {
        arguments.extend(["-i".into(), identity(file)?.into()]);
    }
    arguments.push(plan.target.to_string().into());
    Ok(arguments)
}

/// It reads keys in its own format only.
fn identity(file: &Path) -> Result<&str, Error> {
    let is_its_own = file
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("ppk"));
    file.to_str()
        .filter(|text| is_its_own && !text.starts_with('-'))
        .ok_or(Error::Refused {
            what: "ssh.identity",
            why: "must be a .ppk file for PuTTY",
        })
}
