//! How a runtime is opened.

use std::path::PathBuf;
use std::sync::Arc;

use gangway_azure::SignIn;
use gangway_launch::Place;

use crate::clock::Clock;
use crate::home::Home;
use crate::keyring::KeyHolder;
use crate::settings::{LogLevel, MachinePolicy};

/// How a runtime is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// The person's folders.
    pub home: Home,
    /// The program's name, for its log file.
    pub program: &'static str,
    /// The cloud by name or definition file; `None` takes the one from the settings.
    pub cloud: Option<String>,
    /// Whether `ssh` takes over this terminal or opens one of its own.
    pub place: Place,
    /// What serves every tenant; `None` looks at the environment, then at the accounts that
    /// are signed in, then at Azure CLI.
    pub sign_in: Option<SignIn>,
    /// The machine policy; `None` reads this machine's.
    pub policy: Option<MachinePolicy>,
    /// The clock.
    pub clock: Clock,
    /// How much is logged; `None` takes what the settings say.
    pub log_level: Option<LogLevel>,
    /// What keeps small secrets; `None` is the system's keyring.
    pub keys: Option<Arc<dyn KeyHolder>>,
    /// The shell stays: the engine runs from the start, the network is watched, and the
    /// snapshot shows the tunnel and what menus list.
    pub stays: bool,
    /// Where exports are written; `None` is the person's own folder for downloads.
    pub downloads: Option<PathBuf>,
}

impl Options {
    /// As the command line wants it: in this home, in this terminal.
    #[must_use]
    pub fn new(home: Home) -> Self {
        Self {
            home,
            program: "gangway",
            cloud: None,
            place: Place::Here,
            sign_in: None,
            policy: None,
            clock: Clock::default(),
            log_level: None,
            keys: None,
            stays: false,
            downloads: None,
        }
    }
}
