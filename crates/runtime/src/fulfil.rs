//! Wishes about this machine's files: favourites, settings, profiles, and what is written for people.

mod csv;
mod downloads;
mod history;
mod record;
mod report;
mod scrub;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gangway_engine::id::VmId;
use gangway_engine::problem::{Cause, Problem};
use gangway_engine::snapshot::Snapshot;
use gangway_engine::wish::{Done, StoreWish};
use gangway_vpn::profile::{self, LARGEST_HANDED_OVER, Profile};
use tokio::task::spawn_blocking;

use crate::error::Error;
use crate::runtime::Runtime;
use crate::settings::{self, kind};
use crate::store::StoredProfile;
use crate::world::World;

/// The longest name of a file that is repeated in a message, in characters.
const LONGEST_NAME: usize = 120;

impl Runtime {
    /// Does what a person wishes of this machine's files. Once it returns, the snapshot shows
    /// it, and other processes are told.
    ///
    /// # Errors
    /// What kept it from being done: `settings-invalid` for a key or value that does not fit,
    /// is locked or is none for views, `profile-unreadable`, `store-not-writable` for anything that cannot be
    /// written, with its place.
    pub async fn fulfil(&self, wish: StoreWish) -> Result<Done, Problem> {
        let (world, snapshot) = (Arc::clone(&self.world), self.snapshot_now());
        let only_tells = matches!(
            wish,
            StoreWish::ExportHistory { .. } | StoreWish::ExportReport
        );
        // Disks may be slow, and the loop is not to wait for them.
        let done = spawn_blocking(move || fulfil(&world, wish, snapshot.as_deref())).await;
        let done = done.unwrap_or_else(|error| Err(broken_off(&error)));
        if !only_tells {
            self.files_changed().await;
        }
        done
    }

    /// The folder that exports are written to.
    #[must_use]
    pub fn downloads(&self) -> PathBuf {
        downloads::folder(&self.world)
    }

    /// Reads VPN profiles and keeps what they say: gateway, tunnel types, routes, pools.
    ///
    /// # Errors
    /// `profile-unreadable`, or `store-not-writable`.
    pub fn import_profiles(&self, path: &Path) -> Result<Vec<Profile>, Problem> {
        let profiles = profile::read(path).map_err(|error| error.to_problem())?;
        keep(&self.world, &profiles)?;
        self.world.ring();
        Ok(profiles)
    }

    /// Marks a VM as a favourite, or takes the mark away.
    ///
    /// # Errors
    /// `store-not-writable`.
    pub fn mark_favourite(&self, vm: &VmId, marked: bool) -> Result<(), Problem> {
        let marked = self.world.store.mark_favourite(vm, marked);
        self.world.ring();
        marked.map_err(|error| error.problem())
    }
}

fn fulfil(world: &World, wish: StoreWish, snapshot: Option<&Snapshot>) -> Result<Done, Problem> {
    let done = match wish {
        StoreWish::MarkFavourite { vm, marked } => {
            world.store.mark_favourite(&vm, marked).map(nothing_more)
        }
        StoreWish::Set { key, value } => set(world, &key, value.as_deref()).map(nothing_more),
        StoreWish::SetForVm { vm, key, value } => {
            set_for_vm(world, &vm, &key, value.as_deref()).map(nothing_more)
        }
        StoreWish::ImportProfile { name, content } => import(world, &name, &content),
        StoreWish::ForgetProfile { name } => world.store.forget_profile(&name).map(nothing_more),
        StoreWish::ExportHistory { text } => history::export(world, &text).map(saved),
        StoreWish::ExportReport => report::export(world, snapshot).map(saved),
    };
    done.map_err(|error| error.problem())
}

fn nothing_more<T>(_done: T) -> Done {
    Done::default()
}

fn saved(file: PathBuf) -> Done {
    Done {
        saved: Some(file.display().to_string()),
        ..Done::default()
    }
}

/// A view may set what is documented, but for what reaches further than its window.
fn set(world: &World, key: &str, value: Option<&str>) -> Result<(), Error> {
    if kind::of(key).is_none() {
        return Err(refused(world, format!("{key:?} is no setting")));
    }
    if kind::is_by_policy_only(key) {
        return Err(refused(
            world,
            format!("{key} is for machine policy to set"),
        ));
    }
    if !kind::is_for_views(key) {
        return Err(refused(
            world,
            format!("{key} is set in this file or by the command line"),
        ));
    }
    let path: Vec<String> = key.split('.').map(str::to_owned).collect();
    set_at(world, &path, value)
}

fn set_for_vm(world: &World, vm: &VmId, key: &str, value: Option<&str>) -> Result<(), Error> {
    if !kind::OF_VM.contains(&key) {
        return Err(refused(world, format!("{key:?} is no setting of a VM")));
    }
    if world.settings().locks_of_vm(key) {
        return Err(refused(world, format!("{key} is set by machine policy")));
    }
    let path = settings::path_of_vm(&world.home, vm, key)?;
    set_at(world, &path, value)
}

fn set_at(world: &World, path: &[String], value: Option<&str>) -> Result<(), Error> {
    let set = match value {
        Some(value) => settings::set_at(&world.home, &world.settings(), path, value),
        None => settings::unset_at(&world.home, path),
    };
    set.map_err(|error| match error {
        Error::Setting { mistake } => refused(world, mistake),
        other => other,
    })
}

/// A value that is not taken: nothing is wrong with the file, which is named all the same.
fn refused(world: &World, mistake: String) -> Error {
    let file = world.home.settings_file().display().to_string();
    Error::from(Problem::new(Cause::SettingsInvalid {
        file,
        line: 0,
        column: 0,
        mistake,
    }))
}

fn import(world: &World, name: &str, content: &str) -> Result<Done, Error> {
    let name = plain_name(name);
    // Four characters carry three bytes: what is longer need not be decoded to be refused.
    let longest = usize::try_from(LARGEST_HANDED_OVER.div_ceil(3) * 4).unwrap_or(usize::MAX);
    if content.len() > longest {
        let observed = format!("it is larger than {LARGEST_HANDED_OVER} bytes");
        return Err(no_profile(name).observed(observed).into());
    }
    let bytes = STANDARD
        .decode(content)
        .map_err(|error| no_profile(name.clone()).observed(error.to_string()))?;
    let profiles = profile::read_from(&name, bytes).map_err(|error| error.to_problem())?;
    keep(world, &profiles)?;
    Ok(Done {
        imported: profiles.into_iter().map(|profile| profile.name).collect(),
        ..Done::default()
    })
}

/// The last part of a name, fit to be repeated. No file of that name is ever opened.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = last.chars().filter(|letter| !letter.is_control());
    plain.take(LONGEST_NAME).collect()
}

fn no_profile(file: String) -> Problem {
    Problem::new(Cause::ProfileUnreadable {
        file,
        expected: "a profile's file or archive, in base64".to_owned(),
    })
}

fn keep(world: &World, profiles: &[Profile]) -> Result<(), Problem> {
    for profile in profiles {
        let kinds = profile.kinds.iter().map(|kind| kind.name().to_owned());
        let stored = StoredProfile {
            name: profile.name.clone(),
            gateway: profile.gateway.clone(),
            kinds: kinds.collect(),
            routes: profile.routes.clone(),
            pools: profile.pools.clone(),
            suffixes: profile.suffixes.clone(),
            full_tunnel: profile.full_tunnel,
        };
        let kept = world.store.keep_profile(&stored, world.clock.now());
        kept.map_err(|error| error.problem())?;
    }
    Ok(())
}

/// Work on files that did not come to its end.
fn broken_off(error: &tokio::task::JoinError) -> Problem {
    tracing::error!(%error, "a wish was broken off");
    let path = String::new();
    Problem::new(Cause::StoreNotWritable { path }).observed("the work was broken off")
}

#[cfg(test)]
mod tests;
