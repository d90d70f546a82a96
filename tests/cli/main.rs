//! The program `gangway` against azure-sim on loopback: the product's own code, unchanged.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by ending"
)]

mod connect;
mod files;
mod names;
mod reads;
mod stage;
mod trouble;
