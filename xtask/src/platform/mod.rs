//! What differs between systems: how a folder is made that is ours alone, how a program is asked to end, how a line is read, and whether there is a screen.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::{ask_to_end, has_display, private_folder, shell};
#[cfg(target_os = "macos")]
pub(crate) use macos::{ask_to_end, has_display, private_folder, shell};
#[cfg(windows)]
pub(crate) use windows::{ask_to_end, has_display, private_folder, shell};
