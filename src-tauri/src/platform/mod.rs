//! What differs between desktops: the taskbar, the tray's host, notices, how a program ends.

#[cfg(any(target_os = "macos", test))]
mod agent;
#[cfg(any(target_os = "linux", test))]
mod desktop_entry;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(any(windows, test))]
mod run_entry;
#[cfg(any(windows, test))]
mod toast;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::*;
#[cfg(target_os = "macos")]
pub(crate) use macos::*;
#[cfg(windows)]
pub(crate) use windows::*;

/// What the tray's icons stand on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Taskbar {
    /// Bright: dark icons are seen.
    Light,
    /// Dark, as most are.
    #[default]
    Dark,
}
