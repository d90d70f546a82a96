//! Does what the engine asked: the one event loop, the store, the one clock.
//!
//! A shell opens a [`Runtime`], hands it wishes ([`Runtime::dispatch`]), shows its snapshots
//! ([`Runtime::changes`]) and notices, and reads lists past the engine ([`Runtime::query`]).
//! Several processes may do so at once on one store: a claim keeps two from asking for the
//! same port, and a bell tells each of what the others changed.

mod accounts;
mod broker;
mod buttons;
pub mod clock;
mod drive;
mod effects;
mod error;
mod fulfil;
mod home;
mod inventory;
mod keyring;
mod knowledge;
mod leftovers;
pub mod log;
mod options;
mod platform;
pub mod probe;
mod proxy_password;
mod query;
mod rdp_here;
mod records;
mod runtime;
pub mod settings;
pub mod store;
mod tokens;
mod world;
mod writer;

pub use effects::LaunchPreview;
pub use error::{Error, chain};
pub use gangway_azure::{Secret, SignIn};
pub use gangway_launch::{OpenedPage, open_page};
pub use gangway_launch::{Place, RdpPolicies, Rule, Scope};
pub use gangway_vpn::profile::{Profile, ProfileKind};
pub use home::Home;
pub use keyring::{KeyHolder, MemoryKeyring, SystemKeyring};
pub use options::Options;
pub use query::Progress;
pub use rdp_here::{RdpHere, rdp_here};
pub use runtime::Runtime;
