//! `gangway vpn`: the tunnel as it is, and profiles that say which one is the company's.

use std::path::Path;

use gangway_engine::query::{Page, Query};

use crate::desk::{Desk, odd_page};
use crate::exit::{Outcome, Stop};
use crate::json::{Answer, ProfileJson, ProfilesJson, TunnelJson};
use crate::say::say;
use crate::show;

pub(super) async fn status(desk: &Desk, vm: Option<String>) -> Result<Outcome, Stop> {
    let vm = match vm {
        Some(name) => Some(desk.find(&name).await?.vm.id),
        None => None,
    };
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
