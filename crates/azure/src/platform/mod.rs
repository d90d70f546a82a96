//! What differs between systems when Azure CLI is run.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

#[cfg(all(test, target_os = "linux"))]
pub(crate) use linux::ENDLESS;
#[cfg(target_os = "linux")]
pub(crate) use linux::{end, keep_apart};
#[cfg(all(test, target_os = "macos"))]
pub(crate) use macos::ENDLESS;
#[cfg(target_os = "macos")]
pub(crate) use macos::{end, keep_apart};
#[cfg(all(test, windows))]
pub(crate) use windows::ENDLESS;
#[cfg(windows)]
pub(crate) use windows::{end, keep_apart};
