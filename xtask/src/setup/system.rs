//! The machine's package manager, and the commands that bring what is missing.

use std::env;
use std::fs;
use std::process::Command;

use super::needs::{Need, Source};
use super::{Step, is_from, node};
use crate::place;
use crate::process::read;

/// How packages come to this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum System {
    Apt,
    Dnf,
    Brew,
    Windows,
    Other,
}

impl System {
    pub(super) fn here() -> Self {
        match env::consts::OS {
            "windows" => Self::Windows,
            "macos" => Self::Brew,
            "linux" if place::program("apt-get").is_some() => Self::Apt,
            "linux" if place::program("dnf").is_some() => Self::Dnf,
            _ => Self::Other,
        }
    }

    /// What to do, in order, for all that is missing.
    pub(super) fn steps(self, missing: &[&Need]) -> Vec<Step> {
        let mut steps = Vec::new();
        let from = |source| missing.iter().filter(move |need| is_from(need, source));
        let mut install: Vec<String> = from(Source::Installed)
            .chain(from(Source::Node))
            .flat_map(|need| self.packages(need))
            .collect();
        let unpack: Vec<String> = from(Source::Unpacked)
            .flat_map(|need| self.packages(need))
            .collect();
        let rust = from(Source::RustForWindows).next().is_some();
        let debian_rust = rust && self == Self::Apt && debian_rust_is_new_enough();
        if debian_rust {
            install.extend(["rustc-web", "cargo-web", "rust-web-src"].map(str::to_owned));
        }
        match self {
            Self::Apt if !(install.is_empty() && unpack.is_empty()) => {
                steps.push(as_root(&["apt-get", "update"]));
                if !install.is_empty() {
                    let mut words = vec!["apt-get", "install", "--yes", "--no-install-recommends"];
                    words.extend(install.iter().map(String::as_str));
                    steps.push(as_root(&words));
                }
            }
            Self::Dnf if !install.is_empty() => {
                let mut words = vec![
                    "dnf",
                    "install",
                    "--assumeyes",
                    "--setopt=install_weak_deps=False",
                ];
                words.extend(install.iter().map(String::as_str));
                steps.push(as_root(&words));
            }
            Self::Brew if !install.is_empty() => {
                let mut words = vec!["brew".to_owned(), "install".to_owned()];
                words.extend(install);
                steps.push(Step::Run(words));
            }
            Self::Windows if from(Source::Installed).next().is_some() => {
                steps.push(Step::Hint(
                    "winget install Microsoft.VisualStudio.2022.BuildTools; \
                     Add-WindowsCapability -Online -Name OpenSSH.Client"
                        .to_owned(),
                ));
            }
            _ => {}
        }
        if rust && !debian_rust {
            steps.push(run(&["rustup", "target", "add", "x86_64-pc-windows-gnu"]));
        }
        if !unpack.is_empty() {
            steps.push(Step::Unpack {
                system: self,
                packages: unpack,
            });
        }
        let node_to_bring = from(Source::Node).next().is_some() && self != Self::Brew;
        if node_to_bring {
            steps.push(Step::Hint(node::how_to_get_it()));
        }
        steps.extend(missing.iter().filter_map(|need| match need.source {
            // Without Node there is no npm to fetch them with.
            Source::NodePackages(folder) if !node_to_bring => Some(Step::NodePackages(folder)),
            _ => None,
        }));
        steps.extend(
            from(Source::Cargo).map(|need| run(&["cargo", "install", "--locked", need.name])),
        );
        steps
    }

    fn packages(self, need: &Need) -> Vec<String> {
        let names = match self {
            Self::Apt => need.apt,
            Self::Dnf => need.dnf,
            Self::Brew => need.brew,
            Self::Windows | Self::Other => "",
        };
        names
            .split_whitespace()
            .map(|choice| self.known(choice))
            .collect()
    }

    /// Of `new|old` the first one that can be had; the last one when none is known.
    fn known(self, choice: &str) -> String {
        let mut names = choice.split('|').peekable();
        while let Some(name) = names.next() {
            if names.peek().is_none() || (self == Self::Apt && candidate(name).is_some()) {
                return name.to_owned();
            }
        }
        choice.to_owned()
    }
}

/// The version that apt would install.
fn candidate(package: &str) -> Option<String> {
    let policy = read(
        Command::new("apt-cache")
            .args(["policy", package])
            .env("LC_ALL", "C"),
    )
    .ok()?;
    let version = policy
        .lines()
        .find_map(|line| line.trim().strip_prefix("Candidate: "))?;
    (version != "(none)").then(|| version.to_owned())
}

fn debian_rust_is_new_enough() -> bool {
    let Some(version) = candidate("rustc-web") else {
        return false;
    };
    minor(&version) >= minor(&needed_rust())
}

/// The `95` of `1.95.0+dfsg`.
fn minor(version: &str) -> Option<u32> {
    version.split('.').nth(1)?.parse().ok()
}

fn needed_rust() -> String {
    let manifest = fs::read_to_string(place::root().join("Cargo.toml")).unwrap_or_default();
    let line = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "));
    line.unwrap_or_default().trim_matches('"').to_owned()
}

fn as_root(words: &[&str]) -> Step {
    let is_root = read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if is_root {
        run(words)
    } else {
        run(&[&["sudo"], words].concat())
    }
}

fn run(words: &[&str]) -> Step {
    Step::Run(words.iter().map(|&word| word.to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::super::Group;
    use super::super::table::NEEDS;
    use super::*;

    #[test]
    fn compares_minor_versions() {
        assert_eq!(minor("1.96.0+dfsg1-1~deb12u2"), Some(96));
        assert!(minor("1.85.0") < minor(&needed_rust()));
        assert_eq!(minor(&needed_rust()), Some(95));
    }

    /// What would be run for the things that these groups need, where all of them are missing.
    fn steps(system: System, groups: &[Group]) -> Vec<String> {
        let missing: Vec<&Need> = NEEDS
            .iter()
            .filter(|need| groups.contains(&need.group))
            .collect();
        let steps = system.steps(&missing);
        steps.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_desktop_comes_in_one_installation() {
        let steps = steps(System::Dnf, &[Group::Tray, Group::Desktop]);
        let [install, driver] = &steps[..] else {
            panic!("{steps:?}")
        };
        for package in ["webkit2gtk4.1-devel", "xfce4-panel", "dunst", "openbox"] {
            assert!(install.contains(package), "{install} lacks {package}");
        }
        assert_eq!(driver, "cargo install --locked tauri-driver");
    }

    #[test]
    fn without_node_nothing_is_fetched_with_npm() {
        let steps = steps(System::Windows, &[Group::Ui]);
        assert_eq!(steps, [format!("by hand: {}", node::how_to_get_it())]);
    }

    #[test]
    fn with_node_the_packages_are_fetched_where_they_belong() {
        let missing: Vec<&Need> = NEEDS
            .iter()
            .filter(|need| matches!(need.source, Source::NodePackages(_)))
            .collect();
        let steps = System::Windows.steps(&missing);
        let steps: Vec<String> = steps.iter().map(ToString::to_string).collect();
        assert_eq!(steps, ["npm ci (in ui/)", "npm ci (in tests/ui/)"]);
    }

    #[test]
    fn the_last_choice_is_taken_when_none_is_known() {
        assert_eq!(System::Dnf.known("freerdp3|freerdp"), "freerdp");
    }
}
