//! The decisions of Gangway: a state machine without IO that is told the time.
//!
//! [`Engine::step`] takes what happened and answers with what to do;
//! [`Engine::next_deadline`] says when to come back; [`Engine::snapshot`] is the truth to show.
//!
//! ```
//! use gangway_engine::Engine;
//! use gangway_engine::effect::Effect;
//! use gangway_engine::id::VmId;
//! use gangway_engine::input::Input;
//! use gangway_engine::intent::{ConnectWish, Intent};
//! use gangway_engine::settings::Settings;
//!
//! let vm = VmId::new("/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/web")?;
//! let wish = ConnectWish {
//!     vm, service: None, duration: None, reason: None, launch: true, command: vec![], dry_run: false,
//!     insist: false, attended: true,
//! };
//! let mut engine = Engine::new(Settings::default());
//! let issued = engine.step("2026-03-02T10:00:00Z".parse()?, Input::Intent(Intent::Connect(wish)));
//!
//! // The cache at once, and beside it Azure; each reply comes back as an `Input::Reply`.
//! assert!(matches!(issued[0].effect, Effect::ReadCache { .. }));
//! assert!(matches!(issued[1].effect, Effect::FetchVm { .. }));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What the host of an engine owes it
//!
//! Effects are carried out in the order they are issued. Every effect that has a reply
//! gets one, sooner or later, unless it was called off; a `Probe` goes on telling each
//! change until it is replaced or called off; a `Launch` tells its start and, where the
//! system knows it, the client's end. `Settle` reaches the store before the next `Record`
//! for the same VM and port; before `Recorded::Ours` the engine is told the accesses that the
//! store holds by then. A reply to what was called off may come; nothing happens.
//! Each [`input::Observation::Accesses`] carries all rows that are not over.
//!
//! A `SignIn` tells each stage and then `Done` or `Failed`, and what is `Done` is kept before
//! that is told. One runs at a time. The accounts are told at the start, after every change
//! that an effect made, and when another process made one; an account that is no longer
//! accepted is told with the problem in its tenant, and without it once somebody has signed
//! in again: connections that stand at `not-signed-in` go on by that.

//! A shell that stays (the tray) says so with [`input::Observation::Stays`], and tells every
//! pool that is known, what is pinned, what was met when files were opened, and whether a
//! person looks. Only then does the engine look at the network by itself, give notices of
//! connections, and draw a tunnel's standing. A link from outside is told as it came.

#![deny(
    clippy::wildcard_enum_match_arm,
    clippy::match_wildcard_for_single_variants
)]

pub mod account;
mod alerts;
#[cfg(test)]
mod bindings;
mod connection;
pub mod dial;
pub mod effect;
mod engine;
pub mod host;
pub mod id;
pub mod input;
pub mod intent;
pub mod launch;
mod ledger;
pub mod link;
pub mod notice;
pub mod policy;
pub mod problem;
pub mod query;
pub mod request;
pub mod rules;
pub mod schedule;
pub mod settings;
mod shell;
pub mod sign_in;
pub mod snapshot;
pub mod text;
pub mod time;
pub mod tray;
pub mod tunnel;
mod turn;
pub mod vm;
pub mod wish;

pub use engine::Engine;
