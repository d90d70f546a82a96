//! What each system does in its own way: which programs there are, private files, consoles.
//!
//! Each file offers `clients`, `terminals`, `rdp_blocked`, `signer`, `is_program`, `private_folder`, `private_file`,
//! `attach` and `open_page`.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::{clients, open_page, terminals};
#[cfg(target_os = "macos")]
pub(crate) use macos::{clients, open_page, terminals};
#[cfg(unix)]
pub(crate) use unix::{attach, is_program, private_file, private_folder, rdp_blocked, signer};
#[cfg(windows)]
pub(crate) use windows::{
    attach, clients, is_program, open_page, private_file, private_folder, rdp_blocked, signer,
    terminals,
};
