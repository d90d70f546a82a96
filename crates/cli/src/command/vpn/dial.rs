//! `gangway vpn list`, `connect` and `disconnect`: the VPNs that this computer's programs keep.

use anyhow::Context;
use gangway_engine::dial::{DialStage, Dialling, VpnProfile, fitting, is_called};
use gangway_engine::intent::Intent;
use gangway_engine::query::{Page, Query};

use crate::desk::{Desk, odd_page};
use crate::exit::{Outcome, Stop};
use crate::interrupt::Interrupts;
use crate::json::{Answer, DialJson, VpnsJson};
use crate::progress::Progress;
use crate::say::say;
use crate::show;

/// Shows all of them.
pub(in crate::command) async fn list(desk: &Desk) -> Result<Outcome, Stop> {
    let rows = vpns(desk).await?;
    if desk.out.json {
        desk.out
            .object(&Answer::new("vpns", VpnsJson::from(&rows[..])))?;
    } else if rows.is_empty() {
        desk.out.progress(&say("cli.vpn.none", &[]))?;
    } else {
        desk.out.lines(&show::vpns(&rows))?;
    }
    Ok(Outcome::Done)
}

/// Connects one, or ends it, and stays until that is done.
pub(in crate::command) async fn dial(
    desk: &Desk,
    name: Option<&str>,
    ends: bool,
) -> Result<Outcome, Stop> {
    let rows = vpns(desk).await?;
    let set = desk.vpn();
    let profile = chosen(&rows, name, set.as_deref(), ends)?;
    let entry = profile.entry.clone();
    let mut interrupts = Interrupts::listen().await;
    let mut changes = desk.changes();
    let mut progress = Progress::new(desk.out, desk.zone.clone());
    let intent = match ends {
        true => Intent::HangUp { entry },
        false => Intent::Dial { entry },
    };
    desk.dispatch(intent).await;
    loop {
        let snapshot = changes.borrow_and_update().clone();
        let dial = snapshot.dial.as_ref();
        if !desk.out.json {
            progress.dial(dial)?;
        }
        match dial.map(|dial| &dial.stage) {
            Some(DialStage::Done) => break,
            Some(DialStage::Failed { problem }) => {
                progress.stop()?;
                return Err(problem.clone().into());
            }
            Some(DialStage::UnderWay | DialStage::AwaitsAddress | DialStage::AwaitsPerson)
            | None => {}
        }
        tokio::select! {
            changed = changes.changed() => changed.context("the runtime is gone")?,
            () = interrupts.next() => {
                desk.dispatch(Intent::StopDial).await;
                progress.stop()?;
                return Err(Stop::Cancelled);
            }
        }
    }
    progress.stop()?;
    tell(desk, profile, ends)?;
    Ok(Outcome::Done)
}

fn tell(desk: &Desk, profile: &VpnProfile, ends: bool) -> Result<(), Stop> {
    if desk.out.json {
        desk.out
            .object(&Answer::new("dial", DialJson::new(profile, ends)))?;
        return Ok(());
    }
    let key = match (&profile.dialling, ends) {
        // Only its program is open so far.
        (Dialling::InItsProgram, true) => "cli.vpn.end-there",
        (_, true) => "cli.vpn.ended",
        (_, false) => "cli.vpn.connected",
    };
    let (name, program) = (&profile.entry.name, profile.entry.client.name());
    desk.out
        .line(&say(key, &[("vpn", name), ("program", program)]))?;
    Ok(())
}

async fn vpns(desk: &Desk) -> Result<Vec<VpnProfile>, Stop> {
    match desk.query(Query::Vpns).await? {
        Page::Vpns { rows } => Ok(rows),
        _ => Err(odd_page()),
    }
}

/// The one that is meant: by its name, with or without its program, by the settings' name, or
/// because there is no other.
fn chosen<'a>(
    rows: &'a [VpnProfile],
    name: Option<&str>,
    set: Option<&str>,
    ends: bool,
) -> Result<&'a VpnProfile, Stop> {
    let found: Vec<&VpnProfile> = match name {
        Some(name) => rows.iter().filter(|it| is_meant(it, name)).collect(),
        None if ends => rows
            .iter()
            .filter(|it| it.connected == Some(true))
            .collect(),
        None => fitting(rows, set),
    };
    match (found.as_slice(), name) {
        ([one], _) => Ok(one),
        ([], Some(name)) => Err(Stop::Usage(say("cli.vpn.unknown", &[("vpn", name)]))),
        ([], None) if ends => Err(Stop::Usage(say("cli.vpn.none-connected", &[]))),
        ([], None) => Err(Stop::Usage(say("cli.vpn.none", &[]))),
        (several, _) => {
            let names: Vec<String> = several.iter().map(|it| with_program(it)).collect();
            let names = names.join(", ");
            Err(Stop::Usage(say("cli.vpn.several", &[("vpns", &names)])))
        }
    }
}

fn is_meant(profile: &VpnProfile, name: &str) -> bool {
    is_called(profile, name) || with_program(profile) == name
}

fn with_program(profile: &VpnProfile) -> String {
    let (name, program) = (&profile.entry.name, profile.entry.client.name());
    format!("{name} ({program})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::vpns;

    fn meant(name: Option<&str>, ends: bool) -> Result<String, String> {
        by_settings(name, None, ends)
    }

    fn by_settings(name: Option<&str>, set: Option<&str>, ends: bool) -> Result<String, String> {
        match chosen(&vpns(), name, set, ends) {
            Ok(profile) => Ok(with_program(profile)),
            Err(Stop::Usage(words)) => Err(words),
            Err(_) => Err("not a matter of words".to_owned()),
        }
    }

    #[test]
    fn one_is_meant_by_its_name_or_because_there_is_no_other() {
        assert_eq!(meant(Some("HOME"), false).unwrap(), "home (OpenVPN)");
        assert_eq!(meant(None, false).unwrap(), "hub (Azure VPN Client)");
        assert_eq!(meant(None, true).unwrap(), "home (OpenVPN)");
        assert_eq!(
            by_settings(None, Some("Home"), false).unwrap(),
            "home (OpenVPN)"
        );
        assert!(
            by_settings(None, Some(""), false).is_err(),
            "policy cannot be read"
        );
        let exact = "office (OpenVPN GUI)";
        assert_eq!(meant(Some(exact), true).unwrap(), exact);
        assert!(meant(Some("gone"), false).unwrap_err().contains("gone"));
        let several = meant(Some("office"), false).unwrap_err();
        assert!(several.contains("office (Windows), office (OpenVPN GUI)"));
    }
}
