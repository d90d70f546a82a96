//! The table itself: each thing, the program or library that shows it is there, and the packages that bring it.

use super::Group;
use super::needs::Source::{Cargo, Installed, Node, NodePackages, RustForWindows, Unpacked};
use super::needs::{Need, need};

pub(super) const NEEDS: &[Need] = &[
    need(Group::Bench, "time", Installed, &["time"])
        .apt("time")
        .dnf("time"),
    need(Group::Bench, "xz", Installed, &["xz"])
        .apt("xz-utils")
        .dnf("xz"),
    need(Group::Build, "C compiler", Installed, &["cc", "cl"])
        .apt("build-essential")
        .dnf("gcc"),
    need(Group::Tools, "cargo-nextest", Cargo, &["cargo-nextest"]),
    need(Group::Tools, "cargo-deny", Cargo, &["cargo-deny"]),
    need(Group::Lab, "openvpn", Unpacked, &["openvpn"])
        .apt("openvpn")
        .dnf("openvpn"),
    need(Group::Lab, "nftables", Unpacked, &["nft"])
        .apt("nftables")
        .dnf("nftables"),
    need(Group::Lab, "iproute2", Unpacked, &["ip"])
        .apt("iproute2")
        .dnf("iproute"),
    need(Group::Lab, "openssh-server", Unpacked, &["sshd"])
        .apt("openssh-server")
        .dnf("openssh-server"),
    need(Group::Lab, "openssh-client", Unpacked, &["ssh"])
        .apt("openssh-client")
        .dnf("openssh-clients"),
    need(Group::Lab, "xrdp", Unpacked, &["xrdp"])
        .apt("xrdp")
        .dnf("xrdp"),
    need(Group::Lab, "freerdp", Unpacked, &["xfreerdp3", "xfreerdp"])
        .apt("freerdp3-x11|freerdp2-x11")
        .dnf("freerdp"),
    need(Group::Lab, "xvfb", Unpacked, &["Xvfb"])
        .apt("xvfb")
        .dnf("xorg-x11-server-Xvfb"),
    need(
        Group::Lab,
        "imagemagick",
        Unpacked,
        &["import", "import-im6.q16", "import-im7.q16"],
    )
    .apt("imagemagick")
    .dnf("ImageMagick"),
    need(Group::Lab, "xdotool", Unpacked, &["xdotool"])
        .apt("xdotool")
        .dnf("xdotool"),
    need(Group::Browser, "chromium", Installed, BROWSERS)
        .apt("chromium|chromium-browser")
        .dnf("chromium")
        .brew("chromium"),
    // A program only: it brings no service.
    need(Group::Proxy, "mitmproxy", Installed, &["mitmdump"])
        .apt("mitmproxy")
        .dnf("mitmproxy")
        .brew("mitmproxy"),
    need(
        Group::Keyring,
        "dbus-run-session",
        Installed,
        &["dbus-run-session"],
    )
    .apt("dbus-daemon|dbus")
    .dnf("dbus-daemon"),
    need(Group::Keyring, "dbus-send", Installed, &["dbus-send"])
        .apt("dbus-bin|dbus")
        .dnf("dbus-tools"),
    // Installed, it would listen in every session of every user from then on.
    need(
        Group::Keyring,
        "gnome-keyring",
        Unpacked,
        &["gnome-keyring-daemon"],
    )
    .apt("gnome-keyring")
    .dnf("gnome-keyring"),
    need(Group::Windows, "rust for windows", RustForWindows, &[]),
    need(
        Group::Windows,
        "mingw-w64",
        Installed,
        &["x86_64-w64-mingw32-gcc"],
    )
    .apt("gcc-mingw-w64-x86-64")
    .dnf("mingw64-gcc"),
    need(Group::Windows, "wine", Installed, &["wine"])
        .apt("wine wine64")
        .dnf("wine-core"),
    need(Group::Package, "makensis", Installed, &["makensis"])
        .apt("nsis")
        .dnf("mingw32-nsis"),
    need(Group::Package, "dpkg-deb", Installed, &["dpkg-deb"])
        .apt("dpkg")
        .dnf("dpkg"),
    need(Group::Package, "xz", Installed, &["xz"])
        .apt("xz-utils")
        .dnf("xz"),
    need(Group::Package, "binutils", Installed, &["objdump"])
        .apt("binutils")
        .dnf("binutils"),
    need(
        Group::Package,
        "desktop-file-validate",
        Installed,
        &["desktop-file-validate"],
    )
    .apt("desktop-file-utils")
    .dnf("desktop-file-utils"),
    need(Group::Package, "osslsigncode", Installed, &["osslsigncode"])
        .apt("osslsigncode")
        .dnf("osslsigncode"),
    need(Group::Package, "openssl", Installed, &["openssl"])
        .apt("openssl")
        .dnf("openssl"),
    need(Group::Demo, "ssh", Installed, &["ssh"])
        .apt("openssh-client")
        .dnf("openssh-clients")
        .brew("openssh"),
    // What the tray's window is made of. The tray icon itself speaks over the bus: it wants no library.
    need(Group::Tray, "pkg-config", Installed, &["pkg-config"])
        .apt("pkg-config")
        .dnf("pkgconf-pkg-config"),
    need(Group::Tray, "webkit2gtk", Installed, &[])
        .libraries(WEBKIT)
        .apt("libwebkit2gtk-4.1-dev")
        .dnf("webkit2gtk4.1-devel"),
    need(Group::Ui, "node", Node, &[]).brew("node"),
    need(Group::Ui, "packages of ui/", NodePackages("ui"), &[]),
    need(Group::UiPages, "node", Node, &[]).brew("node"),
    need(
        Group::UiPages,
        "packages of tests/ui/",
        NodePackages("tests/ui"),
        &[],
    ),
    need(Group::Desktop, "xvfb", Installed, &["Xvfb"])
        .apt("xvfb")
        .dnf("xorg-x11-server-Xvfb"),
    need(Group::Desktop, "openbox", Installed, &["openbox"])
        .apt("openbox")
        .dnf("openbox"),
    need(Group::Desktop, "xfce4-panel", Installed, &["xfce4-panel"])
        .apt("xfce4-panel")
        .dnf("xfce4-panel"),
    // Installed it starts for nobody: the bus wakes it only where nothing else shows notices.
    need(Group::Desktop, "dunst", Installed, &["dunst"])
        .apt("dunst")
        .dnf("dunst"),
    need(Group::Desktop, "xdotool", Installed, &["xdotool"])
        .apt("xdotool")
        .dnf("xdotool"),
    need(
        Group::Desktop,
        "imagemagick",
        Installed,
        &["import", "import-im6.q16", "import-im7.q16"],
    )
    .apt("imagemagick")
    .dnf("ImageMagick"),
    need(
        Group::Desktop,
        "dbus-run-session",
        Installed,
        &["dbus-run-session"],
    )
    .apt("dbus-daemon|dbus")
    .dnf("dbus-daemon"),
    need(
        Group::Desktop,
        "webkit driver",
        Installed,
        &["WebKitWebDriver"],
    )
    .apt("webkit2gtk-driver")
    .dnf("/usr/bin/WebKitWebDriver"),
    need(Group::Desktop, "tauri-driver", Cargo, &["tauri-driver"]),
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

/// By the names that pkg-config knows them by.
const WEBKIT: &[&str] = &[
    "webkit2gtk-4.1",
    "javascriptcoregtk-4.1",
    "libsoup-3.0",
    "gtk+-3.0",
];
