//! A platform is a file: where `cfg` may name an operating system, and where `unsafe` may stand.

use anyhow::Result;

use super::Tree;
use super::source::{code, words};

/// What a `cfg` names when it means an operating system.
const SYSTEMS: &[&str] = &[
    "target_os",
    "target_family",
    "target_env",
    "target_vendor",
    "windows",
    "unix",
];

pub(super) fn are_files(tree: &Tree) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for (file, text) in tree.rust() {
        let lines = lines_that_choose(&code(&text));
        let allowed = match () {
            () if file.starts_with("crates/engine/") => 0,
            () if is_platform(file) => usize::MAX,
            () if file.ends_with("/main.rs") => 1,
            () => 0,
        };
        if lines.len() > allowed {
            faults.extend(
                lines
                    .iter()
                    .map(|line| format!("{file}:{line}: cfg of a system outside platform/")),
            );
        }
    }
    Ok(faults)
}

pub(super) fn keep_unsafe_in_windows(tree: &Tree) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for (file, text) in tree.rust().filter(|(file, _)| !is_windows(file)) {
        let code = code(&text);
        let lines = code.lines().enumerate();
        let found = lines
            .filter(|(_, line)| words(line).any(|word| word == "unsafe" || word == "unsafe_code"));
        faults.extend(found.map(|(line, _)| format!("{file}:{}: unsafe", line + 1)));
    }
    Ok(faults)
}

/// What starts programs in what is shipped: on Windows each says that a program has no console,
/// or a console of its own on purpose, so that none flashes.
const STARTS_PROGRAMS: &[&str] = &[
    "crates/launch/src/child.rs",
    "crates/azure/src/credentials/azure_cli.rs",
    "crates/vpn/src/dial/run.rs",
];

/// Elsewhere no program is started but on systems that have no such console, and in tests.
pub(super) fn start_programs_by_known_doors(tree: &Tree) -> Result<Vec<String>> {
    let is_shipped = |file: &str| {
        let shipped = file.starts_with("src-tauri/src/")
            || (file.starts_with("crates/") && file.contains("/src/"));
        let tests = file.ends_with("/tests.rs") || file.contains("/tests/");
        let elsewhere = file.starts_with("crates/azure-sim/")
            || ["linux", "macos", "unix"].iter().any(|system| {
                file.contains(&format!("/platform/{system}.rs"))
                    || file.contains(&format!("/platform/{system}/"))
            });
        shipped && !tests && !elsewhere && !STARTS_PROGRAMS.contains(&file)
    };
    let mut faults = Vec::new();
    for (file, text) in tree.rust().filter(|(file, _)| is_shipped(file)) {
        let code = code(&text);
        let before_tests = code.split("#[cfg(test)]").next().unwrap_or_default();
        let found = before_tests
            .lines()
            .enumerate()
            .filter(|(_, line)| line.contains("Command::new(") || line.contains("CreateProcess"));
        faults.extend(found.map(|(line, _)| format!("{file}:{}: starts a program", line + 1)));
    }
    Ok(faults)
}

fn is_platform(file: &str) -> bool {
    file.contains("/platform/") || file.ends_with("/platform.rs")
}

fn is_windows(file: &str) -> bool {
    file.ends_with("/platform/windows.rs") || file.contains("/platform/windows/")
}

/// The lines on which a `cfg`, `cfg!` or `cfg_attr` names an operating system.
fn lines_that_choose(code: &str) -> Vec<usize> {
    let mut lines = Vec::new();
    for (at, _) in code.match_indices("cfg") {
        let rest = &code[at..];
        let Some(open) = rest.find('(') else { continue };
        if !matches!(rest[..open].trim(), "cfg" | "cfg!" | "cfg_attr") {
            continue;
        }
        if words(argument(&rest[open..])).any(|word| SYSTEMS.contains(&word)) {
            lines.push(code[..at].lines().count().max(1));
        }
    }
    lines
}

/// What stands between a bracket and its partner.
fn argument(text: &str) -> &str {
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[..at];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_way_to_choose_a_system() {
        let text = "#[cfg(windows)]\nfn a() {}\n#[cfg(all(test,\n  target_os = \"linux\"))]\nif cfg!(unix) {}\n\
                    #[cfg_attr(windows, path = \"x.rs\")]\n";
        assert_eq!(lines_that_choose(&code(text)), [1, 3, 5, 6]);
    }

    #[test]
    fn other_cfgs_and_comments_are_free() {
        let text = "#[cfg(test)]\nmod tests { // cfg(windows)\n let windows = \"cfg(unix)\"; }\n#[cfg(feature = \"windows\")]\n";
        assert!(lines_that_choose(&code(text)).is_empty());
    }
}
