//! The whole road inside one process: the runtime against the simulator, over loopback.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test ends where something is not as it must be"
)]

mod connect;
mod gateways;
mod reads;
mod several;
mod stage;
mod stays;
mod unknown;
