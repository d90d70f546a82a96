//! The client against the simulator: every behaviour that the contract promises, one test each.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the helpers of tests are tests"
)]

mod browser;
mod by_hand;
mod calls;
mod certificate;
mod codes;
mod cost;
mod device;
mod environment;
mod full_disk;
mod hostile;
mod initiate;
mod operations;
mod people;
mod reads;
mod redirects;
mod refresh;
mod refusals;
mod repeats;
mod secrets;
mod sign_in;
mod stage;
