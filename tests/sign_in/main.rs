//! Signing in, end to end: the program, a real browser, a real keyring, and Entra's stand-in.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by ending"
)]

mod bus;
mod canary;
mod registration;
mod stage;
mod stay;
mod through_the_browser;
mod visits;
