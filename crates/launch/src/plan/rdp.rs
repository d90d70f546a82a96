//! A remote desktop program, told its target by a .rdp file.

use gangway_engine::effect::LaunchPlan;
use gangway_engine::vm::Protocol;

use super::mstsc::{self, Way};
use super::{printable, terminal};
use crate::error::Error;
use crate::installed::{Client, ClientKind, Installed};
use crate::invocation::{Argument, Encoding, Invocation, NewFile, Stage};
use crate::rdp_file::RdpFile;
use crate::settings::{ClientSettings, Place, RdpSettings, Screen};

pub(super) fn invocation(
    plan: &LaunchPlan,
    settings: &ClientSettings,
    installed: &Installed,
) -> Result<Invocation, Error> {
    let client = installed
        .clients
        .iter()
        .find(|client| client.kind.speaks(Protocol::Rdp))
        .ok_or_else(|| Error::ClientMissing {
            protocol: Protocol::Rdp,
            looked_for: installed.looked_for(Protocol::Rdp),
        })?;
    let rdp = &settings.rdp;
    let by_file = |arguments: Vec<Argument>, encoding, stage| -> Result<Invocation, Error> {
        Ok(Invocation {
            arguments,
            files: vec![NewFile {
                extension: "rdp",
                text: file(plan, rdp)?.to_text(),
                encoding,
                executable: false,
            }],
            ..bare(client, stage)
        })
    };
    let the_file = Argument::File(0);
    match client.kind {
        ClientKind::Mstsc => match mstsc::way(rdp, installed)? {
            Way::Direct => {
                let arguments = direct(plan, rdp)?;
                Ok(Invocation {
                    arguments,
                    ..bare(client, Stage::Apart)
                })
            }
            Way::File(before) => Ok(Invocation {
                before,
                ..by_file(vec![the_file], Encoding::Utf16, Stage::Apart)?
            }),
        },
        ClientKind::Open => by_file(vec!["-W".into(), the_file], Encoding::Utf8, Stage::Apart),
        // One Remmina serves all windows: a second one hands its work over and ends.
        ClientKind::Remmina => Ok(Invocation {
            stays: false,
            ..by_file(vec!["-c".into(), the_file], Encoding::Utf8, Stage::Apart)?
        }),
        ClientKind::SdlFreeRdp => by_file(freerdp(the_file, plan), Encoding::Utf8, Stage::Apart),
        ClientKind::XFreeRdp => {
            let alone = by_file(freerdp(the_file, plan), Encoding::Utf8, Stage::ThisTerminal)?;
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
        ClientKind::Ssh => Err(Error::ClientMissing {
            protocol: Protocol::Rdp,
            looked_for: installed.looked_for(Protocol::Rdp),
        }),
    }
}

fn bare(client: &Client, stage: Stage) -> Invocation {
    Invocation {
        protocol: Protocol::Rdp,
        program: client.program.clone(),
        arguments: Vec::new(),
        environment: Vec::new(),
        files: Vec::new(),
        before: Vec::new(),
        stage,
        stays: true,
    }
}

/// FreeRDP keeps the certificate of the first use and refuses another one later.
fn freerdp(file: Argument, plan: &LaunchPlan) -> Vec<Argument> {
    vec![
        file,
        "/cert:tofu".into(),
        format!("/t:{}", printable(&plan.vm_name)).into(),
    ]
}

/// mstsc's own options
/// (<https://learn.microsoft.com/windows-server/administration/windows-commands/mstsc>).
fn direct(plan: &LaunchPlan, settings: &RdpSettings) -> Result<Vec<Argument>, Error> {
    let mut arguments = vec![
        format!("/v:{}:{}", host(plan, settings)?, plan.service.port).into(),
        "/prompt".into(),
    ];
    match checked(settings.screen)? {
        Screen::Automatic => {}
        Screen::Full => arguments.push("/f".into()),
        Screen::Window { width, height } => {
            arguments.extend([format!("/w:{width}").into(), format!("/h:{height}").into()]);
        }
    }
    if settings.all_monitors {
        arguments.push("/multimon".into());
    }
    Ok(arguments)
}

fn file(plan: &LaunchPlan, settings: &RdpSettings) -> Result<RdpFile, Error> {
    let mut file = RdpFile::new();
    let target = format!("{}:{}", host(plan, settings)?, plan.service.port);
    file.text("full address", &target)?;
    if let Some(user) = &settings.user {
        file.text("username", user)?;
    }
    file.switch("prompt for credentials", true);
    file.switch("administrative session", false);
    // Warn when the server cannot be identified, and sign in before a session is made.
    file.number("authentication level", 2);
    file.switch("enablecredsspsupport", true);
    if settings.entra_sign_in {
        file.switch("enablerdsaadauth", true);
    }
    match checked(settings.screen)? {
        Screen::Automatic => {}
        Screen::Full => file.number("screen mode id", 2),
        Screen::Window { width, height } => {
            file.number("screen mode id", 1);
            file.number("desktopwidth", i32::from(width));
            file.number("desktopheight", i32::from(height));
        }
    }
    file.switch("use multimon", settings.all_monitors);
    redirections(&mut file, settings)?;
    Ok(file)
}

/// Each one is written: where a property is missing, clients choose their own default.
fn redirections(file: &mut RdpFile, settings: &RdpSettings) -> Result<(), Error> {
    let on = settings.redirect;
    file.switch("redirectclipboard", on.clipboard);
    file.switch("redirectprinters", on.printers);
    file.switch("redirectsmartcards", on.smart_cards);
    file.switch("redirectcomports", false);
    file.switch("redirectwebauthn", false);
    file.switch("redirectlocation", false);
    file.switch("redirectdrives", on.drives);
    file.text("drivestoredirect", if on.drives { "*" } else { "" })?;
    file.text("devicestoredirect", "")?;
    file.text("usbdevicestoredirect", "")?;
    file.text("camerastoredirect", "")?;
    file.switch("audiocapturemode", false);
    // 0 plays sound here, 2 plays none.
    file.number("audiomode", if on.sound { 0 } else { 2 });
    Ok(())
}

/// The name that resolves to the proved address, or that address.
fn host(plan: &LaunchPlan, settings: &RdpSettings) -> Result<String, Error> {
    let Some(name) = &settings.name else {
        return Ok(plan.target.to_string());
    };
    let fits = !name.is_empty()
        && name.len() <= 253
        && !name.starts_with(['-', '.'])
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    if fits {
        Ok(name.clone())
    } else {
        Err(Error::Refused {
            what: "rdp.name",
            why: "is not a host name",
        })
    }
}

fn checked(screen: Screen) -> Result<Screen, Error> {
    match screen {
        Screen::Window { width, height }
            if ![width, height]
                .iter()
                .all(|side| (200..=8_192).contains(side)) =>
        {
            Err(Error::Refused {
                what: "rdp.screen",
                why: "must be between 200 and 8192 pixels each way",
            })
        }
        Screen::Automatic | Screen::Full | Screen::Window { .. } => Ok(screen),
    }
}
