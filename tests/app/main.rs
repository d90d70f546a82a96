//! The built tray on a desktop without a screen: what a person meets, from the start to the last file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by ending"
)]
