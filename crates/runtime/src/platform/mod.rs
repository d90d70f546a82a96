//! What differs between systems: private files, clocks, processes, the bell, the keyring, machine policy.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::{
    ENTRY, FOLDER, awake, boot, keyring, machine_policy, may_have_keyring, process_mark, system,
};
#[cfg(target_os = "macos")]
pub(crate) use macos::{
    ENTRY, FOLDER, awake, boot, keyring, machine_policy, may_have_keyring, process_mark, system,
};
#[cfg(all(test, unix))]
pub(crate) use unix::is_private;
#[cfg(unix)]
pub(crate) use unix::{
    Bell, bell_folder, make_new_private_file, make_private_file, make_private_folder,
    refuse_shared, ring,
};
#[cfg(all(test, windows))]
pub(crate) use windows::is_private;
#[cfg(windows)]
pub(crate) use windows::{
    Bell, ENTRY, FOLDER, awake, bell_folder, boot, keyring, machine_policy, make_new_private_file,
    make_private_file, make_private_folder, may_have_keyring, process_mark, refuse_shared, ring,
    system,
};
