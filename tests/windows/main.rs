//! `gangway.exe` on a Windows of Wine's: the whole road, with stand-ins for `mstsc.exe` and `rdpsign.exe`.
//!
//! Started by `cargo xtask windows`, which builds the programs and gives a Windows whose registry and system folder
//! may be written.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by ending"
)]

mod certificate;
mod clients;
mod file;
mod keeping;
mod machine;
mod policy;
mod rdp;
mod road;
mod signed;
#[path = "../cli/stage.rs"]
#[allow(dead_code, reason = "the tests of the command line ask it for more")]
mod stage;
