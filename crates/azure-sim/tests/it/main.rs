//! The simulator seen from outside: each behaviour that the contract names, asked for over HTTPS and TCP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a test program: its helper functions fail by panicking and say what they skip"
)]

mod challenge;
mod control;
mod doors;
mod estates;
mod faults;
mod graph;
mod hook;
mod identity;
mod jit;
mod kit;
mod lists;
mod operations;
mod overlap;
mod people;
mod refusals;
mod rules;
mod spec;
mod time;
