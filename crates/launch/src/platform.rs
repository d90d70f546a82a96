//! What each system does in its own way: which programs there are, private files, consoles.
//!
//! Each file offers `clients`, `terminals`, `program_name`, `install`, `rdp_policies`, `signer`,
//! `certificates`, `terminal_kind`, `putty_proxy`, `front`, `is_program`, `private_folder`, `private_file`, `attach` and
//! `open_page`.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::{clients, install, open_page, terminals};
#[cfg(target_os = "macos")]
pub(crate) use macos::{clients, install, open_page, terminals};
#[cfg(unix)]
pub(crate) use unix::{
    attach, certificates, front, is_program, private_file, private_folder, program_name,
    putty_proxy, rdp_policies, signer, terminal_kind,
};
#[cfg(windows)]
pub(crate) use windows::{
    attach, certificates, clients, front, install, is_program, open_page, private_file,
    private_folder, program_name, putty_proxy, rdp_policies, signer, terminal_kind, terminals,
};
