//! Starts the client: a private .rdp file and a desktop program, or `ssh` in a terminal.
//!
//! [`find_clients`] looks at what is there, [`plan()`] says as data what would be run
//! ([`Invocation`]), [`start()`] runs it. A dry run stops after the second step.
//! [`open_page`] shows a page in the person's browser.

mod browser;
mod certificates;
mod child;
mod error;
mod explain;
mod install;
mod installed;
mod invocation;
mod plan;
mod platform;
mod policies;
mod private;
mod rdp_file;
mod settings;
mod signed;
mod start;
mod words;

pub use browser::{OpenedPage, open_page};
pub use certificates::{Standing, certificates, thumbprint};
pub use error::Error;
pub use explain::explain;
pub use install::{Missing, install};
pub use installed::{
    Client, ClientKind, Installed, PuttyProxy, Terminal, TerminalKind, find_clients,
};
pub use invocation::{Argument, Encoding, Invocation, NewFile, Preparation, Stage};
pub use plan::{host_key_alias, plan};
pub use policies::{RdpPolicies, Rule, Scope};
pub use private::sweep;
pub use rdp_file::{RdpFile, Value};
pub use settings::{
    ClientSettings, Monitors, Place, Protection, RdpMode, RdpSettings, Redirections, Screen,
    SshProgram, SshSettings, Target,
};
pub use start::{Running, bring_to_front, start};
pub use words::is_odd;
