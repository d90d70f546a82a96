//! The program `gangway` against azure-sim on loopback: the product's own code, unchanged.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by ending"
)]

mod accounts;
mod azure_cli;
#[path = "../sign_in/bus.rs"]
#[allow(dead_code, reason = "the tests of signing in ask it for more")]
mod bus;
mod connect;
mod files;
mod names;
mod person;
mod reads;
mod sign_in;
mod stage;
mod terminal;
mod trouble;
mod vpn;
