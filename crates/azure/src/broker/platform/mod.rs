//! The broker itself: Windows has one, nobody else has.

#[cfg(not(windows))]
mod other;
#[cfg(windows)]
mod windows;

#[cfg(not(windows))]
pub(super) use other::{IS_HERE, console, sign_in, token};
#[cfg(windows)]
pub(super) use windows::{IS_HERE, console, sign_in, token};
