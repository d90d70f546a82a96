//! Sees the tunnel: local addresses, routes and their changes, and what VPN profiles say.
//!
//! [`observe()`] describes this machine's network at one moment, [`Changes`] tells when to look
//! again, [`profile::read`] reads what Azure hands out as a VPN profile. Nothing here decides:
//! the verdict is `gangway_engine::tunnel::decide`.

mod changes;
mod error;
mod observe;
mod platform;
pub mod profile;

pub use changes::Changes;
pub use error::{Error, Fault};
pub use observe::observe;
