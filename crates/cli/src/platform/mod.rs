//! What differs between systems: how this program is told to end.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::told_to_end;
#[cfg(target_os = "macos")]
pub(crate) use macos::told_to_end;
#[cfg(windows)]
pub(crate) use windows::told_to_end;
