//! The compiler of installers: which one is here, and whether what it makes may go to people.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::place;
use crate::process::{read, say};

/// Where Windows keeps them when NSIS is installed there, which puts itself into no PATH.
const ELSEWHERE: [&str; 2] = [
    r"C:\Program Files (x86)\NSIS\makensis.exe",
    r"C:\Program Files\NSIS\makensis.exe",
];

/// Installers of an older NSIS keep what they run in a temporary folder that anybody may write to when the system runs
/// them: CVE-2025-43715, mended in 3.11 (<https://nvd.nist.gov/vuln/detail/CVE-2025-43715>), and CVE-2026-42171, mended
/// in 3.12 (<https://nvd.nist.gov/vuln/detail/CVE-2026-42171>).
const SAFE: (u32, u32) = (3, 12);

/// A makensis that is here.
pub(super) struct Compiler {
    pub(super) program: PathBuf,
    /// As it says it: `v3.08-3+deb12u1`.
    pub(super) version: String,
}

impl Compiler {
    /// The one that is here; for a release only one that may make it, and otherwise what it must not be used for is said.
    pub(super) fn find(for_release: bool) -> Result<Self> {
        let elsewhere = ELSEWHERE.into_iter().map(PathBuf::from);
        let mut all = place::program("makensis").into_iter().chain(elsewhere);
        let program = all
            .find(|file| file.is_file())
            .context("makensis is not here (cargo xtask setup package)")?;
        let version = read(Command::new(&program).arg("-VERSION"))?;
        let compiler = Self {
            program,
            version: version.trim().to_owned(),
        };
        match compiler.fault() {
            Some(fault) if for_release => bail!(
                "{fault}. No installer is made of it for release; a newer one can be had at https://nsis.sourceforge.io/Download"
            ),
            Some(fault) => say(&format!("not for release: {fault}")),
            None => {}
        }
        Ok(compiler)
    }

    /// Why nothing that it makes may go to people; nothing where it may.
    pub(super) fn fault(&self) -> Option<String> {
        if numbers(&self.version).is_some_and(|found| found >= SAFE) {
            return None;
        }
        Some(format!(
            "makensis here is {}, and before {}.{} its installers, run as SYSTEM, use a temporary folder that others may write to (CVE-2025-43715, CVE-2026-42171)",
            self.version, SAFE.0, SAFE.1
        ))
    }
}

/// The first two numbers: `v3.08-3+deb12u1` is 3 and 8, for NSIS counts 3.08, 3.09, 3.10.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.trim_start_matches('v').split(['.', '-', '+']);
    let (major, minor) = (numbers.next()?, numbers.next()?);
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(version: &str) -> Option<String> {
        let compiler = Compiler {
            program: PathBuf::new(),
            version: version.to_owned(),
        };
        compiler.fault()
    }

    #[test]
    fn what_is_mended_may_make_a_release() {
        for version in ["v3.12", "v3.12-1", "v3.12.1", "v3.13", "v4.00"] {
            assert_eq!(fault(version), None);
        }
    }

    #[test]
    fn what_is_not_or_may_not_be_may_make_none() {
        for version in [
            "v3.08-3+deb12u1",
            "v3.11",
            "v3.09-2",
            "v2.51",
            "v3.12b1",
            "v05-Nov-2025.cvs",
            "",
        ] {
            let fault = fault(version).unwrap();
            assert!(
                fault.contains(version) && fault.contains("CVE-2026-42171"),
                "{fault}"
            );
        }
    }
}
