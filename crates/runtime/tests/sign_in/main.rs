//! Signing in: the runtime against the simulator's Entra, a visitor in the browser's place.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    dead_code,
    reason = "a test ends where something is not as it must be; not all of the stage is used"
)]

mod challenge;
mod keeping;
mod leftovers;
mod mistakes;
mod people;
mod rights;
mod several;
#[path = "../road/stage.rs"]
mod stage;
mod tenants;
mod views;
mod ways;
