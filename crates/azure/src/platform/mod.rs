//! What differs between systems when Azure CLI is run.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::{end, keep_apart};
#[cfg(target_os = "macos")]
pub(crate) use macos::{end, keep_apart};
#[cfg(windows)]
pub(crate) use windows::{end, keep_apart};
