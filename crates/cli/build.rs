//! Links a release for Linux without the tables for unwinding: it aborts on a panic.

use std::path::PathBuf;
use std::{env, fs, io};

/// Read by lld, which this compiler links with by itself, and by GNU ld.
const SCRIPT: &str = "no-unwinding.ld";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={SCRIPT}");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|it| it == value);
    if is("PROFILE", "release") && is("CARGO_CFG_TARGET_OS", "linux") {
        // A copy beside what is built: a target folder may outlive the clone that it served.
        let copy = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join(SCRIPT);
        fs::copy(SCRIPT, &copy)?;
        println!("cargo::rustc-link-arg-bins=-Wl,--script={}", copy.display());
        // Nothing is left that an index of them would lead to.
        println!("cargo::rustc-link-arg-bins=-Wl,--no-eh-frame-hdr");
    }
    Ok(())
}
