//! The built tray on a desktop without a screen: what a person meets, from the start to the last file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by ending"
)]

mod desk;
mod driver;
mod keyboard;
mod notices;
#[path = "../lab/places.rs"]
#[allow(dead_code, reason = "the lab asks it for more")]
mod places;
mod popover;
#[path = "../lab/program.rs"]
#[allow(dead_code, reason = "the lab asks it for more")]
mod program;
mod records;
mod session;
mod signing_in;
#[path = "../cli/stage.rs"]
#[allow(dead_code, reason = "the tests of the command line ask it for more")]
mod stage;
mod starts;
mod told;
mod tray;
mod tunnel;
mod wait;
mod walls;
