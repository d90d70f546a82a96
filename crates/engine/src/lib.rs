//! The decisions of Gangway: a state machine without IO that is told the time.
//!
//! [`Engine::step`] takes what happened and answers with what to do;
//! [`Engine::next_deadline`] says when to come back; [`Engine::snapshot`] is the truth to show.

#![deny(
    clippy::wildcard_enum_match_arm,
    clippy::match_wildcard_for_single_variants
)]

mod connection;
pub mod effect;
mod engine;
pub mod host;
pub mod id;
pub mod input;
pub mod intent;
mod ledger;
pub mod policy;
pub mod problem;
pub mod query;
pub mod request;
pub mod rules;
pub mod schedule;
pub mod settings;
pub mod snapshot;
pub mod text;
pub mod time;
pub mod tunnel;
mod turn;
pub mod vm;

pub use engine::Engine;
