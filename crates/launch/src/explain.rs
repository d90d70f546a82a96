//! How Remote Desktop would be started here, whatever the VM: for a person who wants to know.

use gangway_engine::launch::LaunchView;
use gangway_engine::problem::Problem;

use crate::installed::{ClientKind, Installed};
use crate::plan::mstsc_way;
use crate::settings::RdpSettings;

/// By which way mstsc would be started, and why; `None` where there is no mstsc.
///
/// # Errors
/// `rdp-blocked-by-policy` with what is allowed; `setting-refused` where the certificate is of no use;
/// `client-missing` without the program that signs.
pub fn explain(
    settings: &RdpSettings,
    installed: &Installed,
) -> Result<Option<LaunchView>, Problem> {
    let has_mstsc = installed
        .clients
        .iter()
        .any(|client| client.kind == ClientKind::Mstsc);
    if !has_mstsc {
        return Ok(None);
    }
    mstsc_way(settings, installed)
        .map(Some)
        .map_err(Problem::from)
}
