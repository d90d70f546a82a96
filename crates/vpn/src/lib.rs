//! Sees the tunnel: local addresses, routes and their changes, and what VPN profiles say.
//!
//! [`observe()`] describes this machine's network at one moment, [`Changes`] tells when to look
//! again, [`profile::read`] reads what Azure hands out as a VPN profile, [`record::Record`]
//! writes down what a machine looks like so that it can be looked at elsewhere, [`dial`] finds
//! the VPNs that the machine's programs know and has one connected. Nothing here
//! decides: the verdict is `gangway_engine::tunnel::decide`.

mod adapter;
mod changes;
pub mod dial;
mod error;
mod observe;
mod platform;
pub mod profile;
mod ras;
pub mod record;
mod seen;

pub use adapter::{Adapter, kind_of};
pub use changes::Changes;
pub use error::{Error, Fault};
pub use observe::observe;
pub use ras::{Phonebook, RasEntry, projected_address};
pub use seen::Seen;
