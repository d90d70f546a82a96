//! How a test says that it was skipped: aloud, and for `cargo xtask test` to count.

use std::env;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Names the file to which each skip adds one line, `test: why`.
const FILE: &str = "GANGWAY_SKIPS";

static SAID: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Says that this test is skipped for a reason that no package and no permission could mend, such as the system it
/// runs on. The caller returns after it.
///
/// # Panics
///
/// When the file that `GANGWAY_SKIPS` names cannot be written: then nobody would count the skip.
pub fn skip(why: &str) {
    let test = thread::current().name().unwrap_or("a test").to_owned();
    let line = line(&program(), &test, why);
    // A test that tries many cases skips once.
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    if said.contains(&line) {
        return;
    }
    // A closed standard error takes nothing from the count.
    let _ = writeln!(std::io::stderr().lock(), "skipped: {test}: {why}");
    if let Some(file) = env::var_os(FILE) {
        let noted = note(Path::new(&file), &line);
        assert!(noted.is_ok(), "cannot note a skip: {noted:?}");
    }
    said.push(line);
}

/// Says that this test is skipped because something is absent that could be there: a package or a permission.
///
/// # Panics
///
/// With `CI=true`, where all of that has to be there, but for Windows: under Wine there is
/// nothing to install it with; and as [`skip`].
pub fn skip_without(what: &str) {
    let ci = env::var("CI").is_ok_and(|ci| ci == "true" || ci == "1");
    let must = ci && env::consts::OS != "windows";
    assert!(
        !must,
        "{what}, and with CI=true nothing is skipped for that"
    );
    skip(what);
}

/// Says the right one of both for a test that lives in Linux's namespaces and could not make them.
///
/// # Panics
///
/// As [`skip_without`] on Linux, as [`skip`] elsewhere.
pub fn skip_without_namespaces(complaint: &str) {
    if env::consts::OS == "linux" {
        skip_without(&format!(
            "namespaces are not permitted: {}",
            complaint.trim()
        ));
    } else {
        skip("needs Linux namespaces");
    }
}

fn line(program: &str, test: &str, why: &str) -> String {
    let why: Vec<&str> = why.split_whitespace().collect();
    format!("{program} {test}: {}\n", why.join(" "))
}

/// One write, so that the lines of tests that run at once do not mix.
fn note(file: &Path, line: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(file)?;
    file.write_all(line.as_bytes())
}

/// The test program's name: two crates may each have a test of the same name.
fn program() -> String {
    let file = env::current_exe().unwrap_or_default();
    let stem = file.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_skip_is_one_line() {
        let lines = [
            line("it-0a1b", "hook::heard", "needs a shell"),
            line("disk-2c3d", "full", "not permitted:\n  really"),
        ];
        assert_eq!(
            lines.concat(),
            "it-0a1b hook::heard: needs a shell\ndisk-2c3d full: not permitted: really\n"
        );
    }
}
