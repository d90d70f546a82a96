//! `cargo xtask setup`: what this machine lacks, and the way to get it.

mod needs;
mod node;
mod system;
mod table;
mod unpack;

use std::io::{self, IsTerminal, Write};

use anyhow::Result;
use clap::ValueEnum;

use self::needs::{Need, Source};
use self::system::System;
use crate::place;
use crate::process::{run, say};
use crate::tools::npm;

pub(crate) use self::needs::{DEBIAN_RUSTC, RustForWindowsHere, rust_for_windows};

/// Things that are needed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Group {
    /// A linker and the C compiler that SQLite and the TLS library want
    Build,
    /// Test runner and licence checker
    Tools,
    /// Tunnel, firewall, servers and clients of the lab; unpacked, never installed
    Lab,
    /// Compiler, linker and Wine for the Windows build
    Windows,
    /// What makes installers and packages, signs them and looks at them
    Package,
    /// The SSH client of the demo
    Demo,
    /// What measures memory
    Bench,
    /// The headers of the web view that the tray's windows are made of
    Tray,
    /// Node.js, which is yours to bring, and the packages of the pages
    Ui,
    /// The packages that try the pages in a browser
    UiPages,
    /// A desktop without a screen: windows, a tray, notices, and who drives them
    Desktop,
    /// The browser that signs in, without a screen
    Browser,
    /// A proxy that looks into TLS
    Proxy,
    /// A keyring that opens with a password of ours, on a bus of ours; unpacked, never installed
    Keyring,
}

const ALL: [Group; 14] = [
    Group::Bench,
    Group::Build,
    Group::Tools,
    Group::Lab,
    Group::Windows,
    Group::Package,
    Group::Demo,
    Group::Tray,
    Group::Ui,
    Group::UiPages,
    Group::Desktop,
    Group::Browser,
    Group::Proxy,
    Group::Keyring,
];

impl Group {
    /// As it is written on the command line.
    fn name(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }

    /// Some exist on some systems only; elsewhere nothing is missing for them, they are left out with a word.
    pub(crate) fn exists_here(self) -> bool {
        match self {
            // Elsewhere the system brings its own web view and its own desktop.
            Self::Lab
            | Self::Windows
            | Self::Bench
            | Self::Keyring
            | Self::Tray
            | Self::Desktop => std::env::consts::OS == "linux",
            // The browser is spoken to through a shell; the proxy comes from no package
            // manager of Windows'.
            Self::Browser | Self::Proxy | Self::UiPages => std::env::consts::FAMILY == "unix",
            // On Windows NSIS is yours to bring: it has no package there.
            Self::Package => std::env::consts::OS == "linux",
            Self::Build | Self::Tools | Self::Demo | Self::Ui => true,
        }
    }
}

/// The command: all groups when none is named. True when nothing is missing at the end.
pub(crate) fn command(groups: &[Group], yes: bool) -> Result<bool> {
    let groups = if groups.is_empty() { &ALL } else { groups };
    offer(groups, yes)?;
    for &group in groups {
        match missing(group) {
            None => say(&format!("{}: complete", group.name())),
            Some(why) => say(&format!("{}: {why}", group.name())),
        }
    }
    Ok(groups.iter().all(|&group| missing(group).is_none()))
}

/// What a group still lacks, as one line, or nothing.
pub(crate) fn missing(group: Group) -> Option<String> {
    if !group.exists_here() {
        return Some(format!("does not exist on {}", std::env::consts::OS));
    }
    let missing: Vec<&str> = needs::missing(group).map(|need| need.name).collect();
    (!missing.is_empty()).then(|| format!("missing: {} (cargo xtask setup)", missing.join(", ")))
}

/// Lists what is missing in these groups and installs it after a yes. A no, or nobody to ask, is not an error:
/// the groups concerned say what they lack when their turn comes.
pub(crate) fn offer(groups: &[Group], yes: bool) -> Result<()> {
    let missing: Vec<&'static Need> = groups
        .iter()
        .filter(|group| group.exists_here())
        .flat_map(|&group| needs::missing(group))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    say("This machine lacks:");
    for need in &missing {
        say(&format!("  {:<22} for {}", need.name, need.group.name()));
    }
    let system = System::here();
    let steps = system.steps(&missing);
    if steps.is_empty() {
        say("Nothing of it can be installed from here; please install it by hand.");
        return Ok(());
    }
    for step in &steps {
        say(&format!("  to run: {step}"));
    }
    if !(yes || place::in_ci() || agreed()?) {
        return Ok(());
    }
    for step in steps {
        // One thing that cannot be had must not keep the others away.
        if let Err(error) = step.take() {
            say(&format!("warning: {error:#}"));
        }
    }
    Ok(())
}

/// One thing to do, shown before it is done.
enum Step {
    Run(Vec<String>),
    /// `npm ci` in this folder.
    NodePackages(&'static str),
    Unpack {
        system: System,
        packages: Vec<String>,
    },
    /// Not ours to start; a person runs it.
    Hint(String),
}

impl Step {
    fn take(self) -> Result<()> {
        match self {
            Self::Run(words) => {
                let mut command = std::process::Command::new(&words[0]);
                command
                    .args(&words[1..])
                    .current_dir(place::root())
                    .env("DEBIAN_FRONTEND", "noninteractive");
                run(&mut command)
            }
            Self::NodePackages(folder) => run(npm(folder).args(["ci", "--no-audit", "--no-fund"])),
            Self::Unpack { system, packages } => unpack::unpack(system, &packages),
            Self::Hint(line) => {
                say(&format!("please run: {line}"));
                Ok(())
            }
        }
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Run(words) => f.write_str(&words.join(" ")),
            Self::NodePackages(folder) => write!(f, "npm ci (in {folder}/)"),
            Self::Unpack { packages, .. } => write!(
                f,
                "download {} and what they need, unpack into {} (nothing is installed, nothing starts)",
                packages.join(" "),
                place::lab().join("root").display()
            ),
            Self::Hint(line) => write!(f, "by hand: {line}"),
        }
    }
}

fn agreed() -> Result<bool> {
    if !io::stdin().is_terminal() {
        say("Nobody to ask here: run `cargo xtask setup --yes` to install it.");
        return Ok(false);
    }
    let mut out = io::stdout().lock();
    write!(out, "Do this now? [y/N] ")?;
    out.flush()?;
    drop(out);
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes" | "Yes"))
}

fn is_from(need: &Need, source: Source) -> bool {
    need.source == source
}
