//! What differs between systems: how Azure CLI is run, who runs a proxy's script.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

#[cfg(all(test, target_os = "linux"))]
pub(crate) use linux::{ENDLESS, through_a_shell};
#[cfg(target_os = "linux")]
pub(crate) use linux::{HAS_PROXY_SCRIPTS, Tree, keep_apart, proxies_by_script};
#[cfg(all(test, target_os = "macos"))]
pub(crate) use macos::{ENDLESS, through_a_shell};
#[cfg(target_os = "macos")]
pub(crate) use macos::{HAS_PROXY_SCRIPTS, Tree, keep_apart, proxies_by_script};
#[cfg(all(test, windows))]
pub(crate) use windows::{ENDLESS, through_a_shell};
#[cfg(windows)]
pub(crate) use windows::{HAS_PROXY_SCRIPTS, Tree, keep_apart, proxies_by_script};
