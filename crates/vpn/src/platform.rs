//! What each system does in its own way: adapters, dialled entries, routes, notice of changes.
//!
//! Each offers `adapters`, `ras_entries`, `table`, `Routes` (`open`, `index_towards`,
//! `default_index`), `Listener` (`new`, `changed`), and for dialling `places` and `keep_quiet`.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::{Listener, Routes, SYSTEM, places, table};
#[cfg(target_os = "macos")]
pub(crate) use macos::{Listener, Routes, SYSTEM, places, table};
#[cfg(unix)]
pub(crate) use unix::{adapters, keep_quiet, ras_entries};
#[cfg(windows)]
pub(crate) use windows::{
    Listener, Routes, SYSTEM, adapters, keep_quiet, places, ras_entries, table,
};
