//! What each system does in its own way: routes, kinds of interfaces, notice of changes.
//!
//! Each file offers `kind`, `Routes` (`open`, `index_towards`, `default_index`) and `Listener`
//! (`new`, `changed`).

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::{Listener, Routes, kind};
#[cfg(target_os = "macos")]
pub(crate) use macos::{Listener, Routes, kind};
#[cfg(windows)]
pub(crate) use windows::{Listener, Routes, kind};
