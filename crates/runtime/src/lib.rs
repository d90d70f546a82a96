//! Does what the engine asked: the one event loop, the store, the one clock.

pub mod clock;
mod error;
mod home;
pub mod log;
mod platform;
pub mod probe;
pub mod settings;
pub mod store;

pub use error::{Error, chain};
pub use home::Home;
