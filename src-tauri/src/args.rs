//! What this program is told when it starts, or when it is started a second time.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// Gangway in the tray: one click on a VM, and the truth about it until access ends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Parser)]
#[command(name = "gangway-tray", version)]
pub(crate) struct Args {
    /// Start in the tray and open nothing, not even the first time
    #[arg(long)]
    pub(crate) background: bool,

    /// Open this at once
    #[arg(long, value_name = "WHAT", conflicts_with = "background")]
    pub(crate) open: Option<Open>,

    /// End the one that runs, in order, and start none; an installer says this before it replaces the program
    #[arg(long, conflicts_with_all = ["background", "open", "link"])]
    pub(crate) quit: bool,

    /// The cloud, by name or definition file
    #[arg(long, value_name = "CLOUD")]
    pub(crate) cloud: Option<String>,

    /// The folder of settings and state, as GANGWAY_HOME names it
    #[arg(long, value_name = "FOLDER")]
    pub(crate) home: Option<PathBuf>,

    /// A link of Gangway (gangway://connect?vm=…); it opens a confirmation
    #[arg(value_name = "LINK")]
    pub(crate) link: Option<String>,
}

/// What can be opened at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Open {
    /// The popover at the tray.
    Popover,
    /// The window.
    Window,
}

impl Args {
    /// What a second start was told. One that makes no sense shows this program and no more.
    pub(crate) fn of_second_start(arguments: Vec<String>) -> Self {
        Self::try_parse_from(arguments).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(arguments: &[&str]) -> Args {
        let arguments = ["gangway-tray"].iter().chain(arguments);
        Args::of_second_start(arguments.map(ToString::to_string).collect())
    }

    #[test]
    fn a_second_start_brings_a_link_or_a_wish() {
        let link = "gangway://connect?vm=vm-web-01";
        assert_eq!(second(&[link]).link.as_deref(), Some(link));
        assert_eq!(second(&["--open", "window"]).open, Some(Open::Window));
        assert!(second(&["--background"]).background);
        assert!(second(&["--quit"]).quit);
    }

    /// What stands in the registry and in the desktop entry: see `packaging/`.
    #[test]
    fn nothing_after_two_hyphens_is_an_option() {
        let link = "gangway://connect?vm=vm-web-01";
        assert_eq!(second(&["--", link]).link.as_deref(), Some(link));
        assert_eq!(second(&["--", link, "--quit"]), Args::default());
        assert_eq!(second(&["--", link, "--home=elsewhere"]), Args::default());
    }

    #[test]
    fn nonsense_is_a_plain_start() {
        assert_eq!(second(&["--help"]), Args::default());
        assert_eq!(second(&["--open", "the door"]), Args::default());
        assert_eq!(second(&["one", "two"]), Args::default());
    }
}
