//! `gangway vpn`: the tunnel as it is, and profiles that say which one is the company's.

mod dial;

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use gangway_engine::id::VmId;

use gangway_engine::query::{Page, Query};

use crate::desk::{Desk, odd_page};
use crate::exit::{Outcome, Stop};
use crate::json::{Answer, ProfileJson, ProfilesJson, RecordJson, TunnelJson};
use crate::say::say;
use crate::show;

pub(super) use dial::{dial, list};

pub(super) async fn status(
    desk: &Desk,
    vm: Option<String>,
    capture: Option<PathBuf>,
) -> Result<Outcome, Stop> {
    let vm = match vm {
        Some(name) => Some(desk.find(&name).await?.vm.id),
        None => None,
    };
    if let Some(file) = capture {
        return record(desk, vm.as_ref(), &file);
    }
    let Page::Tunnel { local, pools, view } = desk.query(Query::Tunnel { vm }).await? else {
        return Err(odd_page());
    };
    if desk.out.json {
        let json = TunnelJson::new(&local, &pools, view.as_ref());
        desk.out.object(&Answer::new("vpn", json))?;
    } else {
        let lines = show::tunnel(&local, &pools, view.as_ref(), &desk.zone);
        desk.out.lines(&lines)?;
    }
    Ok(Outcome::Done)
}

/// Writes a record of this machine's network into a new file.
fn record(desk: &Desk, vm: Option<&VmId>, file: &Path) -> Result<Outcome, Stop> {
    let text = desk.network_record(vm)?;
    // A file that is there may be somebody's work.
    File::create_new(file)
        .and_then(|mut made| made.write_all(text.as_bytes()))
        .with_context(|| file.display().to_string())?;
    let shown = file.display().to_string();
    if desk.out.json {
        desk.out
            .object(&Answer::new("record", RecordJson::new(shown)))?;
    } else {
        for key in [
            "cli.record-written",
            "cli.record-holds",
            "cli.record-read-it",
        ] {
            desk.out.line(&say(key, &[("file", &shown)]))?;
        }
    }
    Ok(Outcome::Done)
}

pub(super) fn import(desk: &Desk, file: &Path) -> Result<Outcome, Stop> {
    let profiles = desk.import(file)?;
    if desk.out.json {
        let profiles = profiles.iter().map(ProfileJson::from).collect();
        let json = ProfilesJson { profiles };
        desk.out.object(&Answer::new("profiles", json))?;
        return Ok(Outcome::Done);
    }
    for profile in profiles {
        let params = [("name", profile.name.as_str())];
        let key = if profile.pools.is_empty() {
            "cli.imported-nothing"
        } else {
            "cli.imported"
        };
        desk.out.line(&say(key, &params))?;
        for pool in profile.pools {
            desk.out.line(&format!("  {pool}"))?;
        }
    }
    Ok(Outcome::Done)
}
