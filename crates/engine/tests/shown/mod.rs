//! The moments that views are shown at: each drawn from an engine that got there.

mod asking;
mod crowds;
mod going;
mod open;
mod resting;
mod signing_in;

use gangway_engine::snapshot::Shown;

/// Every fixture by its file's name.
pub fn all() -> Vec<(&'static str, Shown)> {
    let mut all = resting::all();
    all.extend(going::all());
    all.extend(asking::all());
    all.extend(signing_in::all());
    all.extend(open::all());
    all.extend(crowds::all());
    all
}
