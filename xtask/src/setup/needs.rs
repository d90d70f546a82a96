//! The table of what is needed: which program shows it is there, and which package brings it.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Group;
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
}

/// One needed thing.
pub(super) struct Need {
    pub(super) group: Group,
    pub(super) name: &'static str,
    pub(super) source: Source,
    /// Any one of these programs is enough.
    programs: &'static [&'static str],
    /// Packages; of a pair `new|old` the first that the system knows.
    pub(super) apt: &'static str,
    pub(super) dnf: &'static str,
    pub(super) brew: &'static str,
}

/// Debian's Rust for browsers: its only current compiler, with the sources of the standard library.
pub(crate) const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

const fn need(
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
        apt: "",
        dnf: "",
        brew: "",
    }
}

use Source::{Cargo, Installed, RustForWindows, Unpacked};

const NEEDS: &[Need] = &[
    Need {
        apt: "time",
        dnf: "time",
        ..need(Group::Bench, "time", Installed, &["time"])
    },
    Need {
        apt: "build-essential",
        dnf: "gcc",
        ..need(Group::Build, "C compiler", Installed, &["cc", "cl"])
    },
    need(Group::Tools, "cargo-nextest", Cargo, &["cargo-nextest"]),
    need(Group::Tools, "cargo-deny", Cargo, &["cargo-deny"]),
    Need {
        apt: "openvpn",
        dnf: "openvpn",
        ..need(Group::Lab, "openvpn", Unpacked, &["openvpn"])
    },
    Need {
        apt: "nftables",
        dnf: "nftables",
        ..need(Group::Lab, "nftables", Unpacked, &["nft"])
    },
    Need {
        apt: "iproute2",
        dnf: "iproute",
        ..need(Group::Lab, "iproute2", Unpacked, &["ip"])
    },
    Need {
        apt: "openssh-server",
        dnf: "openssh-server",
        ..need(Group::Lab, "openssh-server", Unpacked, &["sshd"])
    },
    Need {
        apt: "openssh-client",
        dnf: "openssh-clients",
        ..need(Group::Lab, "openssh-client", Unpacked, &["ssh"])
    },
    Need {
        apt: "xrdp",
        dnf: "xrdp",
        ..need(Group::Lab, "xrdp", Unpacked, &["xrdp"])
    },
    Need {
        apt: "freerdp3-x11|freerdp2-x11",
        dnf: "freerdp",
        ..need(Group::Lab, "freerdp", Unpacked, &["xfreerdp3", "xfreerdp"])
    },
    Need {
        apt: "xvfb",
        dnf: "xorg-x11-server-Xvfb",
        ..need(Group::Lab, "xvfb", Unpacked, &["Xvfb"])
    },
    Need {
        apt: "imagemagick",
        dnf: "ImageMagick",
        ..need(
            Group::Lab,
            "imagemagick",
            Unpacked,
            &["import", "import-im6.q16", "import-im7.q16"],
        )
    },
    Need {
        apt: "xdotool",
        dnf: "xdotool",
        ..need(Group::Lab, "xdotool", Unpacked, &["xdotool"])
    },
    Need {
        apt: "chromium|chromium-browser",
        dnf: "chromium",
        brew: "chromium",
        ..need(Group::Browser, "chromium", Installed, BROWSERS)
    },
    // A program only: it brings no service.
    Need {
        apt: "mitmproxy",
        dnf: "mitmproxy",
        brew: "mitmproxy",
        ..need(Group::Proxy, "mitmproxy", Installed, &["mitmdump"])
    },
    Need {
        apt: "dbus-daemon|dbus",
        dnf: "dbus-daemon",
        ..need(
            Group::Keyring,
            "dbus-run-session",
            Installed,
            &["dbus-run-session"],
        )
    },
    Need {
        apt: "dbus-bin|dbus",
        dnf: "dbus-tools",
        ..need(Group::Keyring, "dbus-send", Installed, &["dbus-send"])
    },
    // Installed, it would listen in every session of every user from then on.
    Need {
        apt: "gnome-keyring",
        dnf: "gnome-keyring",
        ..need(
            Group::Keyring,
            "gnome-keyring",
            Unpacked,
            &["gnome-keyring-daemon"],
        )
    },
    need(Group::Windows, "rust for windows", RustForWindows, &[]),
    Need {
        apt: "gcc-mingw-w64-x86-64",
        dnf: "mingw64-gcc",
        ..need(
            Group::Windows,
            "mingw-w64",
            Installed,
            &["x86_64-w64-mingw32-gcc"],
        )
    },
    Need {
        apt: "wine wine64",
        dnf: "wine-core",
        ..need(Group::Windows, "wine", Installed, &["wine"])
    },
    Need {
        apt: "openssh-client",
        dnf: "openssh-clients",
        brew: "openssh",
        ..need(Group::Demo, "ssh", Installed, &["ssh"])
    },
];

/// Any one of the family will do: it speaks the same protocol.
const BROWSERS: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// What a group lacks here.
pub(super) fn missing(group: Group) -> impl Iterator<Item = &'static Need> {
    NEEDS
        .iter()
        .filter(move |need| need.group == group && !is_there(need))
}

/// A program among what was unpacked for the lab.
fn in_lab(name: &str) -> Option<PathBuf> {
    let root = place::lab().join("root");
    ["usr/bin", "usr/sbin", "usr/local/bin"]
        .iter()
        .map(|folder| root.join(folder).join(name))
        .find(|file| file.exists())
}

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

fn is_there(need: &Need) -> bool {
    match need.source {
        Source::RustForWindows => rust_for_windows().is_some(),
        Source::Unpacked => need
            .programs
            .iter()
            .any(|name| in_lab(name).or_else(|| place::program(name)).is_some()),
        Source::Installed | Source::Cargo => need
            .programs
            .iter()
            .any(|name| place::program(name).is_some()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_from_the_system_names_its_packages() {
        for need in NEEDS
            .iter()
            .filter(|need| matches!(need.source, Installed | Unpacked))
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
                !services.is_empty() && services.iter().all(|need| need.source == Unpacked),
                "{name}"
            );
        }
    }
}
