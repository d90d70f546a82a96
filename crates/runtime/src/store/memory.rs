//! What a person told or did: confirmed tunnels, imported profiles, favourites, last use.

use gangway_engine::id::{GatewayId, VmId};
use gangway_engine::tunnel::{ConfirmedTunnel, Pool, PoolOrigin};
use ipnet::Ipv4Net;
use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

use super::Store;
use super::codec::{self, millis, moment};
use crate::error::Error;

/// What is kept of an imported VPN profile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredProfile {
    /// Its name. Data.
    pub name: String,
    /// The gateway's host, in lower case. Data.
    pub gateway: Option<String>,
    /// The tunnels it can be used with, by the names people know them by.
    pub kinds: Vec<String>,
    /// The networks it says are behind the tunnel.
    pub routes: Vec<Ipv4Net>,
    /// The pools it names.
    pub pools: Vec<Ipv4Net>,
    /// The DNS suffixes behind the tunnel.
    #[serde(default)]
    pub suffixes: Vec<String>,
    /// Whether it sends all traffic through the tunnel.
    pub full_tunnel: bool,
}

impl Store {
    /// Remembers that a person confirmed a tunnel.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn remember_tunnel(&self, tunnel: &ConfirmedTunnel) -> Result<(), Error> {
        let gateway = tunnel.gateway.as_ref().map(GatewayId::as_str);
        self.write(|transaction| {
            transaction.execute(
                "INSERT OR IGNORE INTO tunnel (interface, gateway) VALUES (?1, ?2)",
                params![tunnel.interface, gateway.unwrap_or_default()],
            )?;
            Ok(())
        })
    }

    /// The tunnels that a person confirmed.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn confirmed_tunnels(&self) -> Result<Vec<ConfirmedTunnel>, Error> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT interface, gateway FROM tunnel ORDER BY interface")?
                .query_map([], |row| {
                    let gateway: String = row.get(1)?;
                    Ok(ConfirmedTunnel {
                        interface: row.get(0)?,
                        gateway: GatewayId::new(gateway).ok(),
                    })
                })?
                .collect()
        })
    }

    /// Whether the person was told this before; from now on they were.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn tell_once(&self, what: &str, at: Timestamp) -> Result<bool, Error> {
        self.write(|transaction| {
            let new = transaction.execute(
                "INSERT OR IGNORE INTO told (what, at) VALUES (?1, ?2)",
                params![what, millis(at)],
            )?;
            Ok(new == 0)
        })
    }

    /// Whether the person was told this.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn was_told(&self, what: &str) -> Result<bool, Error> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT 1 FROM told WHERE what = ?1")?
                .exists([what])
        })
    }

    /// Keeps what an imported profile says, in place of what a profile of the same gateway
    /// (of the same name, where it names no gateway) said before.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn keep_profile(&self, profile: &StoredProfile, at: Timestamp) -> Result<(), Error> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT OR REPLACE INTO profile (key, body, imported_at) VALUES (?1, ?2, ?3)",
                params![profile.key(), codec::write(profile)?, millis(at)],
            )?;
            Ok(())
        })
    }

    /// Forgets an imported profile; whether there was one of that name.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn forget_profile(&self, name: &str) -> Result<bool, Error> {
        let profiles = self.profiles()?;
        let of_name = profiles.iter().filter(|profile| profile.name == name);
        let keys: Vec<&String> = of_name.map(StoredProfile::key).collect();
        self.write(|transaction| {
            for key in &keys {
                transaction.execute("DELETE FROM profile WHERE key = ?1", [key])?;
            }
            Ok(!keys.is_empty())
        })
    }

    /// The imported profiles.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn profiles(&self) -> Result<Vec<StoredProfile>, Error> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT body FROM profile ORDER BY key")?
                .query_map([], |row| codec::read(row.get_ref(0)?.as_str()?))?
                .collect()
        })
    }

    /// Marks a VM as a favourite, or takes the mark away.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn mark_favourite(&self, vm: &VmId, marked: bool) -> Result<(), Error> {
        let sql = if marked {
            "INSERT OR IGNORE INTO favourite (vm) VALUES (?1)"
        } else {
            "DELETE FROM favourite WHERE vm = ?1"
        };
        self.write(|transaction| transaction.execute(sql, [vm.key()]).map(drop))
    }

    /// Notes that a connection to the VM was made.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn note_use(&self, vm: &VmId, at: Timestamp) -> Result<(), Error> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT OR REPLACE INTO used (vm, at) VALUES (?1, ?2)",
                params![vm.key(), millis(at)],
            )?;
            Ok(())
        })
    }
}

impl StoredProfile {
    /// What it is kept under: its gateway, or its name where it names none.
    fn key(&self) -> &String {
        self.gateway.as_ref().unwrap_or(&self.name)
    }

    /// The pools it names.
    pub(crate) fn pools(&self) -> impl Iterator<Item = Pool> {
        self.pools.iter().map(|prefix| Pool {
            prefix: *prefix,
            origin: PoolOrigin::Profile {
                name: self.name.clone(),
            },
        })
    }
}

/// Favourites and last uses, by key.
pub(super) struct Marks {
    pub(super) favourites: HashSet<String>,
    pub(super) used: HashMap<String, Timestamp>,
}

impl Marks {
    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let favourites = connection
            .prepare_cached("SELECT vm FROM favourite")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let used = connection
            .prepare_cached("SELECT vm, at FROM used")?
            .query_map([], |row| Ok((row.get(0)?, moment(row.get(1)?))))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(Self { favourites, used })
    }
}
