//! This program, its files and hosts, and the profiles that were imported.

use gangway_engine::problem::Problem;
use gangway_engine::query::{About, ProfileEntry};

use crate::error::Error;
use crate::platform;
use crate::store::StoredProfile;
use crate::world::World;

/// The version of all of Gangway.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

pub(super) fn about(world: &World) -> Result<About, Problem> {
    let cloud = world.cloud()?;
    Ok(About {
        version: VERSION.to_owned(),
        system: system(),
        web_view: None,
        settings_file: world.home.settings_file().display().to_string(),
        store_file: world.home.store_file().display().to_string(),
        log_folder: world.home.logs().display().to_string(),
        hosts: vec![cloud.authority_host(), cloud.resource_manager_host()],
    })
}

/// The system and the processor it runs on.
pub(crate) fn system() -> String {
    let name = platform::system().unwrap_or_else(|| std::env::consts::OS.to_owned());
    format!("{name}, {}", std::env::consts::ARCH)
}

pub(super) fn profiles(world: &World) -> Result<Vec<ProfileEntry>, Error> {
    Ok(world.store.profiles()?.into_iter().map(entry).collect())
}

fn entry(profile: StoredProfile) -> ProfileEntry {
    ProfileEntry {
        pools: profile.pools.iter().map(ToString::to_string).collect(),
        name: profile.name,
        gateway: profile.gateway,
        kinds: profile.kinds,
        full_tunnel: profile.full_tunnel,
    }
}
