//! Networks that stand in the way: a real proxy that wants a sign-in and looks into TLS, on loopback.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by ending"
)]

mod client;
mod inspector;
mod keyring;
mod program;
