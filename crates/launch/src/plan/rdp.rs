//! A remote desktop program, told its target by a .rdp file or by its arguments.

use gangway_engine::effect::LaunchPlan;
use gangway_engine::launch::{LaunchNote, LaunchView, LaunchWay};
use gangway_engine::vm::Protocol;

use super::properties::{checked, file, host};
use super::{mstsc, terminal};
use crate::error::Error;
use crate::install::Missing;
use crate::installed::{Client, ClientKind, Installed};
use crate::invocation::{Argument, Encoding, Invocation, NewFile, Stage};
use crate::settings::{ClientSettings, Monitors, Place, Protection, RdpSettings, Screen};
use crate::words::printable;

pub(super) fn invocation(
    plan: &LaunchPlan,
    settings: &ClientSettings,
    installed: &Installed,
) -> Result<Invocation, Error> {
    let missing = || Error::ClientMissing {
        protocol: Protocol::Rdp,
        missing: Missing::RemoteDesktop,
        looked_for: installed.looked_for(Protocol::Rdp),
    };
    let speaks = |client: &&Client| client.kind.speaks(Protocol::Rdp);
    let client = installed.clients.iter().find(speaks).ok_or_else(missing)?;
    let rdp = &settings.rdp;
    if client.kind == ClientKind::Mstsc {
        return with_mstsc(plan, rdp, installed, client);
    }
    let (entra, notes) = sign_in(rdp, LaunchWay::File);
    let run = |arguments: Vec<Argument>| -> Result<Invocation, Error> {
        Ok(Invocation {
            arguments,
            files: vec![new_file(plan, rdp, entra, Encoding::Utf8)?],
            ..bare(
                client,
                LaunchWay::File,
                with_target(notes.clone(), plan, rdp),
            )
        })
    };
    let the_file = Argument::File(0);
    match client.kind {
        ClientKind::Open => run(unprotected(rdp, vec!["-W".into(), the_file])?),
        // One Remmina serves all windows: a second one hands its work over and ends.
        ClientKind::Remmina => Ok(Invocation {
            stays: false,
            ..run(unprotected(rdp, vec!["-c".into(), the_file])?)?
        }),
        ClientKind::SdlFreeRdp => run(freerdp(the_file, plan, rdp)?),
        ClientKind::XFreeRdp => {
            let alone = Invocation {
                stage: Stage::ThisTerminal,
                ..run(freerdp(the_file, plan, rdp)?)?
            };
            match settings.place {
                Place::Here => Ok(alone),
                // It asks for the password on a terminal. Without any it still opens its
                // window where the VM itself asks.
                Place::Desktop if installed.terminals.is_empty() => Ok(Invocation {
                    stage: Stage::Apart,
                    ..alone
                }),
                Place::Desktop => terminal::around(alone, &plan.vm_name, installed),
            }
        }
        ClientKind::Mstsc | ClientKind::Ssh | ClientKind::Putty => Err(missing()),
    }
}

fn with_mstsc(
    plan: &LaunchPlan,
    rdp: &RdpSettings,
    installed: &Installed,
    client: &Client,
) -> Result<Invocation, Error> {
    by(mstsc::way(rdp, installed)?, plan, rdp, client)
}

fn by(
    way: mstsc::Way,
    plan: &LaunchPlan,
    rdp: &RdpSettings,
    client: &Client,
) -> Result<Invocation, Error> {
    let mstsc::Way {
        way,
        before,
        notes,
        otherwise,
    } = way;
    let (entra, about_entra) = sign_in(rdp, way);
    let mut notes: Vec<LaunchNote> = notes.into_iter().chain(about_entra).collect();
    let (files, mut arguments) = if way == LaunchWay::Direct {
        if let Monitors::These(_) = rdp.monitors {
            notes.push(LaunchNote::DirectMonitors);
        }
        (Vec::new(), direct(plan, rdp)?)
    } else {
        let file = new_file(plan, rdp, entra, Encoding::Utf16)?;
        (vec![file], vec![Argument::File(0)])
    };
    match rdp.protection {
        Protection::Off => {}
        Protection::RemoteGuard => arguments.push("/remoteGuard".into()),
        Protection::RestrictedAdmin => arguments.push("/restrictedAdmin".into()),
    }
    let otherwise = otherwise
        .map(|next| by(*next, plan, rdp, client).map(Box::new))
        .transpose()?;
    Ok(Invocation {
        arguments,
        files,
        before,
        otherwise,
        ..bare(client, way, with_target(notes, plan, rdp))
    })
}

/// Whether Entra signs the person in, and why not where that is set.
fn sign_in(rdp: &RdpSettings, way: LaunchWay) -> (bool, Vec<LaunchNote>) {
    if !rdp.entra_sign_in {
        return (false, Vec::new());
    }
    let hindrance = if way == LaunchWay::Direct {
        Some(LaunchNote::EntraNotDirect)
    } else if rdp.protection == Protection::RemoteGuard {
        Some(LaunchNote::EntraNotWithGuard)
    } else if rdp.target.name.is_none() || !rdp.target.is_device {
        Some(LaunchNote::EntraNeedsName)
    } else {
        None
    };
    (hindrance.is_none(), hindrance.into_iter().collect())
}

/// The notes, and after them by what the VM is called.
fn with_target(
    mut notes: Vec<LaunchNote>,
    plan: &LaunchPlan,
    rdp: &RdpSettings,
) -> Vec<LaunchNote> {
    let target = &rdp.target;
    if target.name.is_none() && rdp.protection == Protection::RemoteGuard {
        notes.push(LaunchNote::GuardNeedsName);
    }
    if target.name.is_none() && !target.not_full.is_empty() {
        notes.push(LaunchNote::NamesNotFull {
            names: target.not_full.clone(),
        });
    }
    match &target.name {
        Some(name) => notes.push(LaunchNote::ByName { name: name.clone() }),
        None if target.tried.is_empty() => {}
        None => notes.push(LaunchNote::ByAddress {
            names: target.tried.clone(),
            target: plan.target,
        }),
    }
    notes
}

fn new_file(
    plan: &LaunchPlan,
    rdp: &RdpSettings,
    entra: bool,
    encoding: Encoding,
) -> Result<NewFile, Error> {
    Ok(NewFile {
        extension: "rdp",
        text: file(plan, rdp, entra)?.to_text(),
        encoding,
        executable: false,
    })
}

fn bare(client: &Client, way: LaunchWay, notes: Vec<LaunchNote>) -> Invocation {
    Invocation {
        protocol: Protocol::Rdp,
        program: client.program.clone(),
        arguments: Vec::new(),
        environment: Vec::new(),
        files: Vec::new(),
        before: Vec::new(),
        otherwise: None,
        stage: Stage::Apart,
        stays: true,
        view: LaunchView { way, notes },
    }
}

/// FreeRDP keeps the certificate of the first use and refuses another one later.
fn freerdp(file: Argument, plan: &LaunchPlan, rdp: &RdpSettings) -> Result<Vec<Argument>, Error> {
    let mut arguments = vec![
        file,
        "/cert:tofu".into(),
        format!("/t:{}", printable(&plan.vm_name)).into(),
    ];
    if rdp.protection == Protection::RestrictedAdmin {
        arguments.push("/restricted-admin".into());
        return Ok(arguments);
    }
    unprotected(rdp, arguments)
}

/// What protects credentials is never left out in silence.
fn unprotected(rdp: &RdpSettings, arguments: Vec<Argument>) -> Result<Vec<Argument>, Error> {
    match rdp.protection {
        Protection::Off => Ok(arguments),
        Protection::RemoteGuard | Protection::RestrictedAdmin => Err(Error::Refused {
            what: "rdp.protection",
            why: "asks for what the Remote Desktop program here cannot do",
        }),
    }
}

/// mstsc's own options
/// (<https://learn.microsoft.com/windows-server/administration/windows-commands/mstsc>).
fn direct(plan: &LaunchPlan, rdp: &RdpSettings) -> Result<Vec<Argument>, Error> {
    let mut arguments: Vec<Argument> =
        vec![format!("/v:{}:{}", host(plan, rdp)?, plan.service.port).into()];
    // Remote Credential Guard takes the credentials that are here, and no others.
    if rdp.protection != Protection::RemoteGuard {
        arguments.push("/prompt".into());
    }
    match checked(rdp.screen)? {
        Screen::Automatic => {}
        Screen::Full => arguments.push("/f".into()),
        Screen::Window { width, height } => {
            arguments.extend([format!("/w:{width}").into(), format!("/h:{height}").into()]);
        }
    }
    if rdp.monitors == Monitors::All {
        arguments.push("/multimon".into());
    }
    if rdp.admin {
        arguments.push("/admin".into());
    }
    Ok(arguments)
}
