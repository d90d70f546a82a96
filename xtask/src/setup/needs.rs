//! What a needed thing is, and how this machine shows that it has it.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::table::NEEDS;
use super::{Group, node};
use crate::place;
use crate::process::read;

/// Where a thing comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// The system's packages, installed
    Installed,
    /// The system's packages, unpacked under the lab's folder: services among them must never start by themselves
    Unpacked,
    /// `cargo install --locked`
    Cargo,
    /// A Rust that builds for Windows, from the system's packages or rustup
    RustForWindows,
    /// Node.js of the age that `ui/package.json` asks for
    Node,
    /// `npm ci` in this folder
    NodePackages(&'static str),
}

/// One needed thing.
pub(super) struct Need {
    pub(super) group: Group,
    pub(super) name: &'static str,
    pub(super) source: Source,
    /// Any one of these programs is enough.
    programs: &'static [&'static str],
    /// Every one of these libraries is wanted, with its headers, as pkg-config knows them.
    libraries: &'static [&'static str],
    /// Packages; of a pair `new|old` the first that the system knows.
    pub(super) apt: &'static str,
    pub(super) dnf: &'static str,
    pub(super) brew: &'static str,
}

pub(super) const fn need(
    group: Group,
    name: &'static str,
    source: Source,
    programs: &'static [&'static str],
) -> Need {
    Need {
        group,
        name,
        source,
        programs,
        libraries: &[],
        apt: "",
        dnf: "",
        brew: "",
    }
}

impl Need {
    pub(super) const fn libraries(self, libraries: &'static [&'static str]) -> Self {
        Self { libraries, ..self }
    }

    pub(super) const fn apt(self, apt: &'static str) -> Self {
        Self { apt, ..self }
    }

    pub(super) const fn dnf(self, dnf: &'static str) -> Self {
        Self { dnf, ..self }
    }

    pub(super) const fn brew(self, brew: &'static str) -> Self {
        Self { brew, ..self }
    }
}

/// What a group lacks here.
pub(super) fn missing(group: Group) -> impl Iterator<Item = &'static Need> {
    lacking(group, &HERE)
}

fn lacking(group: Group, machine: &Machine) -> impl Iterator<Item = &'static Need> {
    NEEDS
        .iter()
        .filter(move |need| need.group == group && !machine.has(need))
}

/// How a machine is asked. Another one than this is what the tests pretend.
struct Machine {
    program: fn(&str) -> bool,
    unpacked: fn(&str) -> bool,
    library: fn(&str) -> bool,
    rust_for_windows: fn() -> bool,
    node: fn() -> bool,
    node_packages: fn(&str) -> bool,
}

const HERE: Machine = Machine {
    program: |name| place::program(name).is_some(),
    unpacked: |name| in_lab(name).is_some(),
    library: |name| {
        let mut asked = Command::new("pkg-config");
        read(asked.args(["--exists", name])).is_ok()
    },
    rust_for_windows: || rust_for_windows().is_some(),
    node: node::is_new_enough,
    node_packages: |folder| node::packages_are_there(&place::root().join(folder)),
};

impl Machine {
    fn has(&self, need: &Need) -> bool {
        let any_program = |known: &dyn Fn(&str) -> bool| {
            need.programs.is_empty() || need.programs.iter().any(|name| known(name))
        };
        match need.source {
            Source::RustForWindows => (self.rust_for_windows)(),
            Source::Node => (self.node)(),
            Source::NodePackages(folder) => (self.node_packages)(folder),
            Source::Unpacked => any_program(&|name| (self.unpacked)(name) || (self.program)(name)),
            Source::Installed | Source::Cargo => {
                any_program(&self.program) && need.libraries.iter().all(|name| (self.library)(name))
            }
        }
    }
}

/// A program among what was unpacked for the lab.
fn in_lab(name: &str) -> Option<PathBuf> {
    let root = place::lab().join("root");
    ["usr/bin", "usr/sbin", "usr/local/bin"]
        .iter()
        .map(|folder| root.join(folder).join(name))
        .find(|file| file.exists())
}

/// Debian's Rust for browsers: its only current compiler, with the sources of the standard library.
pub(crate) const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

/// Which Rust builds for Windows here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RustForWindowsHere {
    /// rustup has the target
    Rustup,
    /// Debian's compiler builds the standard library as well
    Debian,
}

/// The Rust that builds for Windows, if one is here.
pub(crate) fn rust_for_windows() -> Option<RustForWindowsHere> {
    let target = "lib/rustlib/x86_64-pc-windows-gnu";
    let sysroot = read(
        Command::new("rustc")
            .args(["--print", "sysroot"])
            .current_dir(place::root()),
    )
    .ok()?;
    if Path::new(sysroot.trim()).join(target).is_dir() {
        return Some(RustForWindowsHere::Rustup);
    }
    let sysroot = read(
        Command::new(DEBIAN_RUSTC)
            .args(["--print", "sysroot"])
            .current_dir("/"),
    )
    .ok()?;
    let sources = Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/Cargo.toml");
    (sources.exists() && Path::new("/usr/bin/cargo").exists()).then_some(RustForWindowsHere::Debian)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine on which nothing was ever installed.
    const BARE: Machine = Machine {
        program: |_| false,
        unpacked: |_| false,
        library: |_| false,
        rust_for_windows: || false,
        node: || false,
        node_packages: |_| false,
    };

    /// One that has it all.
    const COMPLETE: Machine = Machine {
        program: |_| true,
        unpacked: |_| true,
        library: |_| true,
        rust_for_windows: || true,
        node: || true,
        node_packages: |_| true,
    };

    fn names(group: Group, machine: &Machine) -> Vec<&'static str> {
        lacking(group, machine).map(|need| need.name).collect()
    }

    #[test]
    fn a_bare_machine_lacks_everything_and_a_complete_one_nothing() {
        for need in NEEDS {
            assert!(!BARE.has(need), "{} shows itself by nothing", need.name);
            assert!(COMPLETE.has(need), "{} is never there", need.name);
        }
    }

    #[test]
    fn one_thing_that_is_absent_is_named_alone() {
        let no_headers = Machine {
            library: |name| name != "webkit2gtk-4.1",
            ..COMPLETE
        };
        assert_eq!(names(Group::Tray, &no_headers), ["webkit2gtk"]);
        let no_panel = Machine {
            program: |name| name != "xfce4-panel",
            ..COMPLETE
        };
        assert_eq!(names(Group::Desktop, &no_panel), ["xfce4-panel"]);
        let old_node = Machine {
            node: || false,
            ..COMPLETE
        };
        assert_eq!(names(Group::Ui, &old_node), ["node"]);
        let nothing_fetched = Machine {
            node_packages: |_| false,
            ..COMPLETE
        };
        assert_eq!(
            names(Group::UiPages, &nothing_fetched),
            ["packages of tests/ui/"]
        );
    }

    #[test]
    fn a_name_that_no_machine_knows_is_not_there() {
        assert!(!(HERE.program)("no-such-program-as-this"));
        assert!(!(HERE.library)("no-such-library-as-this"));
        assert!(!(HERE.unpacked)("no-such-program-as-this"));
    }

    #[test]
    fn everything_from_the_system_names_its_packages() {
        for need in NEEDS
            .iter()
            .filter(|need| matches!(need.source, Source::Installed | Source::Unpacked))
        {
            assert!(
                !need.apt.is_empty() && !need.dnf.is_empty(),
                "{} has no package",
                need.name
            );
        }
    }

    #[test]
    fn a_service_is_unpacked_never_installed() {
        for name in ["openvpn", "openssh-server", "xrdp", "gnome-keyring"] {
            let services: Vec<&Need> = NEEDS.iter().filter(|need| need.apt == name).collect();
            assert!(
                !services.is_empty() && services.iter().all(|need| need.source == Source::Unpacked),
                "{name}"
            );
        }
    }
}
