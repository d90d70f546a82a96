//! What differs between systems: loopback addresses for VMs and whether a closed port can be silent.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::{SILENCE, ended, prepare, vm_address};
#[cfg(target_os = "macos")]
pub(crate) use macos::{SILENCE, ended, prepare, vm_address};
#[cfg(windows)]
pub(crate) use windows::{SILENCE, ended, prepare, vm_address};
