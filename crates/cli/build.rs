//! Links a release for Linux without the tables for unwinding: it aborts on a panic.

use std::env;

/// Read by lld, which this compiler links with by itself, and by GNU ld.
const SCRIPT: &str = "no-unwinding.ld";

fn main() {
    println!("cargo::rerun-if-changed={SCRIPT}");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|it| it == value);
    if is("PROFILE", "release") && is("CARGO_CFG_TARGET_OS", "linux") {
        let folder = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
        println!("cargo::rustc-link-arg-bins=-Wl,--script={folder}/{SCRIPT}");
        // Nothing is left that an index of them would lead to.
        println!("cargo::rustc-link-arg-bins=-Wl,--no-eh-frame-hdr");
    }
}
