//! The only scripts there are: `cargo xtask setup`, `test`, `lab`, `windows`, `demo`, `bench`, `icons`, `package`.

mod bench;
mod counts;
mod demo;
mod icons;
mod lab;
mod package;
mod place;
mod platform;
mod process;
mod setup;
mod skips;
mod test;
mod tidy;
mod tools;
mod tray;
mod ui;
mod windows;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::setup::Group;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "What a person does with this repository"
)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// List what this machine lacks, and install it after a yes
    Setup {
        /// Install without asking (so does CI=true)
        #[arg(long)]
        yes: bool,
        /// Only these groups; all of them when none is named
        #[arg(value_enum)]
        groups: Vec<Group>,
    },
    /// Everything that can be checked on this machine
    Test {
        /// Leave out the browser, the desktop, the Windows build and the lab's long scenarios
        #[arg(long)]
        quick: bool,
        /// Install what is missing without asking
        #[arg(long)]
        yes: bool,
        /// Only these groups, by the names the closing lines bear
        #[arg(long, value_delimiter = ',')]
        only: Vec<String>,
    },
    /// A real tunnel, real security rules, real sshd and xrdp, in network namespaces
    Lab {
        /// Leave out what takes longer than a few seconds
        #[arg(long)]
        quick: bool,
        /// Install what is missing without asking
        #[arg(long)]
        yes: bool,
        /// Only the scenarios whose name contains one of these
        names: Vec<String>,
    },
    /// Build everything for Windows and run the tests, all but the tray's, under Wine
    Windows {
        /// Install what is missing without asking
        #[arg(long)]
        yes: bool,
        /// Only these packages
        #[arg(short, long = "package")]
        packages: Vec<String>,
    },
    /// Gangway before Azure's stand-in on this machine: the tray where there is a screen, else the command line
    Demo {
        /// The command line, even where there is a screen
        #[arg(long)]
        terminal: bool,
        /// Ask nothing, and install what is missing
        #[arg(long)]
        yes: bool,
    },
    /// How fast and how small, as a table beside what was promised
    Bench {
        /// Install what is missing without asking
        #[arg(long)]
        yes: bool,
        /// Only the measurements whose name contains one of these
        names: Vec<String>,
    },
    /// What people install: the installer for Windows, the .deb and the tarball for Linux
    Package(package::Options),
    /// Draw every icon anew from the svg files under icons/
    Icons,
    /// House rules that no compiler holds
    Tidy,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().what {
        What::Setup { yes, groups } => setup::command(&groups, yes),
        What::Test { quick, yes, only } => test::command(quick, yes, &only),
        What::Lab { quick, yes, names } => lab::command(quick, yes, &names),
        What::Windows { yes, packages } => windows::command(yes, &packages),
        What::Demo { yes, terminal } => demo::command(yes, terminal),
        What::Bench { yes, names } => bench::command(yes, &names),
        What::Package(options) => package::command(&options),
        What::Icons => icons::command(),
        What::Tidy => tidy::command(),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            process::say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
