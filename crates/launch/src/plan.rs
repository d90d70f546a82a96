//! Which client is started, and how: from a plan, the settings and what is there.

use gangway_engine::effect::LaunchPlan;
use gangway_engine::launch::LaunchView;
use gangway_engine::problem::Problem;
use gangway_engine::vm::Protocol;

use crate::error::Error;
use crate::install::Missing;
use crate::installed::Installed;
use crate::invocation::Invocation;
use crate::settings::{ClientSettings, RdpSettings};

mod mstsc;
mod properties;
mod putty;
mod rdp;
mod ssh;
mod terminal;
mod windows_terminal;

pub use ssh::host_key_alias;

/// By which way mstsc is started, and why, whatever the VM.
pub(crate) fn mstsc_way(
    settings: &RdpSettings,
    installed: &Installed,
) -> Result<LaunchView, Error> {
    let mstsc::Way { way, notes, .. } = mstsc::way(settings, installed)?;
    Ok(LaunchView { way, notes })
}

/// Says what would be run. Nothing is looked up and nothing is written.
///
/// # Errors
/// `client-missing` when nothing that was found can do it, with what was looked for;
/// `setting-refused` when a user's name, host or file holds what could be read as an option
/// or a second property.
pub fn plan(
    plan: &LaunchPlan,
    settings: &ClientSettings,
    installed: &Installed,
) -> Result<Invocation, Problem> {
    match plan.service.protocol {
        Protocol::Ssh => ssh::invocation(plan, settings, installed),
        Protocol::Rdp => rdp::invocation(plan, settings, installed),
        // An open port is all that was asked for: there is no client to start.
        Protocol::Port => Err(Error::ClientMissing {
            protocol: Protocol::Port,
            missing: Missing::usual(Protocol::Port),
            looked_for: Vec::new(),
        }),
    }
    .map_err(Problem::from)
}
