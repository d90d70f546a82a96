//! The tables, their version, and how an older store becomes a present one.

use rusqlite::{Connection, Result};

use super::BUSY;
use super::inventory::index_all;

/// The newest version of the schema that this program knows.
pub const VERSION: u32 = 6;

/// `GWAY`: tells this store from any other SQLite file.
const APPLICATION: i32 = 0x4757_4159;

/// The tables without which nothing works; small ones, so that looking at them is quick.
const SMALL: [&str; 4] = ["request", "claim", "host", "tunnel"];

const TABLES: &str = "
CREATE TABLE subscription (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    name TEXT,
    read_at INTEGER NOT NULL,
    standing TEXT NOT NULL,
    names BLOB NOT NULL
) STRICT;
CREATE TABLE vm (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    subscription TEXT NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,
    read_at INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX vm_name ON vm (name);
CREATE INDEX vm_subscription ON vm (subscription);
CREATE TABLE policy_group (
    key TEXT PRIMARY KEY,
    subscription TEXT NOT NULL,
    read_at INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE TABLE gateway (
    id TEXT PRIMARY KEY,
    subscription TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE TABLE profile (
    key TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    imported_at INTEGER NOT NULL
) STRICT;
CREATE TABLE request (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    vm TEXT NOT NULL,
    port INTEGER NOT NULL,
    vm_name TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    open INTEGER NOT NULL,
    draft TEXT NOT NULL,
    standing TEXT NOT NULL
) STRICT;
CREATE INDEX request_open ON request (open) WHERE open = 1;
CREATE TABLE claim (
    vm TEXT NOT NULL,
    port INTEGER NOT NULL,
    request INTEGER NOT NULL,
    pid INTEGER NOT NULL,
    mark TEXT NOT NULL,
    taken_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (vm, port)
) STRICT;
CREATE TABLE host (
    vm TEXT NOT NULL,
    port INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    vm_name TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (vm, port, fingerprint)
) STRICT;
CREATE TABLE tunnel (
    interface TEXT NOT NULL,
    gateway TEXT NOT NULL,
    PRIMARY KEY (interface, gateway)
) STRICT;
CREATE TABLE favourite (vm TEXT PRIMARY KEY) STRICT;
CREATE TABLE used (vm TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
";

/// What version 2 added: accounts and what a person chose of them.
const ACCOUNTS: &str = "
CREATE TABLE account_tenant (
    account TEXT NOT NULL,
    tenant TEXT NOT NULL,
    name TEXT,
    domain TEXT,
    is_on INTEGER NOT NULL,
    used INTEGER NOT NULL,
    listed INTEGER NOT NULL,
    looked INTEGER NOT NULL,
    problem TEXT,
    PRIMARY KEY (account, tenant)
) STRICT;
CREATE TABLE lent_account (account TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE hidden_subscription (id TEXT PRIMARY KEY) STRICT;
";

/// What version 3 added: how many milliseconds lay between a request and its proof.
const TOOK: &str = "ALTER TABLE request ADD COLUMN took INTEGER;";

/// What version 4 added: whether somebody said "not now" to the warnings of an access's end.
/// Its search blocks know each VM's system, too.
const NOT_NOW: &str = "ALTER TABLE request ADD COLUMN not_now INTEGER NOT NULL DEFAULT 0;";

/// What version 5 added: what a person is told once and not again.
const TOLD: &str = "CREATE TABLE told (what TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;";

/// What version 6 added: buttons of notices that outlive the process that showed them.
const BUTTONS: &str = "
CREATE TABLE button (
    nonce BLOB PRIMARY KEY,
    action TEXT NOT NULL,
    slot TEXT NOT NULL,
    request INTEGER,
    wish TEXT NOT NULL,
    until INTEGER NOT NULL
) STRICT;
";

/// Which store was found.
pub(super) enum Found {
    /// One that this program knows, made anew or brought up to date.
    Known,
    /// One of a later version.
    Newer(u32),
}

/// What every connection needs. The page size only counts for a new file.
pub(super) fn set_up(connection: &Connection) -> Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "page_size", 8192)?;
    Ok(())
}

/// Whether the store has the present schema, or a newer one.
pub(super) fn is_present(connection: &Connection) -> Result<bool> {
    Ok(version(connection)? >= VERSION)
}

/// Brings an older store up to date, in one transaction.
pub(super) fn migrate(connection: &Connection) -> Result<Found> {
    match version(connection)? {
        VERSION => return Ok(Found::Known),
        found if found > VERSION => return Ok(Found::Newer(found)),
        _ => {}
    }
    // The mode is kept in the file, so it is set once, outside of a transaction.
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let done = steps(connection);
    connection.execute_batch(if done.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    done
}

/// Looks at the small tables, whose loss would matter; the large ones are looked at when
/// they are read.
pub(super) fn check(connection: &Connection) -> Result<()> {
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    SMALL
        .iter()
        .try_for_each(|table| sound(connection, &format!("PRAGMA quick_check({table})")))
}

/// Looks at the whole file, which takes a while for a large one.
pub(super) fn check_all(connection: &Connection) -> Result<()> {
    sound(connection, "PRAGMA quick_check")
}

fn sound(connection: &Connection, check: &str) -> Result<()> {
    let told: String = connection.query_row(check, [], |row| row.get(0))?;
    if told == "ok" {
        return Ok(());
    }
    Err(rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT),
        Some(told),
    ))
}

fn version(connection: &Connection) -> Result<u32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn steps(connection: &Connection) -> Result<Found> {
    // Another process may have been quicker.
    let found = match version(connection)? {
        found if found > VERSION => return Ok(Found::Newer(found)),
        VERSION => return Ok(Found::Known),
        found => found,
    };
    if found == 0 {
        connection.execute_batch(TABLES)?;
        connection.pragma_update(None, "application_id", APPLICATION)?;
    }
    if found < 2 {
        connection.execute_batch(ACCOUNTS)?;
    }
    if found < 3 {
        connection.execute_batch(TOOK)?;
    }
    if found < 4 {
        connection.execute_batch(NOT_NOW)?;
        index_all(connection)?;
    }
    if found < 5 {
        connection.execute_batch(TOLD)?;
    }
    connection.execute_batch(BUTTONS)?;
    connection.pragma_update(None, "user_version", VERSION)?;
    Ok(Found::Known)
}
