//! Buttons of notices that outlive the process that showed them: each is pressed once at most.
//!
//! A button is known by a nonce that stands in its link and nowhere else: the store has only
//! the nonce's hash, so that nobody who reads the store can press.

use gangway_engine::notice::Holds;
use gangway_engine::wish::Wish;
use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use rusqlite::{OptionalExtension, Result, Transaction, params};

use super::Store;
use super::codec::{self, millis};
use crate::error::Error;

/// A button that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptButton {
    /// What its link bears, and no other button's.
    pub nonce: String,
    /// Its key, which its link names, too.
    pub action: String,
    /// What it asks for.
    pub wish: Wish,
}

impl Store {
    /// Keeps the buttons of the notice in this place; those of an earlier one there, and all
    /// that are past their time, are gone.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn keep_buttons(
        &self,
        slot: &str,
        holds: Option<&Holds>,
        buttons: &[KeptButton],
        now: Timestamp,
    ) -> std::result::Result<(), Error> {
        self.write(|transaction| {
            transaction.execute(
                "DELETE FROM button WHERE slot = ?1 OR until <= ?2",
                params![slot, millis(now)],
            )?;
            let Some(holds) = holds else { return Ok(()) };
            buttons.iter().try_for_each(|button| {
                let request = holds.request.map(|request| request.0.cast_signed());
                transaction
                    .execute(
                        "INSERT INTO button (nonce, action, slot, request, wish, until)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                        params![
                            hash(&button.nonce),
                            button.action,
                            slot,
                            request,
                            codec::write(&button.wish)?,
                            millis(holds.until)
                        ],
                    )
                    .map(drop)
            })
        })
    }

    /// Presses a button, of whichever process: what it asks for, once. `None` for one that
    /// was never kept, was pressed before (or another of its notice), is past its time, or
    /// whose access is over.
    ///
    /// # Errors
    /// When the store cannot be written: then nothing is pressed.
    pub fn press_button(
        &self,
        nonce: &str,
        action: &str,
        now: Timestamp,
    ) -> std::result::Result<Option<Wish>, Error> {
        self.write_for_good(|transaction| {
            let found = transaction
                .query_row(
                    "SELECT slot, wish, until > ?3 AND (request IS NULL OR request IN
                         (SELECT id FROM request WHERE open = 1))
                     FROM button WHERE nonce = ?1 AND action = ?2",
                    params![hash(nonce), action, millis(now)],
                    |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
                )
                .optional()?;
            let Some((slot, wish, works)) = found else {
                return Ok(None);
            };
            let (slot, wish, works): (String, String, bool) = (slot, wish, works);
            transaction.execute("DELETE FROM button WHERE slot = ?1", [slot])?;
            // What another version wrote in other words is no wish.
            Ok(works.then(|| codec::read(&wish).ok()).flatten())
        })
    }

    /// Forgets the buttons of the notice that this nonce belongs to.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn forget_buttons(&self, nonce: &str) -> std::result::Result<(), Error> {
        self.write(|transaction| {
            transaction.execute(
                "DELETE FROM button WHERE slot IN (SELECT slot FROM button WHERE nonce = ?1)",
                [hash(nonce)],
            )?;
            Ok(())
        })
    }
}

/// An access is over, and with it what could be pressed for it.
pub(super) fn forget_of(transaction: &Transaction<'_>, request: i64) -> Result<()> {
    transaction
        .execute("DELETE FROM button WHERE request = ?1", [request])
        .map(drop)
}

/// Somebody signed out: nothing that was shown to them can be pressed any more.
pub(super) fn forget_all(transaction: &Transaction<'_>) -> Result<()> {
    transaction.execute("DELETE FROM button", []).map(drop)
}

fn hash(nonce: &str) -> Vec<u8> {
    digest(&SHA256, nonce.as_bytes()).as_ref().to_vec()
}
