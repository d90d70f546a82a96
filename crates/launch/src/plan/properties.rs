//! The properties of an .rdp file, from the plan and the settings.

use gangway_engine::effect::LaunchPlan;

use crate::error::Error;
use crate::rdp_file::RdpFile;
use crate::settings::{Monitors, Protection, RdpSettings, Screen};

/// The file. `entra` writes the Entra sign-in.
pub(super) fn file(
    plan: &LaunchPlan,
    settings: &RdpSettings,
    entra: bool,
) -> Result<RdpFile, Error> {
    let mut file = RdpFile::new();
    let target = format!("{}:{}", host(plan, settings)?, plan.service.port);
    file.text("full address", &target)?;
    if let Some(user) = &settings.user {
        file.text("username", user)
            .map_err(|error| error.of("rdp.user"))?;
    }
    // Remote Credential Guard takes the credentials that are here, and no others.
    let prompts = settings.protection != Protection::RemoteGuard;
    file.switch("prompt for credentials", prompts);
    file.switch("administrative session", settings.admin);
    // Warn when the server cannot be identified, and sign in before a session is made.
    file.number("authentication level", 2);
    file.switch("enablecredsspsupport", true);
    // What was proved is the direct way. Without this, a policy's gateway may stand in.
    file.number("gatewayusagemethod", 0);
    if entra {
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
    file.switch("use multimon", settings.monitors != Monitors::One);
    if let Monitors::These(numbers) = &settings.monitors {
        file.text("selectedmonitors", numbers)
            .map_err(|error| error.of("rdp.monitors"))?;
    }
    redirections(&mut file, settings)?;
    Ok(file)
}

/// Each one is written: where a property is missing, clients choose their own default.
fn redirections(file: &mut RdpFile, settings: &RdpSettings) -> Result<(), Error> {
    let on = settings.redirect;
    let all = |on: bool| if on { "*" } else { "" };
    file.switch("redirectclipboard", on.clipboard);
    file.switch("redirectprinters", on.printers);
    file.switch("redirectsmartcards", on.smart_cards);
    file.switch("redirectcomports", on.com_ports);
    file.switch("redirectposdevices", false);
    file.switch("redirectwebauthn", on.webauthn);
    file.switch("redirectlocation", on.location);
    file.switch("redirectdrives", on.drives);
    file.text("drivestoredirect", all(on.drives))?;
    file.text("devicestoredirect", "")?;
    file.text("usbdevicestoredirect", all(on.usb))?;
    file.text("camerastoredirect", all(on.cameras))?;
    file.switch("audiocapturemode", on.microphone);
    // 0 plays sound here, 2 plays none.
    file.number("audiomode", if on.sound { 0 } else { 2 });
    Ok(())
}

/// The name that resolves to the proved address, or that address.
pub(super) fn host(plan: &LaunchPlan, settings: &RdpSettings) -> Result<String, Error> {
    let Some(name) = &settings.target.name else {
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

/// The size, where it is one.
pub(super) fn checked(screen: Screen) -> Result<Screen, Error> {
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
