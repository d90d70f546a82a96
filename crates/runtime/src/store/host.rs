//! What proved hosts said they are, so that another one is noticed.

use gangway_engine::host::ExpectedHost;
use gangway_engine::id::VmId;
use jiff::Timestamp;
use rusqlite::{Result, params};

use super::Store;
use super::codec::millis;
use crate::error::Error;

impl Store {
    /// Remembers a proved host's fingerprint. Fingerprints of the same kind (SSH or RDP)
    /// that were seen there before stay: a VM has several host keys.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn remember_host(
        &self,
        vm: &VmId,
        port: u16,
        fingerprint: &str,
        at: Timestamp,
    ) -> std::result::Result<(), Error> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO host (vm, port, fingerprint, vm_name, seen_at)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT DO UPDATE SET seen_at = excluded.seen_at",
                params![vm.key(), port, fingerprint, vm.name(), millis(at)],
            )?;
            Ok(())
        })
    }

    /// What is known of a VM's host, and which fingerprints belong to other VMs.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn expected_host(&self, vm: &VmId) -> std::result::Result<ExpectedHost, Error> {
        let key = vm.key();
        self.read(|connection| {
            let fingerprints: Vec<String> = connection
                .prepare_cached(
                    "SELECT DISTINCT fingerprint FROM host WHERE vm = ?1 ORDER BY seen_at DESC",
                )?
                .query_map([&key], |row| row.get(0))?
                .collect::<Result<_>>()?;
            let strangers: Vec<(String, String)> = connection
                .prepare_cached(
                    "SELECT DISTINCT fingerprint, vm_name FROM host
                     WHERE vm <> ?1 ORDER BY seen_at DESC",
                )?
                .query_map([&key], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<Result<_>>()?;
            // Machines cloned from one image may share a key: that tells nothing.
            let strangers = strangers
                .into_iter()
                .filter(|(fingerprint, _)| !fingerprints.contains(fingerprint))
                .collect();
            Ok(ExpectedHost {
                fingerprints,
                strangers,
            })
        })
    }
}
